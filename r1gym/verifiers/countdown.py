r"""The countdown reward: an expression that makes a target from given numbers.

``problem.metadata["countdown"]`` is ``{"numbers": [3, 5, 7], "target": 22}``. Any expression that
uses each number exactly once and has the target as its exact value is right. It may be written
with + - * / and brackets, with × ÷ − · or in LaTeX (``\times \cdot \div \frac{}{}``), and as an
equation, ``3*5+7 = 22``: then every side must have the target's value, and one of them must be made
of the numbers.

The parser is our own: nothing is evaluated by Python, and there are no powers, roots or factorials,
so that what a number may grow to is bounded by the length of the answer.

Left out: decimals and digits put together, as in 12 for 1 and 2; they are other numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.extract import NO_ANSWER, extract_answer
from r1gym.verifiers.protocol import register_verifier

_LONGEST_ANSWER = 1_000  # characters
_LONGEST_NUMBER = 15  # digits
_MOST_NUMBERS = 100
_DEEPEST = 50  # brackets within brackets
_MOST_SIDES = 5  # of an equation

_OTHER_SIGNS = {
    "*": "×✕✖⋅·∙∗•＊",
    "/": "÷∕⁄／",
    "-": "−–—－",
    "+": "＋",
    "(": "（",
    ")": "）",
    "=": "＝",
}
_SIGNS = {ord(other): sign for sign, others in _OTHER_SIGNS.items() for other in others}
_LATEX = (
    (re.compile(r"\\[dt]frac(?![A-Za-z])"), r"\\frac"),
    (re.compile(r"\\(?:times|cdot|ast)(?![A-Za-z])"), "*"),
    (re.compile(r"\\div(?![A-Za-z])"), "/"),
    (re.compile(r"\\(?:left|right|[bB]igg?[lr]?|q?quad)(?![A-Za-z])"), " "),
    (re.compile(r"\\[,;:! ()\[\]]|[$`~]"), " "),
)
_TOKEN = re.compile(r"[0-9]+|\\frac(?![A-Za-z])|[-+*/()\[\]{}=xX]")
_CLOSING = {"(": ")", "[": "]", "{": "}"}


class _Unreadable(ValueError):
    """A text that is no expression."""


@register_verifier("countdown")
class Countdown:
    """Pays 1 for an expression of exactly the given numbers that has the target's value."""

    reads = frozenset({"countdown"})

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns 1 if the final answer makes the target from the numbers, each used once."""
        answer = extract_answer(completion.text, completion.truncated)
        if answer is None:
            verdict = Verdict.TRUNCATED if completion.truncated else Verdict.UNPARSEABLE
            return Score(0.0, verdict, NO_ANSWER)
        task = _task(problem)
        if task is None:
            reason = f"problem {problem.id} needs whole numbers and a target in 'countdown'"
            return Score(None, Verdict.VERIFIER_ERROR, reason)
        numbers, target = task
        try:
            sides = read_equation(answer)
        except _Unreadable as error:
            return Score(0.0, Verdict.UNPARSEABLE, f"it is no expression: {error}")
        except ZeroDivisionError:
            return Score(0.0, Verdict.WRONG, "it divides by zero")
        if numbers not in (used for _, used in sides):
            return Score(0.0, Verdict.WRONG, f"it does not use exactly the numbers {numbers}")
        if any(value != target for value, _ in sides):
            return Score(0.0, Verdict.WRONG, f"its value is not {target}")
        return Score(1.0, Verdict.CORRECT)

    def same_answer(self, problem: Problem, one: str, other: str) -> bool:
        """Returns whether two expressions have the same value and are made of the same numbers."""
        try:
            first, second = read_equation(one), read_equation(other)
        except (_Unreadable, ZeroDivisionError):
            return one == other
        return any(side in second for side in first)


def _task(problem: Problem) -> tuple[list[int], int] | None:
    given = problem.metadata.get("countdown")
    if not isinstance(given, Mapping):
        return None
    numbers, target = given.get("numbers"), given.get("target")
    if not isinstance(numbers, list | tuple) or not numbers:
        return None
    if any(type(number) is not int or number < 0 for number in numbers):
        return None
    return (sorted(numbers), target) if type(target) is int else None


def read_equation(answer: str) -> list[tuple[Fraction, list[int]]]:
    """Returns the value of each side of an equation, or of the one expression, with its numbers.

    Raises:
        ValueError: If it is not written as an expression.
        ZeroDivisionError: If it divides by zero.
    """
    if len(answer) > _LONGEST_ANSWER:
        raise _Unreadable("it is too long")
    text = answer.translate(_SIGNS)
    for mark, plain in _LATEX:
        text = mark.sub(plain, text)
    text = text.strip().strip("*").removesuffix(".")  # of Markdown's bold print, and of a sentence
    if _TOKEN.sub("", text).strip():
        raise _Unreadable("it has something else than numbers, + - * / and brackets")
    tokens = _TOKEN.findall(text)
    sides = []
    while True:
        end = tokens.index("=") if "=" in tokens else len(tokens)
        sides.append(_Parser(tokens[:end]).value())
        if end == len(tokens):
            return sides
        if len(sides) == _MOST_SIDES:
            raise _Unreadable("it has too many sides")
        tokens = tokens[end + 1 :]


class _Parser:
    """A recursive-descent parser that computes as it reads.

    sum = product (("+" | "-") product)*; product = factor (("*" | "/") factor)*;
    factor = sign* (number | bracketed sum | fraction).
    """

    def __init__(self, tokens: list[str]) -> None:
        if sum(token.isdigit() for token in tokens) > _MOST_NUMBERS:
            raise _Unreadable("it has too many numbers")
        self._left = tokens[::-1]
        self._used: list[int] = []
        self._depth = 0

    def value(self) -> tuple[Fraction, list[int]]:
        """Returns the value of all tokens, and the numbers in order of size."""
        value = self._sum()
        if self._left:
            raise _Unreadable(f"{self._left[-1]!r} stands where it cannot")
        return value, sorted(self._used)

    def _next(self) -> str:
        return self._left[-1] if self._left else ""

    def _sum(self) -> Fraction:
        value = self._product()
        while self._next() in ("+", "-"):
            sign = 1 if self._left.pop() == "+" else -1
            value += sign * self._product()
        return value

    def _product(self) -> Fraction:
        value, divided = self._factor(), False
        while True:
            token = self._next()
            if token == "/":
                self._left.pop()
                value, divided = value / self._factor(), True
            elif token in ("*", "x", "X"):
                self._left.pop()
                value *= self._factor()
            elif token in ("(", "[") and not divided:  # 2(3+4), but 6/2(1+2) has two meanings
                value *= self._factor()
            else:
                return value

    def _factor(self) -> Fraction:
        sign = 1
        while self._next() in ("+", "-"):
            sign *= 1 if self._left.pop() == "+" else -1
        token = self._left.pop() if self._left else ""
        if token.isdigit():
            if len(token) > _LONGEST_NUMBER:
                raise _Unreadable("a number is too long")
            self._used.append(int(token))
            return Fraction(sign * int(token))
        if token == r"\frac":
            above = self._group("{")
            return sign * above / self._group("{")
        if token in _CLOSING:
            self._left.append(token)
            return sign * self._group(token)
        raise _Unreadable(f"{token!r} stands where a number should" if token else "it breaks off")

    def _group(self, opening: str) -> Fraction:
        if self._next() != opening or self._depth == _DEEPEST:
            raise _Unreadable("its brackets do not fit, or are too deep")
        self._left.pop()
        self._depth += 1
        value = self._sum()
        if self._next() != _CLOSING[opening]:
            raise _Unreadable("a bracket is not closed")
        self._left.pop()
        self._depth -= 1
        return value
