import pytest

from r1gym.agents.grpo import GRPO, GRPOConfig
from r1gym.core.errors import ConfigError, ModelNotFoundError, UnknownNameError
from r1gym.core.types import Completion, Problem, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.models.policy import save_policy
from r1gym.models.step_training import new_step_classifier, save_step_classifier
from r1gym.verifiers import RewardSum
from tests.policies import new_llama

PROBLEM = Problem("p", "Compute 7+5-2", "10", family="arithmetic")
RIGHT = "<think>7+5=12\n12-2=10</think><answer>10</answer>"
SLIP = "<think>7+5=12\n12-2=11</think><answer>11</answer>"
EXACT = {"weight": 1.0, "scorer": "exact", "tokenizer": "tiny"}


def scored(spec, *texts):
    reward = RewardSum({"step_scorer": {**EXACT, **spec}}).for_template(
        "User: {question}. Assistant:"
    )
    tokenizer = load_tokenizer("tiny")
    pairs = [
        (PROBLEM, Completion(text, (*tokenizer.encode(text), 1) if text else ())) for text in texts
    ]
    return [score.parts["step_scorer"] for score in reward.score_batch(pairs)]


@pytest.mark.parametrize(
    ("over", "values"),
    [("min", (1, 0)), ("last", (1, 0)), ("product", (1, 0)), ("mean", (1, 0.5)), ("sum", (2, 1))],
)
def test_it_pays_the_steps(over, values):
    right, slip = scored({"over": over}, RIGHT, SLIP)
    assert (right.value, slip.value) == values
    assert right.verdict is Verdict.CORRECT
    assert slip.info["steps"] == [1.0, 0.0]
    lengths = [len(load_tokenizer("tiny").encode(text)) for text in SLIP.splitlines()]
    assert slip.info["ends"] == [lengths[0] + 1, lengths[0] + 1 + lengths[1] + 1]


def test_an_empty_completion_is_0_and_a_text_without_tokens_is_read():
    [nothing] = scored({}, "")
    assert (nothing.value, nothing.verdict) == (0.0, Verdict.UNPARSEABLE)
    reward = RewardSum({"step_scorer": EXACT}).for_template("{question}")
    assert reward.score(PROBLEM, Completion(RIGHT)).value == 1.0
    assert reward.score(PROBLEM, Completion(SLIP)).value == 0.0


def test_the_template_says_where_the_question_is():
    for template in ("short", "r1", "Q {question} A"):
        spec = TaskSpec(
            problems={"arithmetic": [2]}, rewards={"step_scorer": EXACT}, template=template,
            max_tokens=48,
        )  # fmt: skip
        task = TokenTask(spec)
        assert task.score(PROBLEM, RIGHT).value == 1.0
        assert task.score(PROBLEM, SLIP).value == 0.0


def test_training_logs_the_score_beside_the_truth(tmp_path):
    policy = new_llama()
    save_policy(policy, tmp_path / "policy")
    save_step_classifier(new_step_classifier(str(tmp_path / "policy")), tmp_path / "prm")
    rewards = {
        "accuracy": 0.0,
        "step_scorer": {"weight": 1.0, "options": {"model": str(tmp_path / "prm")}, "over": "sum"},
    }
    spec = TaskSpec(problems={"arithmetic": [1]}, rewards=rewards, max_tokens=12)
    config = GRPOConfig(steps=1, questions=2, group_size=4, max_tokens=12)
    seen = []
    GRPO(policy, spec, config).learn([lambda trainer, rollout, metrics: seen.append(metrics)])
    assert seen[0]["rollout/accuracy"] == 0.0
    # An untrained head says 0.5 of every step.
    assert seen[0]["rollout/step_scorer"] * 2 == pytest.approx(
        round(seen[0]["rollout/step_scorer"] * 2 * 8) / 8
    )
    assert seen[0]["rollout/ep_rew_mean"] == pytest.approx(seen[0]["rollout/step_scorer"])


@pytest.mark.parametrize(
    ("spec", "error", "message"),
    [
        ({"scorer": "exakt"}, UnknownNameError, "no step scorer 'exakt'"),
        ({"over": "max"}, UnknownNameError, "to one 'max'"),
        ({"cut": "tokens:0"}, ConfigError, "at least 1"),
        ({"tokenizer": None}, ConfigError, "needs to know the policy's tokens"),
        ({"scorer": "likelihood"}, ConfigError, "needs the option 'model'"),
        (
            {"scorer": "token_classifier", "options": {"model": "no/such/one"}},
            ModelNotFoundError,
            "no/s",
        ),
        ({"options": [1]}, ConfigError, "options must be a mapping"),
    ],
)
def test_wrong_options(spec, error, message):
    with pytest.raises(error, match=message):
        RewardSum({"step_scorer": {**EXACT, **spec}})
