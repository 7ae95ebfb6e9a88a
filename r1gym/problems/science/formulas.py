"""Chemical formulas: their atoms and masses, salts that are neutral, and balanced equations."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from fractions import Fraction

Atoms = dict[str, int]

MASSES: dict[str, int | Fraction] = {
    "H": 1, "Li": 7, "C": 12, "N": 14, "O": 16, "Na": 23, "Mg": 24, "Al": 27, "P": 31, "S": 32,
    "Cl": Fraction(71, 2), "K": 39, "Ca": 40, "Cr": 52, "Mn": 55, "Fe": 56, "Cu": Fraction(127, 2),
    "Zn": 65, "Br": 80, "Ag": 108, "Ba": 137, "Pb": 207,
}  # fmt: skip
CATIONS = {
    "Li": 1, "Na": 1, "K": 1, "Ag": 1, "Mg": 2, "Ca": 2, "Zn": 2, "Cu": 2, "Ba": 2, "Pb": 2,
    "Fe": 3, "Al": 3, "Cr": 3, "Mn": 2,
}  # fmt: skip
ANIONS = {"Cl": 1, "Br": 1, "NO3": 1, "OH": 1, "ClO3": 1, "SO4": 2, "CO3": 2, "S": 2, "PO4": 3}
ACIDS = {"HCl": "Cl", "HBr": "Br", "HNO3": "NO3", "H2SO4": "SO4", "H3PO4": "PO4"}

_TOKEN = re.compile(r"([A-Z][a-z]?|\(|\))(\d*)")


def salt(cation: str, anion: str) -> str:
    """Returns the formula of the neutral salt of two ions."""
    plus, minus = CATIONS[cation], ANIONS[anion]
    common = math.lcm(plus, minus)
    return _repeated(cation, common // plus) + _repeated(anion, common // minus)


def organic(rng: random.Random, extra: str = "") -> str:
    """Returns the formula of a molecule of C, H and perhaps O, and the elements of `extra`."""
    carbon = rng.randint(1, 24)
    hydrogen = rng.randint(1, carbon + 1) * 2
    oxygen = rng.choice((0, 0, *range(1, 9)))
    counts = {"C": carbon, "H": hydrogen, "O": oxygen}
    for element in extra:
        counts[element] = rng.randint(1, 4)
    counts["H"] += counts.get("N", 0) % 2  # each bond has two ends, and N has three or five
    return "".join(_repeated(element, count) for element, count in counts.items() if count)


def count_atoms(formula: str) -> Atoms:
    """Returns how many atoms of each element a formula has: ``Al2(SO4)3``, ``CuSO4*5H2O``."""
    total: Atoms = {}
    for part in formula.split("*"):
        digits = re.match(r"\d*", part)
        times = int(digits[0]) if digits and digits[0] else 1
        levels: list[Atoms] = [{}]
        for symbol, count in _TOKEN.findall(part):
            if symbol == "(":
                levels.append({})
                continue
            inner = levels.pop() if symbol == ")" else {symbol: 1}
            for element, many in inner.items():
                outer = levels[-1]
                outer[element] = outer.get(element, 0) + many * int(count or 1)
        for element, many in levels[0].items():
            total[element] = total.get(element, 0) + many * times
    return total


def mass_of(atoms: Atoms) -> Fraction:
    """Returns the molar mass of atoms in g/mol, by the rounded masses."""
    return sum((Fraction(MASSES[element]) * many for element, many in atoms.items()), Fraction(0))


def masses_of(atoms: Atoms) -> str:
    """Returns the table of the atomic masses that a question needs: ``"H = 1, O = 16"``."""
    return ", ".join(f"{e} = {float(MASSES[e]):g}" for e in MASSES if e in atoms)


def balance(left: Sequence[str], right: Sequence[str]) -> list[int] | None:
    """Returns the smallest whole coefficients that balance a reaction.

    They span the null space of the matrix of atoms, element by substance, found by Gauss-Jordan
    elimination in whole numbers.

    Args:
        left: The reactants.
        right: The products.

    Returns:
        One coefficient for each substance; None unless there is a single balance, all of whose
        coefficients are above 0.
    """
    columns = [count_atoms(name) for name in (*left, *right)]
    elements = sorted(set().union(*columns))
    signs = [1] * len(left) + [-1] * len(right)
    rows = [
        [sign * atoms.get(element, 0) for sign, atoms in zip(signs, columns, strict=True)]
        for element in elements
    ]
    pivots: list[int] = []
    for column in range(len(columns)):
        done = len(pivots)
        chosen = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if chosen is None:
            continue
        rows[done], rows[chosen] = rows[chosen], rows[done]
        pivot = rows[done]
        for i, row in enumerate(rows):
            if i != done and row[column]:
                mixed = [
                    a * pivot[column] - b * row[column] for a, b in zip(row, pivot, strict=True)
                ]
                divisor = math.gcd(*mixed) or 1  # so that numbers stay small
                rows[i] = [value // divisor for value in mixed]
        pivots.append(column)
    free = [column for column in range(len(columns)) if column not in pivots]
    if len(free) != 1:
        return None
    values = [Fraction(1)] * len(columns)
    for row, column in zip(rows, pivots, strict=False):
        values[column] = Fraction(-row[free[0]], row[column])
    if min(values) <= 0:
        return None
    # The smallest whole numbers: one value is 1, so the least common denominator leaves no divisor.
    common = math.lcm(*(value.denominator for value in values))
    return [int(value * common) for value in values]


def _repeated(part: str, count: int) -> str:
    if count == 1:
        return part
    return f"({part}){count}" if len(re.findall(r"[A-Z]", part)) > 1 else f"{part}{count}"
