"""What can be wrong with problems under a reward, seen before a policy pays for it.

Each check is a pure function of a reward and one problem, and returns what is wrong in a few words,
or None. None of them runs a program or asks anybody. Adapters make all of them on their first batch
(`FirstBatch`), environments on a sample of a file, and the doctor shows them one by one.

Left out: running programs on tests; `trivial_program` is for the doctor, which does.
"""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Score
from r1gym.sandbox.forms import has_tests
from r1gym.verifiers.any_gold import reads
from r1gym.verifiers.component import Component
from r1gym.verifiers.execution import score_safely
from r1gym.verifiers.extract import gold_text
from r1gym.verifiers.golds import BadRow, states_answer
from r1gym.verifiers.protocol import VERIFIERS
from r1gym.verifiers.response import ANSWER_CLOSE, ANSWER_OPEN, THINK_CLOSE, THINK_OPEN
from r1gym.verifiers.reward import RewardSum

_MOST_CHECKED = 64  # problems of a first batch
_OF_ANSWERS = {"answer", "choices"}  # what those read that compare answers and nothing else
_OTHER_ANSWER = "-1729.5"
_LETTER = re.compile(r"\(?([A-Z])\)?")
_DIGIT = re.compile(r"(?<!\w)(?<!_\{)\d")  # not of a name, which may be left out
_OPPOSITES = {"yes": "no", "no": "yes", "true": "false", "false": "true"}


def unmatched_gold(reward: RewardSum, problem: Problem) -> str | None:
    """Returns why a gold of the problem, given as the answer, would not be paid 1."""
    for component in _comparing(reward, problem):
        if not problem.golds and component.bare.reads <= _OF_ANSWERS:  # type: ignore[attr-defined]
            return "it has no gold answer"
        for gold in problem.golds:
            score = _answered(component, problem, gold, gold_text(gold))
            if score.value != 1:
                why = score.reason or score.verdict.value
                return f"the gold {gold[:60]!r} is not paid 1 as an answer: {why}"
    return None


def passing_mutation(reward: RewardSum, problem: Problem) -> str | None:
    """Returns which other answer than the gold would be paid."""
    for component in _comparing(reward, problem):
        for gold in problem.golds:
            other = mutated(gold_text(gold))
            if other not in problem.golds and _answered(component, problem, gold, other).value:
                return f"{other[:60]!r} is paid where the gold is {gold[:60]!r}"
    return None


def unread_fields(reward: RewardSum, problem: Problem) -> str | None:
    """Returns which field that says how the problem is judged no component reads."""
    components = list(reward.components_for(problem).values())
    if has_tests(problem.metadata.get("tests")) and not any(
        reads(part.bare, "tests") for part in components
    ):
        return "no component reads its tests: name one of the type auto or code"
    if problem.metadata.get("choices") and not any(
        reads(part.bare, "choices") for part in components
    ):
        return "no component reads its choices: name one of the type auto or choice"
    named = problem.metadata.get("verifier")
    kind = named.get("type") if isinstance(named, Mapping) else named
    if kind in (None, "accuracy") or any(reads(part.bare, "verifier") for part in components):
        return None
    if any(part.scope.names and not part.scope.excludes for part in components):
        return None  # the reward says itself who judges this family
    if isinstance(kind, str) and kind in VERIFIERS.names():
        wanted = VERIFIERS.get(kind)
        made_of = (getattr(part.factory, "function", part.factory) for part in components)
        if any(one is wanted for one in made_of):
            return None
    return f"no component reads its verifier, {kind!r}: name one of the type auto"


def vacuous_tests(reward: RewardSum, problem: Problem) -> str | None:
    """Returns why a program that ignores its input would pass the problem's tests."""
    tests = problem.metadata.get("tests")
    if not isinstance(tests, list) or not tests or not all(isinstance(t, Mapping) for t in tests):
        return None
    if not any(reads(part.bare, "tests") for part in reward.components_for(problem).values()):
        return None
    wanted = [_wanted(test) for test in tests]
    if None in wanted or any(one != wanted[0] for one in wanted):
        return None
    how = "its only test expects" if len(tests) == 1 else f"all of its {len(tests)} tests expect"
    shown = repr(tests[0].get("expected", tests[0].get("output", "")))
    return f"{how} {shown[:60]}, which a constant program passes"


def trivial_program(tests: Sequence[Mapping[str, Any]]) -> str:
    """Returns the Python program that gives the first test's output whatever it is given."""
    outputs = [str(test.get("output", "")) for test in tests if test.get("type") == "stdin"]
    results = {test["fn"]: test.get("expected") for test in reversed(tests) if "fn" in test}
    functions = [f"def {name}(*_, **__):\n    return {value!r}" for name, value in results.items()]
    return "\n".join([*functions, *(f"print({output.rstrip()!r})" for output in outputs[:1])])


def is_scored(reward: RewardSum, problem: Problem) -> bool:
    """Returns whether a reward scores a problem: not one without a gold, if a component reads it.

    Raises:
        BadRow: If a component compares with the gold, and that is a solution without an answer.
    """
    if fault := unstated_gold(reward, problem):
        raise BadRow(fault)
    return bool(problem.golds) or not needs_gold(reward, problem)


