"""Grid worlds against a second solver: relaxation on the grid that the question shows."""

import random
import re
from itertools import product

import pytest

from r1gym.core.types import Completion, Problem
from r1gym.problems.families import FAMILIES
from r1gym.verifiers.path import Path

FAMILY = FAMILIES.get("logic-grid-worlds")
STEPS = {"U": -1, "D": 1, "L": -1j, "R": 1j}


def read(question):
    rows = [row for row in question.split("\n") if re.fullmatch("[SG#.]+", row)]
    return rows, {
        complex(r, c): mark
        for r, row in enumerate(rows)
        for c, mark in enumerate(row)
        if mark != "#"
    }


def distances_to_goal(cells):
    """Bellman and Ford: every cell asks its neighbours until none has a shorter way."""
    away = {cell: 0 if mark == "G" else 10**6 for cell, mark in cells.items()}
    while True:
        better = {
            cell: min([away[cell], *(away.get(cell + step, 10**6) + 1 for step in STEPS.values())])
            for cell in cells
        }
        if better == away:
            return away
        away = better


def shortest_paths(cells, away, cell):
    """All shortest paths from a cell."""
    if cells[cell] == "G":
        yield ""
    for name, step in STEPS.items():
        if away.get(cell + step) == away[cell] - 1:
            for rest in shortest_paths(cells, away, cell + step):
                yield name + rest


def paid(problem, moves):
    return Path().score(problem, Completion(f"<answer>{moves}</answer>")).value


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_a_second_solver_agrees(level, count):
    rng = random.Random(f"{level} {count}")
    for _ in range(count):
        question, answer, metadata = FAMILY.generate(rng, level)
        rows, cells = read(question)
        assert {len(row) for row in rows} == {len(rows)} == {{1: 4, 2: 6, 3: 5, 4: 7, 5: 9}[level]}
        start = next(cell for cell, mark in cells.items() if mark == "S")
        away = distances_to_goal(cells)
        if level <= 2:
            assert answer == str(away[start])
            continue
        assert metadata["path"]["grid"] == rows
        at = start
        for move in answer:
            at += STEPS[move]
            assert at in cells
        assert cells[at] == "G" and len(answer) == away[start]


@pytest.mark.parametrize("level", [3, 4, 5])
def test_exactly_the_shortest_paths_are_paid(level):
    rng, several = random.Random(1), 0
    for _ in range(30):
        question, answer, metadata = FAMILY.generate(rng, level)
        problem = Problem("p", question, answer, metadata=metadata)
        _, cells = read(question)
        start = next(cell for cell, mark in cells.items() if mark == "S")
        right = list(shortest_paths(cells, distances_to_goal(cells), start))[:50]
        several += len(right) > 1
        assert answer in right or len(right) == 50
        for moves in right:
            assert paid(problem, moves) == 1.0
        for moves in ("".join(rng.choices("UDLR", k=len(answer))) for _ in range(50)):
            assert paid(problem, moves) == float(moves in right) or len(right) == 50
        for there, back in ("UD", "LR"):
            assert paid(problem, there + back + answer) == 0.0
            assert paid(problem, answer + there + back) == 0.0
        assert paid(problem, answer[:-1]) == 0.0
    assert several > 5


def test_every_answer_of_a_small_grid():
    grid = ["S.", ".G"]
    problem = Problem("p", "q", "RD", metadata={"path": {"grid": grid}})
    right = {"".join(moves) for moves in product("UDLR", repeat=2) if paid(problem, "".join(moves))}
    assert right == {"RD", "DR"}


def test_ways_are_long_enough():
    rng = random.Random(2)
    for level, least in ((3, 5), (4, 8), (5, 12)):
        lengths = [len(FAMILY.generate(rng, level)[1]) for _ in range(300)]
        assert sum(length >= least for length in lengths) > 280
