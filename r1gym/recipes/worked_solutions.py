"""Worked solutions of the procedural families, for pretraining the embedded base model only.

They are derived from a question's text, so that a Problem never carries its solution and nothing
in the reinforcement-learning path can reach one.
"""

from __future__ import annotations

import random
import re

_CHAIN = re.compile(r"[+*-]?\d")
_EQUATION = re.compile(r"(\d)\*x(?:([+-])(\d+))?=(?:(?:(\d)\*)?(x))?([+-])?(\d+)?")


def worked_steps(question: str, rng: random.Random, noise: float = 0.0) -> tuple[list[str], str]:
    """Returns the steps of a solution and the answer they lead to.

    Args:
        question: A question of the arithmetic or equations family.
        rng: The source of the noise.
        noise: The probability that a step's result is off; later steps build on it.

    Returns:
        Steps such as ``["7+5=12", "12*3=36"]``, and the last result.
    """
    plan = plan_of(question)
    steps: list[str] = []
    results: list[int] = []
    for operator, left, right in plan:
        a, b = (results[-n] if is_result else n for is_result, n in (left, right))
        value = apply(operator, a, b)
        if rng.random() < noise:
            value = max(0, value + rng.choice((-10, -2, -1, 1, 2, 10)))
        steps.append(f"{a}{operator}{b}={value}")
        results.append(value)
    return steps, str(results[-1])


# A planned step is an operator with two operands: (False, n) is the number n itself and (True, n)
# the result of the n-th step before this one.
_Operand = tuple[bool, int]
Plan = list[tuple[str, _Operand, _Operand]]


def plan_of(question: str) -> Plan:
    """Returns the operations that solve a question of the arithmetic or equations family."""
    return _plan_chain(question) if question.startswith("Compute ") else _plan_equation(question)


def _plan_chain(question: str) -> Plan:
    terms = _CHAIN.findall(question.replace("(", "").replace(")", "").removeprefix("Compute "))
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
