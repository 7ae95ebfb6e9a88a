"""Pieces of inputs that several families draw, and words that several statements use."""

from __future__ import annotations

import random
from collections.abc import Sequence


def numbers(rng: random.Random, count: int, low: int, high: int) -> list[int]:
    """Returns `count` whole numbers from `low` to `high`."""
    span = high - low + 1
    return [low + int(rng.random() * span) for _ in range(count)]


def letters(rng: random.Random, count: int, alphabet: str) -> str:
    """Returns `count` characters of `alphabet`."""
    return "".join(rng.choices(alphabet, k=count))


def line(values: Sequence[object]) -> str:
    """Returns the values as one line of text, parted by blanks."""
    return " ".join(map(str, values))


def ordinal(number: int) -> str:
    """Returns ``"1st"``, ``"2nd"``, ``"3rd"``, ``"4th"`` ..."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def plural(count: int, noun: str) -> str:
    """Returns ``"1 cell"``, ``"2 cells"`` ..."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
