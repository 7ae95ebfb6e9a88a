"""Remainders by search: every question is read and tried number by number."""

import re

import pytest


def cycled(a, n, m):
    """a^n modulo m from the cycle of the powers, for exponents of any size."""
    seen, order, value = {}, [], 1 % m
    while value not in seen:
        seen[value] = len(order)
        order.append(value)
        value = value * a % m
    start = seen[value]
    return order[n if n < start else start + (n - start) % (len(order) - start)]


def conditions(text):
    """(factor, remainder, modulus) of each congruence in the text."""
    for factor, rest, modulus in re.findall(r"(?:(\d+)\*)?x = (\d+) \(mod (\d+)\)", text):
        yield int(factor or 1), int(rest), int(modulus)
    for rest, modulus in re.findall(r"(\d+) when divided by (\d+)", text):
        yield 1, int(rest), int(modulus)


def solve(text):
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    if "!" in text:
        factor, n, p = numbers if len(numbers) == 3 else (1, *numbers)
        for k in range(1, n + 1):
            factor *= k
        return factor % p
    if "x^2" in text:
        square, m = numbers[-2:]
        found = [x for x in range(m) if x**2 % m == square]
        return len(found) if "how many" in text else found[0]
    if "^" in text:
        m = numbers[-1]
        if "digit" in text:
            return cycled(*numbers[-3:-1], 10) if len(numbers) == 3 else cycled(*numbers, 10)
        if "(" in text:
            a, b, c, _ = numbers
            return cycled(a, b**c, m)
        if two := re.search(r"(\d+)\^(\d+)([+-])(\d+)\^(\d+)", text):
            a, n, sign, b, k = two.groups()
            second = cycled(int(b), int(k), m)
            return (cycled(int(a), int(n), m) + (second if sign == "+" else -second)) % m
        a, n = numbers[:2]
        return cycled(a, n, m)
    if "nverse" in text:
        a, m = numbers[:2]
        (found,) = [x for x in range(1, m) if a * x % m == 1]
        return found
    if "remainder 1 " in text and "*x leaves" in text:
        top, a = numbers[1:3]
        (found,) = [x for x in range(1, top + 1) if a * x % (top + 1) == 1]
        return found
    given = list(conditions(text))
    assert given, text
    modulus = max(m for *_, m in given)
    step = next((x for x in range(modulus) if fits(given[-1:], x)), None)
    if "from 0 to" in text:
        found = [x for x in range(numbers[1] + 1) if fits(given, x)]
        return sum(found) if "sum" in text else found[-1]
    if given[-1][0] != 1:
        return step
    x, m = given[-1][1:]
    while not fits(given, x):
        x += m
    return x


def fits(given, x):
    return all((factor * x - rest) % modulus == 0 for factor, rest, modulus in given)


@pytest.mark.parametrize("level", range(1, 6))
def test_search_agrees(level, draw):
    for question, gold in draw("math-modular", level):
        assert str(solve(question)) == gold, question
