"""Second solvers and wrong solutions for r1gym/problems/code/matrices.py."""

from itertools import product


def matrix_walk(c, grid):
    height, width = len(grid), len(grid[0]) if grid else 0
    rows = list(range(height))[:: -1 if c.TURN_UP else 1]
    columns = list(range(width))[:: -1 if c.TURN_SIDE else 1]
    if c.WAY == "rows":
        places = []
        outer, inner = (columns, rows) if c.ACROSS else (rows, columns)
        for number, a in enumerate(outer):
            for b in inner if number % 2 == 0 else inner[::-1]:
                places.append((b, a) if c.ACROSS else (a, b))
    elif c.WAY == "diagonals":
        distance = {(i, j): (rows.index(i), columns.index(j)) for i, j in product(rows, columns)}
        key = (lambda p: (sum(distance[p]), distance[p][1])) if c.ACROSS else (
            lambda p: (sum(distance[p]), distance[p][0]))  # fmt: skip
        places = sorted(distance, key=key)
    else:
        side = (0, -1 if c.TURN_SIDE else 1)
        up = (-1 if c.TURN_UP else 1, 0)
        moves = [up, side] if c.ACROSS else [side, up]
        moves += [(-a, -b) for a, b in moves]
        left = set(product(rows, columns))
        places, turn = [], 0
        here = (rows[0], columns[0]) if left else None
        while left:
            places.append(here)
            left.remove(here)
            ahead = (here[0] + moves[turn][0], here[1] + moves[turn][1])
            if ahead not in left:
                turn = (turn + 1) % 4
                ahead = (here[0] + moves[turn][0], here[1] + moves[turn][1])
            here = ahead
    return [grid[i][j] for n, (i, j) in enumerate(places) if n % c.EVERY == c.OFFSET]


def window_sum(c, text):
    words = list(map(int, text.split()))
    height, width = words[:2]
    cell = {(i, j): words[2 + i * width + j] for i in range(height) for j in range(width)}
    sums = []
    for tall, wide in [(c.TALL, c.WIDE)] + [(c.WIDE, c.TALL)] * c.TURNED:
        for i, j in cell:
            places = [(i + a, j + b) for a in range(tall) for b in range(wide)]
            if places[-1] in cell:
                if c.FRAME:
                    (top, left), (low, right) = places[0], places[-1]
                    places = [p for p in places if p[0] in (top, low) or p[1] in (left, right)]
                sums.append(sum(cell[p] for p in places))
    return str(max((s for s in sums if (s - c.REST) % c.MODULUS == 0), default="none"))


WRONG = {
    "matrix_walk": [
        ("out[OFFSET::EVERY]", "out[OFFSET + 1::EVERY]"),
        ("if TURN_UP", "if not TURN_UP"),
        ("if ACROSS", "if not ACROSS"),
        (
            "for column in zip(*grid[1:])][::-1]",
            "for column in zip(*grid[1:])]",
            1,
            {"WAY": "spiral"},
        ),
        ("max(0, total - width + 1)", "0", 3),
    ],
    "window_sum": [
        ("height - tall + 1", "height - tall"),
        ("best = None", "best = 0"),
        ('"none" if best', '"0" if best'),
        ("total % MODULUS == REST and", ""),
        ("total -= area", "total -= 0 * area", 3),
    ],
}
