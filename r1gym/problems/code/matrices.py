"""Matrices: walks and windows."""

from __future__ import annotations

import random

from r1gym.problems.code.inputs import line, numbers, ordinal, plural
from r1gym.problems.code.spec import Task, code_family


@code_family(
    levels=3,
    call="walk(grid: list[list[int]]) -> list[int]",
    source="""
    def walk(grid):
        if TURN_UP:
            grid = grid[::-1]
        if TURN_SIDE:
            grid = [row[::-1] for row in grid]
        if ACROSS:
            grid = [list(column) for column in zip(*grid)]
        if WAY == "rows":
            out = [v for i, row in enumerate(grid) for v in (row[::-1] if i % 2 else row)]
        elif WAY == "spiral":
            out = []
            while grid:
                out += grid[0]
                grid = [list(column) for column in zip(*grid[1:])][::-1]
        else:
            out, height = [], len(grid)
            width = len(grid[0]) if grid else 0
            for total in range(height + width - 1):
                for i in range(max(0, total - width + 1), min(height, total + 1)):
                    out.append(grid[i][total - i])
        return out[OFFSET::EVERY]
    """,
)
def matrix_walk(rng: random.Random, level: int) -> Task:
    """Lists the numbers of a matrix along a walk."""
    way = {1: "rows", 2: "spiral", 3: "diagonals"}[level]
    turn_up, turn_side, across = (rng.random() < 0.5 for _ in range(3))
    every = rng.randint(1, 9)
    offset = rng.randint(0, every - 1)
    corner = f"{'bottom' if turn_up else 'top'} {'right' if turn_side else 'left'}"
    first = ("up" if turn_up else "down") if across else ("left" if turn_side else "right")
    sideways = ("left" if turn_side else "right") if across else ("up" if turn_up else "down")
    rule = [f"Walk through a matrix, beginning at its {corner} cell."]
    if way == "rows":
        lines = "column" if across else "row"
        rule += [f"Go {first} through the whole {lines}, then step {sideways} to the next {lines}"]
        rule += ["and go through it in the opposite direction, and so on, so that the direction"]
        rule += ["changes every time."]
    elif way == "spiral":
        rule += [f"Go {first} as far as possible, then {sideways} as far as possible, and continue"]
        rule += ["on a spiral to the inside, turning whenever the way ahead ends or was already"]
        rule += ["walked, until all cells have been visited."]
    else:
        end = f"{'top' if turn_up else 'bottom'} {'left' if turn_side else 'right'}"
        begin = (
            f"{'bottom' if turn_up else 'top'}most row"
            if not across
            else (f"{'right' if turn_side else 'left'}most column")
        )
        rule += [
            "Take the cells by diagonals: first those at a distance of 0 from that corner, then"
        ]
        rule += [
            "those at a distance of 1, and so on up to the opposite corner, where the distance"
        ]
        rule += [
            f"is the number of steps, sideways or up and down, to a cell (the {end} cell comes"
        ]
        rule += [f"last). Within a diagonal, begin with the cell that is closest to the {begin}."]
    if every > 1:
        rule += [f"Of the numbers passed, return the {ordinal(offset + 1)} one and every"]
        rule += [f"{ordinal(every)} one after it."]
    else:
        rule += ["Return all numbers passed, in this order."]
    statement = " ".join(rule)
    statement += (
        "\n\nThe matrix is a list of 0 to 12 rows, which all have the same 1 to 12 numbers."
    )
    constants = {
        "WAY": way,
        "TURN_UP": turn_up,
        "TURN_SIDE": turn_side,
        "ACROSS": across,
        "EVERY": every,
        "OFFSET": offset,
    }

    def count(height: int, width: int) -> list[list[list[int]]]:
        return [[[width * i + j for j in range(width)] for i in range(height)]]

    def draw(rng: random.Random, size: int) -> list[list[list[int]]]:
        height, width = rng.randint(1 + size // 8, 3 + size // 6), rng.randint(1 + size // 8, 12)
        return [[numbers(rng, width, -99, 99) for _ in range(height)]]

    edges = [[[]], [[[5]]], count(1, 12), count(12, 1), count(2, 2), count(3, 4), count(4, 3)]
    edges += [count(5, 5), count(12, 12), count(2, 11), count(11, 2)]
    return Task(statement, constants, draw, edges, largest=54)


@code_family(
    levels=3,
    source="""
    def solve(text):
        rows = [list(map(int, row.split())) for row in text.strip().split("\\n")]
        (height, width), grid = rows[0], rows[1:]
        sums = [[0] * (width + 1) for _ in range(height + 1)]
        for i in range(height):
            for j in range(width):
                sums[i + 1][j + 1] = grid[i][j] + sums[i][j + 1] + sums[i + 1][j] - sums[i][j]

        def area(i, j, tall, wide):
            down, right = i + tall, j + wide
            return sums[down][right] - sums[i][right] - sums[down][j] + sums[i][j]

        best = None
        for tall, wide in {(TALL, WIDE), (WIDE, TALL)} if TURNED else [(TALL, WIDE)]:
            for i in range(height - tall + 1):
                for j in range(width - wide + 1):
                    total = area(i, j, tall, wide)
                    if FRAME and tall > 2 and wide > 2:
                        total -= area(i + 1, j + 1, tall - 2, wide - 2)
                    if total % MODULUS == REST and (best is None or total > best):
                        best = total
        return "none" if best is None else str(best)
    """,
)
def window_sum(rng: random.Random, level: int) -> Task:
    """The window of a matrix with the largest sum."""
    tall, wide = rng.randint(1, 4), rng.randint(2, 5)
    modulus = rng.randint(2, 8 if level >= 3 else 5)
    rest = rng.randrange(modulus)
    turned, frame = level >= 2, level >= 3
    if frame:
        tall, wide = rng.randint(3, 5), rng.randint(3, 5)
    rule = [f"Consider the windows of a matrix with {plural(tall, 'row')} and"]
    rule += [plural(wide, "column")]
    if turned and tall != wide:
        rule[-1] += f", and also those with {plural(wide, 'row')} and {plural(tall, 'column')}"
    rule[-1] += "."
    if frame:
        rule += ["The sum of a window is that of the cells in its first and last row and column;"]
        rule += ["the cells inside do not count."]
    rule += ["Print the largest sum of a window, but of those sums only that leave the remainder"]
    rule += [
        f"{rest} when divided by {modulus} (remainders are from 0 up). If there is none, print"
    ]
    rule += ["none."]
    statement = " ".join(rule) + (
        "\n\nThe first line of the input holds the height and the width of the matrix, both from 1 "
        "to 12, and the next lines its rows of numbers from -99 to 99."
    )
    constants = {
        "TALL": tall,
        "WIDE": wide,
        "MODULUS": modulus,
        "REST": rest,
        "TURNED": turned,
        "FRAME": frame,
    }

    def show(grid: list[list[int]]) -> str:
        return "\n".join([f"{len(grid)} {len(grid[0])}", *map(line, grid)]) + "\n"

    def draw(rng: random.Random, size: int) -> str:
        height, width = (rng.randint(2 + size // 8, min(12, 5 + size // 6)) for _ in range(2))
        low, high = rng.choice([(-99, 99), (-9, 20), (-99, -1), (0, 1)])
        return show([numbers(rng, width, low, high) for _ in range(height)])

    edges = [show([[7]]), show([[1] * wide] * tall), show([[rest] + [0] * (wide - 1)] + [[0] * wide]
             * (tall - 1)), show([[0] * 12] * 12), show([[-1] * 12] * 12)]  # fmt: skip
    edges += [show([[rest - 9 * modulus] + [0] * (wide - 1)] + [[0] * wide] * (tall - 1))]
    edges += [show([[rest] + [0] * (tall - 1)] + [[0] * tall] * (wide - 1))]
    edges += [show([[rest] * 12, *[[0] * 12] * 11]), show([[i * j % 7 for j in range(12)]
              for i in range(12)])]  # fmt: skip
    return Task(statement, constants, draw, edges)
