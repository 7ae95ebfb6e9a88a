"""Second solvers and wrong solutions for r1gym/problems/code/lists.py."""

import operator
from collections import Counter, deque
from functools import reduce
from itertools import combinations


def pair_sums(c, numbers):
    total = 0
    for i, j in combinations(range(len(numbers)), 2):
        both = numbers[i] + numbers[j]
        fits = both % c.MODULUS == c.REST if c.MODULUS else c.LOW <= both <= c.HIGH
        total += fits and j - i >= c.GAP
    return total


def chunk_reversal(c, numbers):
    left, out = deque(numbers), deque()
    number, size = 0, c.SIZE
    while left:
        number += 1
        chunk = deque(left.popleft() for _ in range(min(size, len(left))))
        if len(chunk) == size:
            if number % c.EVERY == 0:
                chunk.reverse()
        elif c.SHORT == "drop":
            chunk = []
        elif c.SHORT == "turn" and number % c.EVERY == 0:
            chunk.reverse()
        out.extend(chunk)
        size += c.GROWTH
    out.rotate(-c.ROTATE)
    return list(out)


def frequent_numbers(c, numbers):
    if c.SIGNLESS:
        numbers = [abs(v) for v in numbers]
    tally = Counter(numbers)

    def fits(v):
        width = len(numbers) - 1 - numbers[::-1].index(v) - numbers.index(v)
        return tally[v] in range(c.LOW, c.HIGH + 1) and v >= c.FLOOR and (
            not c.WIDEST or width <= c.WIDEST)  # fmt: skip

    if c.ORDER == "last":
        return [v for v in dict.fromkeys(numbers[::-1]) if fits(v)][::-1]
    kept = [v for v in dict.fromkeys(numbers) if fits(v)]
    return {"first": kept, "up": sorted(kept), "down": sorted(kept)[::-1]}[c.ORDER]


def range_queries(c, text):
    words = iter(text.split())
    n, q = int(next(words)), int(next(words))
    table = {place: int(next(words)) for place in range(c.BASE, c.BASE + n)}
    pick = {"sum": operator.add, "min": min, "max": max}[c.ASK]
    out = []
    for _ in range(q):
        kind, a, b = next(words), int(next(words)), int(next(words))
        places = range(a, b + 1) if c.CLOSED else range(a, b)
        if kind == "set":
            table[a] = b
        elif kind == "add":
            v = int(next(words))
            table.update({place: table[place] + v for place in places})
        else:
            values = [table[p] for p in places if (table[p] - c.REST) % c.MODULUS]
            out.append(reduce(pick, values) if values else "empty")
    return "\n".join(map(str, out))


def smooth_segment(c, numbers):
    n, best = len(numbers), 0
    for start in range(n):
        faults, length = 0, 1
        while length < n and (c.CIRCULAR or start + length < n):
            step = numbers[(start + length) % n] - numbers[(start + length - 1) % n]
            faults += step < c.LOW or step > c.HIGH
            if faults > c.FAULTS:
                break
            length += 1
        best = max(best, length)
    return best


WRONG = {
    "pair_sums": [
        ("j >= GAP", "j > GAP"),
        ("numbers[j - GAP]", "b"),
        ("HIGH + 1", "HIGH", 3),
        ("seen.get(key, 0) + 1", "1"),
    ],
    "chunk_reversal": [
        ("out[shift:] + out[:shift]", "out[-shift:] + out[:-shift]"),
        ("index % EVERY == 0", "(index - 1) % EVERY == 0", 2),
        ("index % EVERY == 0", "index % EVERY == 0 and index > 1", 1, {"EVERY": 1}),
        ('SHORT == "drop"', "True", 1, {"SHORT": "keep"}),
        ("size + GROWTH, index", "size, index", 3),
    ],
    "frequent_numbers": [
        ("<= HIGH", "< HIGH"),
        ("LOW <=", "LOW <"),
        ("v >= FLOOR", "v > FLOOR"),
        ("abs(value) if SIGNLESS else value", "value", 2),
        ("first[v] <= WIDEST", "first[v] < WIDEST", 3),
    ],
    "range_queries": [
        ("b - BASE + CLOSED", "b - BASE + 1", 1, {"CLOSED": 0}),
        ("b - BASE + CLOSED", "b - BASE", 1, {"CLOSED": 1}),
        ('if part else "empty"', 'if part else "0"'),
        (" if v % MODULUS != REST", ""),
        ("values[a - BASE] = b", "pass", 2),
    ],
    "smooth_segment": [
        ("<= HIGH", "< HIGH"),
        ("LOW <=", "LOW <"),
        ("best, start, faults = 0", "best, start, faults = 1"),
        ("> FAULTS", ">= FAULTS", 2),
        ("CIRCULAR and", "False and", 3),
        ("max(start, end - n + 1)", "start", 3),
    ],
}
