r"""A conformance suite for verifiers: `check_verifier` runs any of them, ours or a plugin's.

Like Gymnasium's `check_env`, it raises AssertionError with one line at the first promise of
`r1gym.verifiers.protocol.Verifier` that is not kept. Left out: whether the rule itself is a good
one; that only problems with known right and wrong answers can tell, so bring many of them. And a
call that hangs in C code cannot be reported, only one in Python: give such a verifier a deadline.
"""

from __future__ import annotations

import inspect
import json
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from r1gym.core.checks import check_list, check_number, check_whole, shown
from r1gym.core.errors import ConfigError, R1GymError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers import Verifier
from r1gym.verifiers.component import Component
from r1gym.verifiers.execution import FAULTS, Pair
from r1gym.verifiers.response import THINK_CLOSE, THINK_OPEN, with_opening

_REPEATED = 200  # inputs that are scored again: by a second pass, by threads, by a copy
_THREADS = 16
_LONG = 100_000


@dataclass(frozen=True)
class Case:
    """A problem with completions whose worth is known.

    Attributes:
        problem: The problem.
        gold: A completion that deserves 1; None for a component that does not judge answers.
        wrong: Completions that deserve 0.
    """

    problem: Problem
    gold: str | None = None
    wrong: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.problem, Problem):
            raise ConfigError(f"A Case has a Problem, not {shown(self.problem)}.")
        wrong = check_list("wrong", self.wrong, "('<answer>41</answer>',)")
        for text in (*wrong, "" if self.gold is None else self.gold):
            if not isinstance(text, str):
                raise ConfigError(f"A completion of a Case is a text, not {shown(text)}.")


def check_verifier(
    verifier: str | Callable[..., Verifier],
    cases: Sequence[Case],
    *,
    options: Mapping[str, Any] | None = None,
    empty: float | None = 0.0,
    in_thinking: float | None = 0.0,
    strings: int = 1000,
    seconds: float = 5.0,
    seed: int = 0,
) -> None:
    r"""Checks that a verifier keeps what the protocol promises.

    Gold completions score 1 and wrong ones 0; an empty one has its value, and so has a gold one in
    thinking that is never closed, whoever opened it; no string makes it raise, fail or take long;
    the same input has the same score, in a second pass, in 16 threads, in a batch and in a second
    instance; its options are JSON values.

    Args:
        verifier: A registered name, or the class.
        cases: Problems with right and wrong completions. A component that judges no answers, such
            as one of the length, has cases without a `gold`.
        options: Keyword arguments of its constructor.
        empty: The value of an empty completion; None if it may have any.
        in_thinking: The value of a gold completion within unclosed thinking; None if it may have
            any, as under a reward for how the thinking is written.
        strings: How many odd strings to score.
        seconds: The most that one call may take.
        seed: The seed of the odd strings.

    Raises:
        AssertionError: If a promise is not kept: which, and on which input.
        UnknownNameError: If there is no verifier of that name.

    Example:
        >>> problem = Problem("p", "Compute 6*7", "42")
        >>> case = Case(problem, "<answer>42</answer>", ("<answer>41</answer>", "42 or 41"))
        >>> check_verifier("accuracy", [case], strings=100)
    """
    check_whole("strings", strings, least=0)
    check_number("seconds", seconds, above=0)
    if not isinstance(cases, Sequence) or not all(isinstance(case, Case) for case in cases):
        raise ConfigError(f"cases must be a list such as [Case(problem)], not {shown(cases)}.")
    if not cases:
        raise ConfigError("check_verifier needs at least one case, such as Case(problem).")
    if not callable(verifier) and not isinstance(verifier, str):
        raise ConfigError(
            f"check_verifier takes a name, a class or a function, not {shown(verifier)}."
        )
    factory = None if isinstance(verifier, str) else verifier
    name = verifier if isinstance(verifier, str) else getattr(verifier, "__name__", "verifier")
    component = Component.build(name, {"weight": 1.0, **(options or {})}, factory)
    _check_template(component)
    _check_options(component)

    known = [
        (case.problem, Completion(text), value)
        for case in cases
        for text, value in (
            *((text, 1.0) for text in (case.gold,) if text is not None),
            *((text, 0.0) for text in case.wrong),
            *(("", value) for value in (empty,) if value is not None),
        )
    ]
    for problem, completion, value in known:
        _check_value(name, component.verifier, problem, completion, value)

    for case in cases:
        if case.gold is not None and in_thinking is not None:
            for thought in _unclosed(case.gold):
                _check_value(name, component.verifier, case.problem, thought, in_thinking)

    texts = odd_strings(strings, seed, [c.gold for c in cases if c.gold is not None])
    inputs: list[Pair] = [(problem, completion) for problem, completion, _ in known]
    for i, text in enumerate(texts):
        inputs.append((cases[i % len(cases)].problem, Completion(text, truncated=i % 3 == 0)))
    scores = _score_all(name, component.verifier, inputs, seconds)
    _check_repeated(component, inputs[:_REPEATED], scores[:_REPEATED])


