import math

import pytest

from r1gym.core.types import Completion, Episode, Problem, Score, Turn, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.evaluation.journal import Journal
from r1gym.evaluation.runner import EvalConfig, evaluate, first_distinct, summarise_episodes
from r1gym.problems.problem_set import ProceduralProblems
from r1gym.verifiers import RewardSum
from tests.evaluation.evaluated import stored

REWARD = RewardSum({"accuracy": 1.0, "format": 0.1})
EASY, HARD = Problem("e", "Compute 6*7", "42", "arithmetic", 1), Problem("h", "?", "5", "own", 3)


def episode(problem, answer, length=10):
    text = "no answer" if answer is None else f"<think></think><answer>{answer}</answer>"
    completion = Completion(text, tuple(range(length)))
    return Episode.single(problem, completion, REWARD.score(problem, completion))


def failed(problem):
    score = Score(None, Verdict.VERIFIER_ERROR, "boom")
    return Episode.single(problem, Completion("<answer>42</answer>", (1, 2)), score)


def test_summary_of_hand_made_groups():
    easy = [episode(EASY, a) for a in ("42", "42.0", "41", None)]  # 2 of 4; 42 and 42.0 vote alike
    hard = [episode(HARD, a, length=20) for a in ("6", "6", "5", "7")]  # 1 of 4; the vote is 6
    result = summarise_episodes([easy, hard], 4, REWARD)
    assert set(result.pass_at) == {1, 2, 4}
    assert result.pass_at[1].mean == pytest.approx((2 / 4 + 1 / 4) / 2)
    # Pairs without a correct sample: 1 of 6 for the easy question, 3 of 6 for the hard one.
    assert result.pass_at[2].mean == pytest.approx((5 / 6 + 3 / 6) / 2)
    assert result.pass_at[4].mean == 1.0
    assert result.cons_at.mean == 0.5
    assert result.by_level == {"arithmetic 1": 0.5, "own 3": 0.25}
    assert result.mean_length == 15
    assert (result.failed, len(result.rows), result.samples) == (0, 8, 4)
    assert result.pass_at[1].low <= result.pass_at[1].mean <= result.pass_at[1].high


def test_failed_gradings_count_in_no_estimate():
    groups = [
        [episode(EASY, "42"), failed(EASY), episode(EASY, "41"), failed(EASY)],
        [failed(HARD)] * 4,
    ]
    result = summarise_episodes(groups, 4, REWARD)
    assert result.failed == 6
    assert result.pass_at[1].mean == 0.5
    assert result.by_level == {"arithmetic 1": 0.5}


def test_nothing_graded_gives_no_number():
    result = summarise_episodes([[failed(EASY)] * 2], 2, REWARD)
    assert math.isnan(result.pass_at[1].mean)
    assert math.isnan(result.cons_at.mean)


class Oracle:
    """Answers from the question, right in the first of each group only."""

    version, most_tokens = 0, None

    def __init__(self, task):
        self.task, self.asked = task, []

    def generate(self, prompts, n, sampling, seed):
        self.asked.append((len(prompts), n, sampling, seed))
        groups = []
        for prompt in prompts:
            question = self.task.tokenizer.decode(prompt).partition("Compute ")[2].split(".")[0]
            groups.append([])
            for i in range(n):
                text = f"<think></think><answer>{eval(question) + (i > 0)}</answer>"
                ids = (*self.task.tokenizer.encode(text), self.task.tokenizer.eos_id)
                groups[-1].append(Turn(text, ids, (0.0,) * len(ids)))
        return groups


def test_evaluation_asks_for_groups_and_scores_each_with_its_own_problem():
    task = TokenTask(TaskSpec(problems={"arithmetic": [1, 2]}, split="test", max_tokens=40))
    engine, done = Oracle(task), []
    result = evaluate(engine, task, EvalConfig(questions=40, samples=4, seed=3), done.append)
    assert result.pass_at[1].mean == 0.25
    assert result.pass_at[4].mean == 1.0
    assert result.cons_at.mean == 0.0
    assert [asked[0] for asked in engine.asked] == done
    assert sum(done) == 40
    assert len({seed for *_, seed in engine.asked}) == len(engine.asked)
    for _, n, sampling, _ in engine.asked:
        assert n == 4
        assert (sampling.max_tokens, sampling.temperature, sampling.top_p) == (40, 0.6, 0.95)
    expected = [problem.id for problem in first_distinct(task.problem_set, 40)]
    assert [row["id"] for row in result.rows[::4]] == expected


def test_a_small_set_is_evaluated_whole(tmp_path):
    path = tmp_path / "problems.jsonl"
    lines = [f'{{"problem": "Compute {n}+1", "answer": "{n + 1}"}}\n' for n in range(3)]
    path.write_text("".join(lines * 2), "utf-8")
    task = TokenTask(TaskSpec(problems=str(path), split="all", max_tokens=40))
    result = evaluate(Oracle(task), task, EvalConfig(questions=256, samples=2))
    assert len(task.problem_set) == 6
    assert len(result.rows) == 2 * 3


def test_questions_are_evaluated_once_each():
    problems = ProceduralProblems({"equations": [1]}, "test")
    found = first_distinct(problems, 5)
    assert len({problem.question for problem in found}) == len(found) == 5
    assert found[0] == problems[0]
    few = first_distinct(problems, 100)
    assert len(few) == len({problems[i].question for i in range(2000)}) < 100


def test_many_samples_mean_fewer_questions_at_a_time():
    task = TokenTask(TaskSpec(problems={"arithmetic": [1, 2]}, split="test", max_tokens=40))
    engine = Oracle(task)
    evaluate(engine, task, EvalConfig(questions=20, samples=64))
    assert [asked[0] for asked in engine.asked] == [8, 8, 4]


def test_a_journal_is_gone_on_with(tmp_path):
    task = TokenTask(TaskSpec(problems={"arithmetic": [1, 2]}, split="test", max_tokens=40))
    config, told = EvalConfig(questions=20, samples=64), []
    whole = evaluate(Oracle(task), task, config)
    journal = Journal(tmp_path / "x.partial", {})
    for number in (*range(8), 9):
        journal.add(number, whole.rows[64 * number : 64 * number + 64])
    engine = Oracle(task)
    again = evaluate(engine, task, config, told.append, Journal(tmp_path / "x.partial", {}))
    assert [asked[0] for asked in engine.asked] == [8, 4] and told == [8, 8, 4]
    assert again.rows == whole.rows and again.pass_at == whole.pass_at


def test_the_share_of_questions_whose_samples_are_one_text(tmp_path):
    assert stored(tmp_path, [["0", "0"], ["1", "x"], ["y", "y"]])["shares"]["alike"] == 2 / 3
    assert "alike" not in stored(tmp_path, [["0"], ["1"]])["shares"]
