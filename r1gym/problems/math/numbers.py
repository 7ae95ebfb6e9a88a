"""Fractions to lowest terms, continued fractions, and whole numbers in other bases."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

from r1gym.problems.families import family

Drawn = tuple[str, str]


@family("math-fractions", levels=4, question_bytes=110)
def fractions(rng: random.Random, level: int) -> Drawn:
    """Draws a value to be given in lowest terms, or partial quotients.

    Level 1: sums of two fractions; 2: three fractions with products and brackets; 3: the value of a
    continued fraction; 4: the partial quotients of a fraction.
    """
    if level == 1:
        return _sum(rng, 2, 12)
    if level == 2:
        return _sum(rng, 3, 20) if rng.random() < 0.5 else _mixed(rng)
    quotients = [rng.randint(1, 9) for _ in range(rng.randint(4, 5))]
    quotients[-1] = rng.randint(2, 9)
    if level == 3:
        nested = str(quotients[-1])
        for quotient in reversed(quotients[:-1]):
            inner = nested if nested.isdigit() else f"({nested})"
            nested = f"{quotient}+1/{inner}"
        return f"Write {nested} as a fraction in lowest terms", str(_value(quotients))
    names = "abcdef"[: len(quotients)]
    nested = names[-1]
    for name in reversed(names[:-1]):
        nested = f"{name}+1/{nested if len(nested) == 1 else f'({nested})'}"
    text = f"Given {_value(quotients)}={nested} with positive integers and {names[-1]}>1, find "
    if rng.random() < 0.5:
        return f"{text}{'+'.join(names)}", str(sum(quotients))
    return f"{text}({', '.join(names)})", f"({', '.join(map(str, quotients))})"


def _value(quotients: Sequence[int]) -> Fraction:
    value = Fraction(quotients[-1])
    for quotient in reversed(quotients[:-1]):
        value = quotient + 1 / value
    return value


def _proper(rng: random.Random, most: int) -> Fraction:
    q = rng.randint(3, most)
    return Fraction(rng.randint(1, q - 1), q)


def _ask(rng: random.Random, written: str, value: Fraction) -> Drawn:
    text = rng.choice(("Compute {} as a fraction in lowest terms", "Write {} in lowest terms"))
    return text.format(written), str(value)


def _sum(rng: random.Random, count: int, most: int) -> Drawn:
    value = _proper(rng, most)
    written = str(value)
    for _ in range(count - 1):
        other, sign = _proper(rng, most), rng.choice("+-")
        written += f"{sign}{other}"
        value += other if sign == "+" else -other
    return _ask(rng, written, value)


def _mixed(rng: random.Random) -> Drawn:
    a, b, c = (_proper(rng, 12) for _ in range(3))
    written, value = rng.choice(
        (
            (f"({a}+{b})*({c})", (a + b) * c),
            (f"({a}-{b})/({c})", (a - b) / c),
            (f"{a}+({b})*({c})", a + b * c),
            (f"{a}-({b})/({c})", a - b / c),
            (f"({a})/({b}+{c})", a / (b + c)),
        )
    )
    return _ask(rng, written, value)


@family("math-bases", levels=4, question_bytes=110)
def bases(rng: random.Random, level: int) -> Drawn:
    """Draws a question about digits in a base from 2 to 9.

    Level 1: from a base to ten; 2: from ten to a base; 3: sums and differences within a base, from
    base to base; 4: products within a base, an unknown base.
    """
    base = rng.randint(2, 9)
    if level == 1:
        n = rng.randint(base, max(100, min(base**4, 2_000)))
        text = rng.choice(
            (
                f"Write the base-{base} number {in_base(n, base)} in base 10",
                f"Find the decimal value of {in_base(n, base)} in base {base}",
            )
        )
        return text, str(n)
    if level == 2:
        n = rng.randint(100, 3_000)
        text = rng.choice((f"Write {n} in base {base}", f"Convert {n} to base {base}"))
        return f"{text}, as digits only", in_base(n, base)
    if level == 3:
        return _within(rng, base) if rng.random() < 0.6 else _between(rng, base)
    return _product(rng, base) if rng.random() < 0.5 else _unknown_base(rng)


def in_base(n: int, base: int) -> str:
    """Returns the digits of a positive number in a base up to ten."""
    digits = ""
    while n:
        n, digit = divmod(n, base)
        digits = f"{digit}{digits}"
    return digits


def _within(rng: random.Random, base: int) -> Drawn:
    b, a = sorted(rng.sample(range(base, 1_000), 2))
    sign, value = rng.choice((("+", a + b), ("-", a - b)))
    text = f"The numbers {in_base(a, base)} and {in_base(b, base)} are in base {base}. Compute "
    text += f"{in_base(a, base)}{sign}{in_base(b, base)} in base {base}, as digits only"
    return text, in_base(value, base)


def _between(rng: random.Random, base: int) -> Drawn:
    other = rng.choice([b for b in range(2, 10) if b != base])
    n = rng.randint(60, 1_500)
    text = f"Convert {in_base(n, base)} from base {base} to base {other}, as digits only"
    return text, in_base(n, other)


def _product(rng: random.Random, base: int) -> Drawn:
    a, b = rng.randint(base, 200), rng.randint(base, 60)
    one, other = in_base(a, base), in_base(b, base)
    text = f"The numbers {one} and {other} are in base {base}. Compute {one}*{other} in base {base}"
    return f"{text}, as digits only", in_base(a * b, base)


def _unknown_base(rng: random.Random) -> Drawn:
    base = rng.randint(3, 40)
    digits = [rng.randint(1, min(base - 1, 9)), *(rng.randint(0, min(base - 1, 9)) for _ in "ab")]
    n = (digits[0] * base + digits[1]) * base + digits[2]
    # The value grows with the base, so one base fits.
    text = f"The number {n} is written {''.join(map(str, digits))} in base b. Find b"
    return text, str(base)
