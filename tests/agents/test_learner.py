"""What holds for every agent that learns from its own samples; GRPO has more in grpo/."""

import dataclasses
import json

import gymnasium as gym
import pytest
import torch

from r1gym.agents.distill import DistillConfig, OnPolicyDistillation
from r1gym.agents.expert_iteration import ExpertIteration, ExpertIterationConfig
from r1gym.agents.grpo import GRPO, GRPOConfig
from r1gym.agents.ppo import PPO, PPOConfig
from r1gym.agents.reinforce import REINFORCEConfig, RLOOConfig
from r1gym.core.errors import ConfigError, RunError, TrainingStopped
from r1gym.core.run import Run
from r1gym.core.types import Score, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.envs.wrappers import ProcessReward
from r1gym.models.policy import new_tiny_policy, save_policy
from r1gym.verifiers import register_verifier
from tests.agents.stepping import experience_of
from tests.agents.tolerance import assert_same_sums, gradient_additions, update_gradients

SETTINGS = {
    "steps": 5,
    "questions": 12,
    "group_size": 4,
    "learning_rate": 3e-3,
    "warmup_steps": 2,
    "max_tokens": 6,
    "microbatch_tokens": 128,
}
WITH_REFERENCE = {"kl_coef": 0.05, "refresh_reference_every": 2}
AGENTS = {
    "vine": (GRPO, GRPOConfig(**SETTINGS, **WITH_REFERENCE, advantage="vine")),
    "rloo": (GRPO, RLOOConfig(**SETTINGS, **WITH_REFERENCE)),
    "reinforce": (GRPO, REINFORCEConfig(**SETTINGS, **WITH_REFERENCE)),
    "ppo": (PPO, PPOConfig(**SETTINGS, **WITH_REFERENCE, critic_learning_rate=3e-3)),
    "expert_iteration": (ExpertIteration, ExpertIterationConfig(**SETTINGS)),
    "distill": (OnPolicyDistillation, DistillConfig(**SETTINGS, loss="sampled")),
    "distill_full": (OnPolicyDistillation, DistillConfig(**SETTINGS, loss="full")),
}


class Digits:
    """Pays the share of digits among the characters; a fifth of them is correct."""

    def score(self, problem, completion):
        share = sum(c.isdigit() for c in completion.text) / max(1, len(completion.text))
        return Score(share, Verdict.CORRECT if share > 0.2 else Verdict.WRONG)


class Failing:
    def score(self, problem, completion):
        raise RuntimeError("the judge is out")


@pytest.fixture(autouse=True)
def rewards():
    register_verifier("digits")(Digits)
    register_verifier("failing")(Failing)


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    """The folder of another model with the same tokens."""
    folder = tmp_path_factory.mktemp("teacher")
    save_policy(new_tiny_policy(32, 2, 2, 48, 128, seed=1), folder)
    return str(folder)


@pytest.fixture(params=AGENTS)
def agent(request, teacher):
    """Each agent's class with its configuration."""
    cls, config = AGENTS[request.param]
    if isinstance(config, DistillConfig):
        config = dataclasses.replace(config, teacher=teacher)
    return cls, config


def make_trainer(agent, reward="digits", seed=0, **changes):
    cls, config = agent
    config = dataclasses.replace(config, **changes)
    task = TokenTask(
        TaskSpec(problems={"arithmetic": [1]}, rewards={reward: 1.0}, max_tokens=config.max_tokens)
    )
    return cls(new_tiny_policy(16, 1, 2, 24, 128, seed), task, config, seed)


def weights(trainer):
    return torch.cat([weight.detach().flatten() for weight in trainer.policy.model.parameters()])


def logged(run):
    rows = map(json.loads, (run.folder / "metrics.jsonl").read_text("utf-8").splitlines())
    timed = ("time/sampling_seconds", "time/scoring_seconds", "time/training_seconds", "time/fps")
    return [{name: value for name, value in row.items() if name not in timed} for row in rows]


@pytest.mark.parametrize("stop_at", [1, 3])
def test_a_resumed_run_equals_one_in_one_go_to_the_bit(agent, tmp_path, stop_at):
    twice = {"inner_epochs": 2, "minibatches": 2}
    whole_run, run = Run(tmp_path / "whole", {}), Run(tmp_path / "parts", {})
    whole, first, second = (make_trainer(agent, **twice) for _ in range(3))
    whole.learn([lambda t, r, m: whole_run.log(m, t.step)])

    class Killed(Exception):
        pass

    def log_and_die(trainer, rollout, metrics):
        run.log(metrics, trainer.step)
        if trainer.step == stop_at:
            trainer.save(run)
        if trainer.step == stop_at + 1:  # a step that was logged and not saved
            raise Killed

    with pytest.raises(Killed):
        first.learn([log_and_die])
    assert second.resume(run)
    assert (second.step, second.position) == (stop_at, 12 * stop_at)
    second.learn([lambda t, r, m: run.log(m, t.step)])
    assert torch.equal(weights(second), weights(whole))
    assert not torch.equal(weights(first), weights(whole))
    assert logged(run) == logged(whole_run)
    assert second.tokens == whole.tokens > 0
    for name in ("reference", "critic"):
        if getattr(whole, name, None) is not None:
            ours, theirs = (getattr(t, name).state_dict() for t in (second, whole))
            assert all(torch.equal(ours[key], theirs[key]) for key in theirs)


