"""Genetics: the chances of Punnett squares, as fractions.

Each gene has a dominant allele, in capitals, and a recessive one; genes are inherited independently
of each other. Left out: linkage, sex chromosomes and incomplete dominance.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from fractions import Fraction

from r1gym.problems.families import family
from r1gym.problems.science.item import ASK, Item

_LETTERS = "ABDEFGHLMNQRT"  # whose capitals and small letters differ at a glance
_SPECIES = (
    "pea plants", "tomato plants", "maize plants", "snapdragons", "fruit flies", "guinea pigs",
    "house mice", "zebra fish",
)  # fmt: skip
_GENOTYPES = ("AA", "Aa", "aa")
_MEETS = {"dominant": ("AA", "Aa"), "recessive": ("aa",), **{g: (g,) for g in _GENOTYPES}}


def _offspring(one: str, other: str) -> dict[str, Fraction]:
    """Returns the chance of each genotype, by the Punnett square of two parents."""
    square = Counter("".join(sorted(a + b)) for a in one for b in other)
    return {genotype: Fraction(square[genotype], 4) for genotype in _GENOTYPES}


# Every cross of one gene with what may be asked of its offspring, and the chance of that.
_CASES = [
    (one, other, asked, sum((_offspring(one, other)[g] for g in met), Fraction(0)))
    for one in _GENOTYPES
    for other in _GENOTYPES
    for asked, met in _MEETS.items()
]
_POSSIBLE = [case for case in _CASES if case[3] > 0]
_UNCERTAIN = [case for case in _POSSIBLE if case[3] < 1]


@family("science-genetics", levels=4, question_bytes=380)
def genetics(rng: random.Random, level: int) -> tuple[str, str, dict[str, str]]:
    """Level 1 has one gene, 2 two, 3 several offspring, 4 a second generation with a condition."""
    item = draw_genetics(rng, level)
    return f"{item.question}, as a fraction", str(item.value), {"verifier": "accuracy"}


def draw_genetics(rng: random.Random, level: int) -> Item:
    """Returns a question about a chance with what typical slips would give."""
    return _draw_two_generations(rng) if level == 4 else _draw_cross(rng, level)


def _draw_cross(rng: random.Random, level: int) -> Item:
    genes = rng.randint(2, 3) if level == 3 else level
    letters = rng.sample(_LETTERS, genes)
    cases = [rng.choice(_UNCERTAIN), *(rng.choice(_POSSIBLE) for _ in letters[1:])]
    pairs = [case[:2] for case in cases]
    one, other = (
        "".join(_with(pair[i], letter) for pair, letter in zip(pairs, letters, strict=True))
        for i in (0, 1)
    )
    wanted = _listed([_asked(case[2], letter) for case, letter in zip(cases, letters, strict=True)])
    chance = math.prod((case[3] for case in cases), start=Fraction(1))
    text = f"{_rules(rng, letters)} {_crossed(rng, one, other)}. {rng.choice(ASK)} the probability"
    slips = [1 - chance, chance / 2, chance * 2, (chance + cases[0][3]) / 2, chance / 4]
    if level < 3:
        return Item(f"{text} that an offspring has {wanted}", chance, "", _chances(slips))
    n = rng.randint(2, 5)
    k = rng.randint(0, n)
    if k == 0:
        right, count = 1 - (1 - chance) ** n, "at least one"
    else:
        right, count = math.comb(n, k) * chance**k * (1 - chance) ** (n - k), f"exactly {k}"
    slips += [right / math.comb(n, k), chance**n, 1 - right, n * chance, chance**k]
    has = "has" if k < 2 else "have"
    return Item(f"{text} that {count} of {n} offspring {has} {wanted}", right, "", _chances(slips))


def _draw_two_generations(rng: random.Random) -> Item:
    """A dominant offspring, whose genotype is not known, has offspring of its own."""
    letter = rng.choice(_LETTERS)
    one, other = rng.choice((("Aa", "Aa"), ("AA", "Aa"), ("Aa", "AA")))
    mate = rng.choice(("Aa", "aa"))
    first = _offspring(one, other)
    hybrid = first["Aa"] / (first["AA"] + first["Aa"])  # given that it is dominant
    n = rng.randint(1, 6)
    bad = _offspring("Aa", mate)["aa"]
    all_dominant = 1 - hybrid + hybrid * (1 - bad) ** n
    asked, right = rng.choice(
        (
            ("all of them show the dominant trait", all_dominant),
            ("at least one of them shows the recessive trait", 1 - all_dominant),
            ("all of them show the recessive trait", hybrid * bad**n),
        )
    )
    if n == 1:
        asked = asked.replace("all of them show", "it shows").replace("at least one of them", "it")
    many = "one offspring" if n == 1 else f"{n} offspring"
    text = (
        f"{_rules(rng, [letter])} {_crossed(rng, _with(one, letter), _with(other, letter))}. One "
        f"of their offspring, which shows the dominant trait of {letter}, is crossed with "
        f"{_with(mate, letter)} and has {many}. {rng.choice(ASK)} the probability that {asked}"
    )
    slips = [1 - right, bad**n, (1 - bad) ** n, 1 - (1 - bad) ** n, right / 2, hybrid * bad]
    return Item(text, right, "", _chances(slips))


def _rules(rng: random.Random, letters: list[str]) -> str:
    kind = rng.choice(_SPECIES)
    if len(letters) == 1:
        return f"In a breed of {kind} allele {letters[0]} is dominant over {letters[0].lower()}."
    pairs = _listed([f"{letter} over {letter.lower()}" for letter in letters])
    return f"In a breed of {kind} dominant alleles are {pairs}, inherited independently."


def _crossed(rng: random.Random, one: str, other: str) -> str:
    return rng.choice(
        (
            f"Parents {one} and {other} are crossed",
            f"The parents are {one} and {other}",
            f"{one} is crossed with {other}",
        )
    )


def _with(genotype: str, letter: str) -> str:
    return genotype.replace("A", letter).replace("a", letter.lower())


def _asked(asked: str, letter: str) -> str:
    if asked in _GENOTYPES:
        return f"genotype {_with(asked, letter)}"
    return f"the {asked} trait of {letter}"


def _listed(parts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _chances(values: list[Fraction]) -> tuple[Fraction, ...]:
    """Returns those that could be a probability: no other would tempt anyone."""
    return tuple(value for value in values if 0 < value < 1)
