"""Stored evaluations without a model: rows that are made up."""

from r1gym.core.types import Completion, Episode, Problem
from r1gym.evaluation.results import read_summary, save_result
from r1gym.evaluation.rows import question_rows
from r1gym.evaluation.runner import EvalConfig, summarise
from r1gym.verifiers import RewardSum

REWARD = RewardSum({"accuracy": 1.0})


def stored(folder, answers, suite="sums", step=0, changed=None):
    """Stores an evaluation in which question n, whose answer is n, was answered so."""
    groups = []
    for number, said in enumerate(answers):
        problem = Problem(f"q{number}", f"Compute {number}+0", str(number), "sums", 1)
        made = [Completion(f"<answer>{one}</answer>", (1,) * 5) for one in said]
        episodes = [Episode.single(problem, one, REWARD.score(problem, one)) for one in made]
        groups.append(question_rows(episodes, REWARD))
    samples = len(answers[0])
    config = EvalConfig(questions=len(answers), samples=samples)
    result = summarise(groups, samples)
    measures = {"pass@1": {"mean": result.pass_at[1].mean, "low": 0.0, "high": 1.0}}
    path = save_result(
        folder, "test", step, config, result, suite, changed=changed, about={"measures": measures}
    )
    return read_summary(path)