def unstated_gold(reward: RewardSum, problem: Problem) -> str | None:
    """Returns which gold, that a component compares with, is a solution without an answer."""
    for component in _comparing(reward, problem):
        for gold in problem.golds:
            if component.bare.reads <= _OF_ANSWERS and not states_answer(gold):  # type: ignore[attr-defined]
                return f"the gold is a solution that states no answer: {gold[-60:]!r}"
    return None


def needs_gold(reward: RewardSum, problem: Problem) -> bool:
    """Returns whether a component of the reward reads the problem's gold answer."""
    parts = (_resolved(part, problem) for part in reward.components_for(problem).values())
    return any(part is not None and reads(part.bare, "answer") for part in parts)


def fields_read(reward: RewardSum) -> frozenset[str]:
    """Returns the fields that the components of a reward say they read."""
    said = (getattr(part.bare, "reads", ()) for part in reward.components.values())
    return frozenset().union(*said)


def mutated(gold: str) -> str:
    """Returns an answer that is not the gold: another letter or digit, or no for yes.

    The first digit is changed, since the last ones of a rounded gold need not be met.
    """
    if letter := _LETTER.fullmatch(gold.strip()):
        return "B" if letter[1] == "A" else "A"
    digit = _DIGIT.search(gold)
    if digit is None:
        return _OPPOSITES.get(gold.strip().lower(), _OTHER_ANSWER)
    return f"{gold[: digit.start()]}{int(digit[0]) % 9 + 1}{gold[digit.end() :]}"


_CHECKS: dict[str, Callable[[RewardSum, Problem], str | None]] = {
    "have a gold that does not match itself": unmatched_gold,
    "pay for a wrong answer": passing_mutation,
    "are not judged by what they bring": unread_fields,
    "have tests that tell nothing apart": vacuous_tests,
}


class FirstBatch:
    """Checks the problems of a reward's first calls, once. Safe from any thread.

    Args:
        reward: The reward.
    """

    def __init__(self, reward: RewardSum) -> None:
        self._reward = reward
        self._left = _MOST_CHECKED
        self._is_first = True
        self._warned: set[str] = set()
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        return FirstBatch, (self._reward,)

    def look(self, problems: Sequence[Problem]) -> None:
        """Checks problems, as long as it has not seen enough of them.

        Raises:
            ConfigError: If none of the first ones has a gold that matches itself.
        """
        if self._left <= 0:
            return
        with self._lock:
            is_first, self._is_first = self._is_first, False
            batch = list({(p.question, p.golds): p for p in problems}.values())[: self._left]
            self._left -= len(batch)
            warn_of_problems(self._reward, batch, self._warned, is_first)


def warn_of_problems(
    reward: RewardSum, problems: Sequence[Problem], warned: set[str], may_raise: bool = True
) -> None:
    """Makes every check on some problems, with one warning a check that counts what it found.

    Args:
        reward: The reward.
        problems: The problems.
        warned: The checks that have warned already; this adds to it.
        may_raise: Whether it is an error if no gold matches itself.

    Raises:
        ConfigError: If no gold matches itself.
    """
    for what, check in _CHECKS.items():
        if what in warned:
            continue
        found = [(p, why) for p in problems if (why := check(reward, p)) is not None]
        if not found:
            continue
        problem, why = found[0]
        message = (
            f"{len(found)} of {len(problems)} problems {what}. The first is {where_is(problem)}: "
            f"{why.removesuffix('.')}."
        )
        if check is unmatched_gold and may_raise and len(found) == len(problems):
            raise ConfigError(message)
        warned.add(what)
        warnings.warn(message, stacklevel=2)


def where_is(problem: Problem) -> str:
    """Returns a problem's id with its question, as a message names it."""
    question = " ".join(problem.question.split())
    return " ".join(part for part in (problem.id, f"({question[:60]!r})") if part)


def _comparing(reward: RewardSum, problem: Problem) -> Iterator[Component]:
    """Yields the components that compare an answer with the gold, at no cost worth naming."""
    for part in reward.components_for(problem).values():
        found = _resolved(part, problem)
        bare = found and found.bare
        if found is None or "answer" not in getattr(bare, "reads", ()):
            continue
        if not hasattr(bare, "concurrency") and not hasattr(bare, "deadline"):
            yield found


def _resolved(part: Component, problem: Problem) -> Component | None:
    """Returns the component that judges a problem: that which ``auto`` makes for it, or itself."""
    component_for = getattr(part.bare, "component_for", None)
    if component_for is None:
        return part
    found: Component | Score = component_for(problem)
    return found if isinstance(found, Component) else None


def _answered(component: Component, problem: Problem, gold: str, answer: str) -> Score:
    text = f"{THINK_OPEN}{THINK_CLOSE}{ANSWER_OPEN}{answer}{ANSWER_CLOSE}"
    alone = replace(problem, answer=gold, other_answers=())
    return score_safely(component.name, component.verifier, alone, Completion(text))


def _wanted(test: Mapping[str, Any]) -> object:
    """Returns what a test expects; None if that cannot be told without running its checker."""
    if test.get("checker"):
        return None
    if test.get("type") == "call":
        return (test.get("fn"), repr(test.get("expected")))
    return " ".join(str(test.get("output", "")).split())
