"""Remainders: powers, inverses, linear and simultaneous congruences, last digits."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from r1gym.problems.families import family

Drawn = tuple[str, str]
_PRIMES = (5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97)


@family("math-modular", levels=5, question_bytes=150)
def modular(rng: random.Random, level: int) -> Drawn:
    """Draws a question about remainders.

    Level 1: last digits and small powers; 2: larger powers, inverses; 3: linear congruences, two
    moduli, last two digits; 4: three moduli, sums of powers, towers; 5: moduli with common factors,
    factorials, counts of square roots.
    """
    return rng.choice(_LEVELS[level - 1])(rng)


def _last_digit(rng: random.Random) -> Drawn:
    a, n = rng.randint(2, 99), rng.randint(3, 99)
    text = rng.choice((f"Find the last digit of {a}^{n}", f"Find the units digit of {a}^{n}"))
    return text, str(pow(a, n, 10))


def _power(rng: random.Random, base: int, exponent: int, modulus: int) -> Drawn:
    a, n, m = rng.randint(2, base), rng.randint(3, exponent), rng.randint(3, modulus)
    text = rng.choice(
        (
            f"Find the remainder when {a}^{n} is divided by {m}",
            f"Divide {a}^{n} by {m} and give the remainder",
            f"Compute {a}^{n} mod {m}",
        )
    )
    return text, str(pow(a, n, m))


def _small_power(rng: random.Random) -> Drawn:
    return _power(rng, 20, 20, 15)


def _large_power(rng: random.Random) -> Drawn:
    return _power(rng, 99, 300, 99)


def _inverse(rng: random.Random) -> Drawn:
    m = rng.randint(7, 200)
    a = _coprime(rng, m)
    text = rng.choice(
        (
            f"Find the inverse of {a} modulo {m}, as a number from 1 to {m - 1}",
            f"Find x from 1 to {m - 1} such that {a}*x leaves the remainder 1 when divided by {m}",
        )
    )
    return text, str(pow(a, -1, m))


def _coprime(rng: random.Random, m: int) -> int:
    a = rng.randint(2, m - 1)
    while math.gcd(a, m) > 1:
        a = a % (m - 1) + 1  # 1 is coprime to all
    return a


def _congruence(rng: random.Random) -> Drawn:
    m = rng.randint(11, 120)
    a, b = _coprime(rng, m), rng.randint(1, m - 1)
    text = f"Find the smallest non-negative integer x with {a}*x = {b} (mod {m})"
    return text, str(b * pow(a, -1, m) % m)


def _last_two_digits(rng: random.Random) -> Drawn:
    a, n = rng.randint(2, 999), rng.randint(10, 999)
    return f"Find the remainder when {a}^{n} is divided by 100", str(pow(a, n, 100))


def _simultaneous(rng: random.Random, moduli: list[int]) -> Drawn:
    whole = math.lcm(*moduli)
    x = rng.randrange(whole)
    pairs = [(x % m, m) for m in moduli]
    if rng.random() < 0.5:
        said = [f"x = {r} (mod {m})" for r, m in pairs]
        text = f"Find the smallest non-negative integer x with {_listed(said)}"
    else:
        said = [f"{r} when divided by {m}" for r, m in pairs]
        text = f"Find the smallest non-negative integer that leaves the remainder {_listed(said)}"
    return text, str(x)


def _listed(items: list[str]) -> str:
    return f"{', '.join(items[:-1])} and {items[-1]}"


def _two_moduli(rng: random.Random) -> Drawn:
    m = rng.randint(5, 40)
    n = rng.randint(5, 40)
    while math.gcd(m, n) > 1:
        n += 1
    return _simultaneous(rng, [m, n])


def _three_moduli(rng: random.Random) -> Drawn:
    m = rng.randint(3, 16)
    n = rng.randint(3, 16)
    while math.gcd(m, n) > 1:
        n += 1
    k = rng.randint(3, 16)
    while math.gcd(m * n, k) > 1:
        k += 1
    return _simultaneous(rng, [m, n, k])


def _sum_of_powers(rng: random.Random) -> Drawn:
    (a, b), m = rng.sample(range(2, 60), 2), rng.randint(7, 99)
    n, k = rng.randint(10, 200), rng.randint(10, 200)
    sign = rng.choice("+-")
    value = pow(a, n, m) + (1 if sign == "+" else -1) * pow(b, k, m)
    text = f"Find the remainder from 0 to {m - 1} when {a}^{n}{sign}{b}^{k} is divided by {m}"
    return text, str(value % m)


def _tower(rng: random.Random) -> Drawn:
    a, b, c, m = rng.randint(2, 30), rng.randint(2, 30), rng.randint(3, 30), rng.randint(7, 99)
    text = rng.choice(
        (
            f"Find the remainder when {a}^({b}^{c}) is divided by {m}",
            f"Compute {a}^({b}^{c}) mod {m}",
        )
    )
    return text, str(pow(a, b**c, m))


def _common_factors(rng: random.Random) -> Drawn:
    shared = rng.randint(2, 6)
    moduli = [shared * k for k in rng.sample(range(2, 9), 3)]
    return _simultaneous(rng, moduli)


def _counted_congruence(rng: random.Random) -> Drawn:
    shared, m = rng.randint(2, 9), rng.randint(7, 40)
    a, b = _coprime(rng, m), rng.randint(1, m - 1)
    x = b * pow(a, -1, m) % m
    said = f"{shared * a}*x = {shared * b} (mod {shared * m})"
    solutions = range(x, shared * m, m)
    if rng.random() < 0.5:
        text = f"Find the sum of all x from 0 to {shared * m - 1} with {said}"
        return text, str(sum(solutions))
    text = f"Find the largest x from 0 to {shared * m - 1} with {said}"
    return text, str(solutions[-1])


def _factorial(rng: random.Random) -> Drawn:
    p = rng.choice(_PRIMES)
    n, factor = p - rng.randint(1, min(6, p - 2)), rng.randint(1, 60)
    value = factor
    for k in range(2, n + 1):
        value = value * k % p
    product = f"{n}!" if factor == 1 else f"{factor}*{n}!"
    return f"Find the remainder when {product} is divided by {p}", str(value % p)


def _square_roots(rng: random.Random) -> Drawn:
    m = rng.randint(15, 250)
    square = rng.randint(1, m - 1) ** 2 % m
    found = [x for x in range(m) if (x * x - square) % m == 0]
    said = f"x^2 = {square} (mod {m})"
    if rng.random() < 0.5:
        return f"Find how many x from 0 to {m - 1} satisfy {said}", str(len(found))
    return f"Find the smallest non-negative integer x with {said}", str(found[0])


_LEVELS: tuple[tuple[Callable[[random.Random], Drawn], ...], ...] = (
    (_last_digit, _small_power),
    (_large_power, _inverse),
    (_congruence, _two_moduli, _last_two_digits),
    (_three_moduli, _sum_of_powers, _tower),
    (_common_factors, _counted_congruence, _factorial, _square_roots),
)
