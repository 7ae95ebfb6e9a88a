import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.grpo.importance import Mismatch
from r1gym.agents.grpo.loss import importance_weights
from r1gym.agents.grpo.trainer import GRPO
from r1gym.core.errors import ConfigError
from r1gym.core.types import Problem, Trajectory, Turn
from r1gym.models.policy import new_tiny_policy
from r1gym.rollout.embedded import EmbeddedEngine

CONFIG = GRPOConfig(
    steps=1, questions=4, group_size=4, max_tokens=6, learning_rate=1e-3, overlong="soft"
)
NAMES = (
    "engine_gap_mean", "engine_gap_max", "engine_kl", "importance_weight", "importance_capped",
    "staleness",
)  # fmt: skip


class CopyEngine:
    """Samples with the policy, and says that each token was likelier or less likely by `off`."""

    most_tokens = None

    def __init__(self, policy, off=0.0, age=0):
        self.engine, self.off, self.age, self.version = EmbeddedEngine(policy), off, age, 0

    def generate(self, prompts, n, sampling, seed):
        groups = self.engine.generate(prompts, n, sampling, seed)
        return [[self.changed(turn) for turn in group] for group in groups]

    def changed(self, turn):
        return replace(turn, logprobs=tuple(value + self.off for value in turn.logprobs))

    def sync(self, policy, version):
        self.engine.sync(policy, version)
        self.version = version - self.age
        return 0.0


def trained(engine=None, config=CONFIG):
    """Returns the weights after a step, and its metrics."""
    policy = new_tiny_policy(16, 1, 2, 24, 512, seed=0)
    found = {}
    trainer = GRPO(policy, "r1/Math-v0", config, engine=engine and engine(policy))
    trainer.learn([lambda trainer, rollout, metrics: found.update(metrics)])
    weights = torch.cat([weight.detach().flatten() for weight in policy.model.parameters()])
    return weights, {name: found.get(f"train/{name}") for name in NAMES}


@pytest.mark.parametrize(
    ("gap", "cap", "weight"), [(0.0, 2.0, 1), (0.5, 2.0, 0.6065), (-0.5, 2.0, 1.6487), (-3, 2, 2)]
)
def test_weights(gap, cap, weight):
    found = importance_weights(torch.tensor([-1.0]), torch.tensor([-1.0 + gap]), cap)
    assert found.tolist() == pytest.approx([weight], abs=1e-4)


def test_the_embedded_engine_is_taken_at_its_word():
    _, metrics = trained()
    assert set(metrics.values()) == {None}


def test_an_engine_that_agrees_changes_nothing():
    same, metrics = trained(CopyEngine)
    assert torch.allclose(same, trained()[0], atol=1e-6)
    assert metrics["engine_gap_max"] < 1e-5 and metrics["engine_kl"] < 1e-6
    assert metrics["importance_weight"] == pytest.approx(1, abs=1e-5)
    assert metrics["importance_capped"] == 0 and metrics["staleness"] == 0


@pytest.mark.parametrize(("off", "weight"), [(0.7, math.exp(-0.7)), (-0.3, math.exp(0.3))])
def test_gap_kl_and_staleness_are_told(off, weight):
    _, metrics = trained(lambda policy: CopyEngine(policy, off, age=2))
    assert metrics["engine_gap_mean"] == pytest.approx(abs(off), abs=1e-4)
    assert metrics["engine_gap_max"] == pytest.approx(abs(off), abs=1e-4)
    assert metrics["engine_kl"] == pytest.approx(math.exp(-off) + off - 1, abs=1e-4)
    assert metrics["importance_weight"] == pytest.approx(weight, abs=1e-4)
    assert metrics["staleness"] == 2


def test_the_cap_holds_and_is_counted():
    _, metrics = trained(lambda policy: CopyEngine(policy, -2.0))
    assert metrics["importance_weight"] == 2 and metrics["importance_capped"] == 1
    config = replace(CONFIG, importance_cap=5.0)
    _, metrics = trained(lambda policy: CopyEngine(policy, -1.0), config)
    assert metrics["importance_weight"] == pytest.approx(math.e, abs=1e-3)


def test_the_gradient_is_weighted_and_not_clipped_by_the_engine():
    """With a cap of 0 the engine's own ratio of 1.35 would be clipped: no gradient at all."""
    plain = replace(CONFIG, kl_coef=0.0, learning_rate=0.1, max_grad_norm=1e9, warmup_steps=0)
    grads = {}

    def norm(engine, config):
        policy = new_tiny_policy(16, 1, 2, 24, 512, seed=0)
        trainer = GRPO(policy, "r1/Math-v0", config, engine=engine(policy))
        trainer.learn([lambda trainer, rollout, m: grads.update(norm=m["train/grad_norm"])])
        return grads["norm"]

    exact = norm(EmbeddedEngine, plain)
    off = norm(lambda policy: CopyEngine(policy, -0.3), plain)
    assert exact > 0 and off == pytest.approx(exact * math.exp(0.3), rel=1e-3)
    at_its_word = norm(lambda policy: CopyEngine(policy, -0.3), replace(plain, importance_cap=0.0))
    assert at_its_word != pytest.approx(off, rel=1e-2)


def test_means_are_over_the_policys_tokens_alone():
    """Feedback between two turns has no log-probs, and does not count."""
    problem = Problem("1", "1", "test")
    said = [Turn("a", (9, 10), (-1.0, -2.0)), Turn("no", (11, 12, 13), None)]
    both = Trajectory(problem, (*said, Turn("b", (14,), (-3.0,))), (7,), version=1)
    one = Trajectory(problem, (said[0],), (7,), version=3)

    rollout = SimpleNamespace(
        episodes=[SimpleNamespace(trajectory=trajectory) for trajectory in (both, one)],
        logprobs=[[-1.0, -2.0, -3.0], [-1.0, -2.0]],
    )
    found = Mismatch.of([[-1.0, -2.0, -2.0], [-1.0, -2.0]], rollout, cap=2.0, step=3)
    assert found.metrics["train/engine_gap_mean"] == pytest.approx(1 / 5)
    assert found.metrics["train/importance_weight"] == pytest.approx((4 + 2) / 5)
    assert found.metrics["train/staleness"] == 1
    assert found.weights == [[1, 1, 2], [1, 1]]


def test_a_cap_below_zero_is_refused():
    with pytest.raises(ConfigError, match=r"grpo.importance_cap must be at least 0"):
        GRPOConfig(importance_cap=-1)
