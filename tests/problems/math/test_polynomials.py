"""Roots tried and found numerically, remainders by long division."""

import re
from fractions import Fraction

import numpy as np
import pytest

from r1gym.problems.math.notation import expand, polynomial, scaled, surd, terms

TERM = re.compile(r"([+-]?)(?:(\d+)(?:\*|(?!\d|\*)))?(?:(x)(?:\^(\d))?)?")


def read(text):
    """Coefficients, highest first."""
    found = {}
    for term in re.findall(r"[+-]?[^+-]+", text):
        sign, size, name, power = TERM.fullmatch(term).groups()
        degree = int(power or 1) if name else 0
        found[degree] = int(f"{sign}{size or 1}")
    return [Fraction(found.get(d, 0)) for d in range(max(found), -1, -1)]


def divide(top, bottom):
    """The remainder of long division."""
    rest = list(top)
    while len(rest) >= len(bottom):
        factor = rest[0] / bottom[0]
        for i, c in enumerate(bottom):
            rest[i] -= factor * c
        rest = rest[1:]
    return rest


def check_roots(coefficients, gold):
    """Every root divides, again and again, until nothing is left to have a root."""
    roots = [Fraction(r) for r in gold.strip("{}").split(", ")]
    assert len(set(roots)) == len(roots)
    for root in roots:
        assert sum(c * root**k for k, c in enumerate(reversed(coefficients))) == 0
        while sum(c * root**k for k, c in enumerate(reversed(coefficients))) == 0:
            quotient = [coefficients[0]]
            for c in coefficients[1:-1]:
                quotient.append(c + root * quotient[-1])
            coefficients = quotient
    assert len(coefficients) == 1


def check(question, gold):
    if "remainder" in question:
        top, bottom = re.search(r"when (\S+) is divided by (\S+)", question).groups()
        rest = divide(read(top), read(bottom))
        given = read(gold)
        assert [Fraction(0)] * (len(rest) - len(given)) + given == rest
    elif "set of all" in question:
        check_roots(read(re.search(r"\S*x\S*", question)[0].removesuffix("=0")), gold)
    else:
        shown = re.search(r"roots of (\S+?)\.? ", question)[1]
        coefficients = read(shown)
        roots = np.roots([float(c) for c in coefficients])
        names = dict(zip("rstu", roots.tolist(), strict=False))
        asked = question.split("Find " if "Find" in question else "Compute ")[1]
        value = eval(asked.replace("^", "**"), names)
        assert abs(value - float(Fraction(gold))) < 1e-5 * max(1, abs(value))


@pytest.mark.parametrize("level", range(1, 6))
def test_roots_and_long_division_agree(level, draw):
    for question, gold in draw("math-polynomial-roots", level):
        try:
            check(question, gold)
        except AssertionError as error:
            raise AssertionError(f"{question}: {gold}") from error


def test_notation():
    assert terms([(2, "x"), (-1, "y"), (0, "z"), (5, "")]) == "2*x-y+5"
    assert terms([]) == "0" and polynomial([1, 0, -3, 0]) == "x^3-3*x"
    assert expand([2, Fraction(-1, 3)]) == [3, -5, -2]
    assert [surd(n) for n in (2, 9, 12, Fraction(1, 2), Fraction(20, 9))] == [
        *("sqrt(2)", "3", "2*sqrt(3)", "sqrt(2)/2", "2*sqrt(5)/3"),
    ]
    assert scaled(Fraction(-5, 3), "pi") == "-5*pi/3" and scaled(1, "") == "1"
