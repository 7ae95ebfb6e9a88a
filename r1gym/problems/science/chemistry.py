"""Chemistry: molar masses, amounts in reactions, balanced equations and the pH of strong acids.

Atomic masses are rounded and stated in each question. Coefficients come from exact linear algebra:
a reaction is kept if just one set of smallest whole numbers balances it. Whether it takes place in
a glass is not asked. Left out: charges, weak acids and gases, whose constants are measured.
"""

from __future__ import annotations

import random
from fractions import Fraction

from r1gym.problems.families import family
from r1gym.problems.science.formulas import (
    ACIDS,
    ANIONS,
    CATIONS,
    Atoms,
    balance,
    count_atoms,
    mass_of,
    masses_of,
    organic,
    salt,
)
from r1gym.problems.science.item import ASK, Item, asked_openly, written

_STRONG_ACIDS = ("HCl", "HBr", "HNO3", "HClO4")
_STRONG_BASES = ("NaOH", "KOH", "LiOH")
_SMOOTH = (20, 25, 40, 50, 80, 100, 125, 160, 200, 250, 400, 500)  # their inverses' decimals end
_REACTIVE = ("Al", "Ca", "K", "Li", "Mg", "Na", "Zn")


@family("science-chemistry", levels=4, question_bytes=260)
def chemistry(rng: random.Random, level: int) -> tuple[str, str, dict[str, str]]:
    """Level 1 is the mass of a simple molecule, 2 of a salt, 3 a part of it, 4 of a product."""
    return asked_openly(draw_chemistry(rng, level))


def draw_chemistry(rng: random.Random, level: int) -> Item:
    """Returns a question about masses with what typical slips would give."""
    return (_draw_mass, _draw_salt_mass, _draw_part, draw_reaction)[level - 1](rng)


def _draw_mass(rng: random.Random) -> Item:
    name = organic(rng)
    atoms = count_atoms(name)
    right = mass_of(atoms)
    forgot = mass_of(dict.fromkeys(atoms, 1))
    return Item(
        f"{rng.choice(ASK)} the molar mass of {name} in g/mol ({masses_of(atoms)})",
        right, "g/mol", (forgot, right + 1, right - 12, Fraction(sum(atoms.values())), right + 16),
    )  # fmt: skip


def _draw_salt_mass(rng: random.Random) -> Item:
    name = salt(rng.choice(sorted(CATIONS)), rng.choice(sorted(ANIONS)))
    atoms = count_atoms(name)
    amount = Fraction(rng.randint(2, 99), rng.choice((10, 20)))
    molar = mass_of(atoms)
    flat = mass_of(count_atoms(name.replace("(", "").partition(")")[0]))  # one group, not several
    return Item(
        f"{rng.choice(ASK)} the mass of {written(amount)} mol of {name} in g ({masses_of(atoms)})",
        molar * amount, "g", (flat * amount, molar, molar / amount, amount / molar, molar + amount),
    )  # fmt: skip


def _draw_part(rng: random.Random) -> Item:
    name = salt(rng.choice(sorted(CATIONS)), rng.choice(sorted(ANIONS)))
    water = rng.randint(1, 12)
    hydrate = f"{name}*{water}H2O"
    atoms = count_atoms(hydrate)
    element = rng.choice(sorted(atoms))
    molar, part = mass_of(atoms), mass_of({element: atoms[element]})
    amount = Fraction(rng.randint(1, 80), rng.choice((4, 5, 10)))
    if rng.random() < 0.5:
        return Item(
            f"{rng.choice(ASK)} the mass of {element} in {written(molar * amount)} g of {hydrate}, "
            f"in g ({masses_of(atoms)})",
            part * amount, "g",
            (part / atoms[element] * amount, part, molar * amount / 2, part * molar / 100),
        )  # fmt: skip
    dry = mass_of(count_atoms(name))
    return Item(
        f"{written(molar * amount)} g of {hydrate} are heated until all water is gone. "
        f"{rng.choice(ASK)} the mass that is left, in g ({masses_of(atoms)})",
        dry * amount, "g", ((molar - dry) * amount, (molar - 18) * amount, dry, molar * amount / 2),
    )  # fmt: skip


def draw_reaction(rng: random.Random) -> Item:
    """Returns a question about the mass that a reaction takes or gives."""
    left, right, counts = _draw_equation(rng, rng.choice((1, 2)))
    names = [*left, *right]
    given, asked = rng.sample(range(len(names)), 2)
    molar = [mass_of(count_atoms(name)) for name in names]
    runs = Fraction(rng.randint(1, 60), rng.choice((2, 5, 10)))
    value = runs * counts[asked] * molar[asked]
    grams = runs * counts[given] * molar[given]
    needed: Atoms = {}
    for name in (names[given], names[asked]):
        needed |= count_atoms(name)
    verb = "reacts with" if asked < len(left) else "is formed from"
    if given >= len(left):
        verb = "is used up to form" if asked < len(left) else "is formed along with"
    equation = f"{' + '.join(left)} -> {' + '.join(right)}"
    return Item(
        f"In the reaction {equation} (not balanced) {rng.choice(ASK).lower()} the mass of "
        f"{names[asked]} in g that {verb} {written(grams)} g of {names[given]} "
        f"({masses_of(needed)})",
        value, "g",
        (
            grams * molar[asked] / molar[given], grams, value / counts[asked],
            grams * counts[asked] / counts[given], value * 2, value / 2,
        ),
    )  # fmt: skip


