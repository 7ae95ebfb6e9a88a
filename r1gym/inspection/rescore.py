"""Scores a run's stored completions again: with other rewards, or with today's verifiers.

Whether a completion was truncated is read from its length where the file does not say: an end token
at the last possible place looks the same.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeGuard

from r1gym.core.errors import ConfigError, ModelNotFoundError, RunError
from r1gym.core.files import explained, write_text
from r1gym.core.types import Completion, Problem, Score
from r1gym.envs.spec import TaskSpec
from r1gym.envs.templates import is_chat, load_template
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.evaluation.results import read_summary
from r1gym.problems.loaders import load_problems
from r1gym.problems.problem_set import SPLITS, ProblemSet
from r1gym.problems.problem_text import (
    as_text,
    exists,
    files_of,
    is_file,
    split_fields,
    split_prefix,
)
from r1gym.recipes.run_view import RunView, load_run
from r1gym.verifiers import RewardSpec, RewardSum

_AT_ONCE = 256
_MARK = ".rescored-"
Row = dict[str, Any]


@dataclass(frozen=True)
class Means:
    """The mean of a component, or of the sum, over the completions that it could grade."""

    old: float | None
    new: float | None


@dataclass(frozen=True)
class Rescored:
    """One file of completions, scored again.

    Attributes:
        source: The file.
        completions: How many it holds.
        means: Old and new means: of the sum as ``"reward"``, and of each component by name.
        verdicts_changed: Completions whose verdict is another.
        failed: Old and new numbers of completions that could not be graded.
        changed: The file with the completions whose verdict, or whose value from a component that
            both rewards have, is another; None if there is none.
    """

    source: Path
    completions: int
    means: dict[str, Means]
    verdicts_changed: int
    failed: tuple[int, int]
    changed: Path | None


def rescore(
    folder: Path,
    rewards: RewardSpec | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Rescored]:
    """Scores all stored completions of a run again. No file of the run is changed.

    Args:
        folder: The run's folder.
        rewards: The components with their weights and options; None for those of the run.
        progress: Called with the number of completions scored since the last call.

    Raises:
        RunError: If the folder holds no run, the run no completions, or a file a broken line.
        R1GymError: If a reward is unknown or its options are not allowed.
    """
    if not (folder / "evals").is_dir():
        load_run(folder)  # which says so if there is none
    graders = _Graders(folder, rewards)
    found = []
    for source in stored_completions(folder):
        rows = _read(source)
        reward, known, most = graders.of(source, rows)
        pairs = [_pair(row, known, most) for row in rows]
        scores: list[Score] = []
        for start in range(0, len(pairs), _AT_ONCE):
            scores += reward.score_batch(pairs[start : start + _AT_ONCE])
            if progress is not None:
                progress(len(scores) - start)
        found.append(_compare(source, rows, scores))
    return found


class _Graders:
    """What the completions of a folder are graded by: the run's task, or that of a suite."""

    def __init__(self, folder: Path, rewards: RewardSpec | None) -> None:
        self._folder, self._rewards = folder, rewards

    def of(self, source: Path, rows: Sequence[Row]) -> tuple[RewardSum, dict[str, Problem], int]:
        """Returns the reward of a file, what is known of its problems, and the most tokens."""
        if source.parent.parent.name == "evals":
            return self._of_suite(source, rows)
        spec, reward, known = self._own
        return reward, known | drawn_again(rows, spec), spec.max_tokens or 0

    @cached_property
    def _own(self) -> tuple[TaskSpec, RewardSum, dict[str, Problem]]:
        view = load_run(self._folder)
        spec = view.tasks["train"].filled()
        reward = self._reward(spec).for_template(_template(view, spec))
        return spec, reward, known_problems(view.tasks.values())

    def _reward(self, spec: TaskSpec) -> RewardSum:
        return RewardSum((spec.rewards or {}) if self._rewards is None else self._rewards)

    def _of_suite(
        self, source: Path, rows: Sequence[Row]
    ) -> tuple[RewardSum, dict[str, Problem], int]:
        summary = read_summary(source.with_suffix(".json"))
        if "task" not in summary:
            raise RunError(f"{source} is not to be scored again: its benchmark has a harness.")
        spec = TaskSpec.from_json(summary["task"]).filled()
        tokenizer = load_tokenizer(summary["tokenizer"]) if "tokenizer" in summary else None
        if tokenizer is None and is_chat(spec.template or ""):
            tokenizer = load_tokenizer(load_run(self._folder).model()[0])
        reward = self._reward(spec).for_template(load_template(spec.template, tokenizer))
        drawn = drawn_again(rows, spec)
        known = drawn or _all_problems(spec)
        return reward, known, spec.max_tokens or 0


def _all_problems(spec: TaskSpec) -> dict[str, Problem]:
    """Returns the problems of a suite's data by their questions."""
    found = load_problems(spec.problems or {}, spec.split or "all", spec.problem_seed or 0)
    stored: Sequence[Problem] = found.stored() or ()
    return {problem.question: problem for problem in stored}


def _template(view: RunView, spec: TaskSpec) -> str:
    """Returns the run's template; for a chat template its model must be here, or its checkpoint."""
    if spec.template is not None and not is_chat(spec.template):
        return load_template(spec.template)
    try:
        tokenizer = load_tokenizer(spec.tokenizer or "")
    except ModelNotFoundError:
        tokenizer = load_tokenizer(view.model()[0])
    return load_template(spec.template, tokenizer)


