"""Words that puzzles are told with: first names, nonsense nouns, lists in prose."""

from __future__ import annotations

import random
from collections.abc import Sequence

_PEOPLE = (
    "Ada Ann Ben Bob Cara Carl Dan Dora Ed Ella Finn Flo Gail Gus Hal Hope Ian Ivy Jack Jane Ken "
    "Kim Leo Lucy Max Mia Ned Nina Olga Oscar Pam Paul Quinn Rita Rob Sam Sue Ted Tina Ursula "
    "Vera Vic Walt Wendy Yann Yuri Zack Zoe"
)
NAMES = tuple(_PEOPLE.split())

_FIRST = "blo dra fle gri kel lum mor nar pli quo ras sno tro vil wum zor".split()  # noqa: SIM905
_SECOND = "bik dak fen gop kin lor mip nam pel rit sog tun vak wen zum rab".split()  # noqa: SIM905
_NONSENSE = tuple(first + second for first in _FIRST for second in _SECOND)


def nonsense(rng: random.Random, count: int) -> list[str]:
    """Returns different nouns that mean nothing; all begin with a consonant, plural with an s."""
    return rng.sample(_NONSENSE, count)


def listed(words: Sequence[str], last: str = "and") -> str:
    """Returns words as prose lists them: ``a, b and c``."""
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def capitalised(sentence: str) -> str:
    """Returns a sentence with a capital in front, the rest as it is."""
    return sentence[:1].upper() + sentence[1:]
