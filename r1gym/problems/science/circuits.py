"""Circuits of resistors in series and in parallel, written in brackets.

A part is a resistor R1, R2 and so on, or several parts joined by + (in series) or || (in parallel).
Left out: bridges, which are neither, and alternating current.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from r1gym.problems.families import family
from r1gym.problems.science.item import ASK, Item, asked_openly, written

_MOST_VOLTS = 240
_MOST_DRAWS = 6
_SIZES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 24, 30, 36, 40, 45, 60)


@dataclass(frozen=True, slots=True)
class _Part:
    """Several parts, or one resistor if `parts` is empty."""

    number: int
    parts: tuple[_Part, ...] = ()
    parallel: bool = False


@family("science-circuits", levels=4, question_bytes=320)
def circuits(rng: random.Random, level: int) -> tuple[str, str, dict[str, str]]:
    """Level 1 is one resistor, 2 has two or three, 3 three or four nested, 4 up to six."""
    return asked_openly(draw_circuits(rng, level))


def draw_circuits(rng: random.Random, level: int) -> Item:
    """Returns a question with what mixing up series and parallel would give."""
    if level == 1:
        return _draw_single(rng)
    for _ in range(_MOST_DRAWS):
        count = rng.randint(level, level + 1) + (level == 4)
        sizes = [Fraction(rng.choice(_SIZES)) for _ in range(count)]
        circuit = _join(rng, list(range(count)), rng.random() < 0.5)
        total = _resistance(circuit, sizes)
        if total.numerator <= _MOST_VOLTS:
            break  # small enough for a whole current at a whole voltage
    swapped = _resistance(circuit, sizes, swap=True)
    sides = ", ".join(f"R{i + 1} = {size} ohm" for i, size in enumerate(sizes))
    text = f"In a circuit + joins parts in series and || in parallel. {sides}. "
    drawn = _text(circuit)
    if rng.random() < 0.3 and level < 4:
        question = f"{text}{rng.choice(ASK)} the resistance of {drawn} in ohm"
        return Item(
            question,
            total,
            "ohm",
            (swapped, sum(sizes, Fraction(0)), 1 / total, total / 2, total * 2),
        )
    voltage = Fraction(total.numerator * rng.randint(1, 3))
    asked = rng.choice(_members(circuit))
    share = _share(circuit, sizes, asked)
    current, size = voltage / total * share, sizes[asked]
    wrong = (voltage / size, voltage / total, voltage / swapped, current / 2, current * 2)
    text += f"{written(voltage)} V lie across {drawn}. {rng.choice(ASK)} "
    name = f"R{asked + 1}"
    kind = rng.choice(("current", "voltage", "power") if level > 2 else ("current", "voltage"))
    if kind == "current":
        return Item(f"{text}the current through {name} in A", current, "A", wrong)
    if kind == "voltage":
        slips = (voltage, *(i * size for i in wrong), voltage / len(sizes))
        return Item(f"{text}the voltage across {name} in V", current * size, "V", slips)
    slips = (voltage**2 / total, *(i**2 * size for i in wrong), current * size)
    return Item(f"{text}the power that {name} takes up, in W", current**2 * size, "W", slips)


def _draw_single(rng: random.Random) -> Item:
    size, current = rng.choice(_SIZES), Fraction(rng.randint(1, 60), rng.choice((2, 4, 5, 10)))
    voltage = current * size
    seconds = rng.randint(2, 90)
    ask, across = rng.choice(ASK), f"{written(voltage)} V lie across a resistor of {size} ohm. "
    kind = rng.choice(("current", "power", "charge", "energy"))
    power = current * voltage
    slips = {
        "current": (voltage * size, size / voltage, current * 1000, current / 1000, voltage - size),
        "power": (voltage * size, current**2 / size, current * size, power / 1000, power / 2),
        "charge": (current / seconds, voltage * seconds, current * seconds / 60, power * seconds),
        "energy": (power, power / seconds, voltage * seconds, power * seconds / 60, power * 60),
    }[kind]
    asked, value, unit = {
        "current": ("the current in A", current, "A"),
        "power": ("the power in W", power, "W"),
        "charge": (f"the charge that flows in {seconds} s, in C", current * seconds, "C"),
        "energy": (f"the heat given off in {seconds} s, in J", power * seconds, "J"),
    }[kind]
    return Item(f"{across}{ask} {asked}", value, unit, slips)


def _members(part: _Part) -> list[int]:
    """Returns the numbers of a circuit's resistors."""
    if not part.parts:
        return [part.number]
    return [number for inner in part.parts for number in _members(inner)]


def _join(rng: random.Random, numbers: Sequence[int], parallel: bool) -> _Part:
    """Returns resistors joined at random; series and parallel take turns going inwards."""
    if len(numbers) == 1:
        return _Part(numbers[0])
    cuts = sorted(rng.sample(range(1, len(numbers)), rng.randint(1, min(2, len(numbers) - 1))))
    ends = zip([0, *cuts], [*cuts, len(numbers)], strict=True)
    parts = tuple(_join(rng, numbers[low:high], not parallel) for low, high in ends)
    return _Part(-1, parts, parallel)


def _text(part: _Part, inside: bool = False) -> str:
    if not part.parts:
        return f"R{part.number + 1}"
    joined = (" || " if part.parallel else " + ").join(_text(inner, True) for inner in part.parts)
    return f"({joined})" if inside else joined


def _resistance(part: _Part, sizes: Sequence[Fraction], swap: bool = False) -> Fraction:
    if not part.parts:
        return sizes[part.number]
    inner = [_resistance(one, sizes, swap) for one in part.parts]
    if part.parallel is swap:
        return sum(inner, Fraction(0))
    return 1 / sum((1 / size for size in inner), Fraction(0))


def _share(part: _Part, sizes: Sequence[Fraction], asked: int) -> Fraction:
    """Returns the share of a circuit's current that flows through one of its resistors."""
    if not part.parts:
        return Fraction(1)
    inner = next(one for one in part.parts if asked in _members(one))
    share = _share(inner, sizes, asked)
    if part.parallel:
        share *= _resistance(part, sizes) / _resistance(inner, sizes)
    return share
