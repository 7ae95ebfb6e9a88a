from math import nan

import pytest
import torch

from r1gym.agents.grpo import GRPO, GRPOConfig
from r1gym.agents.grpo.vine import prefix_values, step_ends, token_advantages
from r1gym.core.errors import ConfigError
from r1gym.core.types import Problem, Trajectory, Turn
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.models.policy import new_tiny_policy
from r1gym.rollout.engine import Sampling

TINY = load_tokenizer("tiny")
PROBLEM = Problem("p", "Compute 6*7", "42")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("<think>1\n2</think>", ["<think>1\n", "2</think>"]),
        ("1\n\n2", ["1\n", "\n", "2"]),
        ("1\n", ["1\n"]),
        ("\n1", ["\n", "1"]),
        ("12", ["12"]),
    ],
)
def test_steps_end_with_lines(text, pieces):
    ids = TINY.encode(text)
    ends = step_ends(ids, TINY)
    starts = [0, *ends]
    assert [TINY.decode(ids[a:b]) for a, b in zip(starts, ends, strict=False)] == pieces


def test_a_step_is_worth_what_it_adds_by_hand():
    rewards = torch.tensor([[1.0, 0.0, 1.0]])
    found = token_advantages(rewards, [[2, 3], [1], [1, 2, 4]], [[0.75], [], [0.25, nan]])
    assert found == [[0.25, 0.25, 0.25], [-1.0], [-0.25, 0.0, 0.75, 0.75]]


def test_what_could_not_be_graded_has_no_advantage_and_is_no_baseline():
    rewards = torch.tensor([[1.0, nan, 0.0]])
    assert token_advantages(rewards, [[1], [2], [1]], [[], [], []]) == [[1.0], [0.0, 0.0], [-1.0]]


class Engine:
    """Goes on with a text that tells how many it was asked for, and how long they may be."""

    version = 0

    def __init__(self, most_tokens=None):
        self.most_tokens, self.calls = most_tokens, []

    def generate(self, prompts, n, sampling, seed):
        self.calls.append((len(prompts), sampling.max_tokens))
        turns = []
        for number in range(n):
            text = "</think><answer>42</answer>" if number % 2 else "</think><answer>4</answer>"
            ids = (*TINY.encode(text), TINY.eos_id)[: sampling.max_tokens]
            turns.append(Turn(TINY.decode(ids), ids, None, len(ids) == sampling.max_tokens))
        return [turns for _ in prompts]


def said(text):
    return Trajectory(PROBLEM, (Turn(text, tuple(TINY.encode(text))),), tuple(TINY.encode("Q")))


def make_task(max_tokens):
    spec = TaskSpec(problems={"arithmetic": [1]}, rewards={"accuracy": 1.0}, max_tokens=max_tokens)
    return TokenTask(spec)


@pytest.mark.parametrize(("most_tokens", "calls"), [(None, [(2, 15)]), (17, [(1, 15), (1, 13)])])
def test_the_value_of_a_prefix_is_the_mean_reward_of_what_goes_on_from_it(most_tokens, calls):
    engine = Engine(most_tokens)
    text = said("<think>1\n2\n3</think>")
    values, tokens = prefix_values(
        engine, make_task(18), [text], [(0, 3), (0, 5)], 4, Sampling(18), 0
    )
    assert values == [0.5, 0.5]
    assert engine.calls == calls
    assert tokens == 2 * (2 * 6 + 2 * 5)


def test_what_passes_the_token_limit_is_cut_off_there():
    engine = Engine()
    text = said("<think>1\n2\n3</think>")
    prefixes = [(0, 3), (0, 5)]
    values, _ = prefix_values(engine, make_task(8), [text], prefixes, 2, Sampling(8), 0)
    assert values == [0.5, 0.0], "one loses its end token, the other its answer"
    assert prefix_values(engine, make_task(8), [text], [], 2, Sampling(8), 0) == ([], 0)


CONFIG = GRPOConfig(
    questions=4, group_size=4, max_tokens=12, kl_coef=0.0, advantage="vine", vine_rollouts=2
)


def trainer_of(**task):
    spec = TaskSpec(problems={"arithmetic": [1]}, rewards={"accuracy": 1.0}, max_tokens=12, **task)
    return GRPO(new_tiny_policy(16, 1, 2, 24, 256, 0), TokenTask(spec), CONFIG)


def test_each_token_gets_its_step_s_advantage_and_what_it_took_is_counted():
    trainer = trainer_of()
    rollout = trainer.collect()
    experience = trainer.advantages(rollout, None)
    assert list(map(len, experience.advantages)) == rollout.lengths.tolist()
    assert any("\n" in episode.completion.text[:-1] for episode in rollout.episodes)
    assert trainer.tokens == experience.metrics["rollout/vine_tokens"] > 0
    assert trainer.update(rollout, experience)["rollout/vine_tokens"] == trainer.tokens


def test_tasks_of_several_turns_are_refused():
    with pytest.raises(ConfigError, match="vine is for tasks of a single turn"):
        trainer_of(interaction="try_again")
