"""Fractions by Python's own grammar, digits by Horner's rule and by carrying."""

import re
from fractions import Fraction

import pytest


def evaluate(written):
    return eval(re.sub(r"\d+", lambda n: f"F({n[0]})", written), {"F": Fraction})


def partial_quotients(value):
    found = []
    while True:
        whole = value.numerator // value.denominator
        found.append(whole)
        if value == whole:
            return found
        value = 1 / (value - whole)


@pytest.mark.parametrize("level", range(1, 5))
def test_fractions_are_evaluated(level, draw):
    for question, gold in draw("math-fractions", level):
        if level < 4:
            written = re.search(r"(?:Write|Compute) (\S+)", question)[1]
            assert str(evaluate(written)) == gold, question
            continue
        found = partial_quotients(evaluate(re.search(r"Given (\S+?)=", question)[1]))
        names = re.search(r"\(([a-f, ]+)\)$|([a-f+]+)$", question)
        if names[1]:
            assert len(names[1].split(", ")) == len(found)
            assert gold == f"({', '.join(map(str, found))})", question
        else:
            assert gold == str(sum(found)) and len(names[2].split("+")) == len(found), question
        assert f"{'abcdef'[len(found) - 1]}>1" in question


def horner(digits, base):
    value = 0
    for digit in digits:
        assert int(digit) < base
        value = value * base + int(digit)
    return value


def value_of(digits, base):
    return sum(int(d) * base**k for k, d in enumerate(reversed(digits)))


def solve(text):
    """The value of the answer, and the base that its digits are in."""
    numbers = re.findall(r"\d+", text)
    if "base b" in text:
        n, digits = numbers
        low = max(map(int, digits)) + 1
        found = [b for b in range(max(low, 2), 500) if value_of(digits, b) == int(n)]
        assert len(found) == 1
        return found[0], 10
    if "Compute" in text:
        one, other, base = numbers[:3]
        a, b = horner(one, int(base)), horner(other, int(base))
        sign = re.search(rf"Compute {one}(.){other} ", text)[1]
        return {"+": a + b, "-": a - b, "*": a * b}[sign], int(base)
    if "from base" in text:
        digits, base, other = numbers
        return horner(digits, int(base)), int(other)
    if "base-" in text:
        return horner(numbers[1], int(numbers[0])), 10
    if "decimal" in text:
        return horner(numbers[0], int(numbers[1])), 10
    return int(numbers[0]), int(numbers[1])


@pytest.mark.parametrize("level", range(1, 5))
def test_digits_have_the_value(level, draw):
    for question, gold in draw("math-bases", level):
        value, base = solve(question)
        assert horner(gold, base) == value and gold[0] != "0", question
