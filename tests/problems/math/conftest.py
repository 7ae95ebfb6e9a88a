"""Raw questions of a family: a few by default, many for `-m slow`."""

import random

import pytest

from r1gym.problems.families import FAMILIES


@pytest.fixture(params=[300, pytest.param(10_000, marks=pytest.mark.slow)])
def draw(request):
    """Yields that many questions of a family's level, with their gold answers."""

    def questions(name, level):
        rng, family = random.Random(level), FAMILIES.get(name)
        for _ in range(request.param):
            yield family.generate(rng, level)

    return questions
