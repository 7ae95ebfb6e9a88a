from r1gym.core.types import Problem, Score, Verdict
from r1gym.inspection.play import Played
from r1gym.report.tokens import print_episode


def test_every_token_with_its_probability_and_every_part_of_the_reward(capsys):
    parts = {
        "accuracy": Score(1.0, Verdict.CORRECT),
        "judge": Score(None, Verdict.JUDGE_FAILED, "no [/reply]"),
    }
    score = Score(None, Verdict.JUDGE_FAILED, "no reply", parts)
    problem = Problem("p", "1+1", "2")
    tokens, probabilities = ["[red]", "\n", "2", "⏹"], [0.95, 0.6, 0.123, 1.0]
    print_episode(Played(problem, "User: 1+1.", tokens, probabilities, score, 0.0, 4))
    text = capsys.readouterr().out
    assert "User: 1+1." in text
    assert "[red]95 ⏎60 212 ⏹100" in text
    assert "accuracy    1  correct" in text
    assert "judge       unknown  judge_failed  no [/reply]" in text
    assert "the right answer is 2" in text
