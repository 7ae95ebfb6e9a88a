"""Second solvers for chemistry: by elimination modulo a prime, and by writing formulas out."""

import math
import re
from fractions import Fraction


def atoms(formula):
    """Returns the atoms of a formula by writing its brackets out, the innermost first."""
    whole = ""
    for part in formula.split("*"):
        times, body = re.fullmatch(r"(\d*)(.+)", part).groups()
        whole += f"({body}){times or 1}"
    while found := re.search(r"\(([^()]*)\)(\d*)", whole):
        inner = re.sub(r"([A-Z][a-z]?)(?![a-z0-9])", r"\g<1>1", found[1])
        times = int(found[2] or 1)
        inner = "".join(
            str(int(piece) * times) if piece.isdigit() else piece
            for piece in re.split(r"(\d+)", inner)
        )
        whole = whole[: found.start()] + inner + whole[found.end() :]
    counts = {}
    for element, many in re.findall(r"([A-Z][a-z]?)(\d+)", whole):
        counts[element] = counts.get(element, 0) + int(many)
    return counts


def coefficients(left, right):
    """Returns the one balance of a reaction, by elimination modulo a prime."""
    p = (1 << 61) - 1
    columns = [atoms(name) for name in (*left, *right)]
    rows = [
        [a.get(e, 0) * (1 if i < len(left) else -1) % p for i, a in enumerate(columns)]
        for e in sorted({e for a in columns for e in a})
    ]
    order = []
    for column in range(len(columns)):
        i = len(order)
        pivot = next((j for j in range(i, len(rows)) if rows[j][column]), None)
        if pivot is None:
            continue
        rows[i], rows[pivot] = rows[pivot], rows[i]
        inverse = pow(rows[i][column], -1, p)
        rows[i] = [value * inverse % p for value in rows[i]]
        for j, row in enumerate(rows):
            if j != i and row[column]:
                rows[j] = [(u - row[column] * v) % p for u, v in zip(row, rows[i], strict=True)]
        order.append(column)
    (free,) = [column for column in range(len(columns)) if column not in order]
    base = [0] * len(columns)
    base[free] = 1
    for row, column in zip(rows, order, strict=False):
        base[column] = -row[free] % p
    for scale in range(1, 100_000):
        whole = [value * scale % p for value in base]
        if max(whole) < 10**6:
            assert math.gcd(*whole) == 1
            return whole
    raise AssertionError((left, right))


def solve_balancing(question):
    sides = re.search(r"(_ .+) -> (_ .+?) with", question).groups()
    left, right = ([name.strip("_ ") for name in side.split(" + ")] for side in sides)
    return tuple(coefficients(left, right))


def solve_chemistry(question):
    table = re.search(r"\(([A-Z][a-z]? = [^()]*)\)", question)[1]
    masses = {e: Fraction(m) for e, m in (entry.split(" = ") for entry in table.split(", "))}

    def molar(formula):
        return sum((masses[e] * many for e, many in atoms(formula).items()), Fraction(0))

    if found := re.search(r"the molar mass of (\S+) in", question):
        return molar(found[1])
    if found := re.search(r"the mass of ([\d.]+) mol of (\S+) in", question):
        return Fraction(found[1]) * molar(found[2])
    if found := re.search(r"the mass of ([A-Z][a-z]?) in ([\d.]+) g of ([^,]+),", question):
        element, grams, formula = found.groups()
        return Fraction(grams) * masses[element] * atoms(formula)[element] / molar(formula)
    if found := re.search(r"([\d.]+) g of (\S+)\*(\d+)H2O are heated", question):
        grams, dry, water = found.groups()
        return Fraction(grams) * molar(dry) / (molar(dry) + int(water) * molar("H2O"))
    found = re.search(
        r"In the reaction (.+) -> (.+) \(not balanced\) \w+ the mass of (\S+) in g that .+? "
        r"([\d.]+) g of (\S+) \(",
        question,
    )
    left, right = (side.split(" + ") for side in found.groups()[:2])
    asked, grams, given = found.groups()[2:]
    counts = dict(zip([*left, *right], coefficients(left, right), strict=True))
    return Fraction(grams) / molar(given) / counts[given] * counts[asked] * molar(asked)


def solve_acidity(question):
    amounts = re.findall(r"([\d.]+) mL of (\w+) at ([\d.]+) mol/L", question)
    excess, volume = Fraction(0), Fraction(0)  # of acid, in mmol and mL
    for millilitres, name, strength in amounts:
        sign = -1 if name.endswith("OH") else 1
        excess += sign * Fraction(millilitres) * Fraction(strength)
        volume += Fraction(millilitres)
    if found := re.search(r"([\d.]+) mol of (\w+) are in ([\d.]+) L", question):
        excess = Fraction(found[1]) * (-1 if found[2].endswith("OH") else 1)
        volume = Fraction(found[3])
    if found := re.search(r"diluted to ([\d.]+) mL", question):
        assert Fraction(found[1]) > volume
        volume = Fraction(found[1])
    power = next(n for n in range(15) if abs(excess) / volume * 10**n == 1)
    ph = power if excess > 0 else 14 - power
    return Fraction(14 - ph if "pOH" in question.split("(")[0] else ph)
