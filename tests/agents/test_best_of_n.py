import pytest

from r1gym.agents import best_of_n
from r1gym.agents.best_of_n import BestOfN, by_likelihood, make_by_majority
from r1gym.agents.uniform import Uniform
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Score, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask


@pytest.fixture
def task():
    return TokenTask(TaskSpec(problems={"equations": [1]}))


def answers(*contents):
    return [Completion(f"<answer>{content}</answer>") for content in contents]


class Scripted:
    name = "scripted"

    def __init__(self, *completions):
        self.completions = completions
        self.asked = []

    def answer(self, prompts, max_tokens):
        self.asked += prompts
        return [self.completions[i % len(self.completions)] for i in range(len(prompts))]


def test_the_commonest_answer_wins_whatever_its_form(task):
    by_majority = make_by_majority(task)
    for samples in (answers("7", "1/2", "0.5"), answers("7", r"2\sqrt{2}", r"\sqrt{8}")):
        assert by_majority("", samples) is samples[1]


def test_samples_without_an_answer_do_not_vote(task):
    by_majority = make_by_majority(task)
    samples = [Completion("hm"), Completion("hm"), *answers("7")]
    assert by_majority("", samples) is samples[2]
    assert by_majority("", samples[:2]) is samples[0]


def test_drafts_in_thinking_that_the_prompt_opened_do_not_vote():
    by_majority = make_by_majority(
        TokenTask(TaskSpec(problems={"equations": [1]}, template="{question}<think>"))
    )
    samples = [*answers("7", "7"), Completion("So.</think><answer>5</answer>")]
    assert by_majority("", samples) is samples[2]


def test_the_likeliest_sample_is_the_likeliest_per_token():
    long = Completion("long", (3, 4, 5), (-0.5, -0.5, -0.5))
    short = Completion("short", (3,), (-1.0,))
    assert by_likelihood("", [short, long]) is long
    with pytest.raises(ConfigError, match="log-probabilities"):
        by_likelihood("", answers("1"))


def test_each_prompt_has_its_own_samples(task):
    agent = Scripted(*answers("1", "2", "2", "5", "5", "4"))
    best = BestOfN(task, agent=agent, n=3).answer(["a", "b"], 8)
    assert [c.text for c in best] == ["<answer>2</answer>", "<answer>5</answer>"]
    assert agent.asked == ["a"] * 3 + ["b"] * 3


def test_a_reward_model_is_shown_the_question_and_no_gold(task, monkeypatch):
    seen = []

    class Model:
        def __init__(self, **options):
            assert options == {"model": "m"}

        def for_template(self, template):
            return self

        def score_batch(self, pairs):
            seen.extend(problem for problem, _ in pairs)
            return [
                Score(None, Verdict.JUDGE_FAILED)
                if "1" in completion.text
                else Score(0.1 * int("3" in completion.text), Verdict.WRONG)
                for _, completion in pairs
            ]

    monkeypatch.setattr("r1gym.models.reward_model.RewardModel", Model)
    agent = BestOfN(
        task,
        agent=Scripted(*answers("1", "2", "3")),
        n=3,
        choose="reward_model",
        reward_model={"model": "m"},
    )
    best = agent.answer(["User: Solve 3*x=9. Assistant:"], 8)
    assert best[0].text == "<answer>3</answer>"
    assert {(problem.question, problem.answer) for problem in seen} == {("Solve 3*x=9", "")}


def test_it_takes_an_agent_by_name(task, llama):
    agent = BestOfN(task, agent="sampled", options={"model": llama}, n=2, choose="likelihood")
    assert len(agent.answer(["User: Solve 3*x=9. Assistant:"] * 3, 4)) == 3


def test_what_cannot_be_used_is_an_error(task):
    with pytest.raises(ConfigError, match="n must"):
        BestOfN(task, agent=Scripted(), n=0)
    with pytest.raises(UnknownNameError, match="majority"):
        BestOfN(task, agent=Scripted(), choose="gold")
    with pytest.raises(ConfigError, match="uniform"):
        BestOfN(task, agent=Uniform(task))
    assert "gold" not in best_of_n.RULES
