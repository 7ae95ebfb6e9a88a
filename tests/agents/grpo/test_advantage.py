import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from r1gym.agents.grpo.advantage import (
    group_advantages,
    reinforce_advantages,
    rloo_advantages,
    varied_groups,
)

NAN = float("nan")


def test_hand_worked_values():
    # mean (1 + 0 + 0 + 1.1) / 4 = 0.525; differences 0.475, -0.525, -0.525, 0.575
    # squares 0.225625 + 0.275625 + 0.275625 + 0.330625 = 1.1075; std = sqrt(1.1075 / 3) = 0.607591
    std = math.sqrt(1.1075 / 3)
    expected = [d / (std + 1e-4) for d in (0.475, -0.525, -0.525, 0.575)]
    rewards = torch.tensor([[1.0, 0.0, 0.0, 1.1]])
    torch.testing.assert_close(group_advantages(rewards), torch.tensor([expected]))


def test_dr_grpo_does_not_divide():
    rewards = torch.tensor([[1.0, 0.0, 0.0, 1.1]])
    expected = torch.tensor([[0.475, -0.525, -0.525, 0.575]])
    torch.testing.assert_close(group_advantages(rewards, divide_by_std=False), expected)


def test_failed_completions_get_0_and_count_in_no_mean():
    # Known: 1, 0, 0.5 with mean 0.5 and std sqrt((0.25 + 0.25 + 0) / 2) = 0.5.
    rewards = torch.tensor([[1.0, NAN, 0.0, 0.5]])
    expected = torch.tensor([[0.5, 0.0, -0.5, 0.0]]) / (0.5 + 1e-4)
    torch.testing.assert_close(group_advantages(rewards), expected)


@pytest.mark.parametrize(
    "group", [[0.1] * 4, [1.0, NAN, NAN, NAN], [NAN] * 4, [0.3, NAN, 0.3, 0.3]]
)
def test_a_group_without_variance_gets_exactly_0(group):
    rewards = torch.tensor([group, [1.0, 0.0, 0.0, 0.0]])
    advantages = group_advantages(rewards)
    assert advantages[0].tolist() == [0.0] * 4
    assert advantages[1, 0] > 0
    assert varied_groups(rewards).tolist() == [False, True]


def test_equal_rewards_that_do_not_average_to_themselves_get_exactly_0():
    rewards = torch.full((1, 7), 1.1)  # in float32 the mean of seven times 1.1 is not 1.1
    assert group_advantages(rewards).abs().max() == 0


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 20) | st.none(), min_size=5, max_size=5), min_size=1))
def test_known_advantages_average_to_0_and_keep_the_order(groups):
    values = [[NAN if r is None else r / 10 for r in group] for group in groups]
    advantages = group_advantages(torch.tensor(values, dtype=torch.float64))
    assert advantages.isfinite().all()
    assert advantages.sum(1).abs().max() < 1e-9
    for group, row in zip(groups, advantages.tolist(), strict=True):
        known = sorted((r, a) for r, a in zip(group, row, strict=True) if r is not None)
        assert [a for _, a in known] == sorted(a for _, a in known)
        assert all(a == 0 for r, a in zip(group, row, strict=True) if r is None)


def test_leave_one_out_by_hand():
    # The others' means: (0 + 0 + 1.1) / 3, twice (1 + 0 + 1.1) / 3 = 0.7, and 1 / 3.
    # In the second group the failed completion is nobody's other.
    rewards = torch.tensor([[1.0, 0.0, 0.0, 1.1], [1.0, NAN, 0.0, 0.5]], dtype=torch.float64)
    expected = [[1 - 1.1 / 3, -0.7, -0.7, 1.1 - 1 / 3], [0.75, 0.0, -0.75, 0.0]]
    torch.testing.assert_close(
        rloo_advantages(rewards), torch.tensor(expected, dtype=torch.float64)
    )


def test_the_mean_of_all_by_hand():
    # (1 + 0 + 0.5 + 0.5 + 0.5) / 5 = 0.5; what failed counts in no mean.
    rewards = torch.tensor([[1.0, 0.0, NAN], [0.5, 0.5, 0.5]])
    expected = torch.tensor([[0.5, -0.5, 0.0], [0.0, 0.0, 0.0]])
    torch.testing.assert_close(reinforce_advantages(rewards), expected)
    single = torch.tensor([[1.0], [0.0], [0.0], [0.0]])  # groups of one
    torch.testing.assert_close(
        reinforce_advantages(single), torch.tensor([[0.75], [-0.25], [-0.25], [-0.25]])
    )


@pytest.mark.parametrize("compare", [rloo_advantages, reinforce_advantages])
@pytest.mark.parametrize("group", [[1.1] * 7, [NAN] * 7, [1.1] + [NAN] * 6])
def test_nothing_to_compare_gives_exactly_0(compare, group):
    assert compare(torch.tensor([group])).tolist() == [[0.0] * 7]


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 20) | st.none(), min_size=5, max_size=5), min_size=1))
def test_baselines_equal_slow_loops(groups):
    values = [[NAN if r is None else r / 10 for r in group] for group in groups]
    rewards = torch.tensor(values, dtype=torch.float64)
    everything = [r for group in groups for r in group if r is not None]
    left_out, batch = rloo_advantages(rewards).tolist(), reinforce_advantages(rewards).tolist()
    for i, group in enumerate(groups):
        for j, reward in enumerate(group):
            others = [r for k, r in enumerate(group) if r is not None and k != j]
            known = reward is not None
            mine = reward / 10 - sum(others) / len(others) / 10 if known and others else 0.0
            assert left_out[i][j] == pytest.approx(mine, abs=1e-9)
            mine = (reward - sum(everything) / len(everything)) / 10 if known else 0.0
            assert batch[i][j] == pytest.approx(mine, abs=1e-9)
