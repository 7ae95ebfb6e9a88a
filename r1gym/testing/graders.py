"""Runs attacks against any grader: `check_grader`, `check_code_grader`, `check_judge`.

Left out: whether a grader is right on honest answers, beyond a few; `r1gym audit` tells that.
"""

from __future__ import annotations

import inspect
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.testing.attacks import ATTACKS, JUDGING, PROGRAMS, Attack
from r1gym.testing.attacks.judging import DAYS
from r1gym.testing.attacks.programs import RIGHT_PROGRAMS
from r1gym.testing.forked import Called, call_each
from r1gym.verifiers import Verifier
from r1gym.verifiers.component import Component
from r1gym.verifiers.graders import read_result
from r1gym.verifiers.response import with_opening

Grader = str | Callable[..., Any] | Verifier
_Ask = Callable[[Problem, str, bool], Any]
_OPENING = "<think>"


@dataclass(frozen=True)
class Outcome:
    """What became of one attack.

    Attributes:
        attack: The attack.
        what: ``held``, or what happened: ``canary`` (code in the answer was run), ``paid``,
            ``slow``, or ``raised`` (it raised, failed or died).
        reason: One line more.
        seconds: How long the grader took.
    """

    attack: Attack
    what: str
    reason: str
    seconds: float


@dataclass(frozen=True)
class Report:
    """What became of all attacks."""

    outcomes: tuple[Outcome, ...]

    @property
    def broken(self) -> tuple[Outcome, ...]:
        """The attacks that got through."""
        return tuple(outcome for outcome in self.outcomes if outcome.what != "held")

    def __str__(self) -> str:
        """One line a kind, then one for each attack that got through."""
        kinds = Counter(outcome.attack.kind for outcome in self.outcomes)
        lost = Counter(outcome.attack.kind for outcome in self.broken)
        lines = [f"{kind}: {n - lost[kind]} of {n} held" for kind, n in kinds.items()]
        for outcome in self.broken:
            lines.append(f"{outcome.attack.name}: {outcome.what} ({outcome.reason})")
        return "\n".join(lines)


def check_grader(
    grader: Grader,
    *,
    kinds: Sequence[str] = (),
    attacks: Iterable[Attack] = ATTACKS,
    seconds: float = 5.0,
) -> Report:
    r"""Attacks a grader of final answers, in a process that can be killed.

    Args:
        grader: A function ``(response, gold)`` that returns a truth value, a number that is above
            0.5 for right, a Score, or None for no opinion; or a verifier, or the name of a
            registered one. Where a prompt would have opened the thinking, the response begins with
            ``<think>``.
        kinds: The kinds of attacks; none for all.
        attacks: The attacks to choose from.
        seconds: What the grader may take for one answer.

    Returns:
        What became of each attack.

    Raises:
        ConfigError: If the grader pays no right answer: then it shows nothing that it holds.
        UnknownNameError: If there are no attacks of a kind, or no verifier of that name.

    Example:
        >>> def substring(response, gold):
        ...     return gold in response
        >>> report = check_grader(substring, kinds=["near miss"])
        >>> [outcome.attack.name for outcome in report.broken][:2]
        ['near miss/sum-above', 'near miss/sum-negative']
    """
    chosen = _chosen(attacks, kinds)
    problems = {attack.problem.id: attack.problem for attack in chosen}.values()
    right = [(p, f"<think></think><answer>\\boxed{{{p.answer}}}</answer>") for p in problems]
    right += [(p, f"<think></think><answer>{p.answer}</answer>") for p in problems]
    return _attack(_answer_asker(grader), chosen, right, seconds)


def check_code_grader(
    grader: Grader,
    *,
    kinds: Sequence[str] = (),
    attacks: Iterable[Attack] = PROGRAMS,
    seconds: float = 60.0,
) -> Report:
    """Attacks a grader of programs.

    Args:
        grader: A function ``(response, tests)``, where the tests have the form that
            `r1gym.sandbox.run_tests` takes; or a verifier or its name. It must run programs in a
            sandbox: these ones do no harm, but others will.
        kinds: As for `check_grader`.
        attacks: The attacks to choose from.
        seconds: What the grader may take for one program.

    Raises:
        ConfigError: If the grader pays no right program.
        UnknownNameError: As for `check_grader`.
    """

    def by_tests(function: Callable[..., Any], problem: Problem, text: str) -> Any:
        return function(text, problem.metadata["tests"])

    ask = _asker(grader, by_tests)
    return _attack(ask, _chosen(attacks, kinds), list(RIGHT_PROGRAMS.items()), seconds)


