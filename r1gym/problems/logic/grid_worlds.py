"""Grid worlds: shortest ways through small grids with walls.

Left out: grids without a way; saying so would be an answer of another form.
"""

from __future__ import annotations

import random
from typing import Any

from r1gym.problems.families import family
from r1gym.verifiers.path import distances_from, shortest_path

# Side of the grid, walls in a hundred cells, and the least length that the way should have.
_SHAPES = {1: (4, 20, 3), 2: (6, 35, 6), 3: (5, 30, 5), 4: (7, 35, 8), 5: (9, 40, 12)}
_MOST_DRAWS = 8


@family("logic-grid-worlds", levels=5, question_bytes=360)
def grid_worlds(rng: random.Random, level: int) -> tuple[str, str, dict[str, Any]]:
    """A shortest way from S to G.

    Its length at level 1 (4 by 4 cells) and level 2 (6 by 6); the moves themselves at level 3 (5
    by 5), level 4 (7 by 7) and level 5 (9 by 9).
    """
    grid, moves = _grid(rng, *_SHAPES[level])
    legend = rng.choice(
        (
            "In this grid S is the start, G is the goal, # is a wall and . is a free cell.",
            "Here is a map: S marks the start, G the goal, # a wall and . a free cell.",
        )
    )
    rule = rng.choice(
        (
            "A move goes one cell up, down, left or right.",
            "You may move one cell at a time, up, down, left or right, and not into a wall.",
        )
    )
    metadata: dict[str, Any]
    if level <= 2:
        ask = rng.choice(
            (
                "How many moves does a shortest way from S to G take",
                "What is the least number of moves from S to G",
            )
        )
        answer, metadata = str(moves), {"verifier": "accuracy"}
    else:
        ask = rng.choice(
            (
                "Give a shortest way from S to G as a word of the letters U, D, L and R",
                "Write down the moves of a shortest way from S to G, with the letters U (up), "
                "D (down), L (left) and R (right)",
            )
        )
        path = shortest_path(grid)
        assert path is not None
        answer, metadata = path, {"verifier": "path", "path": {"grid": grid}}
    return "\n".join([f"{legend} {rule}", *grid, ask]), answer, metadata


def _grid(rng: random.Random, side: int, walls: int, least: int) -> tuple[list[str], int]:
    """Returns a grid and the distance of its goal, which is the farthest of some draws."""
    best, longest = ["S" + "." * (side - 2) + "G", *["." * side] * (side - 1)], side - 1
    for _ in range(_MOST_DRAWS):
        cells = [
            ["#" if rng.random() * 100 < walls else "." for _ in range(side)] for _ in range(side)
        ]
        cells[rng.randrange(side)][rng.randrange(side)] = "S"
        distances = distances_from(["".join(row) for row in cells], "S")
        far = [cell for cell, distance in distances.items() if distance >= least]
        row, column = rng.choice(far) if far else max(distances, key=lambda at: distances[at])
        distance = distances[row, column]
        if distance > longest or far:
            cells[row][column] = "G"
            best, longest = ["".join(row) for row in cells], distance
        if far:
            break
    return best, longest
