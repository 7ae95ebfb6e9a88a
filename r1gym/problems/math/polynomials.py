"""Roots of polynomials by Vieta's formulas, rational roots as a set, and remainders.

Roots are counted with multiplicity and may be complex where only a symmetric function of them is
asked for; a set of roots is asked for only when all of them are rational.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from fractions import Fraction

from r1gym.problems.families import family
from r1gym.problems.math.notation import expand, polynomial

Drawn = tuple[str, str]


@family("math-polynomial-roots", levels=5, question_bytes=150)
def polynomial_roots(rng: random.Random, level: int) -> Drawn:
    """Draws a question about a polynomial.

    Level 1: roots of a quadratic, their sum and product; 2: fractions, sums of squares, remainders;
    3: cubics; 4: cubics with fractions and higher symmetric functions; 5: quartics, power sums up
    to the fourth, remainders by quadratics.
    """
    return rng.choice(_LEVELS[level - 1])(rng)


def _root_set(rng: random.Random, roots: Sequence[Fraction | int]) -> Drawn:
    lead = rng.choice((1, 1, 1, -1, 2))
    shown = polynomial(expand(roots, lead))
    text = rng.choice(
        (
            f"Find the set of all roots of {shown}",
            f"Solve {shown}=0 and give the set of all solutions",
        )
    )
    return text, f"{{{', '.join(map(str, sorted(set(map(Fraction, roots)))))}}}"


def _whole_roots(rng: random.Random) -> Drawn:
    return _root_set(rng, rng.sample(range(-15, 16), 2))


def _fraction(rng: random.Random, most: int) -> Fraction:
    return Fraction(rng.randint(-most, most), rng.randint(1, 5))


def _fraction_roots(rng: random.Random) -> Drawn:
    return _root_set(rng, [_fraction(rng, 9), _fraction(rng, 9)])


def _cubic_roots(rng: random.Random) -> Drawn:
    return _root_set(rng, [rng.randint(-7, 7) for _ in range(3)])


def _cubic_fraction_roots(rng: random.Random) -> Drawn:
    return _root_set(rng, [_fraction(rng, 6), _fraction(rng, 4), rng.randint(-5, 5)])


def _quartic_roots(rng: random.Random) -> Drawn:
    return _root_set(rng, [_fraction(rng, 3), *(rng.randint(-4, 4) for _ in range(3))])


def _draw(rng: random.Random, degree: int, most: int) -> list[int]:
    """Draws coefficients, highest first; the lowest is not 0, so that no root is."""
    inner = [rng.randint(-most, most) for _ in range(degree - 1)]
    ends = [rng.choice((-1, 1)) * rng.randint(1, most) for _ in range(2)]
    return [rng.choice((1, 1, abs(ends[0]))), *inner, ends[1]]


def elementary(coefficients: Sequence[int]) -> list[Fraction]:
    """Returns the elementary symmetric functions e_0, e_1, ... of the roots (Vieta)."""
    return [Fraction((-1) ** k * c, coefficients[0]) for k, c in enumerate(coefficients)]


def power_sum(e: Sequence[Fraction], k: int) -> Fraction:
    """Returns the sum of the kth powers of the roots (Newton's identities)."""
    sums = [Fraction(len(e) - 1)]
    for n in range(1, k + 1):
        total = (-1) ** (n - 1) * n * e[n] if n < len(e) else Fraction(0)
        for i in range(1, n):
            if i < len(e):
                total += (-1) ** (i - 1) * e[i] * sums[n - i]
        sums.append(total)
    return sums[k]


def _at(coefficients: Sequence[int], x: int) -> int:
    value = 0
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


def _ask(rng: random.Random, coefficients: Sequence[int], asked: str, value: Fraction) -> Drawn:
    names = ("r", "s", "t", "u")[: len(coefficients) - 1]
    roots = f"{', '.join(names[:-1])} and {names[-1]}"
    text = rng.choice(
        (
            f"Let {roots} be the roots of {polynomial(coefficients)}. Find {asked}",
            f"The roots of {polynomial(coefficients)} are {roots}. Compute {asked}",
        )
    )
    return text, str(value)


def _sum_or_product(rng: random.Random) -> Drawn:
    coefficients = _draw(rng, 2, 20)
    e = elementary(coefficients)
    asked, value = rng.choice((("r+s", e[1]), ("r*s", e[2]), ("(r+1)*(s+1)", 1 + e[1] + e[2])))
    return _ask(rng, coefficients, asked, value)


def _quadratic_functions(rng: random.Random) -> Drawn:
    coefficients = _draw(rng, 2, 15)
    e = elementary(coefficients)
    asked, value = rng.choice(
        (
            ("r^2+s^2", power_sum(e, 2)),
            ("1/r+1/s", e[1] / e[2]),
            ("(r-s)^2", e[1] ** 2 - 4 * e[2]),
            ("r/s+s/r", power_sum(e, 2) / e[2]),
        )
    )
    return _ask(rng, coefficients, asked, value)


def _remainder(rng: random.Random) -> Drawn:
    coefficients, a = _draw(rng, 3, 9), rng.choice((-1, 1)) * rng.randint(1, 5)
    text = f"Find the remainder when {polynomial(coefficients)} is divided by x{-a:+d}"
    return text, str(_at(coefficients, a))


def _cubic_functions(rng: random.Random) -> Drawn:
    coefficients = _draw(rng, 3, 9)
    coefficients[0] = 1
    e = elementary(coefficients)
    asked, value = rng.choice(
        (
            ("r+s+t", e[1]),
            ("r*s+s*t+t*r", e[2]),
            ("r*s*t", e[3]),
            ("r^2+s^2+t^2", power_sum(e, 2)),
            ("1/r+1/s+1/t", e[2] / e[3]),
        )
    )
    return _ask(rng, coefficients, asked, value)


def _hard_cubic_functions(rng: random.Random) -> Drawn:
    coefficients = _draw(rng, 3, 8)
    e, a = elementary(coefficients), rng.choice((-1, 1)) * rng.randint(1, 4)
    # (a+r)(a+s)(a+t) = -P(-a)/lead for a cubic P.
    shifted = Fraction(-_at(coefficients, -a), coefficients[0])
    asked, value = rng.choice(
        (
            ("r^3+s^3+t^3", power_sum(e, 3)),
            (f"(r{a:+d})*(s{a:+d})*(t{a:+d})", shifted),
            ("r^2*s^2+s^2*t^2+t^2*r^2", e[2] ** 2 - 2 * e[1] * e[3]),
            ("(r+s)*(s+t)*(t+r)", e[1] * e[2] - e[3]),
            ("1/r^2+1/s^2+1/t^2", (e[2] ** 2 - 2 * e[1] * e[3]) / e[3] ** 2),
            ("r/(s*t)+s/(t*r)+t/(r*s)", power_sum(e, 2) / e[3]),
        )
    )
    return _ask(rng, coefficients, asked, value)


def _quartic_functions(rng: random.Random) -> Drawn:
    coefficients = _draw(rng, 4, 6)
    e, a = elementary(coefficients), rng.choice((-1, 1)) * rng.randint(1, 3)
    shifted = Fraction(_at(coefficients, -a), coefficients[0])
    asked, value = rng.choice(
        (
            ("r^3+s^3+t^3+u^3", power_sum(e, 3)),
            ("r^4+s^4+t^4+u^4", power_sum(e, 4)),
            ("1/r+1/s+1/t+1/u", e[3] / e[4]),
            ("1/r^2+1/s^2+1/t^2+1/u^2", (e[3] / e[4]) ** 2 - 2 * e[2] / e[4]),
            (f"(r{a:+d})*(s{a:+d})*(t{a:+d})*(u{a:+d})", shifted),
        )
    )
    return _ask(rng, coefficients, asked, value)


def _remainder_by_two(rng: random.Random) -> Drawn:
    coefficients = _draw(rng, rng.randint(4, 5), 5)
    a, b = rng.sample((-3, -2, -1, 1, 2, 3), 2)
    # The remainder m*x+c agrees with the polynomial at a and b.
    at_a, at_b = _at(coefficients, a), _at(coefficients, b)
    slope = (at_a - at_b) // (a - b)
    divisor = polynomial(expand([a, b]))
    text = f"Find the remainder when {polynomial(coefficients)} is divided by {divisor}"
    return text, polynomial([slope, at_a - slope * a])


_LEVELS: tuple[tuple[Callable[[random.Random], Drawn], ...], ...] = (
    (_whole_roots, _sum_or_product),
    (_fraction_roots, _quadratic_functions, _remainder),
    (_cubic_roots, _cubic_functions),
    (_cubic_fraction_roots, _hard_cubic_functions),
    (_quartic_roots, _quartic_functions, _remainder_by_two),
)
