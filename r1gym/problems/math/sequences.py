"""Sequences whose rule is of a stated kind, so that the terms given determine the one asked for."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from fractions import Fraction

from r1gym.problems.families import family
from r1gym.problems.math.notation import terms

Drawn = tuple[str, str]
_PLACES = ("0th", "1st", "2nd", "3rd")


@family("math-sequences", levels=5, question_bytes=200)
def sequences(rng: random.Random, level: int) -> Drawn:
    """Draws a question about a sequence.

    Level 1: the next term, an early term; 2: a term or sum from two terms; 3: quadratic rules and
    recurrences of one step; 4: recurrences of two steps, also with unknown factors, geometric sums;
    5: cubic rules, telescoping sums, periodic and growing recurrences.
    """
    return rng.choice(_LEVELS[level - 1])(rng)


def _place(n: int) -> str:
    return _PLACES[n] if n < 4 else f"{n}th"


def _listed(values: Sequence[int | Fraction]) -> str:
    return ", ".join(map(str, values))


def _arithmetic(rng: random.Random) -> Drawn:
    first, step = rng.randint(-20, 60), rng.choice((-1, 1)) * rng.randint(2, 15)
    shown, n = rng.randint(3, 4), rng.randint(5, 12)
    text = f"An arithmetic sequence starts {_listed([first + step * k for k in range(shown)])}. "
    if rng.random() < 0.3:
        return f"{text}Find the next term", str(first + step * shown)
    return f"{text}Find its {_place(n)} term", str(first + step * (n - 1))


def _geometric(rng: random.Random) -> Drawn:
    first, ratio = rng.choice((-1, 1)) * rng.randint(1, 40), rng.choice((-3, -2, 2, 3, 4, 5))
    n = rng.randint(4, 6)
    text = f"A geometric sequence starts {_listed([first * ratio**k for k in range(3)])}. "
    if rng.random() < 0.3:
        return f"{text}Find the next term", str(first * ratio**3)
    return f"{text}Find its {_place(n)} term", str(first * ratio ** (n - 1))


def _two_terms(rng: random.Random) -> Drawn:
    first, step = rng.randint(-30, 60), rng.choice((-1, 1)) * rng.randint(2, 15)
    i, j = sorted(rng.sample(range(2, 15), 2))
    n = rng.randint(16, 40)
    text = (
        f"The {_place(i)} term of an arithmetic sequence is {first + step * (i - 1)} and the "
        f"{_place(j)} term is {first + step * (j - 1)}. "
    )
    if rng.random() < 0.5:
        return f"{text}Find the {_place(n)} term", str(first + step * (n - 1))
    total = n * first + step * n * (n - 1) // 2
    return f"{text}Find the sum of the first {n} terms", str(total)


def _arithmetic_sum(rng: random.Random) -> Drawn:
    first, step, n = rng.randint(-20, 60), rng.randint(2, 15), rng.randint(10, 60)
    start = _listed([first + step * k for k in range(3)])
    if rng.random() < 0.5:
        total = n * first + step * n * (n - 1) // 2
        text = f"Find the sum of the first {n} terms of the arithmetic sequence {start}"
        return text, str(total)
    last = first + step * (n - 1)
    return f"Find how many terms the arithmetic sequence {start}, ..., {last} has", str(n)


def _geometric_fraction(rng: random.Random) -> Drawn:
    ratio = Fraction(rng.randint(1, 5), rng.randint(2, 5))
    if ratio == 1:
        ratio = Fraction(3, 2)
    first, n = rng.choice((-1, 1)) * rng.randint(1, 30), rng.randint(4, 6)
    start = _listed([first * ratio**k for k in range(3)])
    return (
        f"Find the {_place(n)} term of the geometric sequence that starts {start}",
        str(first * ratio ** (n - 1)),
    )


def _of_degree(rng: random.Random, degree: int) -> Drawn:
    kind = ("linear", "quadratic", "cubic")[degree - 1]
    lead = rng.choice((-3, -2, -1, 1, 2, 3))
    rule = [lead, *(rng.randint(-9, 9) for _ in range(degree))]
    shown = degree + 1
    values = [_value(rule, n) for n in range(1, shown + 1)]
    n = shown + rng.randint(1, 4)
    asked = "next term" if n == shown + 1 else f"{_place(n)} term"
    text = rng.choice(
        (
            f"The nth term of a sequence is a {kind} polynomial in n. The sequence starts "
            f"{_listed(values)}. Find its {asked}",
            f"A sequence with a {kind} polynomial as its rule starts {_listed(values)}. Find its "
            f"{asked}",
        )
    )
    return text, str(_value(rule, n))


def _value(coefficients: Sequence[int], n: int) -> int:
    value = 0
    for coefficient in coefficients:
        value = value * n + coefficient
    return value


def _quadratic(rng: random.Random) -> Drawn:
    return _of_degree(rng, 2)


def _cubic(rng: random.Random) -> Drawn:
    return _of_degree(rng, 3)


def _one_step(rng: random.Random) -> Drawn:
    first, factor, shift = rng.randint(-9, 9), rng.choice((-3, -2, 2, 3)), rng.randint(-9, 9)
    rule, n = terms([(factor, "a(n-1)"), (shift, "")]), rng.randint(4, 7)
    value = first
    for _ in range(n - 1):
        value = factor * value + shift
    return _recurrence(rng, [first], rule, n), str(value)


def _recurrence(rng: random.Random, starts: Sequence[int | Fraction], rule: str, n: int) -> str:
    given = " and ".join(f"a({i})={start}" for i, start in enumerate(starts, 1))
    from_ = len(starts) + 1
    return rng.choice(
        (
            f"Let {given}, and let a(n)={rule} for n>={from_}. Find a({n})",
            f"A sequence has {given}, and a(n)={rule} for all n>={from_}. Find a({n})",
        )
    )


def _two_steps(rng: random.Random) -> Drawn:
    values = [rng.randint(-5, 9), rng.randint(-5, 9)]
    p, q, shift = rng.choice((-2, -1, 1, 2, 3)), rng.choice((-2, -1, 1, 2, 3)), rng.randint(-4, 4)
    rule, n = terms([(p, "a(n-1)"), (q, "a(n-2)"), (shift, "")]), rng.randint(5, 8)
    for _ in range(n - 2):
        values.append(p * values[-1] + q * values[-2] + shift)
    return _recurrence(rng, values[:2], rule, n), str(values[-1])


def _unknown_factors(rng: random.Random) -> Drawn:
    while True:
        values = [rng.randint(-5, 9), rng.randint(-5, 9)]
        p, q = rng.choice((-3, -2, -1, 1, 2, 3)), rng.choice((-3, -2, -1, 1, 2, 3))
        for _ in range(4):
            values.append(p * values[-1] + q * values[-2])
        # The third and fourth terms determine p and q.
        if values[1] ** 2 != values[0] * values[2]:
            break
    text = (
        f"A sequence starts {_listed(values[:4])} and, for constants p and q, each term from the "
        "third on is p times the term before it plus q times the term before that. "
    )
    if rng.random() < 0.6:
        return f"{text}Find the 5th term", str(values[4])
    return f"{text}Find the 6th term", str(values[5])


def _geometric_sum(rng: random.Random) -> Drawn:
    first = rng.choice((-1, 1)) * rng.randint(1, 40)
    if rng.random() < 0.5:
        ratio, n = Fraction(rng.choice((-3, -2, 2, 3, 4))), rng.randint(5, 8)
        start = _listed([first * ratio**k for k in range(3)])
        total = first * (ratio**n - 1) / (ratio - 1)
        return f"Find the sum of the first {n} terms of the geometric sequence {start}", str(total)
    q = rng.randint(2, 9)
    ratio = Fraction(rng.choice((-1, 1)) * rng.randint(1, q - 1), q)
    start = _listed([first * ratio**k for k in range(3)])
    text = f"Find the sum of the infinite geometric series with the first terms {start}"
    return text, str(first / (1 - ratio))


def _telescope(rng: random.Random) -> Drawn:
    step, shift, n = rng.randint(1, 4), rng.randint(0, 6), rng.randint(5, 60)
    total = sum(Fraction(1, (shift + k) * (shift + k + step)) for k in range(1, n + 1))
    left = "k" if not shift else f"(k+{shift})"
    return f"Compute the sum of 1/({left}*(k+{shift + step})) for k from 1 to {n}", str(total)


def _periodic(rng: random.Random) -> Drawn:
    # Maps of periods 3 and 4 as fractional linear functions of the term before.
    rule, a, b, c, d, period = rng.choice(
        (
            ("1/(1-a(n-1))", 0, 1, -1, 1, 3),
            ("1-1/a(n-1)", 1, -1, 1, 0, 3),
            ("(1+a(n-1))/(1-a(n-1))", 1, 1, -1, 1, 4),
            ("(a(n-1)-1)/(a(n-1)+1)", 1, -1, 1, 1, 4),
        )
    )
    p = rng.randint(2, 30)
    q = rng.randint(2, 30)
    first = Fraction(p if p != q else p + 1, q)  # never -1, 0 or 1, so every term exists
    n = rng.randint(20, 400)
    value = first
    for _ in range((n - 1) % period):
        value = (a * value + b) / (c * value + d)
    return _recurrence(rng, [first], rule, n), str(value)


def _growing(rng: random.Random) -> Drawn:
    first, p, shift = rng.randint(-9, 20), rng.randint(1, 6), rng.randint(-9, 9)
    n = rng.randint(15, 60)
    rule = terms([(1, "a(n-1)"), (p, "n"), (shift, "")])
    total = first + p * (n * (n + 1) // 2 - 1) + shift * (n - 1)
    return _recurrence(rng, [first], rule, n), str(total)


_LEVELS: tuple[tuple[Callable[[random.Random], Drawn], ...], ...] = (
    (_arithmetic, _geometric),
    (_two_terms, _arithmetic_sum, _geometric_fraction),
    (_quadratic, _one_step),
    (_two_steps, _unknown_factors, _geometric_sum),
    (_cubic, _telescope, _periodic, _growing),
)
