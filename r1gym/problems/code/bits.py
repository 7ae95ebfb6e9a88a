"""Bits: scrambling words, segments by their exclusive or."""

from __future__ import annotations

import random

from r1gym.problems.code.inputs import line, numbers, plural
from r1gym.problems.code.spec import Task, code_family


@code_family(
    levels=3,
    call="scramble(words: list[int]) -> list[int]",
    source="""
    def scramble(words):
        full = (1 << WIDTH) - 1
        out, last = [], 0
        for word in words:
            if CHAINED:
                word ^= last
            for name, number in STEPS:
                if name == "left":
                    word = (word << number | word >> (WIDTH - number)) & full
                elif name == "xor":
                    word ^= number
                elif name == "add":
                    word = (word + number) & full
                elif name == "reverse":
                    word = int(bin(word)[2:].rjust(WIDTH, "0")[::-1], 2)
                elif name == "gray":
                    word ^= word >> number
            out.append(word)
            last = word
        return out
    """,
)
def bit_scramble(rng: random.Random, level: int) -> Task:
    """Puts words of bits through a chain of operations."""
    width = rng.randint(6, 16)
    words = {
        "left": "rotate it to the left by {} (the bits that fall out come in again on the right)",
        "xor": "combine it with {} by exclusive or",
        "add": "add {}, and drop the bits beyond the width",
        "reverse": "reverse the order of its bits",
        "gray": "combine it by exclusive or with itself shifted to the right by {}",
    }
    kinds = rng.sample(["left", "xor", "add"], 2)
    if level >= 2:
        kinds = rng.sample(["left", "xor", "add", "reverse", "gray"], 3)
    small = ("left", "gray")
    steps = [
        [
            kind,
            0
            if kind == "reverse"
            else rng.randint(1, width - 1 if kind in small else 2**width - 1),
        ]
        for kind in kinds
    ]
    told = [words[str(kind)].format(number) for kind, number in steps]
    rule = [f"Scramble numbers of {width} bits. With each number of a list, do these steps in this"]
    rule += ["order: " + "; ".join(f"({i}) {text}" for i, text in enumerate(told, start=1)) + "."]
    if level >= 3:
        rule += ["Before these steps, combine each number but the first by exclusive or with the"]
        rule += ["result for the number before it."]
    rule += ["Return the list of the results."]
    statement = " ".join(rule)
    statement += f"\n\nThe list has from 0 to 60 whole numbers from 0 to {2**width - 1}."
    constants = {"WIDTH": width, "STEPS": steps, "CHAINED": level >= 3}

    def draw(rng: random.Random, size: int) -> list[list[int]]:
        return [numbers(rng, size, 0, 2**width - 1)]

    full = 2**width - 1
    edges = [
        [[]],
        [[0]],
        [[full]],
        [[1, 2, 4]],
        [[0, 0, 0]],
        [[full, full]],
        [[1 << (width - 1), 1]],
    ]
    return Task(statement, constants, draw, edges)


@code_family(
    levels=3,
    source="""
    def solve(text):
        words = list(map(int, text.split()))[1:]
        total = 0
        for i in range(len(words)):
            mixed = 0
            for j in range(i, min(len(words), i + LONGEST)):
                mixed ^= words[j]
                seen = mixed & MASK
                if j - i + 1 < SHORTEST:
                    continue
                if ONES >= 0:
                    total += bin(seen).count("1") == ONES
                else:
                    total += LOW <= seen <= HIGH
        return str(total)
    """,
)
def xor_segments(rng: random.Random, level: int) -> Task:
    """Counts segments by the exclusive or of their numbers."""
    shortest, low = rng.randint(1, 6), rng.randint(0, 63 if level == 1 else 31)
    longest = shortest + rng.randint(3, 20) if level >= 2 else 10**6
    high, mask, ones = low, 63, -1
    if level == 2:
        high = low + rng.randint(1, 16)
    if level == 3:
        mask = rng.choice([m for m in range(16, 63) if bin(m).count("1") == 4])
        ones, low, high = rng.randint(1, 3), 0, 0
    if level == 1:
        rule = f"is equal to {low}"
    elif level == 2:
        rule = f"is from {low} to {high}"
    else:
        bits = [i for i in range(6) if mask >> i & 1]
        places = ", ".join(map(str, bits[:-1])) + f" and {bits[-1]}"
        rule = f"has exactly {plural(ones, 'one')} among its bits {places} (bit 0 is the lowest)"
    lengths = f"at least {plural(shortest, 'number')}"
    if level >= 2:
        lengths = f"{shortest} to {longest} numbers"
    statement = (
        f"Count the contiguous segments of a list with {lengths} for which the bitwise exclusive "
        f"or of all of their numbers {rule}. Segments at different places count separately.\n\nThe "
        "first line of the input holds n, the second line the n numbers. 0 <= n <= 80; the numbers "
        "are from 0 to 63. Print the count."
    )
    constants = {
        "SHORTEST": shortest,
        "LONGEST": longest,
        "LOW": low,
        "HIGH": high,
        "MASK": mask,
        "ONES": ones,
    }

    def show(values: list[int]) -> str:
        return f"{len(values)}\n{line(values)}\n"

    def draw(rng: random.Random, size: int) -> str:
        high = rng.choice([3, 7, 63])
        values = numbers(rng, size, 0, high)
        values[rng.randrange(size)] ^= low
        return show(values)

    s, fits = shortest, low
    if level == 3:
        fits = sum([1 << i for i in range(6) if mask >> i & 1][:ones])
    edges = [show([]), show([fits]), show([0] * (s - 1) + [fits]), show([0] * s + [fits])]
    edges += [
        show([high]),
        show([0] * 9 + [fits] + [0] * 9),
        show([63] * 20),
        show([mask & -mask] * 15),
    ]
    edges += [show([fits] + [0] * min(longest - 1, 60)), show([fits] + [0] * min(longest, 70))]
    edges += [show([mask & -mask | 32] * (longest % 40) + [mask]), show([high] + [0] * 30)]
    return Task(statement, constants, draw, edges, largest=70)
