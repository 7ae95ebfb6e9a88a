"""The stage of rejection sampling (report sections 2.3.1 and 2.3.3): a model's right responses.

    problems -> samples -> right -> filters -> rewriting -> verified again -> a file of examples

The same stage makes the cold start's examples of R1-Zero's samples, and those of the third stage,
where data of other sources is added. What rules cannot score a judge scores, as the task's reward
says. It goes on at the chunk of problems where it was stopped: the seed of its sampling is made of
its number. With other filters it samples nothing again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from r1gym.agents.progress import progress_bar
from r1gym.core.checks import check_fields, check_least, check_most
from r1gym.core.config import to_plain
from r1gym.core.errors import ConfigError, RunError
from r1gym.core.files import write_text
from r1gym.core.seeds import mixed
from r1gym.core.types import Episode
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.fit import check_fit
from r1gym.recipes.examples import ExampleRow, read_examples, write_examples, write_rows
from r1gym.recipes.filters import Filters
from r1gym.recipes.parts import make_part
from r1gym.recipes.rewriting import REWRITERS
from r1gym.recipes.sample_files import (
    read_sampled,
    read_selected,
    write_sampled,
    write_selected,
)
from r1gym.recipes.selection import Selection, Selector
from r1gym.recipes.stage import Artifacts, Kind, Kinds, Stage
from r1gym.recipes.workplace import Workplace, few_prompts
from r1gym.rollout.agreement import check_agreement
from r1gym.rollout.engine import RolloutEngine, Sampling
from r1gym.rollout.play import play

_CHECKED_TOKENS = 12  # of a completion
EXAMPLES, COUNTS, DROPPED = "examples.jsonl", "counts.json", "dropped.jsonl"
_WHO = {
    "dropped/truncated": "the token limit",
    "refused/rewriter": "the rewriter",
    "refused/verifier": "the verifier, after rewriting,",
    "unanswered": "the rewriter",
}
_DECIDING = ("filters", "rewriter")  # settings that decide what becomes of samples
Options = Mapping[str, Any]


@dataclass(frozen=True)
class SamplingConfig:
    """How samples are drawn and which are kept."""

    prompts: int = 1000
    """Problems that are asked; all of a file that has fewer."""
    samples: int = 4
    """Samples of each."""
    keep: int = 1
    """The most examples of a problem."""
    temperature: float = 1.0
    """Sampling temperature."""
    top_p: float = 1.0
    """Samples from the smallest set of tokens with at least this probability."""
    chunk: int = 64
    """Problems after which the work is saved."""
    rows: int = 512
    """The most completions that are sampled side by side."""
    max_failed_share: float = 0.5
    """Stops if the grader or the rewriter fails on more than this share of a chunk."""

    def __post_init__(self) -> None:
        check_fields(self, "sampling.")
        least = dict.fromkeys(("prompts", "samples", "keep", "chunk", "rows"), 1)
        check_least(self, least | {"temperature": 0, "max_failed_share": 0}, "sampling.")
        check_most(self, {"max_failed_share": 1}, "sampling.")
        if self.keep > self.samples:
            raise ConfigError(
                f"sampling.keep ({self.keep}) is above sampling.samples ({self.samples}): no "
                "problem has more examples than samples."
            )


@dataclass(frozen=True)
class RejectionSampling(Stage):
    """Samples a model's responses, and makes examples of those that are right and fit to read."""

    title: ClassVar[str] = "Rejection sampling"
    uses: ClassVar[tuple[str, ...]] = ("dtype", "engine", "engine_options")
    heeds: ClassVar[tuple[str, ...]] = ()

    name: str = "samples"
    start: str = "policy"
    """The artifact that is sampled, a model."""
    result: str = "examples"
    """The artifact that it makes, a file of examples."""
    seed: int = 0
    """The seed of the problems' order and of sampling."""
    task: TaskSpec = field(default_factory=TaskSpec)
    """What is asked, in the training split, with the reward that says what is right."""
    config: SamplingConfig = field(default_factory=SamplingConfig)
    """How many, and how."""
    filters: Mapping[str, Options] = field(default_factory=dict)
    """What drops right responses, by name with options, see `r1gym.recipes.filters`."""
    rewriter: Options = field(default_factory=lambda: {"type": "none"})
    """What rewrites them: its ``type`` with options, see `r1gym.recipes.rewriting`."""
    added: Mapping[str, int] = field(default_factory=dict)
    """Artifacts with examples of other sources, and how many of each are added; 0 for all."""

    @property
    def needs(self) -> Kinds:
        """The model, and the examples that are added."""
        return {self.start: Kind.MODEL, **dict.fromkeys(self.added, Kind.EXAMPLES)}

    @property
    def makes(self) -> Kinds:
        """The examples."""
        return {self.result: Kind.EXAMPLES}

    def check_problems(self, at: Workplace) -> None:
        """Finds wrong filters, rewriters and tasks."""
        Filters(self.filters)
        make_part(REWRITERS, "rewriter", self.rewriter)
        if self.task.interaction is not None:
            raise ConfigError(
                "Samples of several turns are no examples: leave out the interaction."
            )
        if self.task.split not in (None, "train", "all"):
            raise ConfigError(
                f"The stage {self.name!r} samples the split {self.task.split!r}, on which nothing "
                "is to be trained: give it the training split."
            )
        at.task(self.task)

    def check(self, at: Workplace) -> None:
        """Makes the doctor's checks that need no model."""
        at.preflight(self.task)

    def against(self, changed: Mapping[str, str], folder: Path) -> str:
        """Goes on with other filters, another rewriter, more problems: samples stay as they are."""
        free = (*_DECIDING, "added", "config.keep", "config.max_failed_share", "config.prompts")
        ours = {*free, *self.added}
        return super().against(
            {name: text for name, text in changed.items() if not _within(name, ours)}, folder
        )

    def run(self, at: Workplace, given: Artifacts) -> Artifacts:
        """Samples, or goes on sampling, and writes the examples."""
        added = {name: read_examples(given[name]) for name in self.added}
        selection = self._sample(at, given[self.start])
        rows = self._together(selection, added)
        counts = dict(sorted(selection.counts.items()))
        write_rows(at.folder / DROPPED, selection.dropped)
        write_text(at.folder / COUNTS, json.dumps(counts, indent=2) + "\n")
        _check_some(selection, self.name)
        path = at.folder / EXAMPLES
        write_examples(path, rows)
        print(f"{len(rows)} examples: " + ", ".join(f"{way} {n}" for way, n in counts.items()))
        return {self.result: str(path)}

    def describe(self) -> str:
        """Returns how the examples come about."""
        config = self.config
        filters = ", ".join(self.filters) or "none"
        rewriter = self.rewriter.get("type", "none")
        added = "".join(
            f" Of {name} {most or 'all'} are added." for name, most in self.added.items()
        )
        return (
            f"{config.samples} samples of each of {config.prompts} problems at temperature "
            f"{config.temperature:g}, seed {self.seed}; at most {config.keep} right ones of each "
            f"are kept. Filters: {filters}. Rewriter: {rewriter}.{added}"
        )

    def _sample(self, at: Workplace, model: str) -> Selection:
        """Returns what became of all samples, from the files that are there and the others."""
        task, config = at.task(self.task), self.config
        numbers = list(islice(task.problem_set.order(0, self.seed), config.prompts))
        chunks = [numbers[i : i + config.chunk] for i in range(0, len(numbers), config.chunk)]
        made, selector = Selection(), self._selector(task)
        engine = cache(lambda: self._engine(at, model, task))
        at.record.rewind(0)
        with progress_bar("Sampling", len(numbers), unit="q") as bar:
            for number, chunk in enumerate(chunks):
                made.add(self._chunk(at.folder, task, engine, selector, chunk, number))
                at.record.log({f"samples/{n}": c for n, c in made.counts.items()}, number + 1)
                bar.set_postfix(right=made.counts["right"], kept=made.counts["kept"], refresh=False)
                bar.update(len(chunk))
                at.stopper.check(f"sampling, chunk {number + 1} of {len(chunks)}")
        return made

    def _chunk(
        self,
        folder: Path,
        task: TokenTask,
        engine: Callable[[], RolloutEngine],
        selector: Selector,
        chunk: Sequence[int],
        number: int,
    ) -> Selection:
        """Returns what became of the samples of a chunk, each part of it done at most once."""
        sampled = folder / "sampled" / f"{number:06d}.json"
        groups = read_sampled(sampled, chunk, task.problem_set.__getitem__)
        selected = folder / "selected" / sampled.name
        by = {"places": list(chunk), **{name: to_plain(self)[name] for name in _DECIDING}}
        by["keep"] = self.config.keep
        if groups is not None and (found := read_selected(selected, by)) is not None:
            return found
        if groups is None:
            groups = self._play(engine(), task, chunk, number)
            write_sampled(sampled, chunk, groups)
        made = selector.select(groups)
        reasons = [row["reason"] for row in made.dropped if row["why"] == "unanswered"]
        refused = sum(n for way, n in made.counts.items() if way.startswith("refused/"))
        failed = made.counts["unanswered"]
        self._check("The rewriter", failed, failed + refused + made.counts["kept"], reasons)
        write_selected(selected, by, made)
        return made

    def _play(
        self, engine: RolloutEngine, task: TokenTask, chunk: Sequence[int], number: int
    ) -> list[list[Episode]]:
        """Returns scored samples of each problem."""
        config = self.config
        sampling = Sampling(task.max_tokens, config.temperature, config.top_p)
        problems = [task.problem_set[place] for place in chunk]
        seed = mixed(self.seed, number, 1)
        played = play(engine, task, problems, config.samples, sampling, seed)
        episodes = task.score_trajectories([one for group in played for one in group])
        reasons = [e.score.reason for e in episodes if e.score.value is None]
        self._check("The grader", len(reasons), len(episodes), reasons)
        return [episodes[i : i + config.samples] for i in range(0, len(episodes), config.samples)]

    def _check(self, who: str, failed: int, asked: int, reasons: Sequence[str]) -> None:
        """Raises RunError if a grader or rewriter failed too often; its work is then not saved."""
        if failed > self.config.max_failed_share * asked:
            raise RunError(
                f"{who} failed on {failed} of {asked} samples ({reasons[0]}): mend what it stands "
                "on, or raise sampling.max_failed_share, and run the same command again."
            )

    def _engine(self, at: Workplace, model: str, task: TokenTask) -> RolloutEngine:
        policy = at.policy(model)
        check_fit(policy, task)
        engine = at.engine(policy, self.config.rows)
        tokens = min(_CHECKED_TOKENS, task.max_tokens)
        check_agreement(policy, few_prompts(task), tokens, engine)
        return engine

    def _selector(self, task: TokenTask) -> Selector:
        return Selector(
            Filters(self.filters), make_part(REWRITERS, "rewriter", self.rewriter),
            task.score_batch, self.config.keep, task.template, self.name,
        )  # fmt: skip

    def _together(
        self, selection: Selection, added: Mapping[str, Sequence[ExampleRow]]
    ) -> list[ExampleRow]:
        """Returns the examples, each once, with those of other sources, and counts both."""
        rows = {(row.question, row.completion): row for row in reversed(selection.rows)}
        selection.counts["repeated"] += len(selection.rows) - len(rows)
        selection.counts["kept"] = len(rows)
        examples = list(reversed(rows.values()))
        for place, (name, most) in enumerate(self.added.items()):
            found = _some(added[name], most, mixed(self.seed, place, 2))
            selection.counts[f"added/{name}"] = len(found)
            examples += found
        selection.counts["examples"] = len(examples)
        return examples


