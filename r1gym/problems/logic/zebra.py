"""Zebra puzzles: who lives where with what, from clues that leave one solution.

A state has, for each attribute, the set of arrangements of its values along the street that are
still possible (see places.py). A clue about one attribute cuts that set once and for all. A clue
about two is kept as a constraint: where the one value may stand limits where the other may. These
steps only ever drop what is impossible, so a state in which one arrangement of each attribute is
left proves that the solution is the only one.

A clue goes if the others lead to the solution by the same steps. Left out: puzzles that need a
guess and a contradiction; every one here can be solved by deduction alone.
"""

from __future__ import annotations

import random
from itertools import permutations
from math import factorial
from typing import Any, NamedTuple

from r1gym.problems.families import family
from r1gym.problems.logic.places import partners, placed, related, standing
from r1gym.problems.logic.words import capitalised, listed
from r1gym.problems.logic.zebra_clues import Attribute, draw_attributes, tell_pair, tell_place

_SHAPES = {1: (3, 2), 2: (3, 3), 3: (4, 3), 4: (4, 4), 5: (5, 5)}  # houses, attributes
_FULL = 4  # from this level on, everything is asked
_FORMS = ("same", "same", "same", "next", "next", "just before", "just before", "before",
          "one between", "not same", "place", "no place", "end")  # fmt: skip


class _Clue(NamedTuple):
    """What a clue does: it cuts one attribute's set, or limits two values by each other."""

    allowed: int  # arrangements of the attribute `first`; -1 for a clue about two attributes
    first: int
    second: int
    cells: tuple[int, ...]  # of the value of `first`, the arrangements with it at each place
    other_cells: tuple[int, ...]
    forward: tuple[int, ...]  # by the possible places of the one, those of the other
    backward: tuple[int, ...]
    sentence: str
    told: int = -1  # the house of two values that it says are of one house


@family("logic-zebra", levels=5, question_bytes=2200)
def zebra(rng: random.Random, level: int) -> tuple[str, str, dict[str, Any]]:
    """Zebra puzzles with one solution.

    Houses and attributes: 3 and 2 at level 1, 3 and 3 at level 2, 4 and 3 at level 3, where one
    thing is asked; 4 and 4 at level 4, 5 and 5 at level 5, where the whole solution is asked.
    """
    count, size = _SHAPES[level]
    attributes = draw_attributes(rng, size)
    streets = [rng.sample(attribute.values, count) for attribute in attributes]
    clues = _clues(rng, attributes, streets)
    rng.shuffle(clues)
    told = [f"{capitalised(clue.sentence)}." for clue in clues]
    values = [
        f"the {attribute.plural} {listed(rng.sample(street, count))}"
        for attribute, street in zip(attributes, streets, strict=True)
    ]
    intro = rng.choice(
        (
            f"{count} houses stand in a row, numbered 1 to {count} from left to right. One person "
            f"lives in each, and each of these belongs to exactly one house: {'; '.join(values)}.",
            f"In a row of houses, numbered 1 to {count} from left to right, live {count} people. "
            f"No two share any of these: {'; '.join(values)}.",
        )
    )
    if level < _FULL:
        question, answer, metadata = _ask_one(rng, attributes, streets, clues)
    else:
        question, answer, metadata = _ask_all(rng, streets)
    return " ".join([intro, *told, question]), answer, metadata


def _ask_one(
    rng: random.Random, attributes: list[Attribute], streets: list[list[str]], clues: list[_Clue]
) -> tuple[str, str, dict[str, Any]]:
    given = [(clue.told, {clue.first, clue.second}) for clue in clues]
    house, asked, known = rng.choice(
        [
            (house, i, j)
            for house in range(len(streets[0]))
            for i, j in permutations(range(len(streets)), 2)
            if (house, {i, j}) not in given  # else a clue would be the answer
        ]
    )
    person = attributes[known].person.format(streets[known][house])
    question = attributes[asked].ask.format(person) + "? Answer with one word"
    answer = streets[asked][house]
    return question, answer, {"verifier": "logic", "logic": {"kind": "set", "gold": [answer]}}


