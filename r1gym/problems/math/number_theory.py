"""Divisors and factorials: gcd, lcm, divisor functions, Euler's totient, trailing zeros, counts."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import lru_cache

from r1gym.problems.families import family

Drawn = tuple[str, str]
_LARGEST = 2_400


@family("math-number-theory", levels=5, question_bytes=130)
def number_theory(rng: random.Random, level: int) -> Drawn:
    """Draws a question about divisors.

    Level 1: gcd and lcm of two; 2: number and sum of divisors, gcd and lcm of three; 3: totients,
    factorials; 4: counts in a range and smallest numbers; 5: numbers given by their factors, pairs,
    factorials in other bases.
    """
    return rng.choice(_LEVELS[level - 1])(rng)


def factors(n: int) -> list[tuple[int, int]]:
    """Returns the primes of n with their exponents, in order."""
    found, divisor = [], 2
    while divisor * divisor <= n:
        exponent = 0
        while n % divisor == 0:
            n //= divisor
            exponent += 1
        if exponent:
            found.append((divisor, exponent))
        divisor += 1
    return [*found, (n, 1)] if n > 1 else found


def _two(rng: random.Random) -> Drawn:
    shared = rng.randint(2, 24)
    a, b = (shared * k for k in rng.sample(range(2, 25), 2))
    if rng.random() < 0.6:
        text = rng.choice(("Find the greatest common divisor of", "Compute the gcd of"))
        return f"{text} {a} and {b}", str(math.gcd(a, b))
    text = rng.choice(("Find the least common multiple of", "Compute the lcm of"))
    return f"{text} {a} and {b}", str(math.lcm(a, b))


def _three(rng: random.Random) -> Drawn:
    shared = rng.randint(2, 18)
    a, b, c = (shared * k for k in rng.sample(range(2, 20), 3))
    if rng.random() < 0.5:
        text = f"Find the greatest common divisor of {a}, {b} and {c}"
        return text, str(math.gcd(a, b, c))
    return f"Find the least common multiple of {a}, {b} and {c}", str(math.lcm(a, b, c))


def _divisor_count(rng: random.Random) -> Drawn:
    n = rng.randint(20, _LARGEST)
    text = rng.choice(
        (f"Find how many positive divisors {n} has", f"Count the positive divisors of {n}")
    )
    return text, str(math.prod(e + 1 for _, e in factors(n)))


def _divisor_sum(rng: random.Random) -> Drawn:
    n = rng.randint(12, 1_200)
    text = rng.choice(
        ("Find the sum of the positive divisors of", "Add up all positive divisors of")
    )
    total = math.prod((p ** (e + 1) - 1) // (p - 1) for p, e in factors(n))
    return f"{text} {n}", str(total)


def _totient(rng: random.Random) -> Drawn:
    n = rng.randint(20, _LARGEST)
    text = rng.choice(
        (
            f"Compute Euler's totient of {n}",
            f"Count the integers from 1 to {n} that have no common factor with {n} but 1",
        )
    )
    return text, str(totient(n))


def totient(n: int) -> int:
    """Returns how many of 1 to n are coprime to n."""
    return math.prod(p ** (e - 1) * (p - 1) for p, e in factors(n))


def _trailing_zeros(rng: random.Random) -> Drawn:
    n = rng.randint(20, 3_000)
    text = rng.choice((f"Find how many zeros {n}! ends with", f"Count the trailing zeros of {n}!"))
    return text, str(_in_factorial(n, 5))


def _in_factorial(n: int, p: int) -> int:
    """Returns the exponent of a prime in n! (Legendre's formula)."""
    total = 0
    while n:
        n //= p
        total += n
    return total


def _factorial_exponent(rng: random.Random) -> Drawn:
    p, n = rng.choice((2, 3, 7, 11, 13)), rng.randint(15, 500)
    return f"Find the largest k for which {p}^k divides {n}!", str(_in_factorial(n, p))


def _prime_sum(rng: random.Random) -> Drawn:
    n = rng.randint(100, 9_999)
    return f"Find the sum of the different prime factors of {n}", str(sum(p for p, _ in factors(n)))


def _multiples(rng: random.Random) -> Drawn:
    n = rng.randint(100, 2_000)
    a, b, c = rng.sample((2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15), 3)
    both = n // a + n // b - n // math.lcm(a, b)
    if rng.random() < 0.5:
        return f"Count the integers from 1 to {n} divisible by {a} or by {b} or both", str(both)
    out = n // math.lcm(a, c) + n // math.lcm(b, c) - n // math.lcm(a, b, c)
    text = f"Count the integers from 1 to {n} divisible by {a} or by {b} but not by {c}"
    return text, str(both - out)


def _coprime_count(rng: random.Random) -> Drawn:
    low, m = rng.randint(1, 300), rng.randint(6, 60)
    high = low + rng.randint(40, 300)
    count = sum(math.gcd(k, m) == 1 for k in range(low, high + 1))
    text = f"Count the integers from {low} to {high} that have no common factor with {m} but 1"
    return text, str(count)


@lru_cache(maxsize=1)
def _divisor_counts() -> list[int]:
    counts = [0] * (2 * _LARGEST)
    for divisor in range(1, len(counts)):
        for multiple in range(divisor, len(counts), divisor):
            counts[multiple] += 1
    return counts


def _smallest_with(rng: random.Random) -> Drawn:
    n, k = rng.randint(10, _LARGEST // 2), rng.choice((4, 6, 8, 10, 12, 14, 15, 16, 18))
    found = _divisor_counts().index(k, n + 1)
    text = f"Find the smallest integer greater than {n} with exactly {k} positive divisors"
    return text, str(found)


def _smallest_multiple(rng: random.Random) -> Drawn:
    n = rng.randint(12, 5_000)
    if rng.random() < 0.5:
        value = math.prod(p for p, e in factors(n) if e % 2)
        return f"Find the smallest positive integer k such that {n}*k is a perfect square", str(
            value
        )
    value = math.prod(p ** (-e % 3) for p, e in factors(n))
    return f"Find the smallest positive integer k such that {n}*k is a perfect cube", str(value)


def _enough_zeros(rng: random.Random) -> Drawn:
    zeros = rng.randint(5, 700)
    n = 5
    while _in_factorial(n, 5) < zeros:
        n += 5
    return f"Find the smallest n for which n! ends with at least {zeros} zeros", str(n)


def _factored(rng: random.Random) -> Drawn:
    primes = sorted(rng.sample((2, 3, 5, 7, 11), 3))
    exponents = [rng.randint(1, 7) for _ in primes]
    n = "*".join(f"{p}^{e}" if e > 1 else str(p) for p, e in zip(primes, exponents, strict=True))
    p, first = primes[0], exponents[0]
    rest = (exponents[1] + 1) * (exponents[2] + 1)
    kind, value = rng.choice(
        (
            (f"positive divisors {n} has", (first + 1) * rest),
            (f"positive divisors of {n} are multiples of {p}", first * rest),
            (f"positive divisors of {n} are not multiples of {p}", rest),
            (
                f"positive divisors of {n} are perfect squares",
                math.prod(e // 2 + 1 for e in exponents),
            ),
            (
                f"positive divisors of {n} are perfect cubes",
                math.prod(e // 3 + 1 for e in exponents),
            ),
        )
    )
    return f"Find how many {kind}", str(value)


def _pairs(rng: random.Random) -> Drawn:
    n = rng.randint(20, _LARGEST)
    if rng.random() < 0.5:
        value = math.prod(2 * e + 1 for _, e in factors(n))
        text = f"Count the ordered pairs (a, b) of positive integers with lcm {n}"
        return text, str(value)
    value = 2 ** len(factors(n))
    return (
        f"Count the ordered pairs (a, b) of positive integers with gcd 1 and product {n}",
        str(value),
    )


def _zeros_in_base(rng: random.Random) -> Drawn:
    n, base = rng.randint(30, 900), rng.choice((4, 6, 8, 9, 12, 15, 16, 18, 20, 24, 36))
    value = min(_in_factorial(n, p) // e for p, e in factors(base))
    return f"Find how many zeros {n}! ends with when it is written in base {base}", str(value)


_LEVELS: tuple[tuple[Callable[[random.Random], Drawn], ...], ...] = (
    (_two,),
    (_three, _divisor_count, _divisor_sum),
    (_totient, _trailing_zeros, _factorial_exponent, _prime_sum),
    (_multiples, _coprime_count, _smallest_with, _smallest_multiple, _enough_zeros),
    (_factored, _pairs, _zeros_in_base),
)
