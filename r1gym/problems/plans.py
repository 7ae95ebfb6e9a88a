"""The operations that solve a question of the procedural families, read off its text.

A Problem never carries its solution: who wants to write worked solutions, or to check the steps of
somebody else's, derives it here.
"""

from __future__ import annotations

import re

# What is read from left to right without loss.
_CHAIN = re.compile(r"Compute \(*\d(?:[+-]\d(?!\*)|\*\d|\))+")
_TERM = re.compile(r"[+*-]?\d")
_EQUATION = re.compile(r"(\d)\*x(?:([+-])(\d+))?=(?:(?:(\d)\*)?(x))?([+-])?(\d+)?")

# A planned step is an operator with two operands: (False, n) is the number n itself and (True, n)
# the result of the n-th step before this one.
_Operand = tuple[bool, int]
Plan = list[tuple[str, _Operand, _Operand]]


def plan_of(question: str) -> Plan:
    """Returns the operations that solve a question of the arithmetic or equations family.

    Raises:
        ValueError: If it is of another family.
    """
    return _plan_chain(question) if question.startswith("Compute ") else _plan_equation(question)


def _plan_chain(question: str) -> Plan:
    if not _CHAIN.fullmatch(question) or question.count("(") != question.count(")"):
        raise ValueError(f"not a question of the arithmetic family: {question!r}")
    terms = _TERM.findall(question.replace("(", "").replace(")", "").removeprefix("Compute "))
    plan: Plan = [(t[0], (True, 1), (False, int(t[1:]))) for t in terms[1:]]
    operator, _, right = plan[0]
    plan[0] = (operator, (False, int(terms[0])), right)
    return plan


def _plan_equation(question: str) -> Plan:
    found = _EQUATION.fullmatch(question.removeprefix("Solve "))
    if found is None:
        raise ValueError(f"not a question of the equations family: {question!r}")
    a, sign, b, c, x, d_sign, d = found.groups()
    if b is None:
        return [("/", (False, int(d)), (False, int(a)))]
    undo = "-" if sign == "+" else "+"
    right = (False, int(d or 0))
    if x is None:
        return [(undo, right, (False, int(b))), ("/", (True, 1), (False, int(a)))]
    gather = ("-", (False, int(a)), (False, int(c or 1)))
    # a*x - b = c*x - d leaves b - d on the right, and a*x - b = c*x + d leaves d + b.
    move = ("-", (False, int(b)), right) if d_sign == "-" else (undo, right, (False, int(b)))
    return [gather, move, ("/", (True, 1), (True, 2))]


def apply(operator: str, a: int, b: int) -> int:
    """Returns what an operation gives; a division by 0 gives 0."""
    if operator == "/":
        return a // b if b else 0
    return {"+": a + b, "-": a - b, "*": a * b}[operator]
