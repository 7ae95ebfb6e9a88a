"""Linear equations in one unknown with a whole-number solution from 0 to 12.

Level 1: ``3*x=18``. Level 2: ``3*x+4=22``. Level 3: the unknown on both sides, ``5*x-4=2*x+8``.
"""

from __future__ import annotations

import random

from r1gym.problems.families import register_family


@register_family("equations", levels=3)
def generate(rng: random.Random, level: int) -> tuple[str, str]:
    """Draws an equation of the level. Returns the question and the value of x."""
    x, a, b = rng.randint(0, 12), rng.randint(2, 9), rng.randint(1, 9)
    if level == 1:
        return f"Solve {a}*x={a * x}", str(x)
    if level == 2:
        if rng.random() < 0.5 and a * x >= b:
            return f"Solve {a}*x-{b}={a * x - b}", str(x)
        return f"Solve {a}*x+{b}={a * x + b}", str(x)
    a, c = rng.randint(3, 9), rng.randint(1, 9)
    c = min(c, a - 1)
    d = (a - c) * x - b
    right = f"{_times(c)}x+{d}" if d >= 0 else f"{_times(c)}x-{-d}"
    return f"Solve {a}*x-{b}={right}", str(x)


def _times(factor: int) -> str:
    return "" if factor == 1 else f"{factor}*"
