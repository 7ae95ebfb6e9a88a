"""Chances by going through what can happen, with the numbers of the question's text."""

import re
from collections import defaultdict
from fractions import Fraction
from functools import cache
from itertools import product

import pytest


def numbers(text):
    return [int(n) for n in re.findall(r"\d+", text)]


def held(text):
    """The colours of an urn and their numbers."""
    return {colour: int(n) for n, colour in re.findall(r"(\d+) ([a-z]+)", text)}


def drawn(urn, count, back):
    """The chance of every sequence of colours, draw by draw."""
    if not count:
        return {(): Fraction(1)}
    chances = defaultdict(Fraction)
    whole = sum(urn.values())
    for colour, n in urn.items():
        if n:
            left = urn if back else {**urn, colour: n - 1}
            for rest, chance in drawn(left, count - 1, back).items():
                chances[colour, *rest] += Fraction(n, whole) * chance
    return chances


def event_of(text, urn):
    """A test of a sequence of colours."""
    colours = [w for w in re.findall(r"[a-z]+", text) if w in urn]
    first = colours[0] if colours else None
    if "not" in text:
        return lambda s: first not in s
    if " or " in text:
        return lambda s: s[0] in colours
    if "same" in text:
        return lambda s: s[0] == s[1]
    if "different" in text:
        return lambda s: s[0] != s[1]
    if "second" in text:
        return lambda s: s == tuple(colours)
    if "both" in text:
        return lambda s: s == (first, first)
    n = int((numbers(text.replace("one of", "1 of")) or [1])[0])
    if "at least" in text:
        return lambda s: s.count(first) >= n
    if "at most" in text:
        return lambda s: s.count(first) <= n
    if "exactly" in text:
        return lambda s: s.count(first) == n
    assert "it is" in text or "one of them is" in text, text
    return lambda s: first in s


def given(chances, condition, event):
    whole = sum(c for s, c in chances.items() if condition(s))
    return sum(c for s, c in chances.items() if condition(s) and event(s)) / whole


def urns(text):
    story, asked = text.split("probability that ")
    if "from box A" in text or "otherwise box B" in text:
        a, b = (held(part) for part in re.findall(r"[Bb]ox [AB] holds ([^,.]+)", text))
        if "otherwise" in text:
            first = Fraction(re.search(r"probability (\d+/\d+)", text)[1])
            story = text.split(" is drawn at random. ")[1]
            chances = {("A", *s): first * c for s, c in drawn(a, 1, False).items()}
            chances |= {("B", *s): (1 - first) * c for s, c in drawn(b, 1, False).items()}
            if "Given" in text:
                colour = re.search(r"it is (\w+)", story)[1]
                return given(chances, lambda s: s[1] == colour, lambda s: s[0] == "A")
            target = event_of(asked, a)
            return given(chances, lambda s: True, lambda s: target(s[1:]))
        target = event_of(asked, a)
        total = Fraction(0)
        count = 1 if "One is drawn at random from box A" in text else 2
        for moved, chance in drawn(a, count, False).items():
            filled = {c: n + moved.count(c) for c, n in b.items()}
            total += chance * given(drawn(filled, 1, False), lambda s: True, target)
        return total
    head, rest = story.split(". ", 1)
    urn = held(head)
    k = next((int(n) for n in re.findall(r"(\d) are drawn", rest)), 2 if "Two are" in rest else 1)
    condition = (lambda s: True) if "Given" not in rest else event_of(rest.split("Given")[1], urn)
    return given(drawn(urn, k, "with replacement" in rest), condition, event_of(asked, urn))


def waiting(text):
    """The sum of k times the chance of k draws."""
    urn = held(text.split(". ")[0])
    colour = re.search(r"the first (\w+) one", text)[1]
    good, whole = urn[colour], sum(urn.values())
    if "put back" in text:
        return sum(k * (1 - good / whole) ** (k - 1) * good / whole for k in range(1, 800))
    expected, missed = Fraction(0), Fraction(1)
    for k in range(1, whole - good + 2):
        left = whole - k + 1
        expected += k * missed * Fraction(good, left)
        missed *= Fraction(left - good, left)
    return expected


@cache
def rolled(*sizes):
    return list(product(*(range(1, n + 1) for n in sizes)))


def dice(text):
    sizes = [int(n) for n in re.findall(r"faces 1 to (\d+)", text)]
    rolls = rolled(*sizes)
    if "points plus" in text:
        p, q = re.search(r"wins (\d+) points plus (\d+) times", text).groups()
        value = next(
            v
            for word, v in (
                ("larger of", max),
                ("smaller of", min),
                ("product", lambda r: r[0] * r[1]),
                ("difference", lambda r: max(r) - min(r)),
            )
            if word in text
        )
        points = [int(p) + int(q) * value(roll) for roll in rolls]
        return Fraction(sum(points), len(points))
    compare = {"at least": lambda a, b: a >= b, "at most": lambda a, b: a <= b}
    bound = re.search(r"sum is (exactly|at least|at most|)\s*(\d+)", text)
    rule = compare.get(bound[1], lambda a, b: a == b)
    kept = [r for r in rolls if rule(sum(r), int(bound[2]))]
    if "Given" not in text:
        return Fraction(len(kept), len(rolls))
    face = int(re.search(r"shows (\d+)", text)[1])
    hits = [r for r in kept if (r[0] >= face if text.endswith("or more") else r[0] == face)]
    return Fraction(len(hits), len(kept))


def turns(text):
    """Round by round, until hardly any game goes on."""
    first, second = re.match(r"(\w+) and (\w+) take", text).groups()
    faces = [int(n) for n in re.findall(r"faces 1 to (\d+)", text)]
    least = [int(n) for n in re.findall(r"wins with (\d+)", text)]
    chances = [
        sum(x >= low for x in range(1, n + 1)) / n for n, low in zip(faces, least, strict=True)
    ]
    wins, open_ = {first: 0.0, second: 0.0}, 1.0
    while open_ > 1e-13:
        for player, chance in zip((first, second), chances, strict=True):
            wins[player] += open_ * chance
            open_ *= 1 - chance
    return wins[re.search(r"(\w+) wins$", text)[1]]


def coins(text):
    p = Fraction(re.search(r"probability (\d+/\d+)", text)[1])
    n, k = int(re.search(r"(\d) times", text)[1]), numbers(text)[-1]
    chances = defaultdict(Fraction)
    for tosses in product((0, 1), repeat=n):
        heads = sum(tosses)
        chances[heads] += p**heads * (1 - p) ** (n - heads)
    if "more than" in text:
        return sum(c for heads, c in chances.items() if heads > k)
    return chances[k]


def solve(text):
    if "coin" in text:
        return coins(text)
    if "take turns" in text:
        return turns(text)
    if "faces" in text:
        return dice(text)
    return waiting(text) if "expected number of draws" in text else urns(text)


@pytest.mark.parametrize("level", range(1, 6))
def test_going_through_the_cases_agrees(level, draw):
    for question, gold in draw("math-probability", level):
        value, answer = solve(question), Fraction(gold)
        if isinstance(value, float):
            assert abs(value - answer) < 1e-9, question
        else:
            assert value == answer, question
        assert str(answer) == gold and ("expected" in question or 0 < answer < 1), question
