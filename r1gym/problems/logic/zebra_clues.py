"""What zebra puzzles are told with: attributes, their values, and sentences for clues."""

from __future__ import annotations

import random
from dataclasses import dataclass

from r1gym.problems.logic.words import NAMES


@dataclass(frozen=True)
class Attribute:
    """One attribute of the houses or of who lives there.

    Attributes:
        plural: What its values are called.
        values: Its values, each a single word that no other attribute has.
        person: How someone is named by it, in the middle of a sentence.
        has: What is said of someone who has it.
        has_not: What is said of someone who has it not.
        ask: What is asked for, after who it is asked of: ``"What does {} drink"``.
    """

    plural: str
    values: tuple[str, ...]
    person: str
    has: str
    has_not: str
    ask: str


def _values(words: str) -> tuple[str, ...]:
    return tuple(words.split())


NAME = Attribute("names", NAMES, "{}", "is {}", "is not {}", "Who is {}")
OTHERS = (
    Attribute(
        "colours",
        _values("red blue green yellow white black brown grey orange purple pink"),
        "the person in the {} house",
        "lives in the {} house",
        "does not live in the {} house",
        "What is the colour of the house of {}",
    ),
    Attribute(
        "pets",
        _values("cat dog zebra parrot horse rabbit hamster turtle goldfish snake fox"),
        "the owner of the {}",
        "keeps the {}",
        "does not keep the {}",
        "Which animal belongs to {}",
    ),
    Attribute(
        "drinks",
        _values("tea coffee milk juice water lemonade cocoa soda"),
        "the {} drinker",
        "drinks {}",
        "does not drink {}",
        "What is the drink of {}",
    ),
    Attribute(
        "jobs",
        _values("baker doctor farmer teacher pilot lawyer painter sailor tailor plumber"),
        "the {}",
        "is the {}",
        "is not the {}",
        "What is the job of {}",
    ),
    Attribute(
        "instruments",
        _values("piano violin flute guitar drums trumpet harp cello banjo oboe"),
        "the player of the {}",
        "plays the {}",
        "does not play the {}",
        "Which instrument belongs to {}",
    ),
    Attribute(
        "sports",
        _values("tennis chess football golf hockey rugby cricket boxing rowing judo"),
        "the {} fan",
        "is a fan of {}",
        "is not a fan of {}",
        "What is the favourite sport of {}",
    ),
)


def draw_attributes(rng: random.Random, count: int) -> list[Attribute]:
    """Returns the name and others, different ones."""
    return [NAME, *rng.sample(OTHERS, count - 1)]


_PAIRS = {
    "next": ("{a} lives next to {b}", "{a} and {b} are neighbours"),
    "just before": (
        "{a} lives directly to the left of {b}",
        "{b} lives directly to the right of {a}",
    ),
    "before": (
        "{a} lives somewhere to the left of {b}",
        "{b} lives somewhere to the right of {a}",
    ),
    "one between": (
        "there is exactly one house between those of {a} and {b}",
        "exactly one house stands between those of {a} and {b}",
    ),
}


def tell_pair(
    rng: random.Random, relation: str, first: tuple[Attribute, str], second: tuple[Attribute, str]
) -> str:
    """Returns the sentence that says how two values stand to each other."""
    if relation in ("same", "not same"):
        # "Ann drinks tea" and not "the tea drinker is Ann".
        if second[0] is NAME or (first[0] is not NAME and rng.random() < 0.5):
            first, second = second, first
        said = second[0].has if relation == "same" else second[0].has_not
        return f"{first[0].person.format(first[1])} {said.format(second[1])}"
    a, b = first[0].person.format(first[1]), second[0].person.format(second[1])
    if relation in ("next", "one between") and rng.random() < 0.5:
        a, b = b, a
    return rng.choice(_PAIRS[relation]).format(a=a, b=b)


def tell_place(person: str, count: int, places: int) -> str:
    """Returns the sentence that says at which places, as bits, someone may live."""
    if places == 1 | 1 << count - 1:
        return f"{person} lives at one end of the row"
    if places.bit_count() == 1:
        return f"{person} lives in house {places.bit_length()}"
    missing = 2**count - 1 ^ places
    return f"{person} does not live in house {missing.bit_length()}"
