import random

import pytest
import torch

from r1gym.agents.ppo.gae import explained_variance, gae, value_loss, whiten


def case(seed=0, rows=6, columns=7):
    """Random rewards and values under masks that start and end anywhere."""
    rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
    mask = torch.zeros(rows, columns, dtype=torch.float64)
    for row in mask:
        start = rng.randrange(columns)
        row[start : rng.randint(start + 1, columns)] = 1
    rewards, values = (
        torch.randn(rows, columns, generator=generator, dtype=torch.float64) * mask
        for _ in range(2)
    )
    return rewards, values, mask


def test_hand_worked_values():
    # Values 0.5, 0.2, 0.4 and a reward of 1 at the end; gamma 0.9, lambda 0.5.
    # deltas: 0.9 x 0.2 - 0.5 = -0.32, 0.9 x 0.4 - 0.2 = 0.16, 1 - 0.4 = 0.6
    # A_3 = 0.6, A_2 = 0.16 + 0.45 x 0.6 = 0.43, A_1 = -0.32 + 0.45 x 0.43 = -0.1265
    rewards = torch.tensor([[0.0, 0.0, 0.0, 1.0, 0.0]])
    values = torch.tensor([[0.0, 0.5, 0.2, 0.4, 0.0]])
    mask = torch.tensor([[0.0, 1.0, 1.0, 1.0, 0.0]])
    expected = torch.tensor([[0.0, -0.1265, 0.43, 0.6, 0.0]])
    torch.testing.assert_close(gae(rewards, values, mask, 0.9, 0.5), expected)


def test_with_gamma_and_lambda_1_it_is_the_reward_to_come_less_the_value():
    rewards, values, mask = case(1)
    to_come = rewards.flip(1).cumsum(1).flip(1)
    torch.testing.assert_close(gae(rewards, values, mask), (to_come - values) * mask)


def test_with_lambda_0_it_is_one_step():
    rewards, values, mask = case(2)
    following = torch.cat([values[:, 1:], torch.zeros_like(values[:, :1])], 1)
    one_step = (rewards + 0.8 * following - values) * mask
    torch.testing.assert_close(gae(rewards, values, mask, 0.8, 0.0), one_step)


@pytest.mark.parametrize("gamma", [1.0, 0.7])
@pytest.mark.parametrize("gae_lambda", [1.0, 0.95, 0.3])
def test_it_equals_a_slow_loop(gamma, gae_lambda):
    rewards, values, mask = case(3)
    found = gae(rewards, values, mask, gamma, gae_lambda)
    for i in range(len(mask)):
        columns = mask[i].nonzero().flatten().tolist()
        for t in range(mask.shape[1]):
            slow = 0.0
            for ahead, u in enumerate(range(t, mask.shape[1])):
                if t in columns and u in columns:  # the definition: a sum of discounted deltas
                    after = values[i, u + 1].item() if u + 1 in columns else 0.0
                    delta = rewards[i, u].item() + gamma * after - values[i, u].item()
                    slow += (gamma * gae_lambda) ** ahead * delta
            assert found[i, t].item() == pytest.approx(slow, abs=1e-12)


def test_it_equals_stable_baselines():
    import numpy as np
    from gymnasium.spaces import Discrete
    from stable_baselines3.common.buffers import RolloutBuffer

    rewards, values, mask = case(4)
    tokens = int(mask.sum())
    buffer = RolloutBuffer(tokens, Discrete(2), Discrete(2), gae_lambda=0.9, gamma=0.8)
    # All completions one after the other, each an episode of the only environment.
    first = torch.diff(mask, dim=1, prepend=torch.zeros(len(mask), 1)) == 1
    for name, values_of in (("rewards", rewards), ("values", values), ("episode_starts", first)):
        getattr(buffer, name)[:, 0] = values_of[mask.bool()].numpy()
    buffer.compute_returns_and_advantage(torch.zeros(1), np.ones(1))
    ours = gae(rewards, values, mask, 0.8, 0.9)[mask.bool()]
    np.testing.assert_allclose(ours, buffer.advantages[:, 0], atol=1e-5)
    np.testing.assert_allclose(ours + values[mask.bool()], buffer.returns[:, 0], atol=1e-5)


@pytest.mark.parametrize(
    ("value", "expected"),
    [  # it was 0 at the time of the rollout, the target is 1, and a move may be 0.2
        (0.1, 0.405),  # 0.9^2 / 2
        (0.2, 0.32),
        (0.9, 0.32),  # better, but it went further than 0.2: the loss at 0.2
        (-0.5, 1.125),  # worse is never clipped: 1.5^2 / 2
    ],
)
def test_value_loss_by_hand(value, expected):
    zero, one = torch.zeros(1, 1), torch.ones(1, 1)
    loss = value_loss(torch.tensor([[value]]), zero, one, 0.2)
    assert loss.item() == pytest.approx(expected)


def test_gradient_of_the_value_loss_equals_finite_differences():
    generator = torch.Generator().manual_seed(0)
    values, old, returns = torch.randn(3, 5, 6, generator=generator, dtype=torch.float64)
    values = (old + 0.4 * values).requires_grad_()  # some within the clip and some outside
    value_loss(values, old, returns, 0.2).sum().backward()
    step = 1e-6
    ends = [value_loss(values.detach() + sign * step, old, returns, 0.2) for sign in (1, -1)]
    torch.testing.assert_close(values.grad, (ends[0] - ends[1]) / (2 * step), atol=1e-7, rtol=1e-6)
    assert 0 < (values.grad == 0).sum() < values.numel()


def test_whitened_advantages():
    # mean 2, squares 1, 0, 1: deviation sqrt(2 / 3)
    found = whiten(torch.tensor([1.0, 2.0, 3.0]))
    torch.testing.assert_close(found, torch.tensor([-1.0, 0.0, 1.0]) * 1.5**0.5)
    assert whiten(torch.full((4,), 0.5)).tolist() == [0.0] * 4


def test_explained_variance():
    returns = torch.tensor([0.0, 1.0, 2.0])
    assert explained_variance(returns, returns) == 1
    assert explained_variance(torch.full((3,), 0.7), returns) == pytest.approx(0, abs=1e-6)
    assert explained_variance(returns, torch.ones(3)) == 0  # nothing to explain
