"""Orderings: people or things in a row, to be put in order from relative clues."""

from __future__ import annotations

import random
from dataclasses import dataclass
from math import factorial
from typing import Any

from r1gym.problems.families import family
from r1gym.problems.logic.places import placed, related, standing
from r1gym.problems.logic.words import NAMES, capitalised, listed

_SIZES = {1: 3, 2: 4, 3: 5, 4: 6, 5: 7}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_BOOKS = "red blue green yellow white black brown grey orange purple pink golden".split()  # noqa: SIM905


@dataclass(frozen=True)
class _Theme:
    """How one kind of row is told. In the phrases {a} and {b} are things; p is a place's number."""

    intro: str
    things: tuple[str, ...]
    phrase: str  # how a thing is named within a sentence
    before: tuple[str, str]  # a before b, told from a and told from b
    just_before: tuple[str, str]
    at: str
    where: str  # after who is next to whom
    ask: str


_THEMES = (
    _Theme(
        "{things} stand in a queue.",
        NAMES,
        "{}",
        ("{a} stands somewhere ahead of {b}", "{b} stands somewhere behind {a}"),
        ("{a} stands directly ahead of {b}", "{b} stands directly behind {a}"),
        "{a} is {p} in the queue",
        "in the queue",
        "List them in the order of the queue, from the first to the last",
    ),
    _Theme(
        "{things} ran a race, and no two arrived together.",
        NAMES,
        "{}",
        ("{a} arrived before {b}", "{b} arrived after {a}"),
        ("{a} arrived just before {b}", "{b} arrived just after {a}"),
        "{a} was {p} to arrive",
        "in the order of arrival",
        "List them in the order in which they arrived, from the first to the last",
    ),
    _Theme(
        "No two of {things} are of the same age. They are ranked by age, the youngest first.",
        NAMES,
        "{}",
        ("{a} is younger than {b}", "{b} is older than {a}"),
        ("{a} is directly before {b} in the ranking", "{b} is directly after {a} in the ranking"),
        "{a} is {p} in the ranking",
        "in the ranking",
        "List them from the youngest to the oldest",
    ),
    _Theme(
        "No two of {things} are equally tall. They are put in a row, the shortest at the front.",
        NAMES,
        "{}",
        ("{a} is shorter than {b}", "{b} is taller than {a}"),
        ("{a} is directly before {b} in the row", "{b} is directly after {a} in the row"),
        "{a} is {p} in the row",
        "in the row",
        "List them from the shortest to the tallest",
    ),
    _Theme(
        "On a shelf stand {count} books, one each in {things}.",
        tuple(_BOOKS),
        "the {} book",
        ("{a} is somewhere to the left of {b}", "{b} is somewhere to the right of {a}"),
        ("{a} is directly to the left of {b}", "{b} is directly to the right of {a}"),
        "{a} is {p} from the left",
        "on the shelf",
        "List the colours from left to right",
    ),
)
_UNORDERED = {
    "next": ("{a} and {b} are neighbours {where}", "{a} is next to {b} {where}"),
    "not next": ("{a} and {b} are not neighbours {where}", "{a} is not next to {b} {where}"),
    "one between": (
        "there is exactly one place between {a} and {b} {where}",
        "exactly one other is between {a} and {b} {where}",
    ),
    "two between": (
        "there are exactly two places between {a} and {b} {where}",
        "exactly two others are between {a} and {b} {where}",
    ),
}


@family("logic-orderings", levels=5, question_bytes=1200)
def orderings(rng: random.Random, level: int) -> tuple[str, str, dict[str, Any]]:
    """The only order that fits all clues, of 3, 4, 5, 6 and 7 in a row at levels 1 to 5.

    Level 1 says who comes before whom; from level 2 on there are neighbours and distances.
    """
    count, theme = _SIZES[level], rng.choice(_THEMES)
    order = rng.sample(theme.things, count)
    told = rng.sample(order, count)  # the order in which the question names them
    left, clues = 2 ** factorial(count) - 1, []
    while left.bit_count() > 1:  # a clue is new about one time in three, or oftener
        allowed, sentence = _clue(rng, theme, order, level)
        if left & allowed != left:
            left &= allowed
            clues.append((allowed, sentence))
    for clue in clues[:]:  # what later clues made superfluous goes
        rest = -1
        for other in clues:
            if other is not clue:
                rest &= other[0]
        if rest == left:
            clues.remove(clue)
    rng.shuffle(clues)
    intro = theme.intro.format(things=listed(told), count=count)
    sentences = [capitalised(sentence) + "." for _, sentence in clues]
    question = " ".join([capitalised(intro), *sentences, theme.ask + ", separated by commas"])
    metadata = {"verifier": "logic", "logic": {"kind": "ordering", "gold": order}}
    return question, ", ".join(order), metadata


def _clue(rng: random.Random, theme: _Theme, order: list[str], level: int) -> tuple[int, str]:
    """Returns a true clue: the arrangements that it allows, and its words."""
    count = len(order)
    draw = rng.random()
    if level > 1 and draw < 0.12:
        p = rng.randrange(count)
        words = theme.at.format(a=theme.phrase.format(order[p]), p=_ORDINALS[p])
        return placed(count)[p][p], words
    if level > 1 and draw < 0.24:
        p, other = rng.sample(range(count), 2)
        words = theme.at.replace(" {p}", " not {p}")
        words = words.format(a=theme.phrase.format(order[p]), p=_ORDINALS[other])
        return standing(count, p, 2**count - 1 ^ 1 << other), words
    p, q = sorted(rng.sample(range(count), 2))
    relations = ["before"]
    if level > 1:
        gap = q - p
        relations += {1: ["next", "just before"], 2: ["one between"], 3: ["two between"]}.get(
            gap, []
        )
        relations += ["not next"] if gap > 1 else []
    relation = rng.choice(relations)
    if relation in _UNORDERED:
        words = rng.choice(_UNORDERED[relation])
        a, b = rng.sample((p, q), 2)
    else:
        words = rng.choice(theme.before if relation == "before" else theme.just_before)
        a, b = p, q
    sentence = words.format(
        a=theme.phrase.format(order[a]), b=theme.phrase.format(order[b]), where=theme.where
    )
    return related(count, relation, p, q), sentence
