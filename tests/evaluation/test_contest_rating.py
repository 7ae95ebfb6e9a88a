import json

from r1gym.core.types import Verdict
from r1gym.evaluation.contest_rating import rating_of_rows
from r1gym.evaluation.rows import Outcome, Question
from r1gym.problems.code.contests import ContestProblems
from r1gym.problems.loaders import load_problems

TESTS = [{"input": "1 2", "output": "3"}]


def question(name, *right):
    kinds = {True: Verdict.CORRECT, False: Verdict.WRONG}
    return Question(name, tuple(Outcome(kinds[r], float(r), 5, False, None) for r in right))


def test_samples_are_rated_in_the_contests_of_their_problems(tmp_path):
    path = tmp_path / "contests.jsonl"
    standings = [{"rating": 800 + 40 * n, "points": 50 * n} for n in range(41)]
    rows = [
        {
            "id": str(n),
            "problems": [
                {"index": i, "points": 1000, "problem": f"Add {n}{i}.", "tests": TESTS}
                for i in "AB"
            ],
            "standings": standings,
        }
        for n in range(3)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    asked = load_problems({"contests": str(path)}, "all")
    assert isinstance(asked, ContestProblems)
    problems = list(asked.stored())
    ratings = []
    for right in ((False, False), (True, False), (True, True)):
        questions = [question(p.id, *right) for p in problems]
        found = rating_of_rows(asked, problems, questions)
        assert found["low"] <= found["rating"] <= found["high"] and found["contests"] == 3
        ratings.append(found["rating"])
    assert ratings == sorted(ratings) and ratings[0] < ratings[2]
    first = rating_of_rows(asked, problems[:2], questions[:2])
    assert first["contests"] == 1
    json.dumps(found, allow_nan=False)


def test_other_problems_have_no_rating():
    assert rating_of_rows(load_problems("arithmetic:1", "test"), [], []) is None
