"""Knights and knaves (after Raymond Smullyan): who always tells the truth, and who always lies?

A set of worlds is a number: bit w stands for the world in which person i is a knight if bit i of
w is set. A statement is the set of worlds in which it is true.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from r1gym.problems.families import family
from r1gym.problems.logic.formulas import columns, every_row
from r1gym.problems.logic.words import NAMES, capitalised, listed

_KINDS = (("knight", "knave"), ("truth-teller", "liar"), ("saint", "sinner"))
_PEOPLE = {1: (2, 2), 2: (3, 3), 3: (4, 4), 4: (5, 5), 5: (6, 7)}
_COUNTED = ("none", "exactly one", "exactly two", "exactly three", "exactly four", "exactly five")

_Statement = tuple[int, str]  # the worlds in which it is true, its words
_Claim = tuple[int, int, str]  # who says it, and a statement


@dataclass(frozen=True)
class _Scene:
    """Who is there, and what they are: names, words for both kinds, the true world."""

    names: list[str]
    kinds: tuple[str, str]
    truth: int

    @property
    def count(self) -> int:
        return len(self.names)

    def is_knight(self, i: int) -> bool:
        return bool(self.truth >> i & 1)

    def worlds(self, claim: _Claim) -> int:
        """Returns the worlds in which it may be said: a knight's claim is true, a knave's false."""
        speaker, true_in, _ = claim
        return every_row(self.count) ^ columns(self.count)[speaker] ^ true_in


@family("logic-knights-knaves", levels=5, question_bytes=950)
def knights_knaves(rng: random.Random, level: int) -> tuple[str, str, dict[str, Any]]:
    """Knights and knaves: 2, 3, 4, 5 and 6 to 7 people at levels 1 to 5, each of whom speaks.

    Level 1 has simple statements, about one or two people; from level 2 on there are "if", "or",
    "and" of two such, and from level 3 on how many of all are knights.
    """
    count = rng.randint(*_PEOPLE[level])
    scene = _Scene(rng.sample(NAMES, count), rng.choice(_KINDS), rng.randrange(2**count))
    claims: list[_Claim] = []
    left = every_row(count)
    for speaker in rng.sample(range(count), count):
        drawn = [_claim(rng, level, speaker, scene) for _ in range(4)]
        # The one that leaves the fewest worlds.
        claims.append(min(drawn, key=lambda claim: (left & scene.worlds(claim)).bit_count()))
        left &= scene.worlds(claims[-1])
    while left != 1 << scene.truth:
        other = (left ^ 1 << scene.truth).bit_length() - 1
        claims.append(_claim_against(rng, other, scene))
        left &= scene.worlds(claims[-1])
    gold = {name: scene.kinds[not scene.is_knight(i)] for i, name in enumerate(scene.names)}
    answer = ", ".join(f"{name}: {kind}" for name, kind in gold.items())
    metadata = {"verifier": "logic", "logic": {"kind": "assignment", "gold": gold}}
    return _told(rng, scene, claims), answer, metadata


def _told(rng: random.Random, scene: _Scene, claims: list[_Claim]) -> str:
    knight, knave = scene.kinds
    people = listed(scene.names)
    intro = rng.choice(
        (
            f"On an island each person is a {knight}, who always tells the truth, or a {knave}, "
            f"who always lies. You meet {people}.",
            f"Each of {people} is either a {knight} or a {knave}. Every statement of a {knight} is "
            f"true, and every statement of a {knave} is false.",
            f"A {knight} says only true things and a {knave} says only false things. {people} are "
            "each one or the other.",
        )
    )
    said = []
    speakers: list[int] = []
    for speaker, _, words in claims:
        verb = "also says" if speaker in speakers else rng.choice(("says", "says", "claims"))
        speakers.append(speaker)
        said.append(f'{scene.names[speaker]} {verb}: "{capitalised(words)}."')
    ask = rng.choice(("Who is what?", "What is each of them?", "Find out what each person is."))
    form = f"Answer with every name, in the form name: {knight} or name: {knave}"
    return " ".join([intro, *said, ask, form])


def _claim(rng: random.Random, level: int, speaker: int, scene: _Scene) -> _Claim:
    """Returns something that the speaker may say in the true world."""
    draw = rng.random()
    if level >= 3 and draw < 0.15:
        true_in, words = _about_all(rng, scene)
    elif level >= 2 and draw < 0.5:
        true_in, words = _compound(rng, speaker, scene)
    else:
        true_in, words = _simple(rng, speaker, scene)
    if bool(true_in >> scene.truth & 1) == scene.is_knight(speaker):
        return speaker, true_in, words
    # What the speaker may say is the opposite. These statements have one of the same form.
    i = rng.choice([i for i in range(scene.count) if i != speaker])
    said = _what_one_is if rng.random() < 0.5 else _how_alike
    return said(speaker, i, scene)


def _claim_against(rng: random.Random, world: int, scene: _Scene) -> _Claim:
    """Returns something that may be said in the true world but not in another one."""
    everyone = range(scene.count)
    differing = [i for i in everyone if (world ^ scene.truth) >> i & 1]
    alike = [i for i in everyone if i not in differing]
    if alike:
        # The speaker is the same in both worlds, so what is said must differ.
        return _what_one_is(rng.choice(alike), rng.choice(differing), scene)
    # All differ, so whether two are alike is the same in both; only the speaker is not.
    speaker, i = rng.sample(everyone, 2)
    return _how_alike(speaker, i, scene)


def _what_one_is(speaker: int, i: int, scene: _Scene) -> _Claim:
    """Returns what the speaker, being what he is, must say of what another one is."""
    return speaker, *_kind(i, scene.is_knight(i) == scene.is_knight(speaker), speaker, scene)


def _how_alike(speaker: int, i: int, scene: _Scene) -> _Claim:
    """Returns what the speaker must say of whether another one is of the speaker's kind."""
    # A knight says so of a knight and not of a knave. So does a knave, since he lies.
    return speaker, *_likeness(speaker, i, scene.is_knight(i), speaker, scene)