def _unclosed(gold: str) -> Iterator[Completion]:
    """Yields completions that state an answer in their thinking, which they never close."""
    draft = gold.replace(THINK_OPEN, "").replace(THINK_CLOSE, "")
    text = f"Perhaps {draft}? No, let me think again"
    for truncated in (True, False):
        yield Completion(THINK_OPEN + text, truncated=truncated)
        yield with_opening(Completion(text, truncated=truncated), THINK_OPEN)
        yield Completion(f"{THINK_OPEN}So.{THINK_CLOSE}{THINK_OPEN}{text}", truncated=truncated)


def odd_strings(count: int, seed: int = 0, like: Sequence[str] = ()) -> Iterator[str]:
    """Yields strings that break parsers, the same ones for the same arguments.

    Random Unicode with lone surrogates and control characters, soups of tags and LaTeX, damaged
    copies of given texts, numbers too large to compute, and now and then 100,000 characters.

    Args:
        count: How many.
        seed: The seed.
        like: Texts to make damaged copies of.
    """
    rng = random.Random(seed)
    for i in range(count):
        if i % 500 == 99:
            piece = rng.choice(_PIECES) if i % 1000 == 99 else _soup(rng)
            yield (piece * (_LONG // len(piece) + 1))[:_LONG]
        elif like and i % 3 == 0:
            yield _damaged(rng, rng.choice(like))
        elif i % 3 == 1:
            yield _random_characters(rng)
        else:
            yield _soup(rng)


_PIECES = (
    *("<think>", "</think>", "<answer>", "</answer>", "<answer", "<|im_end|>", "</s>", "&lt;"),
    *("\\boxed{", "}", "{", "\\frac{1}{", "\\sqrt{", "\\left(", "\\right)", "\\text{", "$", "\\"),
    *("\\begin{pmatrix}", "&", "\\\\", "^", "_", "^{", "\\pi", "\\infty", "\\pm", "\\%", "\\cdot"),
    *("0", "42", "-1", "1/3", "1/0", "0.1", "1e999", "-0", "nan", "inf", "9^9^9^9", "10^{10^{10}}"),
    *("1" * 5000, "(" * 300, "[", ")", "]", ",", "=", "x", "sin(", "!", "log(0)", "0^0", "i"),
    *(" ", "\n", "\t", "\r", "\0", "\x1b[0m", "\u200b", "\u202e", "\ufeff", "\u0301", "\ud800"),
    *(
        "A",
        "(B)",
        "answer is",
        "therefore",
        "def f():",
        "```",
        "%s",
        "{0}",
        "\U0001f600",
        "٣",
        "二",
    ),
    *("二", "ÿ", "ﬁ", "½", "\udfff", "𝟜𝟚", "'", '"', ";", "#", "import os", "\u200d"),
)


def _random_characters(rng: random.Random) -> str:
    highest = rng.choice((0x20, 0x7F, 0xFF, 0x3000, 0x110000))
    return "".join(chr(rng.randrange(highest)) for _ in range(rng.randrange(80)))


def _soup(rng: random.Random) -> str:
    return "".join(rng.choice(_PIECES) for _ in range(rng.choice((1, 2, 5, 25))))


def _damaged(rng: random.Random, text: str) -> str:
    start = rng.randrange(len(text) + 1)
    end = rng.randrange(start, len(text) + 1)
    middle = rng.choice(("", rng.choice(_PIECES), text[start:end] * 2, text[start:end][::-1]))
    return text[:start] + middle + text[end:]


def _check_template(component: Component) -> None:
    try:
        fitted = component.for_template("{question}")
    except R1GymError:
        return
    except Exception as error:
        raise _broken(component.name, f"for_template raised {_describe(error)}") from error
    if not callable(getattr(fitted.bare, "score", None)):
        raise _broken(component.name, "for_template returned no verifier")


def _check_options(component: Component) -> None:
    for parameter in inspect.signature(component.factory).parameters.values():
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        if parameter.default is parameter.empty:
            raise _broken(component.name, f"the option {parameter.name!r} has no default")
        try:
            same = json.loads(json.dumps(parameter.default)) == parameter.default
        except TypeError:
            same = False
        if not same:
            raise _broken(
                component.name,
                f"the default of {parameter.name!r} is no JSON value: {parameter.default!r}",
            )


def _check_value(
    name: str, verifier: Verifier, problem: Problem, completion: Completion, value: float
) -> None:
    score = _score(name, verifier, (problem, completion))
    if score.value != value or (score.verdict is Verdict.CORRECT and value == 0.0):
        said = f"{score.verdict}: {score.reason}".removesuffix(": ")
        raise _broken(
            name,
            f"the score must be {value:g}, not {score.value} ({said})",
            (problem, completion),
        )


def _score(name: str, verifier: Verifier, pair: Pair) -> Score:
    try:
        score = verifier.score(*pair)
    except FAULTS as error:
        raise _broken(name, f"score raised {_describe(error)}", pair) from error
    if not isinstance(score, Score):
        raise _broken(name, f"score returned {type(score).__name__}, not a Score", pair)
    if score.verdict is Verdict.VERIFIER_ERROR:
        raise _broken(name, f"the verifier failed ({score.reason})", pair)
    return score


def _score_all(
    name: str, verifier: Verifier, inputs: Sequence[Pair], seconds: float
) -> list[Score]:
    """Scores all inputs in a thread of its own, so that one that hangs can be named."""
    scores: list[Score] = []
    errors: list[BaseException] = []
    clock = [time.monotonic()]

    def work() -> None:
        try:
            for pair in inputs:
                clock[0] = time.monotonic()
                scores.append(_score(name, verifier, pair))
                check_time()
        except BaseException as error:
            errors.append(error)

    def check_time() -> None:
        if (taken := time.monotonic() - clock[0]) > seconds:
            at = inputs[min(len(scores), len(inputs) - 1)]
            raise _broken(name, f"score took {taken:.1f} s, more than {seconds:g} s", at)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    while worker.is_alive():
        worker.join(0.05)
        if worker.is_alive():
            check_time()
    if errors:
        raise errors[0]
    return scores


def _check_repeated(component: Component, inputs: Sequence[Pair], first: Sequence[Score]) -> None:
    """Checks that the same inputs have the same scores in every way of asking."""
    name, verifier = component.name, component.verifier

    def one(pair: Pair) -> Score:
        return _score(name, verifier, pair)

    def compare(scores: Sequence[Score], what: str) -> None:
        if len(scores) != len(inputs):
            raise _broken(name, f"{len(scores)} scores for {len(inputs)} inputs {what}")
        for pair, old, new in zip(inputs, first, scores, strict=True):
            if (old.value, old.verdict) != (new.value, new.verdict):
                change = f"{old.value} ({old.verdict}) became {new.value} ({new.verdict})"
                raise _broken(name, f"the score changed {what}: {change}", pair)

    compare([one(pair) for pair in inputs], "in a second pass")
    compare([one(pair) for pair in reversed(inputs)][::-1], "in another order")
    with _busy_switching(), ThreadPoolExecutor(_THREADS) as threads:
        for scores in threads.map(lambda _: [one(pair) for pair in inputs], range(_THREADS)):
            compare(scores, f"in {_THREADS} threads")
    if hasattr(verifier, "score_batch"):
        compare(list(verifier.score_batch(inputs)), "in a batch")
    verifier = Component.build(
        name, {"weight": 1.0, **component.options}, component.factory
    ).verifier
    compare([one(pair) for pair in inputs], "in a new one with the same options")


@contextmanager
def _busy_switching() -> Iterator[None]:
    """Has threads take turns as often as possible, so that what they share shows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _broken(name: str, what: str, pair: Pair | None = None) -> AssertionError:
    on = ""
    if pair is not None:
        text = pair[1].text
        shown = repr(text) if len(text) <= 200 else f"{text[:200]!r}... ({len(text)} characters)"
        on = f", on problem {pair[0].id!r} with the completion {shown}"
    return AssertionError(f"Verifier {name!r}: {' '.join(what.split())}{on}")


def _describe(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
