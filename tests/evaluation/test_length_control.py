"""Judges with a known length bias: the controlled win rate is what they would say without."""

import math

import numpy as np
import pytest

from r1gym.evaluation.length_control import controlled_win_rate

PAIRS = 805  # as many as the benchmark has


def judged(seed, skill, bias, longer=300, varied=0.0, pairs=PAIRS, failed=0.0):
    """Returns outcomes and lengths under a biased judge, and the win rate of an unbiased one."""
    rng = np.random.default_rng(seed)
    theirs = rng.lognormal(7, 0.5, pairs).astype(int)
    ours = np.maximum(1, theirs + longer + rng.normal(0, 400, pairs)).astype(int)
    skills = skill + varied * rng.normal(size=pairs)
    size = np.tanh((ours - theirs) / (ours - theirs).std())
    won = rng.random((2, pairs)) < 1 / (1 + np.exp(-skills - bias * size))
    outcomes = [float(value) for value in won.mean(axis=0)]  # asked at both places
    outcomes = [None if rng.random() < failed else value for value in outcomes]
    return outcomes, ours.tolist(), theirs.tolist(), float((1 / (1 + np.exp(-skills))).mean())


SETTINGS = [
    {"skill": skill, "bias": bias, "varied": varied}
    for skill in (-1.0, 0.0, 0.7)
    for bias in (-1.0, 0.0, 1.5)
    for varied in (0.0, 0.5)
]


def test_the_controlled_win_rate_is_that_of_a_judge_without_bias():
    """Within .02 over the seeds of each setting; the raw one is out by up to .2."""
    raw, controlled, covered, single = [], [], [], []
    for setting in SETTINGS:
        trials = [judged(seed, **setting) for seed in range(4)]
        found = [controlled_win_rate(*trial[:3]) for trial in trials]
        truth = [trial[3] for trial in trials]
        errors = [one.rate.mean - true for one, true in zip(found, truth, strict=True)]
        single += errors
        controlled.append(abs(np.mean(errors)))
        raw.append(abs(np.mean([one.raw - true for one, true in zip(found, truth, strict=True)])))
        covered += [
            one.rate.low <= true <= one.rate.high for one, true in zip(found, truth, strict=True)
        ]
    print(
        f"raw: mean {np.mean(raw):.3f}, most {max(raw):.3f}; controlled: mean "
        f"{np.mean(controlled):.4f}, most {max(controlled):.4f}; one run of {PAIRS} pairs: "
        f"{np.std(single):.4f}; covered {np.mean(covered):.3f}"
    )
    assert max(raw) > 0.1
    assert max(controlled) <= 0.02
    assert np.mean(covered) >= 0.85


def test_many_pairs_give_it_exactly():
    outcomes, ours, theirs, truth = judged(0, 0.4, 1.0, pairs=40_000)
    found = controlled_win_rate(outcomes[:40_000], ours, theirs)
    assert found.rate.mean == pytest.approx(truth, abs=0.006)
    assert found.weight == pytest.approx(1.0, abs=0.05)
    assert found.longer == pytest.approx(300, rel=0.05) and found.judged == 40_000


def test_failures_are_left_out():
    outcomes, ours, theirs, _ = judged(1, 0.0, 1.0, failed=0.2)
    kept = [i for i, value in enumerate(outcomes) if value is not None]
    found = controlled_win_rate(outcomes, ours, theirs)
    assert found.judged == len(kept) < PAIRS
    alone = controlled_win_rate(
        [outcomes[i] for i in kept], [ours[i] for i in kept], [theirs[i] for i in kept]
    )
    assert found == alone


def test_equal_lengths_leave_the_win_rate_as_it_is():
    found = controlled_win_rate([1, 1, 0, 0.5], [5] * 4, [5] * 4)
    assert found.rate.mean == pytest.approx(found.raw, abs=1e-3) and found.weight == 0
    everything = controlled_win_rate([1.0] * 20, range(20), [3] * 20)
    assert everything.rate.mean > 0.99 and math.isfinite(everything.weight)


def test_numbers_that_do_not_fit():
    for wrong in (([None], [1], [1]), ([], [], []), ([2.0], [1], [1]), ([1.0], [1], [])):
        with pytest.raises(ValueError):  # noqa: PT011  zip's own words in one of them
            controlled_win_rate(*wrong)
