"""Second solvers and wrong solutions for r1gym/problems/code/arithmetic.py."""

from functools import lru_cache, reduce
from math import gcd


@lru_cache(None)
def digits_of(n, base):
    return [n] if n < base else [*digits_of(n // base, base), n % base]


def digit_sums(c, low, high):
    found = 0
    for n in range(low - low % c.DIVISOR + c.REMAINDER, high + 1, c.DIVISOR):
        digits = digits_of(n, c.BASE)
        found += n >= low and c.BARRED not in digits and (sum(digits) - c.REST) % c.MODULUS == 0
    return found


@lru_cache(None)
def smallest_factor(limit=5001):
    table = list(range(limit))
    for p in range(2, limit):
        if table[p] == p:
            for multiple in range(p * p, limit, p):
                table[multiple] = min(table[multiple], p)
    return table


def prime_factors(c, text):
    low, high = map(int, text.split())
    found = []
    for n in range(low, high + 1):
        if n < 2 or (n - c.REST) % c.DIVISOR:
            continue
        factors, rest = [], n
        while rest > 1:
            factors.append(smallest_factor()[rest])
            rest //= factors[-1]
        size = len(set(factors)) if c.DISTINCT else len(factors)
        if size == c.FACTORS and factors[-1] <= c.LARGEST:
            found.append(n)
    return str({"count": len(found), "sum": sum(found), "last": max(found, default=-1)}[c.ASK])


def base_conversion(c, text):
    def value(word):
        total = 0
        for char in word.strip("-").lower():
            total = total * c.FROM + "0123456789abcdef".index(char)
        return -total if word.startswith("-") else total

    def write(n):
        if c.TO > 0 and n < 0:
            return "-" + write(-n)
        digits = []
        while n:
            digit = n % abs(c.TO)
            n = (n - digit) // c.TO
            digits.append(c.DIGITS[digit])
        digits = digits or ["0"]
        size = c.GROUP or len(digits)
        groups = [digits[i : i + size] for i in range(0, len(digits), size)]
        return "_".join("".join(group) for group in groups)[::-1]

    return "\n".join(write(value(word)) for word in text.split())


def common_divisors(c, numbers):
    g = reduce(gcd, numbers, 0)
    out = []
    for d in range(1, g + 1):
        if g % d or d < c.SMALLEST or d % c.AVOID == 0:
            continue
        if c.MIDDLE and (g // d) % c.MIDDLE:
            continue
        if c.SQUARE_FREE and any(d % (k * k) == 0 for k in range(2, int(d**0.5) + 2)):
            continue
        out.append(d)
    return out[::-1] if c.DOWN else out


def recurrence(c, text):
    def after(x):
        return (c.A * x**2 + c.B * x + c.C) % c.MODULUS

    start, *numbers = map(int, text.split())
    start %= c.MODULUS
    # Floyd's tortoise and hare
    slow, fast = after(start), after(after(start))
    while slow != fast:
        slow, fast = after(slow), after(after(fast))
    head, slow = 0, start
    while slow != fast:
        slow, fast, head = after(slow), after(fast), head + 1
    length, fast = 1, after(slow)
    while slow != fast:
        fast, length = after(fast), length + 1
    if c.ASK == "cycle":
        return f"{head} {length}"
    out = []
    for n in numbers:
        x = start
        for _ in range(min(n, head + (n - head) % length if n > head else n)):
            x = after(x)
        out.append(str(x))
    return " ".join(out)


WRONG = {
    "digit_sums": [
        ("range(low, high + 1)", "range(low, high)"),
        ("range(low, high + 1)", "range(low + 1, high + 1)"),
        ("n % DIVISOR == REMAINDER", "True", 2),
        ("digit == BARRED", "False", 3),
    ],
    "prime_factors": [
        ("high + 1", "high"),
        ("if rest > 1:", "if rest > 100:"),
        ("found[-1] if found else -1", "found[-1]", 1, {"ASK": "last"}),
        ("<= LARGEST", "< 10 ** 9", 3, {"ASK": "count"}),
    ],
    "base_conversion": [
        ("number or not digits", "number"),
        ("int(word.lstrip(\"-\"), FROM)", "int(word.lstrip(\"-\"), 10)"),
        ("-number if word[0] == \"-\" else number", "number", 2),
        ("% GROUP == 0 and number", "% GROUP == 0", 2),
        ("digit - TO", "-digit", 3),
    ],
    "common_divisors": [
        ("d >= SMALLEST", "d > SMALLEST"),
        ("found += {d, g // d}", "found += [d, g // d]"),
        ("d * d <= g", "d * d < g"),
        ("g = abs(g)", "pass"),
        ("(g // d) % MIDDLE == 0", "d % MIDDLE == 0", 2),
    ],
    "recurrence": [
        ("start % MODULUS", "start"),
        ("head + (n - head) % (len(order) - head)", "n % len(order)", 2, {"ASK": "terms"}),
        ("+ C)", ")"),
        ("[head, len(order) - head]", "[head, len(order)]", 3),
    ],
}  # fmt: skip