def stored_completions(folder: Path) -> list[Path]:
    """Returns the files of a run that hold completions.

    Raises:
        RunError: If there is none.
    """
    evals = folder / "evals"
    paths = [folder / "samples.jsonl", *sorted(evals.glob("*.jsonl"))]
    paths += sorted(evals.glob("*/*.jsonl"))  # of suites
    paths = [path for path in paths if path.exists() and _MARK not in path.name]
    if not paths:
        raise RunError(f"{folder} holds no completions yet: train it first, or `r1gym eval` it.")
    return paths


def known_problems(tasks: Iterable[TaskSpec]) -> dict[str, Problem]:
    """Returns the problems of the run's files by their questions, for what verifiers read there."""
    known = {}
    texts = []
    for spec in tasks:
        with contextlib.suppress(ConfigError):  # no text says what a mapping may
            texts.append(as_text(spec.problems or ""))
    for file in sorted({file for text in texts for file in files_of(text)}):
        path, _ = split_fields(file)
        if exists(path) or exists(split_prefix(path)[1]):
            problems = load_problems(file, "all")
            known.update({p.question: p for p in (problems[i] for i in range(len(problems)))})
    return known


def _is_file(problems: Mapping[str, Any] | str | None) -> TypeGuard[str]:
    return isinstance(problems, str) and is_file(problems)


def drawn_again(rows: Sequence[Row], spec: TaskSpec) -> dict[str, Problem]:
    """Returns the procedural problems of stored rows by their questions, hidden tests included.

    Their ids say which item of which set they are: ``family/split/seed/index``.
    """
    sets: dict[tuple[str, str], ProblemSet] = {}
    found = {}
    for row in rows if not _is_file(spec.problems) else ():
        _, _, place = str(row.get("id", "")).partition("/")
        split, seed, index = [*place.split("/"), "", "", ""][:3]
        if split not in SPLITS or not (seed.isdecimal() and index.isdecimal()):
            continue
        if (split, seed) not in sets:
            sets[split, seed] = load_problems(spec.problems or {}, split, int(seed))
        drawn = sets[split, seed]
        problem = drawn[int(index)] if int(index) < len(drawn) else None
        if problem is not None and problem.question == row["problem"]:
            found[problem.question] = problem
    return found


def _read(path: Path) -> list[Row]:
    with explained(path):
        lines = path.read_bytes().split(b"\n")[:-1]  # a kill may have cut the last one short
    rows = []
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            rows.append({**row, "answer": str(row["answer"]), "problem": str(row["problem"])})
            _ = row["completion"], row["verdict"], row["reward"]
        except (ValueError, TypeError, KeyError) as error:
            raise RunError(f"{path}, line {number}, is no stored completion: {error!r}.") from error
    return rows


def _pair(row: Row, known: dict[str, Problem], max_tokens: int) -> tuple[Problem, Completion]:
    others = tuple(map(str, row.get("other_answers", ())))
    family = str(row.get("id", "")).partition("/")[0]  # of problems drawn when asked for
    stored = Problem("stored", row["problem"], row["answer"], family, other_answers=others)
    problem = known.get(row["problem"], stored)
    truncated = row.get("truncated", row.get("tokens", 0) >= max_tokens)
    return problem, Completion(row["completion"], truncated=truncated)


def _compare(source: Path, rows: Sequence[Row], scores: Sequence[Score]) -> Rescored:
    fresh = [_values(score) for score in scores]
    names = ["reward", *dict.fromkeys(n for r in (*rows, *fresh) for n in r if "reward/" in n)]
    old_names, new_names = ({n for r in one for n in r} for one in (rows, fresh))
    shared = [name for name in names[1:] if name in old_names & new_names]
    changed = [
        {**row, **new, "old": {n: row[n] for n in ("verdict", "reason", *names) if n in row}}
        for row, new in zip(rows, fresh, strict=True)
        if row["verdict"] != new["verdict"] or any(row.get(n) != new.get(n) for n in shared)
    ]
    written = _free_name(source) if changed else None
    if written is not None:
        # A component that is no longer in the sum stands in "old" alone.
        gone = set(names) - new_names
        kept = [{n: v for n, v in row.items() if n not in gone} for row in changed]
        write_text(written, "".join(json.dumps(row) + "\n" for row in kept))
    return Rescored(
        source=source,
        completions=len(rows),
        means={n.removeprefix("reward/"): Means(_mean(rows, n), _mean(fresh, n)) for n in names},
        verdicts_changed=sum(
            row["verdict"] != new["verdict"] for row, new in zip(rows, fresh, strict=True)
        ),
        failed=(sum(r["reward"] is None for r in rows), sum(r["reward"] is None for r in fresh)),
        changed=written,
    )


def _values(score: Score) -> Row:
    return {
        "reward": score.value,
        "verdict": score.verdict.value,
        "reason": score.reason,
        **{f"reward/{name}": part.value for name, part in score.parts.items()},
    }


def _mean(rows: Sequence[Row], name: str) -> float | None:
    values = [row[name] for row in rows if row.get(name) is not None]
    return sum(values) / len(values) if values else None


def _free_name(source: Path) -> Path:
    number = 1
    while (path := source.with_suffix(f"{_MARK}{number}.jsonl")).exists():
        number += 1
    return path
