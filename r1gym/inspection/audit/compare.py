"""Every grader's opinion on every stored response, and where they differ."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from r1gym.core.checks import check_fields, check_least
from r1gym.core.errors import ConfigError, ProblemFileError
from r1gym.core.types import Completion, Score, Verdict
from r1gym.envs.templates import load_template
from r1gym.inspection.audit.kinds import kind_of
from r1gym.inspection.audit.labels import check_no_labels, write_rows
from r1gym.inspection.audit.rows import Stored, read_mapping, read_rows
from r1gym.verifiers import Verifier
from r1gym.verifiers.component import ComponentSpec
from r1gym.verifiers.execution import score_batch_safely
from r1gym.verifiers.extract import extract_answer
from r1gym.verifiers.graders import GRADERS, make_grader
from r1gym.verifiers.graders.registry import OURS
from r1gym.verifiers.response import opening_of

_AT_ONCE = 16  # responses: an interrupt waits for so many


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
    """What one grader says: ``right``, ``wrong``, ``failed`` or ``none`` (no opinion), and why.

    Attributes:
        says: Which of them.
        reason: Why, in a line.
        cut_short: Whether it failed because it took longer than the deadline.
    """

    says: str
    reason: str = ""
    cut_short: bool = False


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
        unjudged: How many were left when an interrupt ended the audit.
        cut_short: For each grader how often it took longer than the deadline.
        said: For each grader how often it said what.
        kinds: The disagreements by kind.
        disagreements: All of them, failures included.
        out: The file for labelling; None if there is nothing to label.
    """

    graders: tuple[str, ...]
    missing: dict[str, str] = field(default_factory=dict)
    responses: int = 0
    without_gold: int = 0
    unjudged: int = 0
    cut_short: Counter[str] = field(default_factory=Counter)
    said: dict[str, Counter[str]] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    disagreements: list[Judged] = field(default_factory=list)
    out: Path | None = None


def audit(config: AuditConfig, progress: Callable[[int, int], object] = lambda *_: None) -> Audit:
    """Has graders judge the stored completions of a file, and writes where they differ.

    All rows are read before the first is judged. A KeyboardInterrupt ends the audit, one that
    `progress` raises as well: what was judged until then is counted, written and returned.

    Args:
        config: The file, its fields and the graders.
        progress: Called with the number of responses that are judged, and of all.

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
    rows = list(read_rows(config.file.expanduser(), mapping))
    stored = [one for row in rows for one in row]
    if not stored:
        raise ProblemFileError(f"{config.file} holds no response with a gold answer.")
    found = Audit(tuple(graders), missing, said={name: Counter() for name in graders})
    found.without_gold = sum(not row for row in rows)
    sample = _Sample(config.sample, config.seed)
    try:
        for start in range(0, len(stored), _AT_ONCE):
            chunk = stored[start : start + _AT_ONCE]
            for judged in _judge(chunk, graders, opening_of(template) if template else ""):
                _count(found, judged)
                sample.add(judged)
            progress(found.responses, len(stored))
    except KeyboardInterrupt:
        if not found.responses:
            raise
    found.unjudged = len(stored) - found.responses
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


def _judge(stored: Sequence[Stored], graders: Mapping[str, Verifier], opening: str) -> list[Judged]:
    pairs = [(one.problem, Completion(one.response)) for one in stored]
    # One grader after the other: its workers have the machine, or deadlines would mean less.
    scores = {name: score_batch_safely(name, one, pairs) for name, one in graders.items()}
    judged = []
    for place, one in enumerate(stored):
        opinions = {name: _opinion(found[place], name) for name, found in scores.items()}
        judged.append(_judged(one, extract_answer(opening + one.response), opinions))
    return judged


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
        # Ours says it of programs that are too slow.
        return Opinion("failed", score.reason, cut_short=True)
    return Opinion("right" if score.verdict is Verdict.CORRECT else "wrong", score.reason)


def _count(found: Audit, judged: Judged) -> None:
    found.responses += 1
    for name, opinion in judged.opinions.items():
        found.said[name][opinion.says] += 1
        found.cut_short[name] += opinion.cut_short
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