def test_it_learns_a_bandit(agent):
    if agent[1].prefix == "distill":
        return  # from its teacher alone, not from rewards
    means = []
    make_trainer(agent, steps=16, questions=4, group_size=16, learning_rate=0.03).learn(
        [lambda t, r, m: means.append(m["rollout/ep_rew_mean"])]
    )
    assert means[0] < 0.2
    assert means[-1] > 0.6


def test_a_group_of_one_is_enough(agent):
    if (prefix := agent[1].prefix) in ("grpo", "rloo"):
        with pytest.raises(ConfigError, match=rf"{prefix}\.group_size must be at least 2"):
            make_trainer(agent, group_size=1)
        return
    trainer = make_trainer(agent, steps=1, questions=32, group_size=1)
    before = weights(trainer).clone()
    trainer.learn()
    assert not torch.equal(weights(trainer), before)


def test_microbatches_do_not_change_an_update(agent):
    found = []
    for most in (1, 100, 10_000):
        trainer = make_trainer(agent, microbatch_tokens=most, group_size=8)
        gradients, tokens = update_gradients(trainer)
        found.append(gradients)
    additions = gradient_additions(trainer.policy.model.config, 64, tokens)
    for gradients in found[1:]:
        assert_same_sums(gradients, found[0], additions)


def test_metrics_have_the_same_names(agent):
    seen = {}
    make_trainer(agent, steps=1).learn([lambda t, r, m: seen.update(m)])
    common = {
        "rollout/ep_rew_mean", "rollout/ep_len_mean", "rollout/digits", "rollout/truncated_share",
        "rollout/unparseable_share", "rollout/failed_share", "train/entropy", "train/loss",
        "train/grad_norm", "train/learning_rate", "time/sampling_seconds", "time/scoring_seconds",
        "time/training_seconds", "time/fps", "time/total_timesteps",
    }  # fmt: skip
    assert common <= set(seen)
    assert all(value == value for value in seen.values())
    assert seen["train/learning_rate"] == pytest.approx(3e-3 / 3)  # warmed up over 2 steps


def test_a_gradient_that_is_not_finite_stops_before_the_step(agent):
    trainer = make_trainer(agent)
    rollout = trainer.collect()
    experience = experience_of(trainer, rollout)
    with torch.no_grad():
        trainer.policy.model.lm_head.weight[5] = float("nan")
    others = [weight.clone() for weight in list(trainer.policy.model.parameters())[1:]]
    prefix = trainer.config.prefix
    with pytest.raises(TrainingStopped, match=f"not finite at step 1.*{prefix}.learning_rate"):
        trainer.update(rollout, experience)
    for weight, before in zip(list(trainer.policy.model.parameters())[1:], others, strict=True):
        assert torch.equal(weight, before)


def test_too_many_failed_gradings_stop_the_run(agent):
    prefix = agent[1].prefix
    message = f"{prefix}.max_failed_share is 0.1.*judge is out"
    with pytest.raises(TrainingStopped, match=message) as caught:
        make_trainer(agent, reward="failing").learn()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": 0}, "steps must be at least 1"),
        ({"temperature": 0.0}, "temperature must be above 0"),
        ({"minibatches": 5}, "minibatches .5. must divide"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"temperature": float("inf")}, "temperature must be a finite number"),
    ],
)
def test_values_that_make_no_sense_are_refused(agent, change, message):
    with pytest.raises(ConfigError, match=rf"{agent[1].prefix}\.{message}"):
        dataclasses.replace(agent[1], **change)


def test_an_environment_with_another_limit_is_refused(agent):
    cls, config = agent
    policy = new_tiny_policy(16, 1, 2, 32, context=128, seed=0)
    with pytest.raises(ConfigError, match=f"at 8 tokens and {cls.__name__} at 6"):
        cls(policy, TokenTask(TaskSpec(problems={"arithmetic": [1]}, max_tokens=8)), config)


def test_wrappers_that_it_would_drop_are_refused(agent):
    cls, config = agent
    policy = new_tiny_policy(16, 1, 2, 32, context=128, seed=0)
    env = gym.make("r1/Math-v0", problems={"arithmetic": [1]}, max_tokens=6, window=300)
    cls(policy, gym.wrappers.RecordEpisodeStatistics(env), config)
    with pytest.raises(ConfigError, match=f"^{cls.__name__} .* would drop what ProcessReward"):
        cls(policy, ProcessReward(env, "digits"), config)


def test_a_checkpoint_of_another_algorithm_is_refused(agent, tmp_path):
    trainer, run = make_trainer(agent, steps=1), Run(tmp_path / "run", {})
    trainer.learn()
    trainer.save(run)
    other = AGENTS["ppo" if trainer.config.prefix == "rloo" else "rloo"]
    with pytest.raises(RunError, match=f"is of {trainer.config.prefix} and this trainer is"):
        make_trainer(other, steps=1).resume(run)


@pytest.mark.parametrize("name", ["reinforce", "ppo"])
def test_learning_shows_progress_unless_told_not_to_and_returns_the_trainer(name, capsys):
    trainer = make_trainer(AGENTS[name], steps=2)
    assert trainer.learn(show_every=1) is trainer
    shown = capsys.readouterr().err
    assert f"{type(trainer).__name__} 2/2" in shown and "reward" in shown
    assert shown.count("  asked ") == shown.count("  gold ") == 2
    assert trainer.learn() is trainer  # nothing is left
    trainer.config = dataclasses.replace(trainer.config, steps=3)
    assert trainer.learn(progress_bar=False).step == 3
    assert capsys.readouterr().err == ""
