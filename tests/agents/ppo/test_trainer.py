import dataclasses

import pytest
import torch

from r1gym.agents.ppo import PPO, PPOConfig
from r1gym.core.errors import ConfigError
from r1gym.core.types import Score, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.batches import make_batches
from r1gym.models.logprobs import token_logprobs
from r1gym.models.policy import new_tiny_policy
from tests.agents.stepping import experience_of, update

CONFIG = PPOConfig(
    steps=4,
    questions=4,
    group_size=4,
    learning_rate=3e-3,
    critic_learning_rate=1e-2,
    warmup_steps=0,
    max_tokens=6,
    kl_coef=0.0,
    microbatch_tokens=100,
)


def make_trainer(seed=0, **changes):
    config = dataclasses.replace(CONFIG, **changes)
    task = TokenTask(TaskSpec(problems={"arithmetic": [1]}, max_tokens=config.max_tokens))
    return PPO(new_tiny_policy(16, 1, 2, 24, 128, seed), task, config, seed)


def scored(trainer, values):
    """A rollout whose completions earn the given rewards; None is one that nobody could grade."""
    rollout = trainer.collect()
    scores = [Score(v, Verdict.JUDGE_FAILED if v is None else Verdict.WRONG) for v in values]
    episodes = [
        dataclasses.replace(episode, score=score)
        for episode, score in zip(rollout.episodes, scores, strict=True)
    ]
    lengths = rollout.lengths * torch.tensor([value is not None for value in values])
    return dataclasses.replace(rollout, episodes=episodes, lengths=lengths)


REWARDS = [1.0, None, 0.1, 0.5] + [1.0, 0.0, 0.1, 0.5] * 3


def test_with_a_critic_at_0_every_token_earns_the_reward():
    trainer = make_trainer()
    rollout = scored(trainer, REWARDS)
    experience = experience_of(trainer, rollout)
    tokens = torch.tensor(
        [r for e, r in zip(rollout.episodes, REWARDS, strict=True) if r is not None
         for _ in e.completion.token_ids]
    )  # fmt: skip
    mean, std = tokens.mean().item(), tokens.std(correction=0).item()
    for episode, reward, values, advantages, returns in zip(
        rollout.episodes, REWARDS, experience.values, experience.advantages, experience.returns,
        strict=True,
    ):  # fmt: skip
        length = 0 if reward is None else len(episode.completion.token_ids)
        assert values == [0.0] * length
        assert returns == pytest.approx([reward] * length)
        wanted = 0.0 if reward is None else (reward - mean) / std
        assert advantages == pytest.approx([wanted] * length, abs=1e-5)


def test_discounts_count_tokens_to_the_end():
    trainer = make_trainer(gamma=0.5)
    rollout = scored(trainer, REWARDS)
    returns = experience_of(trainer, rollout).returns
    for row, reward in zip(returns, REWARDS, strict=True):
        expected = [(reward or 0.0) * 0.5**i for i in reversed(range(len(row)))]
        assert row == pytest.approx(expected)


def test_the_kl_is_paid_at_each_token():
    trainer = make_trainer(kl_coef=0.3)
    with torch.no_grad():
        for weight in trainer.policy.model.parameters():
            weight.mul_(1.3)
    rollout = scored(trainer, REWARDS)
    experience = experience_of(trainer, rollout)
    assert experience.metrics["train/kl"] > 0
    for i, (episode, reward) in enumerate(zip(rollout.episodes, REWARDS, strict=True)):
        if reward is None:
            continue
        ids = episode.completion.token_ids
        (batch,) = make_batches([rollout.prompts[i]], [ids], 1000, 0, torch.device("cpu"))
        reference = token_logprobs(trainer.reference.model, batch)[0].tolist()
        paid = [
            -0.3 * (mine - theirs)
            for mine, theirs in zip(episode.completion.logprobs, reference, strict=True)
        ]
        paid[-1] += reward
        wanted = [sum(paid[t:]) for t in range(len(ids))]
        assert experience.returns[i] == pytest.approx(wanted, abs=1e-4)


def test_the_kl_in_the_loss_leaves_the_rewards_alone_and_pulls_back():
    changed = {"kl_coef": 1000.0, "kl_in": "loss", "warmup_steps": 0, "inner_epochs": 4}
    trainer = make_trainer(**changed)
    with torch.no_grad():
        for weight in trainer.policy.model.parameters():
            weight.mul_(1.3)
    rollout = scored(trainer, REWARDS)
    experience = experience_of(trainer, rollout)
    for reward, returns in zip(REWARDS, experience.returns, strict=True):
        assert returns == pytest.approx([reward] * len(returns), abs=1e-5)
    trainer.update(rollout, experience)
    assert (
        experience_of(trainer, trainer.collect()).metrics["train/kl"]
        < 0.9 * (experience.metrics["train/kl"])
    )


def test_the_critic_learns_what_a_completion_earns():
    trainer = make_trainer(inner_epochs=8, value_clip=10.0, learning_rate=0.0, questions=8)
    rollout = scored(trainer, [float(i % 4 == 0) for i in range(32)])
    start = [weight.clone() for weight in trainer.policy.model.parameters()]
    losses = [update(trainer, rollout)["train/value_loss"] for _ in range(8)]
    explained = experience_of(trainer, rollout).metrics["train/explained_variance"]
    assert losses[-1] < 0.6 * losses[0]
    assert explained > 0.4
    for weight, before in zip(trainer.policy.model.parameters(), start, strict=True):
        assert torch.equal(weight, before)  # its learning rate is 0: the critic is apart


def test_the_policy_moves_towards_what_was_better_than_expected():
    trainer = make_trainer(learning_rate=1e-3)
    rollout = scored(trainer, [float(i % 4 == 0) for i in range(16)])

    def likelihood(good):
        rows = [i for i in range(16) if (i % 4 == 0) == good]
        (batch,) = make_batches(
            [rollout.prompts[i] for i in rows],
            [rollout.episodes[i].completion.token_ids for i in rows],
            100_000, 0, torch.device("cpu"),
        )  # fmt: skip
        return float(token_logprobs(trainer.policy.model, batch).detach().sum())

    before = likelihood(True), likelihood(False)
    update(trainer, rollout)
    assert likelihood(True) > before[0]
    assert likelihood(True) - likelihood(False) > before[0] - before[1]


def test_without_kl_there_is_no_reference():
    assert make_trainer().reference is None
    assert make_trainer(kl_coef=0.1).reference is not None


@pytest.mark.parametrize("name", ["gamma", "gae_lambda"])
@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_discounts_lie_between_0_and_1(name, value):
    with pytest.raises(ConfigError, match=rf"ppo\.{name}"):
        PPOConfig(**{name: value})
