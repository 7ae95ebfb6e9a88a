from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.testing import Case, check_verifier
from r1gym.verifiers import VERIFIERS
from r1gym.verifiers.extract import NO_ANSWER
from r1gym.verifiers.path import Path, read_moves, shortest_path

GRID = ["S.#", "#..", "..G"]  # RDRD, RDDR
OPEN = ["S..", "...", "..G"]
LINE = ["S...G"]


def problem(grid):
    return Problem("p", "q", "", metadata={"path": {"grid": grid}})


def score(answer, grid=GRID):
    return Path().score(problem(grid), Completion(f"<think>a</think><answer>{answer}</answer>"))


@pytest.mark.parametrize(
    "answer",
    ["RDRD", "RDDR", "rdrd", "R D R D", "R, D, R, D", "R-D-R-D", "R; D; D; R", "RDRD.",
     "Right, Down, Right, Down", "right down right down", "rightdownrightdown", "→↓→↓", "→ ↓ ↓ →",
     "R -> D -> R -> D", "R → D → R → D", "right → down → down → right", "['R', 'D', 'R', 'D']",
     '["right", "down", "right", "down"]', r"\text{RDRD}", r"$\mathrm{RDRD}$", r"\boxed{RDDR}",
     r"$R \to D \to R \to D$", r"\rightarrow\downarrow\rightarrow\downarrow", "R\nD\nR\nD",
     "**RDRD**", "`RDRD`", "(R, D, R, D)"],
)  # fmt: skip
def test_any_shortest_path_in_many_forms(answer):
    assert score(answer) == Score(1.0, Verdict.CORRECT)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("RDR", "the moves do not end at the goal"),
        ("R", "the moves do not end at the goal"),
        ("DRRD", "move 1, D, runs into a wall or out of the grid"),
        ("RRDD", "move 2, R, runs into a wall or out of the grid"),
        ("UDRD", "move 1, U, runs into a wall or out of the grid"),
        ("RLRDRD", "6 moves are more than the 4 of a shortest path"),
        ("RDRDUD", "6 moves are more than the 4 of a shortest path"),
        ("RDRDRDRD", "8 moves are more than the 4 of a shortest path"),
        ("RDRD, RDDR", "8 moves are more than the 4 of a shortest path"),
        ("R" * 5000, "move 2, R, runs into a wall or out of the grid"),
    ],
)
def test_what_is_wrong_is_said(answer, reason):
    assert score(answer) == Score(0.0, Verdict.WRONG, reason)


@pytest.mark.parametrize(
    "answer",
    ["4", "RDRD or RDDR", "RDRD and more", "the path RDRD", "RDRD?", "2R", "R2", "ESES", "east",
     "RDRX", "RDR", "R D", "", "none", ".", "->", "↓←", "R ↓ R ↓", "not RDRD", "S R D R D G",
     r"\boxed{RDRD}, \boxed{RDDR}", "RDRD/RDDR", "R" * 5001, "ＲＤＲＤ", "U" * 4, "RRRR", "{RDRD}"],
)  # fmt: skip
def test_anything_else_is_not_paid(answer):
    assert score(answer).value == 0.0


def test_a_path_past_the_edge_does_not_come_back_from_the_other_side():
    assert score("L", ["S..", "G.."]).value == 0.0
    assert score("LLL", ["S..G"]).value == 0.0
    assert score("RRRR", LINE).value == 1.0
    assert score("UDRRRR", LINE).value == score("RRR", LINE).value == 0.0


@pytest.mark.parametrize(
    "path",
    [None, {}, "grid", {"grid": "SG"}, {"grid": []}, {"grid": ["S", ".G"]}, {"grid": ["S.."]},
     {"grid": ["SSG"]}, {"grid": ["S#G"]}, {"grid": [["S", "G"]]}, {"grid": ["SG", 1]},
     {"grid": ["SG" + "." * 10_000]}, {"grid": ["SGG"]}],
)  # fmt: skip
def test_a_grid_that_cannot_be_used_is_our_failure(path):
    metadata = {} if path is None else {"path": path}
    found = Path().score(
        Problem("p", "q", "R", metadata=metadata), Completion("<answer>R</answer>")
    )
    assert found.verdict is Verdict.VERIFIER_ERROR


def test_no_answer():
    assert Path().score(problem(GRID), Completion("RDRD")) == Score(
        0.0, Verdict.UNPARSEABLE, NO_ANSWER
    )
    assert Path().score(problem(GRID), Completion("RD", truncated=True)).verdict is (
        Verdict.TRUNCATED
    )
    assert VERIFIERS.get("path") is Path


def test_shortest_path():
    assert shortest_path(["SG"]) == "R"
    assert shortest_path(["G", ".", "S"]) == "UU"
    assert shortest_path(["S#G"]) is None
    assert len(shortest_path([".#...", "S#.#G", "...#."])) == 8
    assert read_moves("dlur") == "DLUR"


def test_it_keeps_the_promises_of_a_verifier():
    wrong = ("RDR", "RRDD", "RLRDRD", "", "RDRD or RDDR", "42")
    cases = [
        Case(problem(GRID), "<answer>RDDR</answer>", tuple(f"<answer>{w}</answer>" for w in wrong)),
        Case(problem(OPEN), r"so \boxed{RRDD}", ("RRDD", r"\boxed{RRDD}, \boxed{DDRR}")),
        Case(problem(LINE), "<answer>right, right, right, right</answer>", ("<answer>R", "RRRR")),
    ]
    check_verifier("path", cases)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="UDLRudlrightownlef →↓->,.\\{}$\n") | st.text())
def test_any_text_has_a_score(text):
    assert score(text).value in (0.0, 1.0)


@pytest.mark.parametrize(
    "unit", ["R", "RL", "\\text{", "\\", "->", "right", "ri", " ", "u", "\\quad"]
)
def test_hostile_answers_are_read_in_time(unit):
    large = ["S" + "." * 98 + "G", *["." * 100] * 99]
    for size in (4_900, 100_000):
        start = thread_time()
        score((unit * size)[:size] + "!", large)
        score((unit * size)[:size], large)
        assert thread_time() - start < 0.5
