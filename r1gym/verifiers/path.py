"""The path reward: moves through a grid, replayed. Any shortest path is right.

``problem.metadata["path"]`` is ``{"grid": ["S.#", "..G"]}``: rows of equal length with one start
``S`` and one goal ``G``; ``#`` is a wall, any other character is free. A move goes to one of the
four neighbours. The answer is a text of moves: ``RRD``, ``R, R, D``, ``right right down``, ``→→↓``.

Left out: counts of moves ("2 right"), and points of the compass, where ``S`` would mean two things.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeGuard

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.extract import NO_ANSWER, extract_answer
from r1gym.verifiers.protocol import register_verifier

_LONGEST_ANSWER = 5_000  # characters
_MOST_CELLS = 10_000

MOVES = {"U": (-1, 0), "D": (1, 0), "L": (0, -1), "R": (0, 1)}
_WRAPPER = re.compile(r"\\(?:text|textbf|textit|textrm|texttt|mathrm|mathbf|boxed)\s*\{([^{}]*)\}")
_LATEX_ARROW = re.compile(r"\\(?:(up|down|left|right)arrow|to)(?![A-Za-z])")
_ARROWS = {"up": "↑", "down": "↓", "left": "←", "right": "→"}
_ARROW_MOVES = {"↑": "U", "↓": "D", "←": "L", "→": "R"}
_MOVE = re.compile(r"up|down|left|right|[UDLR]", re.IGNORECASE)
_ONLY_MOVES = re.compile(
    r"(?:up|down|left|right|[UDLR]|[↑↓←→]|->|[\s,;.\-'\"\[\]()$`*]|\\[,;:! ()\[\]]|\\quad)*",
    re.IGNORECASE,
)


@register_verifier("path")
class Path:
    """Pays 1 for a shortest way from the start to the goal, and 0 otherwise."""

    reads = frozenset({"path"})

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns 1 if the answer's moves lead to the goal, past no wall and on no longer way."""
        answer = extract_answer(completion.text, completion.truncated)
        if answer is None:
            verdict = Verdict.TRUNCATED if completion.truncated else Verdict.UNPARSEABLE
            return Score(0.0, verdict, NO_ANSWER)
        given = problem.metadata.get("path")
        grid = given.get("grid") if isinstance(given, Mapping) else None
        if not is_grid(grid) or (gold := shortest_path(grid)) is None:
            reason = f"problem {problem.id} has no metadata['path']['grid'] with a way from S to G"
            return Score(None, Verdict.VERIFIER_ERROR, reason)
        moves = read_moves(answer)
        if moves is None:
            return Score(0.0, Verdict.UNPARSEABLE, "the answer is no list of moves")
        wrong = _fault(grid, moves, len(gold))
        return Score(0.0, Verdict.WRONG, wrong) if wrong else Score(1.0, Verdict.CORRECT)

    def same_answer(self, problem: Problem, one: str, other: str) -> bool:
        """Returns whether two answers are the same moves."""
        moves = read_moves(one)
        return one == other if moves is None else moves == read_moves(other)


def read_moves(answer: str) -> str | None:
    """Returns an answer's moves as letters U, D, L and R; None if it has anything else."""
    if len(answer) > _LONGEST_ANSWER:
        return None
    text = answer
    for _ in range(3):
        text = _WRAPPER.sub(r"\1", text)
    text = _LATEX_ARROW.sub(lambda mark: _ARROWS[mark[1] or "right"], text)
    if _ONLY_MOVES.fullmatch(text) is None:
        return None
    named = [move[0].upper() for move in _MOVE.findall(text)]
    arrows = [mark for mark in text if mark in _ARROW_MOVES]
    if named:  # between names, an arrow to the right says only what comes next
        return "".join(named) if set(arrows) <= {"→"} else None
    return "".join(_ARROW_MOVES[mark] for mark in arrows) or None


def is_grid(value: object) -> TypeGuard[Sequence[str]]:
    """Returns whether a value is a list of rows of equal length, with one start and one goal."""
    if not isinstance(value, list | tuple) or not value:
        return False
    if not all(isinstance(row, str) and len(row) == len(value[0]) for row in value):
        return False
    cells = "".join(value)
    return cells.count("S") == cells.count("G") == 1 and len(cells) <= _MOST_CELLS


def shortest_path(grid: Sequence[str]) -> str | None:
    """Returns the moves of one shortest path from S to G, or None if there is no path.

    Breadth-first search from the goal, so that following the distances down makes the path.
    """
    distances = distances_from(grid, "G")
    row, column = find(grid, "S")
    if (row, column) not in distances:
        return None
    path = ""
    while grid[row][column] != "G":
        for name, (down, right) in MOVES.items():
            cell = (row + down, column + right)
            if distances.get(cell, -1) == distances[row, column] - 1:
                path += name
                row, column = cell
                break
    return path


def distances_from(grid: Sequence[str], mark: str) -> dict[tuple[int, int], int]:
    """Returns how many moves each cell is away from the one with a mark, if it can be reached.

    Rows must be of equal length. They are laid end to end, with walls around them, so that a move
    is an addition.
    """
    width = len(grid[0]) + 1
    blocked = [cell == "#" for cell in "#" * width + "#".join(grid) + "#" * (width + 1)]
    row, column = find(grid, mark)
    start = (row + 1) * width + column
    blocked[start] = True
    steps, frontier = 0, [start]
    distances = {(row, column): 0}
    while frontier:
        steps += 1
        reached = []
        for place in frontier:
            for cell in (place - width, place + width, place - 1, place + 1):
                if not blocked[cell]:
                    blocked[cell] = True
                    distances[cell // width - 1, cell % width] = steps
                    reached.append(cell)
        frontier = reached
    return distances


def find(grid: Sequence[str], mark: str) -> tuple[int, int]:
    """Returns the row and column of the first cell with a mark that the grid has."""
    row = next(i for i, cells in enumerate(grid) if mark in cells)
    return row, grid[row].index(mark)


def is_free(grid: Sequence[str], row: int, column: int) -> bool:
    """Returns whether a cell is within the grid and no wall."""
    return 0 <= row < len(grid) and 0 <= column < len(grid[row]) and grid[row][column] != "#"


def _fault(grid: Sequence[str], moves: str, shortest: int) -> str:
    """Returns what is wrong with the moves; nothing if they are a shortest path."""
    row, column = find(grid, "S")
    for number, move in enumerate(moves[:shortest], start=1):
        down, right = MOVES[move]
        row, column = row + down, column + right
        if not is_free(grid, row, column):
            return f"move {number}, {move}, runs into a wall or out of the grid"
    if len(moves) > shortest:
        return f"{len(moves)} moves are more than the {shortest} of a shortest path"
    return "" if grid[row][column] == "G" else "the moves do not end at the goal"
