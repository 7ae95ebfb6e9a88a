"""Worked solutions of the procedural families, for pretraining the embedded base model only.

They are derived from a question's text, so that a Problem never carries its solution and nothing
in the reinforcement-learning path can reach one.
"""

from __future__ import annotations

import random

from r1gym.problems.plans import apply, plan_of


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
