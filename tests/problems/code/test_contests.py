"""Files of contests."""

import json

import pytest

from r1gym.core.errors import ProblemFileError
from r1gym.core.types import Completion, Verdict
from r1gym.problems.code.contests import ContestProblems
from r1gym.verifiers import RewardSum

TESTS = [{"input": "1 2", "output": "3"}]


def contest(**changes):
    fields = {
        "id": "1",
        "scoring": "points",
        "problems": [
            {"index": "A", "points": 500, "problem": "Add two numbers.", "tests": TESTS},
            {"index": "B", "points": 1000, "problem": "Add three numbers.", "tests": TESTS},
        ],
        "standings": [{"rating": 1432, "points": 978, "penalty": 0}, {"rating": 900, "points": 0}],
    }
    return fields | changes


@pytest.fixture
def read(tmp_path):
    def read(*rows):
        path = tmp_path / "contests.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
        return ContestProblems(path)

    return read


def test_a_file_of_contests_gives_problems_and_standings(read):
    problems = read(contest(), contest(id=2, scoring="icpc", minutes=90, wrong_minutes=20))
    assert [p.metadata["contest"] + p.metadata["index"] for p in problems.stored()] == [
        "1A", "1B", "2A", "2B",
    ]  # fmt: skip
    assert problems[0].id == "codeforces/1/A" and problems[0].metadata["verifier"] == "code"
    assert problems[0].metadata["tests"][0]["output"] == "3"
    first, second = problems.contests
    assert (first.ratings, first.points, first.penalties) == ((1432, 900), (978, 0), (0, 0))
    assert first.problems == {"A": 500, "B": 1000} and first.minutes == 120
    assert (second.scoring, second.minutes, second.wrong_minutes) == ("icpc", 90, 20)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": None}, 'line 1: a contest: the field "id" is missing'),
        ({"problems": None}, 'contest 1: the field "problems" is missing'),
        ({"problems": []}, "must not be empty"),
        ({"standings": []}, "must not be empty"),
        ({"standings": [{"points": 3}]}, '"rating"'),
        ({"standings": [{"rating": "x", "points": 3}]}, "rating in the standings of contest 1"),
        ({"standings": [{"rating": 1, "points": 3, "penalty": -1}]}, "penalty in the standings"),
        ({"scoring": "golf"}, "points, icpc"),
        ({"minutes": 0}, "minutes of contest 1 must be a number above 0"),
        ({"problems": [{"index": "A", "problem": "x", "points": 1}]}, "tests"),
        ({"problems": contest()["problems"][:1] * 2}, "problem A of contest 1 stands twice"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(read, changes, message):
    with pytest.raises(ProblemFileError, match=message) as caught:
        read(contest(**changes))
    assert "\n" not in str(caught.value)


def test_contests_that_come_twice_and_files_without_any(read):
    with pytest.raises(ProblemFileError, match="the contest '1' twice"):
        read(contest(), contest())
    with pytest.raises(ProblemFileError, match="holds no contest"):
        read()


def test_programs_are_judged_in_the_sandbox(read):
    problem = read(contest())[0]
    reward = RewardSum({"accuracy": {"type": "auto", "weight": 1.0}})
    for program, verdict in (
        ("print(sum(map(int, input().split())))", Verdict.CORRECT),
        ("print(4)", Verdict.WRONG),
    ):
        score = reward.score(problem, Completion(f"```python\n{program}\n```"))
        assert score.verdict is verdict, score.reason
