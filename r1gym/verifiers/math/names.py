"""The names that mathematics has taken: functions, constants, Greek letters."""

from __future__ import annotations

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
