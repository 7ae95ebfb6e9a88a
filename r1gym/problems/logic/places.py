"""Things in a row: sets of arrangements as bits, and the relations that clues state.

The arrangements of n things in n places are numbered, and a set of them is one number with a bit
for each. Putting two clues together is then one ``&``, and no arrangement is ever forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import permutations

# Of the places of two things, numbered from the left.
RELATIONS: dict[str, Callable[[int, int], bool]] = {
    "before": lambda p, q: p < q,
    "just before": lambda p, q: p + 1 == q,
    "next": lambda p, q: abs(p - q) == 1,
    "not next": lambda p, q: abs(p - q) > 1,
    "one between": lambda p, q: abs(p - q) == 2,
    "two between": lambda p, q: abs(p - q) == 3,
    "same": lambda p, q: p == q,
    "not same": lambda p, q: p != q,
}


@lru_cache(maxsize=16)
def placed(count: int) -> tuple[tuple[int, ...], ...]:
    """Returns, for thing j and place p, the set of arrangements in which j stands at p."""
    sets = [[0] * count for _ in range(count)]
    for number, arrangement in enumerate(permutations(range(count))):
        for place, thing in enumerate(arrangement):
            sets[thing][place] |= 1 << number
    return tuple(map(tuple, sets))


@lru_cache(maxsize=4096)
def standing(count: int, thing: int, places: int) -> int:
    """Returns the set of arrangements in which a thing stands at one of some places (as bits)."""
    return sum(cell for p, cell in enumerate(placed(count)[thing]) if places >> p & 1)


@lru_cache(maxsize=4096)
def related(count: int, relation: str, first: int, second: int) -> int:
    """Returns the set of arrangements in which two different things are in a relation."""
    cells, holds = placed(count), RELATIONS[relation]
    return sum(
        cells[first][p] & cells[second][q]
        for p in range(count)
        for q in range(count)
        if p != q and holds(p, q)
    )


@lru_cache(maxsize=64)
def partners(count: int, relation: str, reverse: bool = False) -> tuple[int, ...]:
    """Returns, for each set of places of the first thing, where the second may stand.

    Args:
        count: The number of places.
        relation: The relation's name.
        reverse: True for where the first may stand, by the places of the second.
    """
    holds = RELATIONS[relation]
    for_one = [
        sum(1 << q for q in range(count) if (holds(q, p) if reverse else holds(p, q)))
        for p in range(count)
    ]
    found = [0]
    for places in range(1, 2**count):
        last = places.bit_length() - 1
        found.append(found[places ^ 1 << last] | for_one[last])
    return tuple(found)