@family("science-balancing", levels=4, question_bytes=200)
def balancing(rng: random.Random, level: int) -> tuple[str, str, dict[str, str]]:
    """Level 1 burns C and H, 2 also N and S, 3 is a double exchange, 4 has three reactants."""
    left, right, counts = _draw_equation(rng, level)
    blanks = [f"_ {name}" for name in left], [f"_ {name}" for name in right]
    equation = f"{' + '.join(blanks[0])} -> {' + '.join(blanks[1])}"
    ask = rng.choice(("Balance", "Find the coefficients of", "Fill in the coefficients of"))
    question = f"{ask} {equation} with the smallest whole numbers, written as a tuple in brackets "
    question += "like " + str(tuple(range(2, 2 + len(counts))))
    return question, f"({', '.join(map(str, counts))})", {"verifier": "accuracy"}


def _draw_equation(rng: random.Random, level: int) -> tuple[list[str], list[str], list[int]]:
    """Returns reactants, products and coefficients of a reaction with a single balance."""
    while True:
        left, right = (_burn, _burn, _exchange, _oxidise)[level - 1](rng, level)
        rng.shuffle(left)
        rng.shuffle(right)
        if (counts := balance(left, right)) is not None:
            return left, right, counts


def _burn(rng: random.Random, level: int) -> tuple[list[str], list[str]]:
    name = organic(rng, extra="" if level == 1 else rng.choice(("N", "S", "NS")))
    products = {"C": "CO2", "H": "H2O", "N": rng.choice(("N2", "NO2")), "S": "SO2"}
    atoms = count_atoms(name)
    return [name, "O2"], [products[element] for element in atoms if element != "O"]


def _exchange(rng: random.Random, level: int) -> tuple[list[str], list[str]]:
    first, second = rng.sample(sorted(CATIONS), 2)
    one, other = rng.sample(sorted(ANIONS), 2)
    kind = rng.random()
    if kind < 0.2:  # a metal and an acid
        metal, acid = rng.choice(_REACTIVE), rng.choice(("H2SO4", "H3PO4", "HBr", "HCl"))
        return [metal, acid], [salt(metal, ACIDS[acid]), "H2"]
    if kind < 0.4:  # a base and an acid
        acid = rng.choice(sorted(ACIDS))
        return [salt(first, "OH"), acid], [salt(first, ACIDS[acid]), "H2O"]
    return [salt(first, one), salt(second, other)], [salt(first, other), salt(second, one)]


def _oxidise(rng: random.Random, level: int) -> tuple[list[str], list[str]]:
    """An oxidiser, an acid and something to oxidise: ten or more atoms of oxygen to keep."""
    alkali, acid = rng.choice(("Na", "K")), rng.choice(("H2SO4", "HCl", "HNO3"))
    anion = ACIDS[acid]
    oxidiser, metal = rng.choice(((f"{alkali}MnO4", "Mn"), (f"{alkali}2Cr2O7", "Cr")))
    burnt = organic(rng) if rng.random() < 0.8 else rng.choice(("H2S", "SO2", "H2O2"))
    atoms = count_atoms(burnt)
    gases = {"C": "CO2", "S": "S"} if burnt == "H2S" else {"C": "CO2", "S": "H2SO4"}
    made = [gases[element] for element in atoms if element in gases] or ["O2"]
    salts = [salt(metal, anion), salt(alkali, anion)]
    return [oxidiser, burnt, acid], [*salts, "H2O", *(m for m in made if m != acid)]


@family("science-acidity", levels=3, question_bytes=220)
def acidity(rng: random.Random, level: int) -> tuple[str, str, dict[str, str]]:
    """Level 1 dissolves an acid or a base, 2 dilutes one, 3 mixes one with the other."""
    return asked_openly(draw_acidity(rng, level))


def draw_acidity(rng: random.Random, level: int) -> Item:
    """Returns a question about a pH that is a whole number, with what slips would give."""
    basic = rng.random() < 0.4
    power = rng.randint(1, 5)
    solute, partner = rng.choice(_STRONG_BASES), rng.choice(_STRONG_ACIDS)
    if not basic:
        solute, partner = partner, solute
    concentration = Fraction(1, 10**power)
    if level == 1:
        volume = Fraction(rng.randint(1, 400), rng.choice((2, 4, 5, 10)))
        text = f"{written(volume * concentration)} mol of {solute} are in {written(volume)} L of"
        text += " solution"
    elif level == 2:
        before = Fraction(rng.randint(2, 60), 10)
        taken = Fraction(rng.randint(1, 400), 1 if power < 3 else 20)
        after = taken * before * 10**power
        text = f"{written(taken)} mL of {solute} at {written(before)} mol/L are diluted to"
        text += f" {written(after)} mL"
    else:
        v1, v2 = rng.choice(_SMOOTH), rng.randint(1, 40) * 10
        c2 = Fraction(rng.randint(1, 30), 100)
        c1 = ((v1 + v2) * concentration + c2 * v2) / v1
        text = f"{v1} mL of {solute} at {written(c1)} mol/L are mixed with {v2} mL of {partner} at"
        text += f" {written(c2)} mol/L"
    right = 14 - power if basic else power
    asked = rng.choice(("pH", "pH", "pOH"))
    value = right if asked == "pH" else 14 - right
    slips = (14 - value, value + 1, value - 1, value + 2, 7)
    question = f"{text}. {rng.choice(ASK)} the {asked} of the solution, fully ionised, at 25 C"
    return Item(
        f"{question} (pH + pOH = 14)", Fraction(value), "", tuple(Fraction(s) for s in slips)
    )