def _ask_all(rng: random.Random, streets: list[list[str]]) -> tuple[str, str, dict[str, Any]]:
    gold = {value: house + 1 for street in streets for house, value in enumerate(street)}
    answer = ", ".join(f"{value}: {house}" for value, house in gold.items())
    question = rng.choice(
        (
            "In which house is what? Give the number of the house",
            "Find out who lives where and with what. Write down the number of the house",
        )
    )
    question += f" for all {len(gold)} names and words, in the form word: number"
    return question, answer, {"verifier": "logic", "logic": {"kind": "assignment", "gold": gold}}


def _clues(
    rng: random.Random, attributes: list[Attribute], streets: list[list[str]]
) -> list[_Clue]:
    """Returns clues that lead to the solution, of which none is superfluous."""
    count = len(streets[0])
    state = [2 ** factorial(count) - 1] * len(streets)
    before: list[tuple[int, ...]] = []  # the state before each clue
    clues: list[_Clue] = []
    while any(arrangements & (arrangements - 1) for arrangements in state):
        clue = _draw_clue(rng, attributes, streets)
        known = tuple(state)
        if _apply(state, clue):
            before.append(known)
            clues.append(clue)
            _deduce(state, clues)
    kept: list[_Clue] = []
    for i in range(len(clues) - 1, -1, -1):
        state = list(before[i])
        for clue in kept:
            _apply(state, clue)
        _deduce(state, clues[:i] + kept)
        if any(arrangements & (arrangements - 1) for arrangements in state):
            kept.append(clues[i])
    return kept


def _deduce(state: list[int], clues: list[_Clue]) -> None:
    """Applies clues until they say nothing new."""
    pairs = [clue for clue in clues if clue.allowed < 0]
    changed = True
    while changed:
        changed = False
        for clue in pairs:
            changed |= _apply(state, clue)


def _apply(state: list[int], clue: _Clue) -> bool:
    """Cuts the state by one clue. Returns whether that changed anything."""
    one = state[clue.first]
    if clue.allowed >= 0:
        state[clue.first] = one & clue.allowed
        return state[clue.first] != one
    two = state[clue.second]
    places = other_places = 0
    for p, cell in enumerate(clue.cells):
        if one & cell:
            places |= 1 << p
    for p, cell in enumerate(clue.other_cells):
        if two & cell:
            other_places |= 1 << p
    impossible = places & ~clue.backward[other_places]
    other_impossible = other_places & ~clue.forward[places]
    if not impossible and not other_impossible:
        return False
    for p, cell in enumerate(clue.cells):
        if impossible >> p & 1:
            one &= ~cell
    for p, cell in enumerate(clue.other_cells):
        if other_impossible >> p & 1:
            two &= ~cell
    state[clue.first], state[clue.second] = one, two
    return True


def _draw_clue(rng: random.Random, attributes: list[Attribute], streets: list[list[str]]) -> _Clue:
    """Returns a true clue. Value v of each attribute is the one in house v."""
    count, form = len(streets[0]), rng.choice(_FORMS)
    a, p = rng.randrange(len(streets)), rng.randrange(count)
    if form in ("place", "no place", "end"):
        places = 1 << p
        if form == "no place":
            places = 2**count - 1 ^ 1 << rng.choice([q for q in range(count) if q != p])
        elif form == "end" and p in (0, count - 1):
            places = 1 | 1 << count - 1
        sentence = tell_place(attributes[a].person.format(streets[a][p]), count, places)
        return _Clue(standing(count, p, places), a, a, (), (), (), (), sentence)
    others = {
        "same": (p,),
        "not same": [q for q in range(count) if q != p],
        "next": (p - 1, p + 1),
        "just before": (p + 1,),
        "before": range(p + 1, count),
        "one between": (p - 2, p + 2),
    }[form]
    fit = [q for q in others if 0 <= q < count]
    if not fit:  # nobody lives beyond the end of the row
        form, fit = "same", [p]
    q = rng.choice(fit)
    b = rng.randrange(len(streets))
    if a == b and form in ("same", "not same"):
        b = (a + 1) % len(streets)
    sentence = tell_pair(rng, form, (attributes[a], streets[a][p]), (attributes[b], streets[b][q]))
    if a == b:
        return _Clue(related(count, form, p, q), a, a, (), (), (), (), sentence)
    cells, other_cells = placed(count)[p], placed(count)[q]
    forward, backward = partners(count, form), partners(count, form, reverse=True)
    told = p if form == "same" else -1
    return _Clue(-1, a, b, cells, other_cells, forward, backward, sentence, told)
