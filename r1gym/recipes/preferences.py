"""The stage that makes preferences: responses of a model, judged in pairs or one by one.

model -> several responses to each question -> two of them, judged several times in random order
      -> kept if the mean is clear -> lengths balanced -> a file

The helpful reward model of report section 2.3.4 learns from such pairs; its safety model learns
from labels. What is judged is kept in chunks, so that a run that was stopped asks nobody twice.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

import numpy as np

from r1gym.agents.progress import progress_bar
from r1gym.core.checks import check_fields, check_least, check_share
from r1gym.core.errors import ConfigError, RunError
from r1gym.core.files import explained, write_text
from r1gym.core.seeds import mixed
from r1gym.core.types import Completion, Problem
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.fit import check_fit
from r1gym.models.scoring import graded_part
from r1gym.recipes.preference_files import write_rows
from r1gym.recipes.preference_judges import Judgement, PreferenceJudge, make_judge
from r1gym.recipes.stage import Artifacts, Kind, Kinds, Stage
from r1gym.recipes.workplace import Workplace
from r1gym.rollout.engine import RolloutEngine, Sampling
from r1gym.rollout.play import play

_CHUNK = 32  # questions that are sampled and judged between two writes
_JUDGED = "judged"
Row = dict[str, Any]
T = TypeVar("T")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Preferences(Stage):
    """Samples responses of a model and has them judged."""

    title: ClassVar[str] = "Preferences"
    uses: ClassVar[tuple[str, ...]] = ("dtype", "engine", "engine_options")
    heeds: ClassVar[tuple[str, ...]] = ()

    name: str = "preferences"
    start: str = "base"
    """The artifact whose responses are judged, a model."""
    result: str = "pairs"
    """The artifact that it makes, a file of pairs or labelled responses."""
    task: TaskSpec = field(default_factory=TaskSpec)
    """What is asked; its rewards are not."""
    judge: Mapping[str, Any] = field(default_factory=dict)
    """Who judges, see `r1gym.recipes.preference_judges`."""
    kind: Literal["pairs", "labels"] = "pairs"
    """Two responses of each question are compared, or each response is called good or bad."""
    part: Literal["summary", "response"] = "summary"
    """The part whose lengths are balanced, and that must differ within a pair."""
    questions: int = 512
    """Questions that are asked."""
    samples: int = 4
    """Responses to each; of a pair two that differ are drawn from them."""
    temperature: float = 1.0
    """Sampling temperature."""
    judgements: int = 4
    """How often a pair is judged, in an order that is drawn each time."""
    margin: float = 1.0
    """A pair is kept if the mean judgement, from -2 to 2, is further from 0 than this."""
    length_tolerance: float = 0.1
    """The mean lengths of chosen and rejected responses may differ by this share. Pairs with the
    largest difference on the longer side are dropped until they do."""
    max_failed_share: float = 0.5
    """The largest share of a chunk's judgements that may fail."""
    seed: int = 0
    """The seed of sampling, of the choice of pairs and of their order."""

    def __post_init__(self) -> None:
        check_fields(self, "preferences.")
        check_share("preferences.max_failed_share", self.max_failed_share)
        least = {"questions": 1, "samples": 1, "judgements": 1, "margin": 0, "length_tolerance": 0}
        check_least(self, least | {"temperature": 0, "seed": 0}, "preferences.")
        if self.kind == "pairs" and self.samples < 2:
            raise ConfigError("preferences.samples must be at least 2: a pair takes two responses.")

    @property
    def needs(self) -> Kinds:
        """The model whose responses are judged."""
        return {self.start: Kind.MODEL}

    @property
    def makes(self) -> Kinds:
        """The file of preferences."""
        return {self.result: Kind.PAIRS}

    def check_problems(self, at: Workplace) -> None:
        """Finds a judge that cannot be made, and problems that cannot."""
        make_judge(self.judge)
        at.task(self.task)

    def run(self, at: Workplace, given: Artifacts) -> Artifacts:
        """Samples and judges, or goes on with it."""
        policy, task, judge = (
            at.policy(given[self.start]),
            at.task(self.task),
            make_judge(self.judge),
        )
        check_fit(policy, task)
        engine = at.engine(policy)
        rows: list[Row] = []
        counts: Counter[str] = Counter()
        starts = range(0, self.questions, _CHUNK)
        at.record.rewind(0)  # what was counted stands in the chunks
        with progress_bar("Preferences", self.questions, unit="q") as bar:
            for number, start in enumerate(starts, 1):
                path = _chunk_path(at.folder, start)
                if not path.exists():
                    write_text(path, json.dumps(self._judge(start, engine, task, judge)))
                chunk = _read_chunk(path)
                rows += chunk["rows"]
                counts.update(chunk["counts"])
                at.record.log(_named(counts), number)
                bar.update(min(_CHUNK, self.questions - start))
                at.stopper.check(f"question {start + _CHUNK} of {self.questions}")
        kept = self._balanced(rows, task, counts)
        at.record.log(_named(counts), len(starts) + 1)
        path = at.folder / f"{self.kind}.jsonl"
        write_rows(path, kept)
        print(f"{len(kept)} {self.kind} of {self.questions} questions: {_told(counts)}")
        return {self.result: str(path)}

    def describe(self) -> str:
        """Returns what is judged, by whom, and what is kept."""
        asked = (
            f"{self.questions} questions of the training split, {self.samples} responses to each "
            f"at temperature {self.temperature:g}, judged by {self.judge.get('type')!r}"
        )
        if self.kind == "labels":
            return f"{asked}: each is called good or bad."
        return (
            f"{asked}: two that differ, {self.judgements} times in random order, kept if the mean "
            f"is further from 0 than {self.margin:g}. Pairs are dropped until the mean lengths of "
            f"chosen and rejected differ by at most {self.length_tolerance:.0%}."
        )

    def _judge(
        self, start: int, engine: RolloutEngine, task: TokenTask, judge: PreferenceJudge
    ) -> dict[str, Any]:
        """Returns the rows of some questions, with what was counted.

        Raises:
            RunError: If too many judgements failed.
        """
        problems = [_problem_at(task, i, self.seed) for i in self._numbers(start)]
        sampling = Sampling(task.max_tokens, self.temperature)
        groups = play(engine, task, problems, self.samples, sampling, mixed(self.seed, start))
        counts: Counter[str] = Counter(questions=len(problems))
        tasks: list[tuple[Problem, list[Completion], int]] = []
        for number, group in zip(self._numbers(start), groups, strict=True):
            responses = self._usable([one.completion for one in group], counts)
            seed = mixed(self.seed, number, 1)
            problem = group[0].problem
            if self.kind == "labels":
                tasks += [(problem, [one], mixed(seed, i)) for i, one in enumerate(responses)]
            elif (pair := self._choose(responses, seed)) is None:
                counts["same"] += 1
            else:
                tasks.append((problem, pair, seed))
        asked = self._label if self.kind == "labels" else self._compare
        found = _side_by_side(lambda one: asked(judge, *one), tasks, judge.concurrency)
        failed = [row["failed"] for row in found if "failed" in row]
        if len(failed) > self.max_failed_share * len(found):
            reason, often = Counter(failed).most_common(1)[0]
            raise RunError(
                f"{len(failed)} of {len(found)} {self.kind} could not be judged; {often} times: "
                f"{reason}. Mend that and run the same command again."
            )
        counts["failed"] += len(failed)
        judged = [row for row in found if "failed" not in row]
        clear = [r for r in judged if self.kind == "labels" or abs(r["margin"]) > self.margin]
        counts["close"] += len(judged) - len(clear)
        return {"rows": clear, "counts": dict(counts)}

    def _numbers(self, start: int) -> range:
        return range(start, min(start + _CHUNK, self.questions))

    def _usable(self, responses: Sequence[Completion], counts: Counter[str]) -> list[Completion]:
        """Returns the responses that ended, and that say something."""
        whole = [one for one in responses if not one.truncated]
        counts["truncated"] += len(responses) - len(whole)
        found = [one for one in whole if graded_part(one.text, self.part)]
        counts["without_text"] += len(whole) - len(found)
        return found

    def _choose(self, responses: Sequence[Completion], seed: int) -> list[Completion] | None:
        """Returns two responses that differ, drawn at random; None if there are none."""
        texts = {graded_part(one.text, self.part): one for one in responses}
        if len(texts) < 2:
            return None
        order = np.random.default_rng([seed, 2]).permutation(len(texts))
        each = list(texts.values())
        return [each[i] for i in order[:2]]

    def _compare(
        self, judge: PreferenceJudge, problem: Problem, pair: Sequence[Completion], seed: int
    ) -> Row:
        """Returns a pair's row, or why it could not be judged."""
        first, second = pair
        total = 0.0
        for number, swap in enumerate(
            np.random.default_rng([seed, 3]).random(self.judgements) < 0.5
        ):
            shown = (second, first) if swap else (first, second)
            said = judge.compare(problem, *shown, seed, number)
            if said.value is None:
                return {"failed": said.reason}
            total += -said.value if swap else said.value
        mean = total / self.judgements
        chosen, rejected = (first, second) if mean >= 0 else (second, first)
        return {
            "question": problem.question, "chosen": chosen.text, "rejected": rejected.text,
            "margin": abs(mean), "family": problem.family, "problem_id": problem.id,
        }  # fmt: skip

    def _label(
        self, judge: PreferenceJudge, problem: Problem, responses: Sequence[Completion], seed: int
    ) -> Row:
        """Returns a labelled response's row, or why it could not be judged."""
        said: Judgement = judge.label(problem, responses[0], seed)
        if said.value is None:
            return {"failed": said.reason}
        return {
            "question": problem.question, "response": responses[0].text,
            "label": bool(said.value), "family": problem.family, "problem_id": problem.id,
        }  # fmt: skip

    def _balanced(self, rows: list[Row], task: TokenTask, counts: Counter[str]) -> list[Row]:
        """Returns the rows that stay; counts what else is there.

        Raises:
            RunError: If nothing stays, or all labels are the same.
        """
        kept = rows
        if self.kind == "pairs":
            lengths = [[self._length(row[n], task) for n in ("chosen", "rejected")] for row in rows]
            kept = [rows[i] for i in balance(lengths, self.length_tolerance)]
            counts["unbalanced"] += len(rows) - len(kept)
        counts["kept"] += len(kept)
        if not kept:
            raise RunError(
                f"Of {self.questions} questions no {self.kind} are left: {_told(counts)}. Ask more "
                "questions, or lower the margin."
            )
        if len({row.get("label") for row in kept}) == 1 and self.kind == "labels":
            raise RunError(
                f"All {len(kept)} responses are labelled {kept[0]['label']}, from which nothing is "
                "learned: ask more questions, or another judge."
            )
        return kept

    def _length(self, text: str, task: TokenTask) -> int:
        return len(task.tokenizer.encode(graded_part(text, self.part)))


