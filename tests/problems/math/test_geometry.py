"""Figures measured in other ways: coordinates for sides, sums for areas, conditions for points."""

import math
import re
from fractions import Fraction

import pytest

NUMBER = r"-?\d+(?:/\d+)?"


def points(text):
    found = re.findall(rf"\(({NUMBER}), ({NUMBER})\)", text)
    return [(Fraction(x), Fraction(y)) for x, y in found]


def numbers(text):
    return [float(Fraction(n)) for n in re.findall(r"\d+(?:/\d+)?", text)]


def place(a, b, c):
    """The corners of a triangle by its sides, in floats."""
    x = (a * a + b * b - c * c) / (2 * a)
    return (0.0, 0.0), (a, 0.0), (x, math.sqrt(b * b - x * x))


def crossing(p, q, r, s):
    """Whether two segments without a common end meet."""

    def side(a, b, c):
        value = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        return (value > 0) - (value < 0)

    return side(p, q, r) * side(p, q, s) <= 0 and side(r, s, p) * side(r, s, q) <= 0


def area(corners):
    """By trapezoids below the sides; checks that the polygon is simple."""
    n = len(corners)
    sides = [(corners[i], corners[(i + 1) % n]) for i in range(n)]
    for i in range(n):
        for j in range(i + 2, n - (i == 0)):
            assert not crossing(*sides[i], *sides[j])
    return abs(sum((q[0] - p[0]) * (p[1] + q[1]) for p, q in sides)) / 2


def lattice(corners, border):
    """Points of a triangle row by row, by the sides that they are on."""
    a, b, c = corners
    if (b[0] - a[0]) * (c[1] - a[1]) < (b[1] - a[1]) * (c[0] - a[0]):
        b, c = c, b
    sides = [[tuple(map(int, p)) for p in side] for side in ((a, b), (b, c), (c, a))]
    xs, ys = ([int(p[k]) for p in corners] for k in (0, 1))
    count = 0
    for x in range(min(xs), max(xs) + 1):
        for y in range(min(ys), max(ys) + 1):
            off = min((q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0]) for p, q in sides)
            count += off > 0 or (border and off == 0)
    return count


def line_of(text):
    a, b, c = re.search(r"line (-?\d*\*?x)([+-]\d*\*?y)=(-?\d+)", text).groups()
    weights = [Fraction(re.sub(r"\*?[xy]", "", w).strip("+") or 1) if w.strip("+-xy") else
               Fraction(-1 if "-" in w else 1) for w in (a, b)]  # fmt: skip
    return *weights, Fraction(c)


def check_point(text, gold):
    """The conditions that make the point the one asked for."""
    ((x, y),) = points(gold)
    if "circle through" in text:
        away = {(x - u) ** 2 + (y - v) ** 2 for u, v in points(text)}
        assert len(points(text)) == 3
        return len(away) == 1
    (p, q), *_ = points(text)
    a, b, c = line_of(text)
    assert (x - p) * b == (y - q) * a  # along the normal
    if "reflection" in text:
        return a * (x + p) / 2 + b * (y + q) / 2 == c
    return a * x + b * y == c


def flat(text):
    """Figures with the numbers given in words."""
    n = numbers(text)
    if "rectangle" in text:
        one, given = n
        other = given / one if "and area" in text else given / 2 - one
        return 2 * (one + other) if "its perimeter" in text else one * other
    if "hypotenuse" in text:
        return math.sqrt(n[0] ** 2 - n[1] ** 2) if "other leg" in text else math.hypot(*n)
    if "angles of a" in text:
        return (180 if "triangle" in text else 360) - sum(n)
    if "sector" in text:
        r, angle = n
        return math.radians(angle) * r * (r / 2 if "its area" in text else 1)
    if "of a circle with" in text:
        r = n[0] / 2 if "diameter" in text else n[0]
        return math.pi * r * r if "the area" in text else math.tau * r
    if "similar" in text:
        scale = n[3] / n[0] if "perimeter" in text else n[1] / n[0]
        return scale * sum(n[:3]) if "perimeter" in text else scale**2 * n[2]
    if "inner angle" in text:
        side, angle = n
        return side * round(360 / (180 - angle))
    if "equilateral" in text or "hexagon" in text:
        k = 3 if "equilateral" in text else 6
        return k * n[0] ** 2 / (4 * math.tan(math.pi / k))
    if "chord" in text or "tangent" in text:
        d, r = n
        return (
            2 * r * math.sin(math.acos(d / r))
            if "chord" in text
            else d * math.sin(math.acos(r / d))
        )
    corners = place(*n)
    size, s = area(corners), sum(n) / 2
    if "inscribed" in text:
        return size / s
    if "circumscribed" in text:
        angle = math.acos((n[1] ** 2 + n[2] ** 2 - n[0] ** 2) / (2 * n[1] * n[2]))
        return n[0] / (2 * math.sin(angle))
    return size


def solid(text):
    n = numbers(text)
    if "diagonal" in text:
        return math.dist(n, (0, 0, 0))
    if "box" in text:
        a, b = n[:2]
        c = n[2] / (a * b)
        return 2 * a * b + 2 * b * c + 2 * a * c
    r, h = n
    if "surface" in text:
        return 2 * math.pi * r * r + math.tau * r * h
    if "cone" in text:
        return math.pi * r * r * h / 3
    ball = 4 / 3 * math.pi * r**3 / 2 if "ball" in text else 0
    return math.pi * r * r * h + ball


def solve(text):
    if "Count the points" in text:
        return lattice(points(text), "border" in text)
    if "corners" in text:
        return float(area(points(text)))
    if "distance between" in text:
        p, q = points(text)
        return math.dist(p, q)
    if "from the line" in text:
        (p,), (a, b, c) = points(text), line_of(text)
        return abs(a * p[0] + b * p[1] - c) / math.hypot(a, b)
    if any(word in text for word in ("box", "cylinder", "cone")):
        return solid(text)
    return flat(text)


@pytest.mark.parametrize("level", range(1, 6))
def test_measuring_agrees(level, draw):
    for question, gold in draw("math-geometry", level):
        if question.endswith("as (x, y)"):
            assert check_point(question, gold), (question, gold)
            continue
        value = eval(gold, {"sqrt": math.sqrt, "pi": math.pi})
        assert math.isclose(solve(question), value, rel_tol=1e-9, abs_tol=1e-9), (question, gold)
        assert "sqrt" not in gold or "exact" in question
        assert ("pi" in gold) == ("in terms of pi" in question)


def test_roots_are_in_simplest_form(draw):
    for _, gold in draw("math-geometry", 4):
        for inner in re.findall(r"sqrt\((\d+)\)", gold):
            assert int(inner) > 1 and all(int(inner) % (k * k) for k in range(2, 80))
