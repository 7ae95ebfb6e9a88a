"""Are gold answers right, others wrong, and does the reward read what the problems bring?"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.envs.chat import ChatTemplate
from r1gym.envs.task import TokenTask
from r1gym.envs.templates import TEMPLATES, is_chat
from r1gym.evaluation.preflight.check import Check, Status
from r1gym.evaluation.preflight.sample import brings_tests, right_text, verifier_of
from r1gym.verifiers.any_gold import reads
from r1gym.verifiers.problem_checks import (
    passing_mutation,
    unread_fields,
    where_is,
)
from r1gym.verifiers.response import ANSWER_OPEN

_OTHER_NUMBER = "-1729.5"
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")
_READS_GOLD = ("accuracy", "choice")  # of other verifiers several answers may be right
_AUTO = """, for example --rewards accuracy '{"type": "auto", "weight": 1}'"""


@dataclass(frozen=True)
class Trial:
    """One problem, answered rightly and wrongly.

    Attributes:
        problem: The problem.
        right: The score of its gold answer, dressed as the template asks.
        wrong: The scores of another answer and of none.
        seconds: How long each took.
        reads_gold: Whether a component that pays for the problem reads its gold answer.
    """

    problem: Problem
    right: Score
    wrong: tuple[Score, ...]
    seconds: tuple[float, ...]
    reads_gold: bool = True


def other_answer(gold: str) -> str:
    """Returns an answer that is not the gold answer: of a number its last digit is off by one."""
    if _DECIMAL.fullmatch(gold):
        return f"{gold[:-1]}{(int(gold[-1]) + 1) % 10}"
    return _OTHER_NUMBER


def try_problem(task: TokenTask, problem: Problem) -> Trial:
    """Scores a problem's gold answer, another answer, and an empty one."""
    scores, seconds = [], []
    for answer in (problem.answer, other_answer(problem.answer.strip()), ""):
        started = time.perf_counter()
        scores.append(task.score(problem, Completion(right_text(task, answer))))
        seconds.append(time.perf_counter() - started)
    paying = (part for part in task.reward.components_for(problem).values() if part.weight)
    reads_gold = any(reads(part.bare, "answer") for part in paying)
    return Trial(problem, scores[0], tuple(scores[1:]), tuple(seconds), reads_gold)


def check_gold(trials: list[Trial]) -> Check:
    """Checks that gold answers are correct and other answers are not."""
    name = "gold answers"
    known = [trial for trial in trials if trial.problem.answer.strip()]
    for trial in trials:
        answer, where = repr(trial.problem.answer[:60]), f"of problem {trial.problem.id}"
        for score in (trial.right, *trial.wrong):
            if score.value is None:
                return Check(
                    name, Status.FAIL, f"{answer} {where} cannot be graded: {score.reason}"
                )
        if "accuracy" not in trial.right.parts:
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
    compared = [trial for trial in known if "accuracy" in trial.right.parts]
    others = [trial for trial in known if "accuracy" not in trial.right.parts]
    if compared:  # then a reward model for other families need not know their golds
        others = [trial for trial in others if trial.reads_gold]
    if not others:
        return Check(name, Status.OK, f"{len(compared)} score 1, with another answer or none 0")
    told_apart = all(
        t.right.verdict is Verdict.CORRECT
        and all(w.value is not None and w.value < (t.right.value or 0.0) for w in t.wrong)
        for t in others
    )
    if told_apart:
        return Check(name, Status.OK, f"{len(known)} earn more than another answer or none")
    return Check(name, Status.WARNING, "right and wrong answers are not told apart by this reward")


def check_mutants(task: TokenTask, problems: Sequence[Problem]) -> Check:
    """Checks that a gold answer with a small change is no longer right."""
    name = "changed golds"
    warning = None
    for problem in problems:
        if (why := passing_mutation(task.reward, problem)) is None:
            continue
        if verifier_of(task, problem) in _READS_GOLD:
            detail = f"of {where_is(problem)} {why}: the verifier is too lenient for it"
            return Check(name, Status.FAIL, detail)
        warning = warning or f"of {where_is(problem)} {why}: fine only if several answers are right"
    if warning:
        return Check(name, Status.WARNING, warning)
    return Check(name, Status.OK, f"{len(problems)} with a digit or letter changed earn nothing")


def check_fields(task: TokenTask, problems: Sequence[Problem]) -> Check:
    """Checks that the reward reads the tests, choices and verifier that problems bring."""
    name = "tests and verifiers"
    faults = [(p, why) for p in problems if (why := unread_fields(task.reward, p)) is not None]
    if not faults:
        return Check(name, Status.OK, "the reward reads what the problems bring")
    faults.sort(key=lambda fault: not brings_tests(fault[0]))
    problem, why = faults[0]
    detail = f"{len(faults)} of {len(problems)} problems, first {where_is(problem)}: {why}"
    if not brings_tests(problem) or "accuracy" not in task.reward.components:
        return Check(name, Status.WARNING, f"{detail}{_AUTO}")
    return Check(name, Status.FAIL, f"{detail}{_AUTO}; as it is right programs earn 0")


def check_format(task: TokenTask, trials: list[Trial]) -> Check:
    """Says which template it is, and checks that the format reward can be earned under it."""
    parts = [t.right.parts["format"] for t in trials if "format" in t.right.parts]
    if not parts:
        return Check("template", Status.OK, f"{_which(task)}; there is no format reward to fit")
    for part in parts:
        if part.value != 1:
            detail = f"a completion that fits it earns no format reward: {part.reason}"
            return Check("template", Status.FAIL, detail)
    if isinstance(task.template, ChatTemplate) and ANSWER_OPEN not in task.template:
        detail = f"{_which(task)}; it never asks for the tags that the format reward pays for"
        return Check("template", Status.WARNING, detail)
    return Check("template", Status.OK, f"{_which(task)}; the format reward can be earned")


def _which(task: TokenTask) -> str:
    """Returns a template's name, and whether that is what the tokenizer comes with."""
    name = task.spec.template
    if name is None:
        return f"{task.tokenizer.default_template}, the tokenizer's own"
    if is_chat(name):
        return name
    return name if name in TEMPLATES else "a text of one's own"
