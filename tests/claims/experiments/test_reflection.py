import pytest

from r1gym.claims.experiments.reflection import told
from r1gym.core.types import Completion, Episode, Problem, Score, Verdict

PROBLEM = Problem("p", "Solve 3*x+4=22", "6", level=2)
EASY = Problem("e", "Solve 3*x=18", "6", level=1)


def episode(problem, text, is_right):
    score = Score(float(is_right), Verdict.CORRECT if is_right else Verdict.WRONG)
    return Episode.single(problem, Completion(text, (1,) * 10), score)


def test_what_answers_tell_of_reflection_by_hand():
    found = told(
        [
            episode(
                PROBLEM,
                "<think>3*5=15\n15+4=19\n22-19=3\nwait\n3*6=18\n18+4=22\n22-22=0</think>",
                True,
            ),
            episode(PROBLEM, "<think>3*5=15\n15+4=19\n22-19=3</think>", False),
            episode(
                PROBLEM,
                "<think>3*6=18\n18+4=22\n22-22=0\nwait\n3*7=21\n21+4=25\n22-25=-3</think>",
                False,
            ),
            episode(EASY, "<think>3*6=18\n18-18=0</think>", True),
        ]
    )
    assert found == pytest.approx(
        {
            "right": 0.5, "waits": 0.5, "share": 0.5, "length": 10.0, "first_guess": 0.5,
            "again_if_wrong": 1 / 3, "again_if_right": 1 / 3, "with": 0.5, "without": 0.5,
            "with_1": 0.0, "without_1": 1.0, "with_2": 0.5, "without_2": 0.0,
        }
    )  # fmt: skip
