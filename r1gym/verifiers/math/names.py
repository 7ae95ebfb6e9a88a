"""The names that mathematics has taken: functions, constants, Greek letters."""

from __future__ import annotations

import re
from typing import Final

from r1gym.verifiers.math.fold import Node

FUNCTIONS: Final = {
    "sin": "sin", "cos": "cos", "tan": "tan", "cot": "cot", "sec": "sec", "csc": "csc",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "asin": "asin", "acos": "acos",
    "atan": "atan", "tg": "tan", "ctg": "cot", "arctg": "atan", "arccot": "acot", "sinh": "sinh",
    "cosh": "cosh", "tanh": "tanh", "ln": "ln", "exp": "exp", "log": "log", "lg": "log",
    "gcd": "gcd", "lcm": "lcm", "max": "max", "min": "min", "abs": "abs", "floor": "floor",
    "ceil": "ceil", "sqrt": "sqrt", "cbrt": "cbrt", "binom": "binom", "Re": "re", "Im": "im",
}  # fmt: skip
INVERSE: Final = {"sin": "asin", "cos": "acos", "tan": "atan", "cot": "acot"}
CONSTANTS: Final[dict[str, Node]] = {
    "pi": ("const", "pi"), "\\pi": ("const", "pi"), "e": ("const", "e"), "i": ("const", "i"),
    "\\infty": ("const", "inf"), "infinity": ("const", "inf"), "inf": ("const", "inf"),
    "infty": ("const", "inf"), "oo": ("const", "inf"),
}  # fmt: skip
_GREEK_LETTERS: Final = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon
phi chi psi omega Delta Omega Phi Gamma Lambda Sigma Theta Psi Xi ell hbar
"""
GREEK: Final = frozenset(_GREEK_LETTERS.split())

_CALL: Final = re.compile(r"\w+'*\(.*\)")
_SEGMENT: Final = re.compile(r"[A-Z]{1,3}")
_DECORATION: Final = re.compile(r"m?\\angle|\\overline|\\triangle|[{}|\s]")


def kind_of_name(name: str) -> str:
    """Returns whether a name is a variable, a call, a segment, a ratio, or words."""
    if ":" in name:
        return "ratio"
    if _CALL.fullmatch(name):
        return "call"
    if len(name) == 1 or "_" in name or name.strip("'") in GREEK:
        return "variable"
    return "segment" if _SEGMENT.fullmatch(_DECORATION.sub("", name)) else "words"


def names_agree(one: str, other: str) -> bool:
    """Returns whether two names can be of one value: ``y`` for ``f(x)``, but not ``g(x)``.

    Words are labels, which anyone may choose.
    """
    kind = kind_of_name(one)
    if kind != kind_of_name(other) or kind == "words":
        return True
    if kind == "segment":  # AB is BA, and the angle ABC is CBA
        one, other = _DECORATION.sub("", one), _DECORATION.sub("", other)
        return one in (other, other[::-1])
    return one == other
