"""Ways counted one by one: every question is read and its objects are enumerated."""

import re
from functools import cache
from itertools import combinations, permutations, product

import pytest


def points(text):
    return [(int(x), int(y)) for x, y in re.findall(r"\((\d+), (\d+)\)", text)]


def walk(text):
    """Counts paths cell by cell."""
    (start, end, *others) = points(text)
    through = others if "that pass" in text else []
    banned = others if "do not pass" in text else []
    assert len(through) + len(banned) == len(others)

    @cache
    def ways(point, left):
        if point in banned:
            return 0
        left -= {point}
        if point == end:
            return not left
        steps = ((point[0] + 1, point[1]), (point[0], point[1] + 1))
        return sum(ways(p, left) for p in steps if p[0] <= end[0] and p[1] <= end[1])

    return int(ways(start, frozenset(through)))


def equations(text):
    """Counts the solutions by trying all values of all unknowns but one."""
    left, total = re.search(r"solutions of (\S+)=(\d+)", text).groups()
    total = int(total)
    weights = [int(w or 1) for w, _ in re.findall(r"(?:(\d)\*)?([abcd])", left)]
    if "<=" in text:
        bounds = [(int(a), int(b)) for a, b in re.findall(r"(\d+)<=[abcd]<=(\d+)", text)]
    else:
        least = [int(low) for low in re.findall(r"[abcd]>=(\d+)", text)]
        bounds = [(low, total - sum(least) + low) for low in least]
    assert len(bounds) == len(weights)
    count = 0
    for values in product(*(range(low, high + 1) for low, high in bounds[:-1])):
        rest = total - sum(w * v for w, v in zip(weights, values, strict=False))
        low, high = bounds[-1]
        count += rest % weights[-1] == 0 and low <= rest // weights[-1] <= high
    return count


def arrangements(word, apart=None):
    """Counts the orders of letters, letter by letter."""

    @cache
    def ways(left, last):
        if not left:
            return 1
        return sum(
            ways(left.replace(c, "", 1), c) for c in set(left) if not (c == last and c == apart)
        )

    return ways("".join(sorted(word)), "")


@cache
def orders(n):
    return list(permutations(range(n)))


@cache
def rows(n, kind, between):
    tests = {
        "are next": lambda p, q: abs(p - q) == 1,
        "not next": lambda p, q: abs(p - q) != 1,
        "neither": lambda p, q: not {p, q} & {0, n - 1},
        "is at an end": lambda p, q: p in (0, n - 1) and q not in (0, n - 1),
        "left": lambda p, q: p < q,
        "exactly": lambda p, q: abs(p - q) - 1 == between,
    }
    places = permutations(range(n), 2)  # of the two; the others take the rest in any order
    return sum(tests[kind](p, q) for p, q in places) * len(orders(n - 2))


@cache
def tables(n, kind):
    """Seatings with one guest fixed; guests 0 and 1, and 2 and 3, are the pairs."""
    count = 0
    for rest in orders(n - 1):
        seat = (*rest[:3], n - 1)  # the last chair belongs to the fourth guest
        one, two = (abs(seat[i] - seat[i + 1]) in (1, n - 1) for i in (0, 2))
        count += {"none": not one and not two, "first": one and not two, "any": one or two}[kind]
    return count


def given(n, k, own):
    """Ways of n things to k people, all of whom get some and the first exactly `own`."""
    loads = {(0,) * k: 1}
    for _ in range(n):
        more = {}
        for load, ways in loads.items():
            for i in range(k):
                key = (*load[:i], load[i] + 1, *load[i + 1 :])
                more[key] = more.get(key, 0) + ways
        loads = more
    return sum(ways for load, ways in loads.items() if load[0] == own and all(load))


given = cache(given)


@cache
def chosen(n, k, ordered):
    if ordered:
        return len(list(permutations(range(n), k)))
    return len(list(combinations(range(n), k)))


def solve(text):
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    if "paths" in text:
        return walk(text)
    if "integer solutions" in text:
        return equations(text)
    if "letters" in text:
        word = re.search(r"letters of ([A-Z]+)", text)[1]
        apart = re.search(r"no two letters ([A-Z]) are", text)
        return arrangements(word, apart and apart[1])
    if "with the sum" in text:
        k, low, high, total = numbers
        return sum(sum(c) == total for c in combinations(range(low, high + 1), k))
    if "round table" in text:
        kind = "none" if text.count("does not") == 2 else "first" if "but" in text else "any"
        return tables(numbers[0], kind)
    if "in a row. " in text:
        condition = text.split("orders in which ")[1]
        kinds = ("are next", "not next", "neither", "exactly", "left", "is at an end")
        kind = next(k for k in kinds if k in condition)
        return rows(numbers[0], kind, numbers[-1])
    if "are given to" in text:
        people = text.split("given to ")[1].split(" so that")[0]
        return given(numbers[0], people.count(",") + 2, numbers[1])
    if "A team" in text:
        size, m, n, bound = numbers
        both = [chosen(m, k, False) * chosen(n, size - k, False) for k in range(size + 1)]
        return sum(both[bound:]) if "at least" in text else sum(both[: bound + 1])
    if len(numbers) == 2:
        return chosen(numbers[1], numbers[0], "line up" in text)
    a, b, m, n = numbers if "committees" in text else numbers[2:] + numbers[:2]
    return chosen(m, a, False) * chosen(n, b, False)


@pytest.mark.parametrize("level", range(1, 6))
def test_enumeration_agrees(level, draw):
    for question, gold in draw("math-combinatorics", level):
        assert str(solve(question)) == gold, question
