"""Are gold answers right, others wrong, and does the reward read what the problems bring?"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.envs.task import TokenTask
from r1gym.recipes.checks.check import Check, Status
from r1gym.recipes.checks.sample import (
    brings_tests,
    component_type,
    named_verifier,
    right_text,
    verifier_of,
)

_OTHER_NUMBER = "-1729.5"
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")
_LETTER = re.compile(r"\(?([A-Z])\)?")
_OPPOSITES = {"yes": "no", "no": "yes", "true": "false", "false": "true"}
_READS_GOLD = ("accuracy", "choice")  # of other verifiers several answers may be right
_READ_FIELDS = ("tests", "verifier")


@dataclass(frozen=True)
class Trial:
    """One problem, answered rightly and wrongly.

    Attributes:
        problem: The problem.
        right: The score of its gold answer, dressed as the template asks.
        wrong: The scores of another answer and of none.
        seconds: How long each took.
        read: The fields of its metadata that a component looked at.
        mutant: Its gold answer with a small change that makes it another one, if there is any.
        mutated: The score of that.
    """

    problem: Problem
    right: Score
    wrong: tuple[Score, ...]
    seconds: tuple[float, ...]
    read: frozenset[str] = frozenset(_READ_FIELDS)
    mutant: str | None = None
    mutated: Score | None = None


class _Watched(dict[str, Any]):
    """Metadata that remembers which fields were looked at."""

    def __init__(self, fields: Any) -> None:
        super().__init__(fields)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.read.add(str(name))
        return super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        self.read |= set(super().keys())
        return super().__iter__()

    def get(self, name: str, default: Any = None) -> Any:
        """Returns a field, and remembers it."""
        self.read.add(name)
        return super().get(name, default)

    def items(self) -> Any:
        """Returns all fields, and remembers them."""
        return {name: self[name] for name in self}.items()

    def __reduce__(self) -> tuple[Any, ...]:  # to a worker process, which may look at any
        return dict, (dict(self.items()),)


def other_answer(gold: str) -> str:
    """Returns an answer that is not the gold answer: of a number its last digit is off by one."""
    if _DECIMAL.fullmatch(gold):
        return f"{gold[:-1]}{(int(gold[-1]) + 1) % 10}"
    return _OTHER_NUMBER


def mutant_of(gold: str) -> str | None:
    """Returns a gold answer with a small change that makes it another answer.

    The first digit of a number, of a choice the letter, and of yes and no the other one; None if
    there is none of these. Digits of names (``x_1``) stay: a name may be left out.
    """
    gold = gold.strip()
    if (opposite := _OPPOSITES.get(gold.lower())) is not None:
        return opposite
    if letter := _LETTER.fullmatch(gold):
        return "B" if letter[1] == "A" else "A"
    if digit := re.search(r"(?<!\w)(?<!_\{)\d", gold, re.ASCII):
        other = int(digit[0]) % 9 + 1  # never 0, which may lead a number
        return f"{gold[: digit.start()]}{other}{gold[digit.end() :]}"
    return None


def try_problem(task: TokenTask, problem: Problem) -> Trial:
    """Scores a problem's gold answer, a changed one, another answer, and an empty one."""
    watched = _Watched(problem.metadata)
    seconds = []

    def score(answer: str, asked: Problem = problem) -> Score:
        started = time.perf_counter()
        found = task.score(asked, Completion(right_text(task, answer)))
        seconds.append(time.perf_counter() - started)
        return found

    right = score(problem.answer, replace(problem, metadata=watched))
    wrong = tuple(score(answer) for answer in (other_answer(problem.answer.strip()), ""))
    # Of a program a digit may not matter; `tests.py` tries what does.
    mutant = None if brings_tests(problem) else mutant_of(problem.answer)
    mutated = None if mutant is None else score(mutant)
    read = frozenset(watched.read)
    return Trial(problem, right, wrong, tuple(seconds), read, mutant, mutated)


