"""Second solvers: each answers a question from its text alone, by another method than ours."""

import itertools
import math
import re
from fractions import Fraction

NUMBER = re.compile(r"(?<![\w^.(])\d+(?:\.\d+)?")


def numbers(text):
    """Returns the numbers of a text that belong to no unit, name or power."""
    return [Fraction(found) for found in NUMBER.findall(text)]


# Units: everything goes to metres, kilograms, seconds and joules by powers of ten.
SIZES = {
    "mm": (-3, 1, "L"), "cm": (-2, 1, "L"), "dm": (-1, 1, "L"), "m": (0, 1, "L"), "km": (3, 1, "L"),
    "mg": (-6, 1, "M"), "g": (-3, 1, "M"), "kg": (0, 1, "M"), "t": (3, 1, "M"),
    "s": (0, 1, "T"), "min": (0, 60, "T"), "h": (0, 3600, "T"), "day": (0, 86400, "T"),
    "mL": (-6, 1, "LLL"), "L": (-3, 1, "LLL"),
    "J": (0, 1, "E"), "kJ": (3, 1, "E"), "MJ": (6, 1, "E"),
}  # fmt: skip


def unit(text):
    """Returns a unit's factor to the base units and its sorted dimension."""
    size, dimension = Fraction(1), {}
    for side, part in enumerate(text.replace("(", "").replace(")", "").split("/")):
        for factor in part.split("*"):
            name, _, power = factor.partition("^")
            ten, times, kinds = SIZES[name]
            power = int(power or 1) * (-1 if side else 1)
            size *= (Fraction(10) ** ten * times) ** power
            for kind in kinds:
                dimension[kind] = dimension.get(kind, 0) + power
    return size, dimension


def solve_units(question):
    question = re.sub(r" \([^()]*=[^()]*\)$", "", question)
    if found := re.search(r"([\d.]+) (\S+) per (\S+) .* in ([\d.]+) (\S+), in (\S+)", question):
        amount, flow, per, length, lasting, total = found.groups()
        a, kind = unit(flow)
        b, same = unit(total)
        assert kind == same
        seconds = Fraction(length) * unit(lasting.replace("days", "day"))[0]
        return Fraction(amount) * a / unit(per)[0] * seconds / b
    given, source, target = re.search(
        r"([\d.]+) (\S+) (?:to|in|as a number of) (\S+)$", question
    ).groups()
    (a, kind), (b, same) = unit(source), unit(target)
    assert kind == same
    return Fraction(given) * a / b


def solve_mechanics(question):
    g = Fraction(10)
    text = question.replace("Take g = 10 m/s^2. ", "")
    x = numbers(text)
    match text:
        case t if "moves at a constant" in t:
            return x[0] * x[1]
        case t if "its density" in t:
            return x[0] / x[1]
        case t if "A net force" in t and "acceleration" in t:
            return x[0] / x[1]
        case t if "the pressure" in t:
            return x[1] / x[0]
        case t if "speeds up" in t:  # mean speed by time
            u, a, time = x
            return (u + (u + a * time)) / 2 * time
        case t if "its kinetic energy in J" in t:  # lifted against any pull until it stands
            m, v = x
            return m * g * (v / g * v / 2)
        case t if "until the car stands" in t:
            v, delay, a = x
            return v * delay + v / 2 * (v / a)
        case t if "brakes evenly" in t:  # mean speed by the time it takes
            v, a = x
            return v / 2 * (v / a)
        case t if "the mean force" in t:
            time, m, u, v = x
            return (v - u) / time * m
        case t if "how far it gets in that time" in t:
            force, time, m = x
            return force / m * time / 2 * time
        case t if "against a friction" in t:
            force, d, friction = x
            return force * d - friction * d
        case t if "right being" in t:  # in the frame of the second body
            m1, v1, m2, v2 = x
            return -v2 + (v1 + v2) * m1 / (m1 + m2)
        case t if "winch" in t:
            share, m, h, time = x
            return m * g * h / time / (share / 100)
        case t if "pulley" in t:  # Lagrange: (M + m) a = (M - m) g, through the energy
            heavy, light, time = x[0], x[1], x[-1]
            v = (heavy - light) * g * time / (heavy + light)
            return v * v * (heavy + light) / 2 / ((heavy - light) * g)
        case t if "flies at" in t:
            m, v, block = x
            after = m * v / (m + block)
            return after / 2 * (after / g)
        case t if "slide on" in t:
            m1, v, m2, mu = x
            energy = (m1 * v) ** 2 / (m1 + m2) / 2
            return energy / (mu * (m1 + m2) * g)
        case t if "spring" in t:
            k, x0, m = x
            return k * (x0 / 100) / 2 * (x0 / 100) / (m * g)
        case t if "thrown level" in t:
            v, h = x
            return v * math.isqrt(int(2 * h / g))
        case t if "starts from rest" in t:  # area under the speed: a trapezium
            a, t1, t2, b = x
            v = a * t1
            return ((t1 + t2 + v / b) + t2) * v / 2
    raise AssertionError(question)


