"""Every grader's opinion on every stored response, and where they differ."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from r1gym.core.checks import check_fields, check_least
from r1gym.core.errors import ConfigError, ProblemFileError
from r1gym.core.types import Completion, Score, Verdict
from r1gym.envs.templates import load_template
from r1gym.recipes.audit.kinds import kind_of
from r1gym.recipes.audit.labels import check_no_labels, write_rows
from r1gym.recipes.audit.rows import Stored, read_mapping, read_rows
from r1gym.verifiers import Verifier
from r1gym.verifiers.component import ComponentSpec
from r1gym.verifiers.execution import score_batch_safely
from r1gym.verifiers.extract import extract_answer
from r1gym.verifiers.graders import GRADERS, make_grader
from r1gym.verifiers.graders.registry import OURS
from r1gym.verifiers.response import opening_of

_AT_ONCE = 64


@dataclass(frozen=True)
class AuditConfig:
    """Which graders to compare, on which stored completions."""

    file: Path
    """JSON lines, a JSON list or Parquet, a response and its gold answer in each row."""
    map: tuple[str, ...] = ()
    """Which fields are which: response=output gold=answer problem=question."""
    graders: tuple[str, ...] = ()
    """Registered graders, or functions as module:function; none for all that are installed."""
    rewards: dict[str, ComponentSpec] = field(default_factory=lambda: {"auto": 1.0})
    """The reward that stands for the grader r1gym."""
    template: str = ""
    """The prompt template, if it opened the thinking."""
    out: str = ""
    """Where the disagreements are written; empty for a file in runs/audit."""
    sample: int = 0
    """Write so many rows, drawn from all with equal chances, in place of the disagreements."""
    seed: int = 0
    """Seed of that draw."""
    deadline: float = 15.0
    """Seconds that a grader may take for one response."""


@dataclass(frozen=True)
class Opinion:
    """What one grader says: ``right``, ``wrong``, ``failed`` or ``none`` (no opinion), and why."""

    says: str
    reason: str = ""


@dataclass(frozen=True)
class Judged:
    """A response with every grader's opinion.

    Attributes:
        stored: The response.
        answer: The final answer that r1gym reads in it, or None.
        opinions: By grader.
        kind: What the graders differ about; empty if they agree.
    """

    stored: Stored
    answer: str | None
    opinions: Mapping[str, Opinion]
    kind: str


@dataclass
class Audit:
    """What an audit found.

    Attributes:
        graders: Their names.
        missing: Registered graders that could not be loaded, with the reason.
        responses: How many were judged.
        without_gold: Rows left out because their gold answer is null.
        said: For each grader how often it said what.
        kinds: The disagreements by kind.
        disagreements: All of them, failures included.
        out: The file for labelling; None if there is nothing to label.
    """

    graders: tuple[str, ...]
    missing: dict[str, str] = field(default_factory=dict)
    responses: int = 0
    without_gold: int = 0
    said: dict[str, Counter[str]] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    disagreements: list[Judged] = field(default_factory=list)
    out: Path | None = None


def audit(config: AuditConfig, progress: Callable[[int], object] | None = None) -> Audit:
    """Has graders judge the stored completions of a file, and writes where they differ.

    Args:
        config: The file, its fields and the graders.
        progress: Called with the number of rows since the last call.

    Raises:
        ProblemFileError: If the file cannot be read, or a row lacks a field.
        ConfigError: If a grader cannot be loaded, or the file to be written holds labels.
        R1GymError: If a name is unknown or a value not allowed.
    """
    check_fields(config)
    check_least(config, {"sample": 0, "deadline": 0.01})
    mapping = read_mapping(config.map)
    template = load_template(config.template) if config.template else ""
    out = _out(config)
    check_no_labels(out)
    graders, missing = _load(config, template)
    found = Audit(tuple(graders), missing, said={name: Counter() for name in graders})
    sample = _Sample(config.sample, config.seed)
    rows = read_rows(config.file.expanduser(), mapping)
    while chunk := list(islice(rows, _AT_ONCE)):
        stored = [one for row in chunk for one in row]
        found.without_gold += sum(not row for row in chunk)
        for judged in _judge(stored, graders, opening_of(template) if template else ""):
            _count(found, judged)
            sample.add(judged)
        if progress is not None:
            progress(len(chunk))
    if not found.responses:
        raise ProblemFileError(f"{config.file} holds no response with a gold answer.")
    wanted = sample.rows if config.sample else found.disagreements
    if wanted:
        write_rows(out, [_row(j) for j in wanted], "sample" if config.sample else "disagreements")
        found.out = out
    return found


def _out(config: AuditConfig) -> Path:
    if config.out:
        return Path(config.out).expanduser()
    what = "sample" if config.sample else "disagreements"
    return Path("runs/audit") / f"{config.file.stem}.{what}.jsonl"


def _load(config: AuditConfig, template: str) -> tuple[dict[str, Verifier], dict[str, str]]:
    """Returns the graders by name, and why others are left out: only what was named must be."""
    names = dict.fromkeys((OURS, *(config.graders or GRADERS.names())))
    graders: dict[str, Verifier] = {}
    missing: dict[str, str] = {}
    for name in names:
        try:
            graders[name] = make_grader(name, config.rewards, template, config.deadline)
        except ConfigError as error:
            if config.graders or name == OURS:
                raise
            missing[name] = str(error)
    if len(graders) < 2:
        more = " ".join(missing.values())
        raise ConfigError(f"An audit compares r1gym with other graders, and there is none. {more}")
    return graders, missing


def _judge(
    stored: Sequence[Stored], graders: Mapping[str, Verifier], opening: str
) -> Iterator[Judged]:
    pairs = [(one.problem, Completion(one.response)) for one in stored]
    scores = {name: score_batch_safely(name, one, pairs) for name, one in graders.items()}
    for place, one in enumerate(stored):
        opinions = {name: _opinion(found[place], name) for name, found in scores.items()}
        yield _judged(one, extract_answer(opening + one.response), opinions)


def _judged(stored: Stored, answer: str | None, opinions: Mapping[str, Opinion]) -> Judged:
    said = {opinion.says for opinion in opinions.values()}
    failed = "failed" in said
    kind = ""
    if failed or {"right", "wrong"} <= said:
        kind = kind_of(stored.problem, answer, failed)
    return Judged(stored, answer, opinions, kind)


def _opinion(score: Score, name: str) -> Opinion:
    if score.value is None:
        return Opinion("none" if score.info.get("opinion") is False else "failed", score.reason)
    if score.verdict is Verdict.TIMEOUT and name != OURS:
        return Opinion("failed", score.reason)  # ours says it of programs that are too slow
    return Opinion("right" if score.verdict is Verdict.CORRECT else "wrong", score.reason)


def _count(found: Audit, judged: Judged) -> None:
    found.responses += 1
    for name, opinion in judged.opinions.items():
        found.said[name][opinion.says] += 1
    if judged.kind:
        found.kinds[judged.kind] += 1
        found.disagreements.append(judged)


def _row(judged: Judged) -> dict[str, Any]:
    problem = judged.stored.problem
    return {
        "id": judged.stored.id,
        "label": "",
        "kind": judged.kind,
        "problem": problem.question,
        "gold": problem.answer if len(problem.golds) == 1 else list(problem.golds),
        "answer": judged.answer,
        "graders": {
            name: {"says": opinion.says, "reason": opinion.reason}
            for name, opinion in judged.opinions.items()
        },
        "response": judged.stored.response,
    }


class _Sample:
    """A reservoir: every judged response so far is in it with the same chance."""

    def __init__(self, size: int, seed: int) -> None:
        self.rows: list[Judged] = []
        self._size, self._seen, self._rng = size, 0, random.Random(seed)

    def add(self, judged: Judged) -> None:
        self._seen += 1
        if len(self.rows) < self._size:
            self.rows.append(judged)
        elif self._size and (place := self._rng.randrange(self._seen)) < self._size:
            self.rows[place] = judged
