"""Lengths, areas, angles and volumes with exact answers: fractions, roots and multiples of pi."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from fractions import Fraction

from r1gym.problems.families import family
from r1gym.problems.math.notation import scaled, surd, terms

Drawn = tuple[str, str]
Point = tuple[int, int]


@family("math-geometry", levels=5, question_bytes=230)
def geometry(rng: random.Random, level: int) -> Drawn:
    """Draws a question about a figure.

    Level 1: rectangles, right triangles, angles, circles; 2: distances, triangles by coordinates,
    sectors; 3: polygons by coordinates, similar triangles, boxes, regular polygons; 4: triangles by
    their sides, distances from lines, chords, solids; 5: radii of circles at triangles,
    reflections, lattice points, centres of circles.
    """
    return rng.choice(_LEVELS[level - 1])(rng)


def _exact(text: str) -> str:
    return f"{text}, in exact form"


def _rectangle(rng: random.Random) -> Drawn:
    a, b = rng.randint(3, 60), rng.randint(3, 60)
    given, value = rng.choice(((f"area {a * b}", 2 * (a + b)), (f"perimeter {2 * (a + b)}", a * b)))
    asked = "perimeter" if given.startswith("area") else "area"
    return f"A rectangle has one side {a} and {given}. Find its {asked}", str(value)


def _right_triangle(rng: random.Random) -> Drawn:
    a, b = rng.randint(1, 30), rng.randint(1, 30)
    if rng.random() < 0.5:
        text = f"The legs of a right triangle are {a} and {b}. Find its hypotenuse"
        return _exact(text), surd(a * a + b * b)
    c = max(a, b) + rng.randint(1, 20)
    text = f"A right triangle has the hypotenuse {c} and a leg {a}. Find the other leg"
    return _exact(text), surd(c * c - a * a)


def _angle(rng: random.Random) -> Drawn:
    a, b = rng.randint(15, 80), rng.randint(15, 80)
    if rng.random() < 0.5:
        text = f"Two angles of a triangle are {a} and {b} degrees. Find the third angle in degrees"
        return text, str(180 - a - b)
    c = rng.randint(60, 150)
    text = f"Three angles of a quadrilateral are {a}, {b} and {c} degrees. Find the fourth angle in"
    return f"{text} degrees", str(360 - a - b - c)


def _circle(rng: random.Random) -> Drawn:
    r = Fraction(rng.randint(2, 99), rng.choice((1, 1, 2, 3)))
    given, r_ = (f"radius {r}", r) if rng.random() < 0.5 else (f"diameter {r}", r / 2)
    asked, factor = rng.choice((("area", r_ * r_), ("circumference", 2 * r_)))
    return f"Find the {asked} of a circle with {given}, in terms of pi", scaled(factor, "pi")


def _written(points: Sequence[Point]) -> str:
    said = [f"({x}, {y})" for x, y in points]
    return f"{', '.join(said[:-1])} and {said[-1]}"


def _point(rng: random.Random, most: int) -> Point:
    return rng.randint(-most, most), rng.randint(-most, most)


def _distance(rng: random.Random) -> Drawn:
    (x, y), (u, v) = _point(rng, 15), _point(rng, 15)
    u += u == x
    return _exact(f"Find the distance between {_written([(x, y), (u, v)])}"), surd(
        (x - u) ** 2 + (y - v) ** 2
    )


def double_area(points: Sequence[Point]) -> int:
    """Returns twice the area of a polygon, negative if it runs clockwise (shoelace formula)."""
    turned = [*points[1:], points[0]]
    return sum(x * v - u * y for (x, y), (u, v) in zip(points, turned, strict=True))


def _triangle(rng: random.Random, most: int) -> list[Point]:
    """Draws the corners of a triangle with an area."""
    while True:
        points = [_point(rng, most) for _ in range(3)]
        if double_area(points):
            return points


def _triangle_area(rng: random.Random) -> Drawn:
    points = _triangle(rng, 10)
    text = f"Find the area of the triangle with the corners {_written(points)}"
    return text, str(Fraction(abs(double_area(points)), 2))


def _sector(rng: random.Random) -> Drawn:
    r, angle = rng.randint(2, 30), rng.choice((*range(10, 180, 10), 36, 45, 72, 135, 225, 240, 270))
    share = Fraction(angle, 360)
    asked, factor = rng.choice((("area", share * r * r), ("arc length", share * 2 * r)))
    text = f"A sector of a circle of radius {r} has a central angle of {angle} degrees. Find its"
    return f"{text} {asked}, in terms of pi", scaled(factor, "pi")


def _polygon_area(rng: random.Random) -> Drawn:
    # From left to right above a horizontal diagonal and below it: the sides never cross.
    x, y = _point(rng, 6)
    width = rng.randint(6, 12)
    lower, upper = rng.randint(1, width - 1), sorted(rng.sample(range(1, width), 2))
    high = [rng.randint(1, 8), rng.randint(1, 8)]
    points = [
        (x, y),
        (x + lower, y - rng.randint(1, 8)),
        (x + width, y),
        (x + upper[1], y + high[1]),
        (x + upper[0], y + high[0]),
    ]
    if rng.random() < 0.4:
        points.pop()
    kind = "quadrilateral" if len(points) == 4 else "pentagon"
    text = f"Find the area of the {kind} with the corners {_written(points)}, in this order"
    return text, str(Fraction(abs(double_area(points)), 2))


def _similar(rng: random.Random) -> Drawn:
    p, q = rng.sample(range(2, 13), 2)
    a, b, c = (k * p for k in (rng.randint(7, 12), rng.randint(7, 12), rng.randint(7, 12)))
    if rng.random() < 0.5:
        text = (
            f"Triangles ABC and DEF are similar, with AB={a}, BC={b}, CA={c} and DE={a // p * q}. "
            "Find the perimeter of DEF"
        )
        return text, str((a + b + c) // p * q)
    area = rng.randint(2, 40) * p * p
    text = (
        f"Triangles ABC and DEF are similar, with AB={a} and DE={a // p * q}. The area of ABC is "
        f"{area}. Find the area of DEF"
    )
    return text, str(area // (p * p) * q * q)


def _box(rng: random.Random) -> Drawn:
    a, b, c = (rng.randint(2, 15) for _ in range(3))
    if rng.random() < 0.5:
        text = f"Find the space diagonal of a box with edges {a}, {b} and {c}"
        return _exact(text), surd(a * a + b * b + c * c)
    text = f"A box with edges {a} and {b} has the volume {a * b * c}. Find its surface area"
    return text, str(2 * (a * b + b * c + a * c))


def _regular_polygon(rng: random.Random) -> Drawn:
    n, side = rng.choice((5, 6, 8, 9, 10, 12, 15, 18, 20)), rng.randint(2, 30)
    angle = 180 * (n - 2) // n
    if rng.random() < 0.5:
        text = f"Each inner angle of a regular polygon with side {side} measures {angle} degrees."
        return f"{text} Find its perimeter", str(n * side)
    text = f"Find the area of a regular hexagon with side {side}"
    factor = Fraction(3 * side * side, 2)
    if rng.random() < 0.5:
        text, factor = text.replace("a regular hexagon", "an equilateral triangle"), factor / 6
    return _exact(text), scaled(factor, "sqrt(3)")


def _by_sides(rng: random.Random) -> Drawn:
    a, b, c = _sides(rng)
    text = f"Find the area of the triangle with sides {a}, {b} and {c}"
    return _exact(text), surd(Fraction(_sixteen_area_squares(a, b, c), 16))


def _sides(rng: random.Random) -> tuple[int, int, int]:
    a, b = rng.randint(3, 20), rng.randint(3, 20)
    return a, b, rng.randint(abs(a - b) + 1, a + b - 1)


def _sixteen_area_squares(a: int, b: int, c: int) -> int:
    """Returns sixteen times the square of a triangle's area (Heron's formula)."""
    return (a + b + c) * (-a + b + c) * (a - b + c) * (a + b - c)


def _line(rng: random.Random) -> tuple[int, int, int, str]:
    a, b = rng.choice((-1, 1)) * rng.randint(1, 9), rng.choice((-1, 1)) * rng.randint(1, 9)
    c = rng.randint(-20, 20)
    return a, b, c, f"{terms([(a, 'x'), (b, 'y')])}={c}"


def _from_line(rng: random.Random) -> Drawn:
    (x, y), (a, b, c, line) = _point(rng, 12), _line(rng)
    off = abs(a * x + b * y - c)
    text = _exact(f"Find the distance of the point ({x}, {y}) from the line {line}")
    return text, surd(Fraction(off * off, a * a + b * b)) if off else "0"


def _chord(rng: random.Random) -> Drawn:
    r = rng.randint(5, 30)
    d = rng.randint(1, r - 1)
    if rng.random() < 0.5:
        text = f"A chord is {d} away from the centre of a circle of radius {r}. Find its length"
        return _exact(text), surd(4 * (r * r - d * d))
    d = r + rng.randint(1, 20)
    text = f"A point is {d} away from the centre of a circle of radius {r}. Find the length of a"
    return _exact(f"{text} tangent from it to the circle"), surd(d * d - r * r)


def _solid(rng: random.Random) -> Drawn:
    r, h = rng.randint(2, 15), rng.randint(2, 20)
    solid, factor = rng.choice(
        (
            (f"the volume of a cylinder of radius {r} and height {h}", Fraction(r * r * h)),
            (f"the volume of a cone of radius {r} and height {h}", Fraction(r * r * h, 3)),
            (
                f"the total surface area of a cylinder of radius {r} and height {h}",
                Fraction(2 * r * (r + h)),
            ),
            (
                f"the volume of a solid made of a cylinder of radius {r} and height {h} with a "
                "half ball of the same radius on top",
                r * r * h + Fraction(2 * r**3, 3),
            ),
        )
    )
    return f"Find {solid}, in terms of pi", scaled(factor, "pi")


def _triangle_circle(rng: random.Random) -> Drawn:
    a, b, c = _sides(rng)
    squares = _sixteen_area_squares(a, b, c)
    kind, square = rng.choice(
        (
            # r = 2*area/(a+b+c), R = a*b*c/(4*area)
            ("inscribed", Fraction(squares, 4 * (a + b + c) ** 2)),
            ("circumscribed", Fraction((a * b * c) ** 2, squares)),
        )
    )
    text = f"Find the radius of the {kind} circle of the triangle with sides {a}, {b} and {c}"
    return _exact(text), surd(square)


def _reflection(rng: random.Random) -> Drawn:
    (x, y), (a, b, c, line) = _point(rng, 12), _line(rng)
    step = Fraction(c - a * x - b * y, a * a + b * b)
    kind = "reflection of the point {} in the line {}"
    if rng.random() < 0.5:
        kind = "point of the line {1} that is nearest to {0}"
    else:
        step *= 2
    text = f"Find the {kind.format(f'({x}, {y})', line)}, as (x, y)"
    return text, f"({x + step * a}, {y + step * b})"


def _lattice(rng: random.Random) -> Drawn:
    points = _triangle(rng, 12)
    turned = [*points[1:], points[0]]
    edge = sum(math.gcd(x - u, y - v) for (x, y), (u, v) in zip(points, turned, strict=True))
    inside = (abs(double_area(points)) - edge + 2) // 2  # Pick's theorem
    kind, value = rng.choice(
        (("strictly inside", inside), ("inside or on the border of", inside + edge))
    )
    text = f"Count the points with integer coordinates {kind} the triangle with the corners"
    return f"{text} {_written(points)}", str(value)


def _centre(rng: random.Random) -> Drawn:
    points = _triangle(rng, 9)
    (x, y), (u, v), (s, t) = points
    # The centre (p, q), seen from the first corner, has 2*(a*p+b*q) = a^2+b^2 for each other one.
    a, b, c, d = u - x, v - y, s - x, t - y
    whole, one, other = 2 * (a * d - b * c), a * a + b * b, c * c + d * d
    p, q = x + Fraction(one * d - other * b, whole), y + Fraction(a * other - c * one, whole)
    text = f"Find the centre of the circle through {_written(points)}, as (x, y)"
    return text, f"({p}, {q})"


_LEVELS: tuple[tuple[Callable[[random.Random], Drawn], ...], ...] = (
    (_rectangle, _right_triangle, _angle, _circle),
    (_distance, _triangle_area, _sector),
    (_polygon_area, _similar, _box, _regular_polygon),
    (_by_sides, _from_line, _chord, _solid),
    (_triangle_circle, _reflection, _lattice, _centre),
)
