"""Arithmetic and number theory: digit sums, primes, number bases, divisors, recurrences."""

from __future__ import annotations

import random
from itertools import combinations
from math import gcd, prod

from r1gym.problems.code.inputs import line, numbers
from r1gym.problems.code.spec import Task, code_family


@code_family(
    levels=3,
    call="count_numbers(low: int, high: int) -> int",
    source="""
    def count_numbers(low, high):
        return sum(fits(n) for n in range(low, high + 1))


    def fits(n):
        total, rest = 0, n
        while rest:
            rest, digit = divmod(rest, BASE)
            if digit == BARRED:
                return False
            total += digit
        if n == 0 and BARRED == 0:
            return False
        return total % MODULUS == REST and n % DIVISOR == REMAINDER
    """,
)
def digit_sums(rng: random.Random, level: int) -> Task:
    """Counts the numbers of a range by the sum of their digits."""
    base = [10, rng.randint(2, 12), rng.randint(6, 12)][level - 1]
    modulus = rng.randint(2, 9)
    rest = rng.randrange(modulus)
    # A number and its digit sum agree modulo base - 1: the two remainders must not contradict.
    divisors = [d for d in range(1 if level == 1 else 2, 10) if gcd(d, base - 1) == 1]
    divisor = rng.choice(divisors)
    remainder = rng.randrange(divisor)
    barred = rng.randrange(base) if level >= 3 else -1
    where = "decimal digits" if base == 10 else f"digits in base {base}"
    rule = [f"Count the whole numbers n with low <= n <= high whose sum of {where} leaves the"]
    rule += [f"remainder {rest} when divided by {modulus}"]
    if divisor > 1:
        rule += [f"and which themselves leave the remainder {remainder} when divided by {divisor}"]
    statement = " ".join(rule) + "."
    if level >= 3:
        shown = barred if barred < 10 else f"{barred} (written {'AB'[barred - 10]})"
        statement += f" Numbers with the digit {shown} in base {base} do not count"
        statement += "; 0 itself is written with the one digit 0." if barred == 0 else "."
    statement += "\n\n0 <= low and high <= 1000000; high - low <= 400. If low > high, the answer is"
    statement += " 0."
    constants = {
        "BASE": base,
        "MODULUS": modulus,
        "REST": rest,
        "DIVISOR": divisor,
        "REMAINDER": remainder,
        "BARRED": barred,
    }

    def digit_sum(n: int) -> int:
        return n % base + digit_sum(n // base) if n else 0

    def near(n: int) -> int:
        """Returns the first number from n on that counts, but for the barred digit."""
        n += (remainder - n) % divisor
        while digit_sum(n) % modulus != rest:
            n += divisor
        return n

    def draw(rng: random.Random, size: int) -> list[int]:
        low = rng.choice([rng.randint(0, 60), rng.randint(0, 3000), rng.randint(0, 990_000)])
        return [near(low) if size % 2 else low, low + 5 * size + rng.randint(0, 20)]

    first, second, third = near(1), near(300), near(5000)
    edges = [[0, 0], [5, 4], [0, 100], [999_900, 1_000_000], [base**3 - 3, base**3 + 30]]
    edges += [[max(0, first - 400), first], [second, second], [second - 40, second]]
    edges += [[third, min(third + 400, near(third + 200))]]
    return Task(statement, constants, draw, edges, largest=60)


_PRIMES = [p for p in range(2, 114) if all(p % q for q in range(2, p))]


@code_family(
    levels=3,
    source="""
    def solve(text):
        low, high = map(int, text.split())
        found = [n for n in range(max(low, 2), high + 1) if n % DIVISOR == REST and fits(n)]
        if ASK == "count":
            return str(len(found))
        if ASK == "sum":
            return str(sum(found))
        return str(found[-1] if found else -1)


    def fits(n):
        factors, p, rest = [], 2, n
        while p * p <= rest:
            while rest % p == 0:
                factors.append(p)
                rest //= p
            p += 1
        if rest > 1:
            factors.append(rest)
        if DISTINCT:
            factors = set(factors)
        return len(factors) == FACTORS and max(factors) <= LARGEST
    """,
)
def prime_factors(rng: random.Random, level: int) -> Task:
    """Numbers of a range with a given number of prime factors."""
    ask, divisor = rng.choice(["count", "sum", "last"]), rng.randint(3, 20)
    distinct, factors, largest = False, 1, 10**9
    if level >= 2:
        distinct, factors = rng.random() < 0.5, rng.randint(2, 3)
    if level >= 3:
        largest = rng.randint(7, 40)
    primes = [p for p in _PRIMES if p <= largest][: 8 if level >= 2 else 30]
    products = [prod(chosen) for chosen in combinations(primes, factors)]
    rest = rng.choice(products) % divisor
    rule = "are prime" if level == 1 else f"have exactly {factors} prime factors"
    if level >= 2:
        rule += (
            " (each prime counted once, so that 12 = 2 * 2 * 3 has two)"
            if distinct
            else " (counted as often as they divide, so that 12 = 2 * 2 * 3 has three)"
        )
    if level >= 3:
        rule += f", none of them greater than {largest}"
    asked = {
        "count": "Print how many there are",
        "sum": "Print their sum",
        "last": "Print the largest of them, or -1 if there is none",
    }[ask]
    statement = (
        f"Consider the whole numbers from a to b, both included, that {rule}, and that leave the "
        f"remainder {rest} when divided by {divisor}. {asked}.\n\nThe input is one line with a and "
        "b, where 0 <= a <= b <= 5000 and b - a <= 300."
    )
    constants = {
        "ASK": ask,
        "DIVISOR": divisor,
        "REST": rest,
        "DISTINCT": distinct,
        "FACTORS": factors,
        "LARGEST": largest,
    }

    def draw(rng: random.Random, size: int) -> str:
        low = rng.randint(0, rng.choice([40, 600, 4700]))
        return f"{low} {low + 5 * size}\n"

    edges = ["0 1\n", "0 0\n", "1 12\n", "0 300\n", "4700 5000\n", "20 131\n"]
    fitting = sorted(n for n in products if n % divisor == rest)
    edges += [f"{n} {n}\n" for n in fitting[:2]]
    edges += [f"{max(0, n - 60)} {n}\n" for n in fitting[2:4] if n <= 5000]
    return Task(statement, constants, draw, edges)


@code_family(
    levels=3,
    source="""
    def solve(text):
        out = []
        for word in text.split():
            number = int(word.lstrip("-"), FROM)
            number = -number if word[0] == "-" else number
            out.append(write(number))
        return "\\n".join(out)


    def write(number):
        sign = "-" if number < 0 and TO > 0 else ""
        number = abs(number) if TO > 0 else number
        digits = ""
        while number or not digits:
            number, digit = divmod(number, TO)
            if digit < 0:
                number, digit = number + 1, digit - TO
            digits = DIGITS[digit] + digits
            if GROUP and len(digits.replace("_", "")) % GROUP == 0 and number:
                digits = "_" + digits
        return sign + digits
    """,
)
def base_conversion(rng: random.Random, level: int) -> Task:
    """Writes numbers of one base in another, which may be negative."""
    source_base, target = rng.sample(range(2, 17), 2)
    group = rng.randint(2, 4) if level >= 2 else 0
    upper = rng.random() < 0.5
    if level >= 3:
        target = -rng.randint(2, 12)
    digits = "0123456789ABCDEF" if upper else "0123456789abcdef"
    case = "upper" if upper else "lower"
    rule = [f"Convert whole numbers from base {source_base} to base {target}. Digits above 9 are"]
    rule += [f"letters, as usual in base 16; print them in {case} case, while the input may use"]
    rule += ["both."]
    if level >= 3:
        rule += [f"In base {target} a number is the sum of its digits times powers of {target};"]
        rule += [f"digits are from 0 to {-target - 1}, and no sign is needed."]
    rule += ["There are no leading zeros, and 0 is written as 0."]
    if level == 2:
        rule += ["Negative numbers have a minus sign in front, in the input and in the output."]
    if level == 3:
        rule += ["In the input, negative numbers have a minus sign in front."]
    if group:
        rule += [f"From the right, a mark _ parts groups of {group} digits in the output."]
    statement = " ".join(rule) + (
        "\n\nEach line of the input holds one number of at most 14 digits; there are from 1 to 30 "
        "lines. Print one line for each."
    )
    constants = {"FROM": source_base, "TO": target, "DIGITS": digits, "GROUP": group}

    def word(rng: random.Random) -> str:
        text = "".join(rng.choices("0123456789abcdef"[:source_base], k=rng.randint(1, 14)))
        text = text.lstrip("0") or "0"
        text = text.upper() if rng.random() < 0.5 else text
        return "-" + text if level > 1 and text != "0" and rng.random() < 0.4 else text

    def draw(rng: random.Random, size: int) -> str:
        return "\n".join(word(rng) for _ in range((size + 1) // 2)) + "\n"

    top = "0123456789abcdef"[source_base - 1]
    edges = ["0\n", "1\n", f"{top * 14}\n", "10\n100\n1000\n", f"{top}\n{top * 4}\n0\n"]
    edges += ["-1\n-10\n", f"-{top * 14}\n"] if level > 1 else []
    return Task(statement, constants, draw, edges)


@code_family(
    levels=3,
    call="common_divisors(numbers: list[int]) -> list[int]",
    source="""
    def common_divisors(numbers):
        g = 0
        for number in numbers:
            while number:
                g, number = number, g % number
        g = abs(g)
        found = []
        d = 1
        while d * d <= g:
            if g % d == 0:
                found += {d, g // d}
            d += 1
        kept = [d for d in found if d >= SMALLEST and d % AVOID != 0]
        if MIDDLE:
            kept = [d for d in kept if (g // d) % MIDDLE == 0]
        if SQUARE_FREE:
            kept = [d for d in kept if all(d % (p * p) for p in range(2, d) if p * p <= d)]
        return sorted(kept, reverse=DOWN)
    """,
)
def common_divisors(rng: random.Random, level: int) -> Task:
    """The common divisors of a list that obey a rule."""
    smallest, avoid, down = rng.randint(1, 12), rng.randint(2, 11), rng.random() < 0.5
    middle = rng.choice([2, 3, 5, 6, 7]) if level >= 2 else 0
    square_free = level >= 3
    rule = ["Return the positive whole numbers that divide every number of a list and are at least"]
    rule += [f"{smallest}, without the multiples of {avoid}."]
    if middle:
        rule += ["Of these, keep only those d for which the greatest common divisor of the list,"]
        rule += [f"divided by d, is a multiple of {middle}."]
    if square_free:
        rule += ["Leave out those that are divisible by the square of a number greater than 1."]
    rule += [f"The {'largest' if down else 'smallest'} stands first. If all numbers are 0, or if"]
    rule += ["there are none, return []."]
    statement = " ".join(rule)
    statement += "\n\nThe list has from 0 to 40 whole numbers from -100000 to 100000."
    constants = {
        "SMALLEST": smallest,
        "AVOID": avoid,
        "DOWN": down,
        "MIDDLE": middle,
        "SQUARE_FREE": square_free,
    }
    parts = [24, 60, 84, 210, 360, 420, 720, 660, 1260, 2310, 840, 97, smallest * 6, smallest]

    def draw(rng: random.Random, size: int) -> list[list[int]]:
        common = rng.choice(parts)
        reach = 40 if common < 2500 else 20
        return [[common * v for v in numbers(rng, (size + 1) // 2, -reach, reach)]]

    edges = [[[]], [[0]], [[0, 0]], [[-2310]], [[0, 720]], [[1260, 0, -840]], [[99991, 99991]]]
    edges += [[[smallest * 6 * (middle or 1)]], [[5040]], [[-30030, 60060]], [[36, 900, 1764]]]
    roots = range(middle or 1, 100, middle or 1)
    root = next((k for k in roots if k >= smallest and k % avoid and k % 4 and k % 9), smallest)
    edges += [[[root * root]], [[smallest * (middle or 1), -3 * smallest * (middle or 1)]]]
    return Task(statement, constants, draw, edges)


@code_family(
    levels=3,
    source="""
    def solve(text):
        start, *steps = map(int, text.split())
        order, place = [], {}
        x = start % MODULUS
        while x not in place:
            place[x] = len(order)
            order.append(x)
            x = (A * x * x + B * x + C) % MODULUS
        head = place[x]
        if ASK == "cycle":
            return line([head, len(order) - head])
        values = []
        for n in steps:
            n = n if n < head else head + (n - head) % (len(order) - head)
            values.append(order[n])
        return line(values)


    def line(values):
        return " ".join(map(str, values))
    """,
)
def recurrence(rng: random.Random, level: int) -> Task:
    """A recurrence with a modulus: its terms, near and far, and its cycle."""
    modulus, a = rng.randint(50, 250), rng.randint(1, 9) if level > 1 else 0
    b, c = rng.randint(2, 20), rng.randint(1, 30)
    ask = "cycle" if level == 3 else "terms"
    square = (f"{a} * x * x + " if a > 1 else "x * x + ") if a else ""
    statement = (
        f"A sequence begins with x0 modulo {modulus} as its term number 0. Each term x is followed "
        f"by ({square}{b} * x + {c}) modulo {modulus}."
    )
    if ask == "terms":
        most = "300" if level == 1 else "1000000000000"
        statement += (
            " Print the terms with the given numbers, on one line, parted by blanks.\n\n"
            f"The input is one line with x0 and then from 1 to 30 numbers n from 0 to {most}; x0 "
            "is from 0 to 10000."
        )
    else:
        statement += (
            " Sooner or later the terms repeat. Print two numbers on one line: how many terms "
            "stand before the first term that comes up again later, and the length of the cycle "
            "that begins with that term.\n\nThe input is one line with x0, from 0 to 10000."
        )
    constants = {"MODULUS": modulus, "A": a, "B": b, "C": c, "ASK": ask}

    def draw(rng: random.Random, size: int) -> str:
        start = rng.randint(0, 10_000)
        if ask == "cycle":
            return f"{start}\n"
        top = 300 if level == 1 else 10 ** rng.randint(1, 12)
        return line([start, *numbers(rng, (size + 1) // 2, 0, top)]) + "\n"

    edges = ["0\n", f"{modulus}\n", "1\n", "10000\n"]
    if ask == "terms":
        edges = ["0 0\n", f"{modulus + 1} 0 1 2\n", "5 300 299 0\n", "9999 250 251\n"]
    return Task(statement, constants, draw, edges)
