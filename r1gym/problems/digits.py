"""Digits of which one is the answer: the task on which agents are debugged, see `r1/Digits-v0`.

Nothing is to be known, and little to be calculated: what an agent does not learn here it gets wrong
in its own code. Five digits from 0 to 3, so that there are questions enough for every split.
"""

from __future__ import annotations

import random

from r1gym.problems.families import register_family


@register_family("digits", levels=3, question_bytes=5)
def generate(rng: random.Random, level: int) -> tuple[str, str]:
    """Draws digits. Returns them and the last (level 1), largest (2) or their sum mod 4 (3)."""
    digits = [rng.randrange(4) for _ in range(5)]
    answer = (digits[-1], max(digits), sum(digits) % 4)[level - 1]
    return "".join(map(str, digits)), str(answer)
