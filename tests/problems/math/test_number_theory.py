"""Divisors by trial, factorials by their digits, counts by counting."""

import math
import re
from functools import cache

import pytest


@cache
def divisors(n):
    small = [d for d in range(1, math.isqrt(n) + 1) if n % d == 0]
    return sorted({*small, *(n // d for d in small)})


@cache
def multiplicity(n, p):
    """The exponent of p in n!, factor by factor."""
    total = 0
    for k in range(p, n + 1):
        while k % p == 0:
            k //= p
            total += 1
    return total


@cache
def zeros(n, base):
    value, total = math.factorial(n), 0
    block = base**16
    while value % block == 0:
        value //= block
        total += 16
    while value % base == 0:
        value //= base
        total += 1
    return total


def is_power(n, k):
    root = round(n ** (1 / k))
    return any((root + d) ** k == n for d in (-1, 0, 1))


def numbers_of(text):
    return [int(n) for n in re.findall(r"\d+", text)]


def factored(text):
    """The number and its divisors, from the product in the text."""
    product = re.search(r"\d+(?:\^\d+)?(?:\*\d+(?:\^\d+)?)+", text)[0]
    found = [1]
    for factor in product.split("*"):
        p, e = (int(n) for n in [*factor.split("^"), "1"][:2])
        found = [d * p**k for d in found for k in range(e + 1)]
    return found


def solve(text):
    numbers = numbers_of(text)
    n = numbers[0]
    if "common divisor" in text or "gcd of" in text:
        return max(d for d in divisors(n) if all(k % d == 0 for k in numbers))
    if "common multiple" in text or "lcm of" in text:
        return next(
            m for m in range(n, math.prod(numbers) + 1, n) if not any(m % k for k in numbers)
        )
    if "ordered pairs" in text:
        pairs = [(a, b) for a in divisors(numbers[-1]) for b in divisors(numbers[-1])]
        if "lcm" in text:
            return sum(math.lcm(a, b) == n for a, b in pairs)
        return sum(a * b == numbers[-1] and math.gcd(a, b) == 1 for a, b in pairs)
    if "positive divisors" in text and "*" in text:
        found = factored(text)
        last = numbers[-1]
        keep = {
            "are multiples": lambda d: d % last == 0,
            "are not multiples": lambda d: d % last,
            "squares": lambda d: is_power(d, 2),
            "cubes": lambda d: is_power(d, 3),
        }
        rule = next((r for words, r in keep.items() if words in text), lambda d: True)
        return sum(bool(rule(d)) for d in found)
    if "exactly" in text:
        return next(m for m in range(n + 1, 10**5) if len(divisors(m)) == numbers[1])
    if "is a perfect" in text:
        power = 2 if "square" in text else 3
        return next(k for k in divisors(n**2) if is_power(n * k, power))
    if "at least" in text:
        return next(m for m in range(1, 10**5) if multiplicity(m, 5) >= n)
    if "in base" in text:
        return zeros(*numbers)
    if "zeros" in text:
        return multiplicity(n, 5) if n > 500 else zeros(n, 10)
    if "!" in text:
        p, n = numbers
        return multiplicity(n, p)
    if "prime factors" in text:
        return sum(p for p in divisors(n) if len(divisors(p)) == 2)
    if "sum of" in text or "Add up" in text:
        return sum(divisors(n))
    if "divisors" in text:
        return len(divisors(n))
    if "totient" in text:
        return sum(math.gcd(k, n) == 1 for k in range(1, n + 1))
    low, high = numbers[:2]
    if "common factor" in text:
        return sum(math.gcd(k, numbers[2]) == 1 for k in range(low, high + 1))
    either = [k for k in range(low, high + 1) if k % numbers[2] == 0 or k % numbers[3] == 0]
    return sum(k % numbers[4] != 0 for k in either) if "but not" in text else len(either)


@pytest.mark.parametrize("level", range(1, 6))
def test_counting_agrees(level, draw):
    for question, gold in draw("math-number-theory", level):
        assert str(solve(question)) == gold, question
