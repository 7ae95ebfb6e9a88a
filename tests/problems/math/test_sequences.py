"""Sequences continued from the terms and rules that the question gives."""

import re
from fractions import Fraction

import pytest

NUMBER = r"-?\d+(?:/\d+)?"


def start_of(text):
    run = re.search(rf"{NUMBER}(?:, {NUMBER})+", text)[0]
    return [Fraction(n) for n in run.split(", ")]


def asked(text, known):
    if "next term" in text:
        return known + 1
    return int(re.findall(r"(\d+)(?:st|nd|rd|th) term", text)[-1])


def by_differences(values, n):
    """Continues a polynomial sequence by its constant differences."""
    table = [values]
    while len(table[-1]) > 1:
        table.append([b - a for a, b in zip(table[-1], table[-1][1:], strict=False)])
    ends = [row[-1] for row in table]
    for _ in range(n - len(values)):
        for i in range(len(ends) - 2, -1, -1):
            ends[i] += ends[i + 1]
    return ends[0]


def recurrence(text):
    starts = [Fraction(v) for _, v in re.findall(rf"a\((\d)\)=({NUMBER})", text)]
    rule = re.search(r"a\(n\)=(\S+) for", text)[1]
    target = int(re.search(r"Find a\((\d+)\)", text)[1])
    code = compile(rule.replace("a(n-1)", "one").replace("a(n-2)", "two"), "rule", "eval")
    values = starts
    for n in range(len(starts) + 1, target + 1):
        two = values[-2] if len(values) > 1 else None
        values.append(eval(code, {"one": values[-1], "two": two, "n": n}))
    return values[-1]


def solve(text):
    if "a(n)=" in text:
        return recurrence(text)
    if text.startswith("Compute the sum of 1/("):
        shift, other, n = re.search(
            r"1/\((k|\(k\+\d+\))\*\(k\+(\d+)\)\) for k from 1 to (\d+)", text
        ).groups()
        low = 0 if shift == "k" else int(shift[3:-1])
        return sum(Fraction(1, (k + low) * (k + int(other))) for k in range(1, int(n) + 1))
    if "polynomial" in text:
        values = start_of(text)
        assert len(values) == (3 if "quadratic" in text else 4)
        return by_differences(values, asked(text, len(values)))
    if "constants p and q" in text:
        a, b, c, d = start_of(text)
        # c = p*b + q*a and d = p*c + q*b: Cramer, and one solution only.
        whole = b * b - a * c
        assert whole
        p, q = (c * b - d * a) / whole, (b * d - c * c) / whole
        values = [a, b, c, d]
        while len(values) < asked(text, 4):
            values.append(p * values[-1] + q * values[-2])
        return values[-1]
    if text.startswith("The "):
        (i, u), (j, v) = re.findall(
            rf"(\d+)(?:st|nd|rd|th) term(?: of an \w+ sequence)? is ({NUMBER})", text
        )
        step = Fraction(int(v) - int(u), int(j) - int(i))
        first = int(u) - (int(i) - 1) * step
        if "sum" in text:
            n = int(re.search(r"first (\d+) terms", text)[1])
            return sum(first + k * step for k in range(n))
        return first + (asked(text, 0) - 1) * step
    values = start_of(text)
    geometric = "geometric" in text
    if geometric:
        assert values[1] / values[0] == values[2] / values[1]
    else:
        assert values[1] - values[0] == values[2] - values[1]
    if "infinite" in text:
        ratio = values[1] / values[0]
        assert abs(ratio) < 1
        total, power = Fraction(0), ratio**60
        for k in range(60):
            total += values[0] * ratio**k
        return total + power * (values[0] / (1 - ratio))  # the rest of the series
    more = (
        (lambda v: v * values[1] / values[0])
        if geometric
        else (lambda v: v + values[1] - values[0])
    )
    if "how many terms" in text:
        last, count = Fraction(re.search(rf"\.\.\., ({NUMBER}) has", text)[1]), 1
        value = values[0]
        while value != last:
            value, count = more(value), count + 1
        return count
    if "sum of the first" in text:
        n = int(re.search(r"first (\d+) terms", text)[1])
        total, value = Fraction(0), values[0]
        for _ in range(n):
            total, value = total + value, more(value)
        return total
    n = asked(text, len(values))
    while len(values) < n:
        values.append(more(values[-1]))
    return values[n - 1]


@pytest.mark.parametrize("level", range(1, 6))
def test_continuation_agrees(level, draw):
    for question, gold in draw("math-sequences", level):
        assert str(solve(question)) == gold, question