def solve_circuits(question):
    if "lie across a resistor" in question:
        volts, ohms, *seconds = numbers(question)
        current = volts / ohms
        rest = question.split(". ")[1]
        if "current" in rest:
            return current
        if "power" in rest:
            return volts**2 / ohms
        if "charge" in rest:
            return current * seconds[0]
        return current**2 * ohms * seconds[0]
    sizes = {name: Fraction(size) for name, size in re.findall(r"(R\d) = (\d+) ohm", question)}
    if found := re.search(r"the resistance of (.+) in ohm", question):
        edges = list(network(found[1]))
        potentials = nodal(edges, sizes, Fraction(1))
        return 1 / sum((potentials[a] - potentials[b]) / sizes[r] for r, a, b in edges if a == 0)
    volts, drawn = re.search(r"(\d+) V lie across (.+?)\. ", question).groups()
    edges = list(network(drawn))
    potentials = nodal(edges, sizes, Fraction(volts))
    kind, name = re.search(
        r"the (current through|voltage across|power that) (R\d)", question
    ).groups()
    _, a, b = next(edge for edge in edges if edge[0] == name)
    drop = potentials[a] - potentials[b]
    if kind == "voltage across":
        return drop
    return drop / sizes[name] if kind == "current through" else drop**2 / sizes[name]


def network(text):
    """Yields (resistor, node, node) of a circuit between the nodes 0 and 1."""
    fresh = itertools.count(2)

    def parts(text):
        depth, start, found, signs = 0, 0, [], []
        for sign in re.finditer(r"\(|\)| \+ | \|\| ", text):
            if sign[0] in "()":
                depth += 1 if sign[0] == "(" else -1
            elif depth == 0:
                found.append(text[start : sign.start()])
                signs.append(sign[0].strip())
                start = sign.end()
        assert len(set(signs)) <= 1
        return [*found, text[start:]], signs[0] if signs else ""

    def walk(text, a, b):
        inner, sign = parts(text)
        if not sign:
            if text.startswith("("):
                yield from walk(text[1:-1], a, b)
            else:
                yield text, a, b
        elif sign == "||":
            for part in inner:
                yield from walk(part, a, b)
        else:
            ends = [a, *(next(fresh) for _ in inner[1:]), b]
            for part, one, other in zip(inner, ends, ends[1:], strict=False):
                yield from walk(part, one, other)

    yield from walk(text, 0, 1)


def nodal(edges, sizes, volts):
    """Returns the potentials of all nodes, by Kirchhoff's law at each inner one."""
    nodes = sorted({node for _, a, b in edges for node in (a, b)})
    potentials = {0: volts, 1: Fraction(0)}
    inner = [node for node in nodes if node > 1]
    rows = []
    for node in inner:
        row = [Fraction(0)] * (len(inner) + 1)
        for name, a, b in edges:
            if node in (a, b):
                other = b if a == node else a
                row[inner.index(node)] += 1 / sizes[name]
                if other in potentials:
                    row[-1] += potentials[other] / sizes[name]
                else:
                    row[inner.index(other)] -= 1 / sizes[name]
        rows.append(row)
    for i in range(len(inner)):
        pivot = next(j for j in range(i, len(inner)) if rows[j][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for j in range(len(inner)):
            if j != i:
                rows[j] = [u - rows[j][i] * v for u, v in zip(rows[j], rows[i], strict=True)]
    return potentials | {node: row[-1] for node, row in zip(inner, rows, strict=True)}


def solve_genetics(question):
    """Every way that alleles can be drawn, one by one."""
    parents = re.search(
        r"Parents (\w+) and (\w+) are|parents are (\w+) and (\w+)\.|\. (\w+) is crossed with (\w+)",
        question,
    )
    one, other = (name for name in parents.groups() if name)
    letters = one[::2].upper()
    if later := re.search(r"is crossed with (\w+) and has (\w+) offspring", question):
        mate, n = later[1], 1 if later[2] == "one" else int(later[2])
        asked = re.search(r"the probability that (.+), as", question)[1]
        children = [c for c in children_of(one, other) if letters in c]
        chances = []
        for child in children:
            second = children_of(child, mate)
            dominant = Fraction(sum(letters in c for c in second), len(second))
            counts = tally(dominant, n)
            if "dominant" in asked:
                chances.append(counts[n])
            else:
                chances.append(1 - counts[n] if "at least" in asked else counts[0])
        return sum(chances) / len(chances)
    clause = re.search(r"offspring (?:has|have) (.+), as", question)[1]
    wanted = re.split(r", | and ", clause)

    def fits(child):
        genes = dict(zip(letters, (child[i : i + 2] for i in range(0, len(child), 2)), strict=True))
        for want in wanted:
            if found := re.fullmatch(r"genotype (\w)(\w)", want):
                if sorted(genes[found[1].upper()]) != sorted(found[0][-2:]):
                    return False
            else:
                kind, letter = re.fullmatch(r"the (\w+) trait of (\w)", want).groups()
                if (letter in genes[letter]) != (kind == "dominant"):
                    return False
        return True

    children = children_of(one, other)
    chance = Fraction(sum(map(fits, children)), len(children))
    if found := re.search(r"(exactly (\d)|at least one) of (\d) offspring", question):
        counts = tally(chance, int(found[3]))
        return 1 - counts[0] if found[2] is None else counts[int(found[2])]
    return chance


def children_of(one, other):
    """Returns a child for each way to draw one allele of each gene from both parents."""
    genes = [
        [a + b for a in one[i : i + 2] for b in other[i : i + 2]] for i in range(0, len(one), 2)
    ]
    return ["".join(drawn) for drawn in itertools.product(*genes)]


def tally(chance, n):
    """Returns the chances of 0 to n hits, one trial after the other."""
    counts = [Fraction(1)]
    for _ in range(n):
        counts = [
            (counts[k] if k < len(counts) else 0) * (1 - chance)
            + (counts[k - 1] if k else 0) * chance
            for k in range(len(counts) + 1)
        ]
    return counts