def _within(name: str, settings: Collection[str]) -> bool:
    """Returns whether a setting is one of some, or a part of one."""
    return any(name == one or name.startswith(f"{one}.") for one in settings)


def _some(rows: Sequence[ExampleRow], most: int, seed: int) -> list[ExampleRow]:
    """Returns some rows, drawn without putting back, in the order of the file; 0 for all."""
    if not 0 < most < len(rows):
        return list(rows)
    chosen = np.random.default_rng(seed).permutation(len(rows))[:most]
    return [rows[number] for number in sorted(chosen)]


def _check_some(made: Selection, name: str) -> None:
    """Raises RunError if no sample became an example."""
    counts = made.counts
    if counts["kept"]:
        return
    if not counts["right"]:
        raise RunError(
            f"None of the {counts['sampled']} samples of the stage {name!r} is right "
            f"({counts['wrong']} wrong, {counts['ungraded']} ungraded; see {DROPPED}): raise "
            "sampling.prompts or sampling.samples, ask easier problems, or give a better model."
        )
    ways = {way: n for way, n in counts.items() if way.startswith(("dropped/", "refused/"))}
    ways["unanswered"] = counts["unanswered"]
    way = max(ways, key=lambda one: ways[one])
    why = next(row["reason"] for row in made.dropped if row["why"] == way)
    who = _WHO.get(way, f"the filter {way.partition('/')[2]!r}")
    raise RunError(
        f"Of {counts['right']} right samples of the stage {name!r} none is left: {who} dropped "
        f"{ways[way]}, the first since {why} (see {DROPPED}): make it more lenient, or leave it "
        "out."
    )