def balance(lengths: Sequence[Sequence[int]], tolerance: float) -> list[int]:
    """Returns which pairs stay so that chosen and rejected are about as long, in order.

    The pair that is furthest out on the side that is longer on average is dropped, again and again.

    Args:
        lengths: The lengths of each pair's chosen and rejected response.
        tolerance: The share of the shorter mean by which the means may differ.
    """
    order = sorted(range(len(lengths)), key=lambda i: lengths[i][0] - lengths[i][1])
    low, high = 0, len(order)
    chosen, rejected = (sum(pair[side] for pair in lengths) for side in (0, 1))
    while low < high and abs(chosen - rejected) > tolerance * min(chosen, rejected):
        if chosen > rejected:
            high -= 1
            dropped = lengths[order[high]]
        else:
            dropped = lengths[order[low]]
            low += 1
        chosen, rejected = chosen - dropped[0], rejected - dropped[1]
    return sorted(order[low:high])


def _problem_at(task: TokenTask, position: int, seed: int) -> Problem:
    problems = task.problem_set
    epoch, index = divmod(position, len(problems))
    return problems[problems.order(epoch, seed)[index]]


def _side_by_side(do: Callable[[T], Made], tasks: Sequence[T], most: int) -> list[Made]:
    if most <= 1:
        return [do(task) for task in tasks]
    with ThreadPoolExecutor(most, thread_name_prefix="r1gym-judge") as pool:
        return list(pool.map(do, tasks))


def _chunk_path(folder: Path, start: int) -> Path:
    return folder / _JUDGED / f"{start:07d}.json"


def _read_chunk(path: Path) -> dict[str, Any]:
    try:
        with explained(path):
            found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        _ = found["rows"], found["counts"].items()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise RunError(
            f"{path} is broken: delete it and run the same command again, which judges these "
            "questions anew."
        ) from error
    return found


def _named(counts: Mapping[str, int]) -> dict[str, float]:
    return {f"preferences/{name}": count for name, count in counts.items()}


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(_words(counts)) or "nothing was dropped"


def _words(counts: Mapping[str, int]) -> Iterator[str]:
    said = {
        "truncated": "responses cut off", "without_text": "responses without text",
        "same": "questions without two responses that differ", "failed": "not judged",
        "close": "within the margin", "unbalanced": "dropped to balance lengths",
    }  # fmt: skip
    return (f"{counts[name]} {words}" for name, words in said.items() if counts.get(name))
