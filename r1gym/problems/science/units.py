"""Conversions of units: what a quantity is in another unit of the same kind.

All factors are exact: metric prefixes, and 60, 3600 and 86400 seconds. Left out: units whose
factors are measured or by convention (inches, calories, pounds), and temperatures.
"""

from __future__ import annotations

import random
from fractions import Fraction

from r1gym.problems.families import family
from r1gym.problems.science.item import ASK, Item, asked_openly, ended, written

_UNITS: dict[str, dict[str, Fraction]] = {
    "length": {
        "mm": Fraction(1, 1000),
        "cm": Fraction(1, 100),
        "dm": Fraction(1, 10),
        "m": Fraction(1),
        "km": Fraction(1000),
    },
    "mass": {
        "mg": Fraction(1, 10**6),
        "g": Fraction(1, 1000),
        "kg": Fraction(1),
        "t": Fraction(1000),
    },
    "time": {"s": Fraction(1), "min": Fraction(60), "h": Fraction(3600), "day": Fraction(86400)},
    "volume": {"mL": Fraction(1, 10**6), "L": Fraction(1, 1000), "m^3": Fraction(1)},
    "energy": {"J": Fraction(1), "kJ": Fraction(1000), "MJ": Fraction(10**6)},
}
_LEGENDS = {"t": "1 t = 1000 kg", "L": "1 L = 1 dm^3", "mL": "1 L = 1 dm^3", "day": "1 day = 24 h"}

_SMALLEST, _LARGEST = Fraction(1, 10**6), 10**9  # of an answer, in all but one case of millions
_MOST_DRAWS = 30

# A compound unit: the kinds above the stroke and below it, each with its power.
_Kind = tuple[tuple[str, int], ...]
_RATIOS: tuple[tuple[_Kind, _Kind], ...] = (
    ((("length", 1),), (("time", 1),)),
    ((("volume", 1),), (("time", 1),)),
    ((("mass", 1),), (("time", 1),)),
    ((("mass", 1),), (("length", 1),)),
    ((("energy", 1),), (("time", 1),)),
    ((("energy", 1),), (("mass", 1),)),
)
_POWERED: tuple[tuple[_Kind, _Kind], ...] = (
    ((("mass", 1),), (("length", 3),)),
    ((("mass", 1),), (("length", 2),)),
    ((("length", 1),), (("time", 2),)),
    ((("length", 3),), (("time", 1),)),
    ((("mass", 1),), (("length", 2), ("time", 1))),
    ((("energy", 1),), (("length", 2), ("time", 1))),
    ((("mass", 1), ("length", 1)), (("time", 2),)),
    ((("volume", 1),), (("length", 2), ("time", 1))),
)


@family("science-units", levels=4, question_bytes=240)
def units(rng: random.Random, level: int) -> tuple[str, str, dict[str, str]]:
    """Level 1 has one unit, 2 a square, a cube or a ratio, 3 a ratio with powers, 4 two steps."""
    return asked_openly(draw_units(rng, level))


def draw_units(rng: random.Random, level: int) -> Item:
    """Returns a conversion with what slips of the factor would give."""
    for _ in range(_MOST_DRAWS):
        item = _draw_delivery(rng) if level == 4 else _draw_conversion(rng, level)
        if _SMALLEST <= item.value <= _LARGEST:
            break
    return item


def _draw_conversion(rng: random.Random, level: int) -> Item:
    above: _Kind
    below: _Kind
    if level == 1:
        above, below = ((rng.choice(list(_UNITS)), 1),), ()
    elif level == 2 and rng.random() < 0.4:
        above, below = (("length", rng.choice((2, 3))),), ()
    else:
        above, below = rng.choice(_RATIOS if level == 2 else _POWERED)
    names: list[tuple[str, str]] = []
    used: set[str] = set()
    factor = linear = Fraction(1)  # `linear` forgets the powers
    for kind, power in (*above, *((kind, -power) for kind, power in below)):
        first, second = rng.sample(sorted(_UNITS[kind]), 2)
        ratio = _UNITS[kind][first] / _UNITS[kind][second]
        factor *= ratio**power
        linear *= ratio ** (1 if power > 0 else -1)
        used |= {first, second}
        names.append((_raised(first, abs(power)), _raised(second, abs(power))))
    source, target = (_compound([pair[i] for pair in names], len(above)) for i in (0, 1))
    value = ended(Fraction(rng.randint(2, 999), rng.choice((1, 1, 10, 100))), factor)
    given = written(value)
    question = rng.choice(
        (
            f"Convert {given} {source} to {target}",
            f"Express {given} {source} in {target}",
            f"Give the value of {given} {source} in {target}",
            f"Write {given} {source} as a number of {target}",
        )
    )
    right = value * factor
    slips = (value / factor, value * linear, right * 10, right / 10, right * 60, right / 1000)
    return Item(question + _legend(used), right, target, slips)


def _draw_delivery(rng: random.Random) -> Item:
    """Returns a flow over a time, asked for in a third unit."""
    kind = rng.choice(("volume", "mass", "energy"))
    flow, total = rng.sample(sorted(_UNITS[kind]), 2)
    per, lasting = rng.sample(sorted(_UNITS["time"]), 2)
    amount = Fraction(rng.randint(2, 99), rng.choice((1, 10)))
    ratio = _UNITS[kind][flow] / _UNITS[kind][total]
    times = _UNITS["time"][lasting] / _UNITS["time"][per]
    length = ended(Fraction(rng.randint(2, 40)), amount * ratio * times)
    right = amount * ratio * times * length
    what, does = {
        "volume": ("pump", "delivers"),
        "mass": ("belt", "carries"),
        "energy": ("heater", "gives off"),
    }[kind]
    question = (
        f"A {what} {does} {written(amount)} {flow} per {per} without a break. {rng.choice(ASK)} "
        f"how much it {does} in {written(length)} {lasting.replace('day', 'days')}, in {total}"
    )
    question += _legend({flow, total, per, lasting})
    slips = (amount * ratio * length, right / times**2, right / ratio, amount * length, right / 60)
    return Item(question, right, total, slips)


def _legend(used: set[str]) -> str:
    """Returns what must be known of the units that are not plain prefixes."""
    known = sorted({_LEGENDS[name] for name in used & _LEGENDS.keys()})
    return f" ({', '.join(known)})" if known else ""


def _raised(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"


def _compound(names: list[str], above: int) -> str:
    top, bottom = "*".join(names[:above]), "*".join(names[above:])
    if not bottom:
        return top
    return f"{top}/({bottom})" if len(names) - above > 1 else f"{top}/{bottom}"