def _kind(i: int, knight: bool, speaker: int, scene: _Scene) -> _Statement:
    column = columns(scene.count)[i]
    who = "I am" if i == speaker else f"{scene.names[i]} is"
    true_in = column if knight else every_row(scene.count) ^ column
    return true_in, f"{who} a {scene.kinds[not knight]}"


def _likeness(i: int, j: int, same: bool, speaker: int, scene: _Scene) -> _Statement:
    differ = columns(scene.count)[i] ^ columns(scene.count)[j]
    pair = f"{scene.names[j]} and {'I' if i == speaker else scene.names[i]}"
    if same:
        return every_row(scene.count) ^ differ, f"{pair} are of the same kind"
    return differ, f"{pair} are of different kinds"


def _simple(rng: random.Random, speaker: int, scene: _Scene) -> _Statement:
    """Returns a statement about one or two people."""
    i, j = rng.sample(range(scene.count), 2)
    if j == speaker:
        i, j = j, i
    form, positive = rng.randrange(4), rng.random() < 0.5
    if form == 0:
        return _kind(j, positive, speaker, scene)
    if form == 1:
        return _likeness(i, j, positive, speaker, scene)
    a, _ = _kind(i, positive, speaker, scene)
    b, _ = _kind(j, positive, speaker, scene)
    pair = f"{scene.names[j]} and {'me' if i == speaker else scene.names[i]}"
    kind = scene.kinds[not positive]
    if form == 2:
        return a ^ b, f"exactly one of {pair} is a {kind}"
    return a | b, f"at least one of {pair} is a {kind}"


def _compound(rng: random.Random, speaker: int, scene: _Scene) -> _Statement:
    """Returns a statement that joins two, about different people."""
    i, j = rng.sample(range(scene.count), 2)
    a, left = _kind(i, rng.random() < 0.5, speaker, scene)
    b, right = _kind(j, rng.random() < 0.5, speaker, scene)
    form = rng.randrange(3)
    if form == 0:
        return every_row(scene.count) ^ a | b, f"if {left}, then {right}"
    if form == 1:
        return a | b, f"{left} or {right}, or both"
    return a & b, f"{left}, and {right}"


def _about_all(rng: random.Random, scene: _Scene) -> _Statement:
    """Returns a statement about how many are of a kind."""
    count = scene.count
    number, knights = rng.randint(0, min(count, len(_COUNTED)) - 1), rng.random() < 0.5
    kind = scene.kinds[not knights]
    what = f"are {kind}s" if number > 1 else f"is a {kind}"
    words = f"{_COUNTED[number]} of the {count} of us {what}"
    return _with_knights(count, number if knights else count - number), words


@lru_cache(maxsize=64)
def _with_knights(count: int, number: int) -> int:
    """Returns the worlds with this number of knights."""
    return sum(1 << world for world in range(2**count) if world.bit_count() == number)
