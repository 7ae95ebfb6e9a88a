"""The scoring of TRL's AsyncGRPO: rewards that were pickled, asked in threads, a group at a time.

Left out: its trainer, which needs a vLLM server that generates and takes new weights.
"""

import asyncio
import logging
import pickle

import pytest

from r1gym.core.errors import TrainingStopped
from r1gym.core.types import Score, Verdict
from r1gym.verifiers import register_verifier
from r1gym.verifiers.adapters import trl_reward, trl_rewards

TEXTS = ["<think>6*7=42</think><answer>42</answer>", "<answer>42</answer>", "41", ""]
BOTH = {"accuracy": 1.0, "format": 0.5}


@pytest.fixture
def score(monkeypatch):
    """Returns the samples that the rollout loop makes of a group, scored by functions."""
    pytest.importorskip("trl")
    monkeypatch.setenv("TRL_EXPERIMENTAL_SILENCE", "1")
    worker = pytest.importorskip("trl.experimental.async_grpo.async_rollout_worker")
    monkeypatch.setattr(worker, "logger", logging.getLogger("rollouts"))  # its own wants a trainer

    def score(functions, texts=TEXTS, **columns):
        functions = pickle.loads(pickle.dumps(functions))  # its process is another one
        loop = object.__new__(worker._AsyncRolloutLoop)
        loop.reward_funcs, loop._env_reward_types = functions, []
        loop.reward_func_names = [function.__name__ for function in functions]
        of = len(texts)
        sequence = worker.TrainingSequence(
            rollout_id=0, input_ids=[1, 2], completion_mask=[0, 1], old_log_probs=[0.0, -1.0]
        )
        group = worker.RolloutGroup(
            prompts=[[{"role": "user", "content": "6*7?"}]] * of,
            reward_kwargs={name: [value] * of for name, value in columns.items()},
            completions=[[{"role": "assistant", "content": text}] for text in texts],
            completions_ids=[[1, 2]] * of,
            completions_sequences=[[sequence]] * of,
            tool_call_counts=[0] * of,
            tool_failure_counts=[0] * of,
            model_version=0,
            group_id=0,
            env_rewards=[None] * of,
            rollout_rewards=[None] * of,
        )
        return asyncio.run(loop._score_group(group))

    return score


def test_the_sum_is_one_function_since_there_are_no_weights(score):
    samples = score([trl_reward(BOTH, answer="solution")], solution="#### 42")
    assert [sample.metrics["reward"] for sample in samples] == [1.5, 1.0, 0.0, 0.0]
    assert [sample.advantage > 0 for sample in samples] == [True, True, False, False]
    functions, weights = trl_rewards(BOTH, answer="solution")
    assert weights == [1.0, 0.5]  # which nobody asks for there
    samples = score(functions, solution=42)
    assert [sample.metrics["reward"] for sample in samples] == [2.0, 1.0, 0.0, 0.0]
    assert [sample.metrics["rewards/format"] for sample in samples] == [1.0, 0.0, 0.0, 0.0]


class Down:
    """Grades nothing."""

    def score(self, problem, completion):
        return Score(None, Verdict.INFRA_ERROR, "down")


def test_what_could_not_be_graded_has_no_advantage(score):
    register_verifier("down")(Down)
    broken = {"accuracy": 1.0, "down": 1.0}
    with pytest.raises(TrainingStopped, match="4 of 4 completions could not be graded"):
        score([trl_reward(broken)], answer="42")
    samples = score([trl_reward(broken, max_failed_share=1.0)], answer="42")
    assert [sample.advantage for sample in samples] == [0.0] * 4