def check_gold(trials: list[Trial]) -> Check:
    """Checks that gold answers are correct and other answers are not."""
    name = "gold answers"
    compares = "accuracy" in trials[0].right.parts
    known = [trial for trial in trials if trial.problem.answer.strip()]
    for trial in trials:
        answer, where = repr(trial.problem.answer[:60]), f"of problem {trial.problem.id}"
        for score in (trial.right, *trial.wrong):
            if score.value is None:
                return Check(
                    name, Status.FAIL, f"{answer} {where} cannot be graded: {score.reason}"
                )
        if not compares:
            continue
        accuracy = trial.right.parts["accuracy"]
        if trial in known and accuracy.value != 1:
            why = accuracy.reason or accuracy.verdict.value
            return Check(
                name,
                Status.FAIL,
                f"{answer} {where} is not scored 1: {why}; mend the gold, or name the verifier "
                "that reads it",
            )
        if any(score.parts["accuracy"].value for score in trial.wrong):
            return Check(name, Status.FAIL, f"a wrong answer is scored as {answer} {where}")
    if not known:
        return Check(name, Status.WARNING, "no problem has one, so that none could be tried")
    if compares:
        return Check(name, Status.OK, f"{len(known)} score 1, with another answer or none 0")
    told_apart = all(
        t.right.verdict is Verdict.CORRECT
        and all(w.value is not None and w.value < (t.right.value or 0.0) for w in t.wrong)
        for t in known
    )
    if told_apart:
        return Check(name, Status.OK, f"{len(known)} earn more than another answer or none")
    return Check(name, Status.WARNING, "right and wrong answers are not told apart by this reward")


def check_mutants(task: TokenTask, trials: list[Trial]) -> Check:
    """Checks that a gold answer with a small change is no longer right."""
    name = "changed golds"
    tried = [trial for trial in trials if trial.mutated is not None]
    warning = None
    for trial in tried:
        assert trial.mutated is not None
        part = trial.mutated.parts.get("accuracy")
        if part is None or not part.value:
            continue
        detail = (
            f"{trial.mutant!r} is scored as the gold {trial.problem.answer[:60]!r} of problem "
            f"{trial.problem.id}"
        )
        if verifier_of(task, trial.problem) in _READS_GOLD:
            return Check(name, Status.FAIL, f"{detail}: the verifier is too lenient for it")
        warning = warning or f"{detail}: right only if several answers are"
    if warning:
        return Check(name, Status.WARNING, warning)
    if not tried:
        return Check(name, Status.NOT_CHECKED, "no gold has a digit or a letter to change")
    return Check(name, Status.OK, f"{len(tried)} with a digit or letter changed score 0")


def check_fields(task: TokenTask, trials: list[Trial]) -> Check:
    """Checks that the reward reads the tests and the verifier that problems bring."""
    name = "tests and verifiers"
    types = {component_type(*component) for component in task.reward.rewards.items()}
    answered = "accuracy" in task.reward.components
    do = """; take --rewards accuracy '{"type": "auto", "weight": 1}'"""
    named = None
    for trial in trials:
        problem = trial.problem
        if brings_tests(problem) and "tests" not in trial.read:
            detail = f"problem {problem.id} brings tests that no reward reads"
            if not answered:
                return Check(name, Status.WARNING, detail)
            return Check(name, Status.FAIL, f"{detail}: right programs would earn 0{do}")
        asked = named_verifier(problem)
        if problem.metadata.get("verifier") and "verifier" not in trial.read | types:
            named = named or (None if asked in types else (problem.id, asked))
    if named:
        detail = f"problem {named[0]} names the verifier {named[1]!r}, which no reward reads{do}"
        return Check(name, Status.WARNING, detail)
    return Check(name, Status.OK, "the reward reads what the problems bring")


def check_format(task: TokenTask, trials: list[Trial]) -> Check:
    """Checks that the format reward can be earned under the template."""
    if "format" not in trials[0].right.parts:
        return Check("template", Status.OK, "there is no format reward to fit")
    for trial in trials:
        part = trial.right.parts["format"]
        if part.value != 1:
            detail = f"a completion that fits it earns no format reward: {part.reason}"
            return Check("template", Status.FAIL, detail)
    return Check("template", Status.OK, "the format reward can be earned")
