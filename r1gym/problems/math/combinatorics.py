"""Counting: choices, arrangements with conditions, lattice paths, distributions, solutions."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

from r1gym.problems.families import family

Drawn = tuple[str, str]
Point = tuple[int, int]

_GROUPS = (
    *(("teachers", "students"), ("women", "men"), ("girls", "boys"), ("doctors", "nurses")),
    *(("actors", "singers"), ("painters", "poets"), ("juniors", "seniors"), ("cooks", "waiters")),
)
_PEOPLE = (
    *("Ann", "Bob", "Cleo", "Dan", "Eva", "Finn", "Gus", "Hana", "Ivo", "Jun", "Kira", "Leo"),
    *("Mia", "Nils", "Olga", "Pia", "Quinn", "Rosa", "Sam", "Tia", "Uma", "Vera", "Wim", "Zoe"),
)
_THINGS = ("books", "stamps", "prizes", "toys", "coins", "pictures", "postcards", "medals")


@family("math-combinatorics", levels=5, question_bytes=220)
def combinatorics(rng: random.Random, level: int) -> Drawn:
    """Draws a question whose answer is a number of ways.

    Level 1: choices and paths; 2: at least some of a kind, repeated letters, paths through a point;
    3: rows with a condition, a forbidden point, sums of positive numbers; 4: bounds on every
    unknown, two forbidden points, different things, separated letters; 5: round tables, three
    forbidden points, weighted sums, subsets of a given sum.
    """
    return rng.choice(_LEVELS[level - 1])(rng)


def _committee(rng: random.Random) -> Drawn:
    one, other = rng.choice(_GROUPS)
    m, n = rng.randint(3, 12), rng.randint(3, 12)
    a, b = rng.randint(2, m - 1), rng.randint(2, n - 1)
    text = rng.choice(
        (
            f"Count the committees of {a} {one} and {b} {other} that can be chosen from {m} {one} "
            f"and {n} {other}",
            f"There are {m} {one} and {n} {other}. Find the number of ways to choose {a} {one} and "
            f"{b} {other}",
        )
    )
    return text, str(math.comb(m, a) * math.comb(n, b))


def _line_up(rng: random.Random) -> Drawn:
    people, n = rng.choice(rng.choice(_GROUPS)), rng.randint(5, 20)
    k = rng.randint(2, 4)
    if rng.random() < 0.5:
        text = f"Find the number of ways to line up {k} of {n} {people} in a row"
        return text, str(math.perm(n, k))
    return f"Find the number of ways to choose {k} of {n} {people}", str(math.comb(n, k))


def _at_least(rng: random.Random) -> Drawn:
    one, other = rng.choice(_GROUPS)
    m, n, size = rng.randint(3, 9), rng.randint(3, 9), rng.randint(3, 5)
    least = rng.randint(1, size - 1)
    some = [math.comb(m, k) * math.comb(n, size - k) for k in range(size + 1)]
    bound, value = rng.choice(
        (("at least", sum(some[least:])), ("at most", sum(some[: least + 1])))
    )
    text = (
        f"A team of {size} is chosen from {m} {one} and {n} {other}. Count the teams with {bound} "
        f"{least} of the {one}"
    )
    return text, str(value)


def _letters(rng: random.Random) -> tuple[str, list[int]]:
    """Returns a word of three to four letters with repeats, and how often each occurs."""
    letters = rng.sample("ABCDEFGHKLMNOPRSTU", rng.randint(3, 4))
    counts = [rng.randint(1, 3) for _ in letters]
    counts[0] = rng.randint(2, 3)
    word = [letter for letter, n in zip(letters, counts, strict=True) for _ in range(n)]
    rng.shuffle(word)
    return "".join(word), counts


def _word(rng: random.Random) -> Drawn:
    word, counts = _letters(rng)
    text = rng.choice(("Count the different arrangements of", "Find in how many ways to order"))
    return f"{text} the letters of {word}", str(_multinomial(counts))


def _separated(rng: random.Random) -> Drawn:
    word, counts = _letters(rng)
    letter, n = next((c, word.count(c)) for c in word if word.count(c) == counts[0])
    others = [word.count(c) for c in dict.fromkeys(word) if c != letter]
    # The others in any order, then the letter into some of the gaps.
    value = _multinomial(others) * math.comb(sum(others) + 1, n)
    text = (
        f"Count the different arrangements of the letters of {word} in which no two letters "
        f"{letter} are next to each other"
    )
    return text, str(value)


def _multinomial(counts: Sequence[int]) -> int:
    return math.factorial(sum(counts)) // math.prod(map(math.factorial, counts))


def _row(rng: random.Random) -> Drawn:
    n, (one, other) = rng.randint(5, 9), rng.sample(_PEOPLE, 2)
    rest, between = math.factorial(n - 2), rng.randint(1, 3)
    condition, value = rng.choice(
        (
            (f"{one} and {other} are next to each other", 2 * (n - 1) * rest),
            (f"{one} and {other} are not next to each other", (n - 2) * (n - 1) * rest),
            (f"neither {one} nor {other} is at an end of the row", (n - 2) * (n - 3) * rest),
            (f"{one} is at an end of the row and {other} is not", 2 * (n - 2) * rest),
            (f"{one} is to the left of {other}", n * (n - 1) // 2 * rest),
            (
                f"exactly {between} of the others are between {one} and {other}",
                2 * (n - 1 - between) * rest,
            ),
        )
    )
    text = f"{n} people, among them {one} and {other}, stand in a row. Count the orders in which "
    return text + condition, str(value)


def _round_table(rng: random.Random) -> Drawn:
    n, (a, b, c, d) = rng.randint(5, 9), rng.sample(_PEOPLE, 4)
    # A pair of neighbours is one guest with two orders.
    whole, pair, both = (2**k * math.factorial(n - 1 - k) for k in range(3))
    condition, value = rng.choice(
        (
            (
                f"{a} does not sit next to {b} and {c} does not sit next to {d}",
                whole - 2 * pair + both,
            ),
            (f"{a} sits next to {b} but {c} does not sit next to {d}", pair - both),
            (f"{a} sits next to {b} or {c} sits next to {d} or both", 2 * pair - both),
        )
    )
    text = (
        f"{n} people, among them {a}, {b}, {c} and {d}, sit at a round table; turning the table "
        f"makes no new seating. Count the seatings in which {condition}"
    )
    return text, str(value)


def _path(rng: random.Random, size: int) -> tuple[Point, Point, str]:
    start = rng.randint(0, 9), rng.randint(0, 9)
    end = start[0] + rng.randint(3, size), start[1] + rng.randint(3, size)
    text = rng.choice(("Count the paths", "Find the number of paths"))
    steps = "with steps of 1 to the right or up"
    return start, end, f"{text} from {_written(start)} to {_written(end)} {steps}"


def _written(point: Point) -> str:
    return f"({point[0]}, {point[1]})"


def _paths(start: Point, end: Point) -> int:
    right, up = end[0] - start[0], end[1] - start[1]
    return math.comb(right + up, up) if right >= 0 and up >= 0 else 0


def _inner(rng: random.Random, start: Point, end: Point, count: int) -> list[Point]:
    """Draws points between the corners, none of them a corner, in an order that paths may have."""
    xs, ys = range(start[0], end[0] + 1), range(start[1], end[1] + 1)
    inside = [(x, y) for x in xs for y in ys if (x, y) not in (start, end)]
    return sorted(rng.sample(inside, count))


def _plain_path(rng: random.Random) -> Drawn:
    start, end, text = _path(rng, 8)
    return text, str(_paths(start, end))


def _path_through(rng: random.Random) -> Drawn:
    start, end, text = _path(rng, 8)
    (point,) = _inner(rng, start, end, 1)
    value = _paths(start, point) * _paths(point, end)
    return f"{text} that pass through {_written(point)}", str(value)


def _path_avoiding(rng: random.Random, size: int, count: int) -> Drawn:
    start, end, text = _path(rng, size)
    points = _inner(rng, start, end, count)
    # firsts[i]: the paths whose first forbidden point is number i.
    firsts: list[int] = []
    for i, point in enumerate(points):
        earlier = (n * _paths(q, point) for n, q in zip(firsts, points[:i], strict=True))
        firsts.append(_paths(start, point) - sum(earlier))
    hit = sum(n * _paths(q, end) for n, q in zip(firsts, points, strict=True))
    written = " or ".join(map(_written, points))
    return f"{text} that do not pass through {written}", str(_paths(start, end) - hit)


def _one_forbidden(rng: random.Random) -> Drawn:
    return _path_avoiding(rng, 7, 1)


def _two_forbidden(rng: random.Random) -> Drawn:
    return _path_avoiding(rng, 7, 2)


def _three_forbidden(rng: random.Random) -> Drawn:
    return _path_avoiding(rng, 8, 3)


def _sums(rng: random.Random) -> Drawn:
    k, least = rng.randint(3, 4), [rng.randint(0, 3) for _ in range(4)]
    names, n = "abcd"[:k], sum(least[:k]) + rng.randint(3, 14)
    free = n - sum(least[:k])
    bounds = ", ".join(f"{name}>={low}" for name, low in zip(names, least, strict=False))
    text = f"Count the integer solutions of {'+'.join(names)}={n} with {bounds}"
    return text, str(math.comb(free + k - 1, k - 1))


def _bounded_sums(rng: random.Random, weights: Sequence[int]) -> Drawn:
    names = "abcd"[: len(weights)]
    bounds = [(low, low + rng.randint(2, 6)) for low in (rng.randint(0, 3) for _ in names)]
    ways = [1]  # ways[s]: solutions of the sum s so far
    for weight, (low, high) in zip(weights, bounds, strict=True):
        longer = [0] * (len(ways) + weight * high)
        for total, count in enumerate(ways):
            for value in range(low, high + 1):
                longer[total + weight * value] += count
        ways = longer
    smallest = sum(w * low for w, (low, _) in zip(weights, bounds, strict=True))
    n = rng.randint(smallest + 3, len(ways) - 2)
    left = "+".join(
        name if w == 1 else f"{w}*{name}" for w, name in zip(weights, names, strict=True)
    )
    said = ", ".join(
        f"{low}<={name}<={high}" for name, (low, high) in zip(names, bounds, strict=True)
    )
    return f"Count the integer solutions of {left}={n} with {said}", str(ways[n])


def _bounded(rng: random.Random) -> Drawn:
    return _bounded_sums(rng, [1] * rng.randint(3, 4))


def _weighted(rng: random.Random) -> Drawn:
    return _bounded_sums(rng, [rng.randint(1, 4) for _ in range(rng.randint(3, 4))])


def _gifts(rng: random.Random) -> Drawn:
    n, k, things = rng.randint(5, 8), rng.randint(3, 4), rng.choice(_THINGS)
    people = rng.sample(_PEOPLE, k)
    own = rng.randint(1, n - k + 1)
    # Onto the other k-1 people, by inclusion and exclusion of those who get none.
    rest = sum((-1) ** j * math.comb(k - 1, j) * (k - 1 - j) ** (n - own) for j in range(k))
    who = f"{', '.join(people[:-1])} and {people[-1]}"
    text = (
        f"{n} different {things} are given to {who} so that each gets at least one and {people[0]} "
        f"gets exactly {own}. Find the number of ways"
    )
    return text, str(math.comb(n, own) * rest)


def _subset_sum(rng: random.Random) -> Drawn:
    n, k = rng.randint(8, 13), rng.randint(3, 5)
    low, high = k * (k + 1) // 2, k * (2 * n - k + 1) // 2
    total = rng.randint(low + (high - low) // 4, high - (high - low) // 4)
    ways = [[0] * (total + 1) for _ in range(k + 1)]
    ways[0][0] = 1
    for member in range(1, n + 1):
        for size in range(k, 0, -1):
            for s in range(total, member - 1, -1):
                ways[size][s] += ways[size - 1][s - member]
    text = f"Count the sets of {k} different integers from 1 to {n} with the sum {total}"
    return text, str(ways[k][total])


_LEVELS: tuple[tuple[Callable[[random.Random], Drawn], ...], ...] = (
    (_committee, _line_up, _plain_path),
    (_at_least, _word, _path_through),
    (_row, _one_forbidden, _sums),
    (_bounded, _two_forbidden, _gifts, _separated),
    (_round_table, _three_forbidden, _weighted, _subset_sum),
)
