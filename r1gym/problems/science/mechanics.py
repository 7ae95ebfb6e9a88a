"""Mechanics: motion, forces, energy and collisions, one formula at first, three at the last level.

Every value is exact; g is 10 m/s^2 and said to be so where it is needed. Left out: angles, whose
sines are no fractions, and drag.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

from r1gym.problems.families import family
from r1gym.problems.science.item import ASK, Item, asked_openly, written

_G = 10
_WITH_G = "Take g = 10 m/s^2. "
_BODIES = ("cart", "crate", "sledge", "trolley", "block", "puck")
_MOVERS = ("cyclist", "tram", "car", "runner", "boat", "drone")
_Draw = Callable[[random.Random], Item]


@family("science-mechanics", levels=4, question_bytes=260)
def mechanics(rng: random.Random, level: int) -> tuple[str, str, dict[str, str]]:
    """Level 1 takes one formula, 2 one with a square, 3 two formulas, 4 two or three."""
    return asked_openly(draw_mechanics(rng, level))


def draw_mechanics(rng: random.Random, level: int) -> Item:
    """Returns a question with what wrong formulas would give."""
    return rng.choice(_LEVELS[level - 1])(rng)


def _travel(rng: random.Random) -> Item:
    v, t = _tenths(rng, 1, 40), rng.randint(3, 90)
    return Item(
        f"A {rng.choice(_MOVERS)} moves at a constant {written(v)} m/s for {t} s. "
        f"{rng.choice(ASK)} the distance covered, in m",
        v * t, "m", (v / t, v + t, v * t / 2, t / v, v * t * 60),
    )  # fmt: skip


def _density(rng: random.Random) -> Item:
    rho, volume = rng.randint(2, 200) * 50, Fraction(rng.randint(1, 40), rng.choice((5, 10, 100)))
    m = rho * volume
    return Item(
        f"A {rng.choice(_BODIES)} of {written(m)} kg has a volume of {written(volume)} m^3. "
        f"{rng.choice(ASK)} its density in kg/m^3",
        Fraction(rho), "kg/m^3", (m * volume, volume / m, rho / Fraction(1000), m / volume**2),
    )  # fmt: skip


def _force(rng: random.Random) -> Item:
    m, a = rng.randint(2, 90), _tenths(rng, 1, 9)
    force = m * a
    return Item(
        f"A net force of {written(force)} N acts on a {rng.choice(_BODIES)} of {m} kg. "
        f"{rng.choice(ASK)} its acceleration in m/s^2",
        a, "m/s^2", (force * m, m / force, a * _G, a / _G, a * 2),
    )  # fmt: skip


def _pressure(rng: random.Random) -> Item:
    p, area = rng.randint(2, 300) * 10, Fraction(rng.randint(1, 40), rng.choice((2, 10, 100)))
    force = p * area
    return Item(
        f"A {rng.choice(_BODIES)} presses on {written(area)} m^2 of floor with {written(force)} N. "
        f"{rng.choice(ASK)} the pressure in Pa",
        Fraction(p), "Pa", (force * area, area / force, p / Fraction(1000), force),
    )  # fmt: skip


def _speed_up(rng: random.Random) -> Item:
    u, a, t = rng.randint(1, 20), _tenths(rng, 1, 5), rng.randint(2, 20)
    right = u * t + a * t**2 / 2
    return Item(
        f"A {rng.choice(_MOVERS)} at {u} m/s speeds up by {written(a)} m/s^2 for {t} s. "
        f"{rng.choice(ASK)} the distance covered meanwhile, in m",
        right, "m", (u * t + a * t**2, (u + a * t) * t, u + a * t, u * t + a * t / 2, a * t**2 / 2),
    )  # fmt: skip


def _motion_energy(rng: random.Random) -> Item:
    m, v = _tenths(rng, 1, 60), rng.randint(2, 30)
    right = m * v**2 / 2
    return Item(
        f"A {rng.choice(_BODIES)} of {written(m)} kg moves at {v} m/s. "
        f"{rng.choice(ASK)} its kinetic energy in J",
        right, "J", (m * v**2, m * v / 2, m * v, m**2 * v / 2, right / 1000),
    )  # fmt: skip


def _stop(rng: random.Random) -> Item:
    v, a = rng.randint(4, 60), rng.choice((1, 2, 4, 5, 8, 10))
    right = Fraction(v**2, 2 * a)
    return Item(
        f"A {rng.choice(_MOVERS)} at {v} m/s brakes evenly at {a} m/s^2. "
        f"{rng.choice(ASK)} the distance until it stands, in m",
        right, "m", (2 * right, Fraction(v, a), Fraction(v, 2 * a), right / 2, Fraction(v**2 * a)),
    )  # fmt: skip


def _impulse(rng: random.Random) -> Item:
    m, t = rng.randint(2, 50), Fraction(rng.choice((1, 2, 4, 5)), 10)
    u = rng.randint(2, 30)
    v = u + rng.randint(1, 30)
    right = m * (v - u) / t
    return Item(
        f"In {written(t)} s a push takes a {rng.choice(_BODIES)} of {m} kg from {u} m/s to {v} "
        f"m/s. {rng.choice(ASK)} the mean force in N",
        right, "N", (m * (v - u) * t, m * v / t, Fraction(m * (v - u)), m * (v + u) / t, right / 2),
    )  # fmt: skip


def _pushed_distance(rng: random.Random) -> Item:
    m, force, t = rng.choice((2, 4, 5, 8, 10, 20, 25)), rng.randint(3, 90), rng.randint(2, 12)
    right = Fraction(force * t**2, 2 * m)
    return Item(
        f"A net force of {force} N acts for {t} s on a {rng.choice(_BODIES)} of {m} kg at rest. "
        f"{rng.choice(ASK)} how far it gets in that time, in m",
        right, "m", (2 * right, right / t, Fraction(force * t, m), Fraction(force * m * t**2, 2)),
    )  # fmt: skip


def _work_against_friction(rng: random.Random) -> Item:
    force, d = rng.randint(20, 200), rng.randint(2, 40)
    friction = rng.randint(1, force - 5)
    right = Fraction((force - friction) * d)
    return Item(
        f"A {rng.choice(_BODIES)} at rest is pulled with {force} N over {d} m against a friction "
        f"of {friction} N. {rng.choice(ASK)} its kinetic energy at the end, in J",
        right, "J", (right + 2 * friction * d, right + friction * d, right / d, right * 2),
    )  # fmt: skip


def _collision(rng: random.Random) -> Item:
    m1, m2 = rng.randint(1, 30), rng.randint(1, 30)
    v1, v2 = rng.randint(4, 30), rng.randint(1, 20)
    right = Fraction(m1 * v1 - m2 * v2, m1 + m2)
    body = rng.choice(_BODIES)
    return Item(
        f"A {body} of {m1} kg moves right at {v1} m/s and meets one of {m2} kg that moves left at "
        f"{v2} m/s. They stick together. {rng.choice(ASK)} their velocity in m/s, right being "
        "positive",
        right, "m/s",
        (
            Fraction(m1 * v1 + m2 * v2, m1 + m2), -right, Fraction(v1 - v2, 2),
            Fraction(m1 * v1 - m2 * v2, m1), Fraction(v1 + v2, 2),
        ),
    )  # fmt: skip


def _reaction(rng: random.Random) -> Item:
    v, a, delay = rng.randint(5, 50), rng.choice((2, 4, 5, 8)), Fraction(rng.randint(2, 19), 10)
    right = v * delay + Fraction(v**2, 2 * a)
    return Item(
        f"A driver at {v} m/s needs {written(delay)} s to react and then brakes evenly at {a} "
        f"m/s^2. {rng.choice(ASK)} the whole distance until the car stands, in m",
        right, "m", (Fraction(v**2, 2 * a), v * delay + Fraction(v**2, a), v * delay, right / 2),
    )  # fmt: skip


def _lifting(rng: random.Random) -> Item:
    m, h, t = rng.randint(2, 90) * 5, rng.randint(2, 40), rng.choice((2, 4, 5, 8, 10, 20))
    share = rng.choice((20, 25, 40, 50, 80))
    useful = Fraction(m * _G * h, t)
    right = useful * 100 / share
    return Item(
        f"{_WITH_G}A winch of {share} % efficiency lifts {m} kg by {h} m in {t} s. "
        f"{rng.choice(ASK)} the power it takes up, in W",
        right, "W", (useful, useful * share / 100, right / _G, right * t, right / 1000),
    )  # fmt: skip


def _atwood(rng: random.Random) -> Item:
    light, t = rng.randint(1, 20), rng.randint(2, 6)
    heavy = light + rng.randint(1, 20)
    a = Fraction((heavy - light) * _G, heavy + light)
    right = a * t**2 / 2
    return Item(
        f"{_WITH_G}Masses of {heavy} kg and {light} kg hang at rest on the two ends of a rope over "
        f"a pulley, both rope and pulley light and without friction. {rng.choice(ASK)} how far "
        f"each mass moves in the first {t} s, in m",
        right, "m",
        (right * 2, a * t, Fraction((heavy - light) * _G * t**2, 2 * heavy), Fraction(5 * t**2)),
    )  # fmt: skip


def _pendulum(rng: random.Random) -> Item:
    m, factor = rng.randint(1, 9), rng.choice((9, 19, 24, 39, 49))
    v = rng.randint(2, 60) * 5
    together = Fraction(v, factor + 1)
    right = together**2 / (2 * _G)
    return Item(
        f"{_WITH_G}A ball of {m * 10} g flies at {v} m/s into a hanging block of {m * factor * 10} "
        f"g and stays in it. {rng.choice(ASK)} how high the block swings, in m",
        right, "m",
        (right * 2, Fraction(v**2, 20), Fraction(v**2, 20 * (factor + 1)), together / (2 * _G)),
    )  # fmt: skip


def _slide(rng: random.Random) -> Item:
    m1, m2, v = rng.randint(1, 20), rng.randint(1, 20), rng.randint(3, 30)
    mu = Fraction(rng.choice((1, 2, 4, 5)), 10)
    together = Fraction(m1 * v, m1 + m2)
    right = together**2 / (2 * mu * _G)
    return Item(
        f"{_WITH_G}A block of {m1} kg at {v} m/s hits one of {m2} kg at rest. They stick together "
        f"and slide on with a friction coefficient of {written(mu)}. {rng.choice(ASK)} how far "
        "they slide, in m",
        right, "m", (right * 2, v**2 / (2 * mu * _G), together**2 / (2 * mu), together / (mu * _G)),
    )  # fmt: skip


def _spring(rng: random.Random) -> Item:
    k, x, m = rng.randint(2, 90) * 50, rng.randint(2, 40), rng.choice((1, 2, 4, 5, 8, 10))
    squeezed = Fraction(x, 100)
    right = k * squeezed**2 / (2 * m * _G)
    return Item(
        f"{_WITH_G}A spring of {k} N/m, squeezed by {x} cm, throws {m} kg straight up; all its "
        f"energy goes into height. {rng.choice(ASK)} the height gained, in m",
        right, "m", (right * 2, right * 10_000, k * squeezed / (m * _G), right * _G, right / 2),
    )  # fmt: skip


def _throw(rng: random.Random) -> Item:
    t, v = rng.randint(1, 9), _tenths(rng, 2, 40)
    h = 5 * t**2
    return Item(
        f"{_WITH_G}A ball is thrown level at {written(v)} m/s from a height of {h} m, without "
        f"drag. {rng.choice(ASK)} how far it gets in the level direction until it lands, in m",
        v * t, "m", (v * t * 2, v * t**2, v * h, v * h / _G, Fraction(h)),
    )  # fmt: skip


def _trip(rng: random.Random) -> Item:
    a, b = rng.choice((1, 2, 4, 5)), rng.choice((1, 2, 4, 5))
    t1, t2 = rng.randint(2, 20), rng.randint(5, 90)
    v = a * t1
    right = Fraction(v * t1, 2) + v * t2 + Fraction(v**2, 2 * b)
    return Item(
        f"A {rng.choice(_MOVERS)} starts from rest with {a} m/s^2 for {t1} s, keeps its speed for "
        f"{t2} s and then brakes with {b} m/s^2 until it stands. {rng.choice(ASK)} the whole "
        "distance in m",
        right, "m",
        (
            right + Fraction(v * t1, 2), right + Fraction(v**2, 2 * b), Fraction(v * t2),
            right - Fraction(v**2, 2 * b), right - Fraction(v * t1, 2),
        ),
    )  # fmt: skip


def _tenths(rng: random.Random, low: int, high: int) -> Fraction:
    return Fraction(rng.randint(low * 10, high * 10), 10)


_LEVELS: tuple[tuple[_Draw, ...], ...] = (
    (_travel, _density, _force, _pressure),
    (_speed_up, _motion_energy, _stop, _impulse),
    (_pushed_distance, _work_against_friction, _collision, _reaction, _lifting),
    (_atwood, _pendulum, _slide, _spring, _throw, _trip),
)
