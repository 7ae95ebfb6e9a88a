r"""A second opinion by sympy: integrals, limits, sums, derivatives, sets of letters.

What our own verifier cannot see, because it evaluates and never rewrites. Rewriting is where an
engine hangs, so this belongs in a worker process with a deadline (see `r1gym.verifiers.graders`,
and the option ``second_opinion`` of the reward ``accuracy``). An answer is read by a grammar and
never run as Python. Left out: lists of solutions and words, on which it has no opinion.
"""

from __future__ import annotations

import re
from typing import Any

import sympy
from latex2sympy2_extended import NormalizationConfig, latex2sympy
from latex2sympy2_extended.latex2sympy2 import ConversionConfig

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.extract import NO_ANSWER, extract_answer, gold_text
from r1gym.verifiers.graders.function import no_opinion
from r1gym.verifiers.set_algebra import NotSets, same_sets

_OPERATORS = (sympy.Integral, sympy.Limit, sympy.Sum, sympy.Product, sympy.Derivative)
_SHORTHAND = NormalizationConfig(basic_latex=True, units=False, malformed_operators=True)
_AS_WRITTEN = ConversionConfig(interpret_as_mixed_fractions=False, lowercase_symbols=False)
_DRESS = re.compile(r"\\(?:begin|end)\{[a-z]+\}")
_SPACES = re.compile(r"\\[,;:! ]|\\q?quad\b|\\displaystyle|\\limits|[$~]|\.\s*$")
_WORDS = re.compile(r"(?<![\\a-zA-Z])(?!sin|cos|tan|log|exp|max|min|gcd|lcm|mod)[a-zA-Z]{4,}")
_BESIDE = re.compile(r"(?<=\d)\s+(?=\d)|\\text|\\mathrm|\\quad|\bor\b|\band\b")


class Sympy:
    """The second opinion as a verifier, which knows whether the token limit cut a response off."""

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns what `second_opinion` says of the completion."""
        return second_opinion(completion.text, gold_text(problem.answer), completion.truncated)


def second_opinion(response: str, gold: str, truncated: bool = False) -> Score:
    r"""Scores a response by whether sympy can show that its final answer is the gold answer.

    An answer may hold an integral, a limit, a sum, a product or a derivative only if the gold
    answer does: to write the question down again is no answer to it.

    Args:
        response: What the model wrote, with what the prompt opened.
        gold: The gold answer, in LaTeX.
        truncated: Whether the token limit cut the response off, perhaps within its answer.

    Returns:
        1 or 0; without a value where sympy cannot read the one or the other, or cannot tell.

    Example:
        >>> second_opinion(r"So \boxed{\frac{n(n+1)}{2}}", r"\sum_{k=1}^{n} k").value
        1.0
    """
    answer = extract_answer(response, truncated)
    if answer is None:
        return Score(0.0, Verdict.UNPARSEABLE, NO_ANSWER)
    try:
        same = _same(answer, gold)
    except _Unreadable as why:
        return no_opinion(str(why))
    if same is None:
        return no_opinion("sympy cannot tell whether the two are equal")
    if same:
        return Score(1.0, Verdict.CORRECT)
    return Score(0.0, Verdict.WRONG, f"sympy: {answer[:80]!r} is not the answer")


class _Unreadable(Exception):
    """Why sympy reads no expression there."""


def _same(answer: str, gold: str) -> bool | None:
    try:
        return same_sets(answer, gold)
    except NotSets:
        given, wanted = _read("answer", answer), _read("gold answer", gold)
    if given == wanted:
        return True if given is not sympy.nan else None
    if given.has(*_OPERATORS) and not wanted.has(*_OPERATORS):
        return False  # it is left uncomputed
    given, wanted = _value(given, wanted), _value(wanted, given)
    try:
        if isinstance(given, sympy.Expr) and isinstance(wanted, sympy.Expr):
            return _is_zero(given.doit() - wanted.doit())
        if isinstance(given, sympy.Rel) and isinstance(wanted, sympy.Rel):
            given, wanted = given.canonical, wanted.canonical
        return bool(given == wanted) or None
    except MemoryError:
        raise
    except Exception:  # where sympy gets stuck, it raises whatever comes
        return None


def _is_zero(difference: Any) -> bool | None:
    if difference.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        return None
    if (same := difference.equals(0)) is not None:
        return bool(same)
    return True if sympy.simplify(difference) == 0 else None


def _read(what: str, text: str) -> Any:
    """Returns a sympy expression, its decimals as fractions."""
    if _WORDS.search(_DRESS.sub("", text)) or _BESIDE.search(text):
        raise _Unreadable(f"there are words, or several values, in the {what}")
    try:
        found = latex2sympy(
            _SPACES.sub(" ", text).strip(),
            normalization_config=_SHORTHAND,
            conversion_config=_AS_WRITTEN,
        )
        if isinstance(found, sympy.MatrixBase):
            found = found.as_immutable()
        if not isinstance(found, sympy.Basic):
            raise _Unreadable(f"sympy reads no expression in the {what}")
        decimals = found.atoms(sympy.Float)
        return found.xreplace({number: sympy.Rational(str(number)) for number in decimals})
    except (MemoryError, _Unreadable):
        raise
    except Exception as error:  # the parser's own errors are plain Exceptions
        raise _Unreadable(f"sympy cannot read the {what}") from error


def _value(side: Any, other: Any) -> Any:
    """Returns what ``x = ...`` says, if the other one says only a value."""
    named = isinstance(side, sympy.Eq) and isinstance(side.lhs, sympy.Symbol)
    return side.rhs if named and not isinstance(other, sympy.Eq) else side
