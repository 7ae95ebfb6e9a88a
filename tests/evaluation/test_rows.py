from r1gym.core.types import Completion, Episode, Problem, Score, Verdict
from r1gym.evaluation.rows import question_rows, questions_of
from r1gym.verifiers import RewardSum

REWARD = RewardSum({"accuracy": 1.0})
PROBLEM = Problem("p", "Compute 1/2", "1/2", "sums", 2, {"domain": "fractions"})


def episodes(*answers):
    found = []
    for answer in answers:
        completion = Completion(f"<answer>{answer}</answer>", (1, 2, 3), truncated=answer == "")
        score = REWARD.score(PROBLEM, completion)
        if answer == "down":
            score = Score(None, Verdict.INFRA_ERROR, "down")
        found.append(Episode.single(PROBLEM, completion, score))
    return found


def test_votes_are_counted_by_the_problems_own_verifier_and_failures_have_none():
    rows = question_rows(episodes("0.5", "1/2", "3", "down"), REWARD)
    votes = [row["vote"] for row in rows]
    assert votes[0] == votes[1] != votes[2] and votes[3] is None
    assert {(row["family"], row["level"], row["domain"]) for row in rows} == {
        ("sums", 2, "fractions")
    }


def test_rows_are_questions_again():
    rows = question_rows(episodes("0.5", "3"), REWARD, [10, 20]) * 2
    first, second = questions_of(rows, 2)
    assert first == second and (first.cell, first.domain) == ("sums 2", "fractions")
    assert [one.right for one in first.outcomes] == [True, False]
    assert [one.tokens for one in first.outcomes] == [10, 20]


def test_rows_of_older_runs_have_no_votes():
    [row] = question_rows(episodes("0.5"), REWARD)
    old = {name: row[name] for name in ("id", "verdict", "reward", "tokens")}
    [question] = questions_of([old], 1)
    assert question.outcomes[0].vote is None and question.cell == "problems 0"