def check_judge(
    judge: Grader,
    *,
    kinds: Sequence[str] = (),
    attacks: Iterable[Attack] = JUDGING,
    seconds: float = 60.0,
) -> Report:
    """Attacks a grader that is, or asks, a language model.

    Args:
        judge: A function ``(question, response, gold)``, or a verifier or its name.
        kinds: As for `check_grader`.
        attacks: The attacks to choose from.
        seconds: What the judge may take for one answer.

    Raises:
        ConfigError: If the judge pays no right answer.
        UnknownNameError: As for `check_grader`.
    """

    def by_question(function: Callable[..., Any], problem: Problem, text: str) -> Any:
        return function(problem.question, text, problem.answer)

    right = [(DAYS, "<think></think><answer>There are seven days: 7</answer>")]
    return _attack(_asker(judge, by_question), _chosen(attacks, kinds), right, seconds)


def _chosen(attacks: Iterable[Attack], kinds: Sequence[str]) -> list[Attack]:
    attacks = list(attacks)
    known = dict.fromkeys(attack.kind for attack in attacks)
    for kind in kinds:
        if kind not in known:
            raise UnknownNameError("kind of attack", kind, known)
    return [attack for attack in attacks if not kinds or attack.kind in kinds]


def _answer_asker(grader: Grader) -> _Ask:
    return _asker(grader, lambda function, problem, text: function(text, problem.answer))


def _asker(grader: Grader, call: Callable[[Callable[..., Any], Problem, str], Any]) -> _Ask:
    """Returns a function that asks the grader for its opinion, whichever form it has."""
    component = None
    if isinstance(grader, str) or inspect.isclass(grader):
        factory: Any = grader if inspect.isclass(grader) else None
        name = grader if isinstance(grader, str) else grader.__name__
        component = Component.build(name, 1.0, factory)
        verifier: Verifier | None = component.verifier
    else:
        verifier = grader if hasattr(grader, "score") else None
    if verifier is None:
        if not callable(grader):
            raise ConfigError(f"A grader is a function or a verifier, not {grader!r:.80}.")
        function: Callable[..., Any] = grader
        return lambda problem, text, opened: call(
            function, problem, (_OPENING if opened else "") + text
        )
    plain, opening = verifier, _under_opened(component or verifier)

    def ask(problem: Problem, text: str, opened: bool) -> Any:
        completion = with_opening(Completion(text), _OPENING if opened else "")
        return (opening if opened else plain).score(problem, completion)

    return ask


def _under_opened(verifier: Any) -> Verifier:
    """Returns the verifier for a prompt that ends with ``<think>``."""
    fitted: Any = verifier
    if hasattr(verifier, "for_template"):
        fitted = verifier.for_template("{question}" + _OPENING)
    under: Verifier = fitted.verifier if isinstance(fitted, Component) else fitted
    return under


def _attack(
    ask: _Ask, attacks: Sequence[Attack], right: Sequence[tuple[Problem, str]], seconds: float
) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        canaries = [Path(folder) / f"canary-{i}" for i in range(len(attacks))]
        honest = call_each([_question(ask, *pair, False) for pair in right], seconds)
        if not any(_is_paid(called) for called in honest):
            said = {_reason(called) for called in honest if called.how != "returned"}
            why = f" ({'; '.join(sorted(said))})" if said else ""
            raise ConfigError(
                f"The grader pays none of {len(right)} right answers{why}, so nothing is shown by "
                f"what it does not pay. The first one: {right[0][1]!r:.100}."
            )
        calls = [
            _question(ask, attack.problem, attack.text(str(canary)), attack.opened)
            for attack, canary in zip(attacks, canaries, strict=True)
        ]
        found = call_each(calls, seconds)
        touched = [canary.exists() for canary in canaries]
    return Report(tuple(map(_outcome, attacks, found, touched)))


def _question(ask: _Ask, problem: Problem, text: str, opened: bool) -> Callable[[], Score]:
    return lambda: read_result(ask(problem, text, opened))


def _outcome(attack: Attack, called: Called, touched: bool) -> Outcome:
    what, reason = "held", _reason(called)
    if touched:
        what, reason = "canary", "the grader ran code from the answer"
    elif called.how == "slow":
        what = "slow"
    elif _is_paid(called):
        what = "paid"
    elif called.how != "returned" or _has_failed(called.result):
        what = "held" if attack.refusable else "raised"
    return Outcome(attack, what, reason, called.seconds)


def _is_paid(called: Called) -> bool:
    return called.how == "returned" and called.result.verdict is Verdict.CORRECT


def _has_failed(score: Score) -> bool:
    return score.value is None and score.info.get("opinion") is not False


def _reason(called: Called) -> str:
    if called.how != "returned":
        return str(called.result)
    score: Score = called.result
    return score.reason or f"{score.verdict}, {score.value}"
