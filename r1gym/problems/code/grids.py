"""Grids: connected regions, a cellular automaton."""

from __future__ import annotations

import random

from r1gym.problems.code.inputs import letters
from r1gym.problems.code.spec import Task, code_family


@code_family(
    levels=3,
    source="""
    def solve(text):
        grid = text.split("\\n")[1:]
        height, width = map(int, text.split("\\n")[0].split())
        seen, found = set(), []
        for row in range(height):
            for column in range(width):
                if grid[row][column] not in LAND or (row, column) in seen:
                    continue
                region, stack = set(), [(row, column)]
                while stack:
                    r, c = stack.pop()
                    if WRAPS:
                        r, c = r % height, c % width
                    inside = 0 <= r < height and 0 <= c < width
                    if not inside or (r, c) in region or grid[r][c] not in LAND:
                        continue
                    region.add((r, c))
                    stack += [(r + dr, c + dc) for dr, dc in MOVES]
                seen |= region
                touches = any(
                    r in (0, height - 1) or c in (0, width - 1) for r, c in region
                )
                if len(region) >= SMALLEST and not (INNER and touches):
                    found.append(len(region))
        return f"{len(found)} {max(found, default=0)}"
    """,
)
def grid_regions(rng: random.Random, level: int) -> Task:
    """Counts connected regions of a map."""
    kinds = sorted(rng.sample("gswrd", rng.randint(1, 3)))
    smallest = rng.randint(2, 6)
    inner, wraps = level == 2, level == 3
    shapes = {
        "by a side": [(0, 1), (0, -1), (1, 0), (-1, 0)],
        "by a corner, but not by a side": [(1, 1), (1, -1), (-1, 1), (-1, -1)],
        "by a side or a corner": [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b],
        "side by side in the same row": [(0, 1), (0, -1)],
    }
    shape = rng.choice(list(shapes))
    rule = ["A map has one letter for each cell. Two cells belong to the same region if one can"]
    rule += [
        f"walk from one to the other over cells with the letters {', '.join(kinds)} only (both"
    ]
    rule += ["of them included), where every step leads to a cell that touches the one before it"]
    rule += [f"{shape}."]
    if wraps:
        rule += [
            "The map wraps around: the cell to the right of the last one of a row is the first"
        ]
        rule += ["one of that row, and below the last row is the first row."]
    if inner:
        rule += ["Regions with a cell in the first or last row or column do not count."]
    rule += [
        f"Regions of fewer than {smallest} cells do not count. Print the number of regions that"
    ]
    rule += ["count, and the number of cells of the largest of them (0 if there is none), on one"]
    rule += ["line."]
    statement = " ".join(rule) + (
        "\n\nThe first line of the input holds the height and the width of the map, both from 1 to "
        "15, and the next lines its rows, of the letters d, g, r, s and w."
    )
    constants = {
        "LAND": "".join(kinds),
        "MOVES": shapes[shape],
        "SMALLEST": smallest,
        "INNER": inner,
        "WRAPS": wraps,
    }
    other = next(letter for letter in "gswrd" if letter not in kinds)

    def show(rows: list[str]) -> str:
        return "\n".join([f"{len(rows)} {len(rows[0])}", *rows]) + "\n"

    def draw(rng: random.Random, size: int) -> str:
        height, width = (rng.randint(1 + size // 6, min(15, 3 + size // 4)) for _ in range(2))
        share = rng.choice([1, 2, 3])
        alphabet = "".join(kinds) * share * (3 // len(kinds)) + other * rng.choice([2, 3])
        return show([letters(rng, width, alphabet) for _ in range(height)])

    land = kinds[0]
    edges = [show([land]), show([other]), show([land * 15] * 15), show([other * 15] * 15)]
    edges += [show([(land + other) * 7] * 6), show([land * smallest]), show([land] * smallest)]
    hole = other + land * smallest + other
    edges += [
        show([other * len(hole), hole, other * len(hole)]),
        show([land * 3 + other + land * 3]),
    ]
    edges += [show([other * 9, *[other + land * 7 + other] * 7, other * 9])]
    return Task(statement, constants, draw, edges)


@code_family(
    levels=3,
    source="""
    def solve(text):
        lines = text.strip().split("\\n")
        height, width, steps = map(int, lines[0].split())
        alive = {
            (i, j) for i in range(height) for j in range(width) if lines[i + 1][j] == "#"
        }
        age = dict.fromkeys(alive, 0)
        for _ in range(steps):
            counts = {}
            for i, j in alive:
                for di, dj in NEAR:
                    place = (i + di, j + dj)
                    if WRAPS:
                        place = (place[0] % height, place[1] % width)
                    if 0 <= place[0] < height and 0 <= place[1] < width:
                        counts[place] = counts.get(place, 0) + 1
            stay = {p for p in alive if counts.get(p, 0) in SURVIVE and age[p] + 1 != OLDEST}
            born = {p for p in counts if p not in alive and counts[p] in BORN}
            age = {p: age[p] + 1 for p in stay} | dict.fromkeys(born, 0)
            alive = stay | born
        return "\\n".join(
            "".join("#" if (i, j) in alive else "." for j in range(width)) for i in range(height)
        )
    """,
)
def cell_world(rng: random.Random, level: int) -> Task:
    """A cellular automaton with rules of its own."""
    born = sorted(rng.sample([1, 2, 3, 4, 5], rng.randint(1, 2)))
    survive = sorted(rng.sample([1, 2, 3, 4, 5, 6], rng.randint(2, 3)))
    sides = rng.random() < 0.4
    if sides:
        born, survive = [b for b in born if b < 5], [s for s in survive if s < 5]
        born, survive = born or [1], survive or [2]
    near = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a or b) and not (sides and a and b)]
    wraps, oldest = level >= 2, rng.randint(2, 4) if level >= 3 else 0
    rule = ["In a world of cells, # is a living cell and . an empty one. The neighbours of a cell"]
    rule += [f"are the {'four cells that share a side' if sides else 'eight cells around it'}"]
    rule[-1] += " with it" if sides else ""
    if wraps:
        rule += ["where the world wraps around: the last row borders on the first one, and the"]
        rule += ["last column on the first one (in a world that is less than three cells high or"]
        rule += ["wide, one cell can be a neighbour several times, and also of itself; each time"]
        rule += ["counts)"]
        rule[-5] += ","
    rule[-1] += "."
    rule += ["In each step, all at once, an empty cell with"]
    rule += [
        " or ".join(map(str, born)) + " living neighbours comes to life, and a living cell with"
    ]
    rule += [" or ".join(map(str, survive)) + " living neighbours stays alive"]
    rule[-1] += "; every other cell is empty afterwards."
    if oldest:
        rule += [f"However, a cell that has been alive for {oldest} steps dies for sure: one that"]
        rule += ["came to life in step t (or was there at first, t = 0) is empty after step t +"]
        rule += [f"{oldest}."]
    rule += ["Print the world after k steps."]
    statement = " ".join(rule) + (
        "\n\nThe first line of the input holds the height and the width of the world, both from 1 "
        "to 12, and k, from 0 to 8; the next lines hold the rows of the world."
    )
    constants = {
        "BORN": born,
        "SURVIVE": survive,
        "NEAR": near,
        "WRAPS": wraps,
        "OLDEST": oldest,
    }

    def show(rows: list[str], steps: int) -> str:
        return "\n".join([f"{len(rows)} {len(rows[0])} {steps}", *rows]) + "\n"

    def draw(rng: random.Random, size: int) -> str:
        height, width = (rng.randint(2 + size // 10, min(12, 4 + size // 5)) for _ in range(2))
        alphabet = rng.choice(["#.", "#..", "#...", "##."])
        return show([letters(rng, width, alphabet) for _ in range(height)], rng.randint(1, 8))

    edges = [show(["#"], 1), show(["."], 3), show(["#.#.#"], 0), show(["#" * 12] * 12, 1)]
    edges += [
        show([".....", "..#..", ".....", "....."], 1),
        show(["#..#", "....", "....", "#..#"], 1),
    ]
    edges += [show([".....", ".###.", "....."], 2), show(["....", ".##.", ".##.", "...."], 5)]
    return Task(statement, constants, draw, edges, largest=42)
