import math

import pytest
import torch

from r1gym.core.errors import ConfigError, ModelNotFoundError
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.policy import save_policy
from r1gym.models.step_calibrated import (
    FEATURES,
    CalibratedLikelihood,
    fit_calibrated,
    likelihood_features,
    save_calibrated,
)
from r1gym.models.step_likelihood import LikelihoodScorer
from r1gym.models.step_scorer import make_step_scorer
from r1gym.models.step_training import LabelledSteps
from tests.policies import new_llama, new_qwen


def test_the_features_of_each_step():
    found = likelihood_features([-1.0, -2.0, -0.5, -40.0], [[5, 6], [7], [], [8]])
    assert found[0] == pytest.approx([-2.0, -1.5, -2.0, -1.5, math.log(2)])
    assert found[1] == pytest.approx([-0.5, -0.5, -2.0, -3.5 / 3, math.log(3)])
    assert found[2] == found[1]
    assert found[3] == pytest.approx([-15.0, -15.0, -15.0, -18.5 / 4, math.log(4)])
    assert len(found[0]) == len(FEATURES)
    with pytest.raises(ConfigError, match="first step holds no token"):
        likelihood_features([-1.0], [[], [5]])


def labelled(policy, task, count):
    """Steps that are right where the policy's least probability so far is above the middle."""
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(3, 60, (count, 6), generator=generator).tolist()
    steps = [(tuple(row[:2]), tuple(row[2:])) for row in ids]
    values = LikelihoodScorer(task, model=policy).score([[7, 8]] * count, steps)
    middle = sorted(one for row in values for one in row)[count]
    return [
        LabelledSteps((7, 8), cut, tuple(float(one > middle) for one in row))
        for cut, row in zip(steps, values, strict=True)
    ]


@pytest.mark.parametrize("make", [new_llama, new_qwen])
def test_it_learns_what_likelihoods_are_worth_and_is_loaded_again(make, tmp_path):
    task = TokenTask(TaskSpec(problems={"arithmetic": [1]}, max_tokens=8))
    policy = make()
    examples = labelled(policy, task, 120)
    share = sum(sum(e.labels) for e in examples) / 240
    weights = fit_calibrated(policy, examples)
    save_calibrated(policy, weights, tmp_path)
    scorer = make_step_scorer("calibrated_likelihood", task, {"model": str(tmp_path)})
    values = scorer.score([e.prompt for e in examples], [e.steps for e in examples])
    agree = [(v > 0.5) == bool(r) for e, row in zip(examples, values, strict=True)
             for v, r in zip(row, e.labels, strict=True)]  # fmt: skip
    assert sum(agree) / len(agree) > 0.95
    mean = sum(sum(row) for row in values) / 240
    assert mean == pytest.approx(share, abs=0.01)  # as a probability is


def test_what_is_no_such_scorer_is_refused(tmp_path):
    task = TokenTask(TaskSpec(problems={"arithmetic": [1]}, max_tokens=8))
    save_policy(new_llama(), tmp_path)
    with pytest.raises(ModelNotFoundError, match="holds no calibrated likelihood"):
        CalibratedLikelihood(task, model=str(tmp_path))
    (tmp_path / "step_head.json").write_text('{"features": ["other"], "weights": [1]}')
    with pytest.raises(ModelNotFoundError, match="it is of other features"):
        CalibratedLikelihood(task, model=str(tmp_path))
    with pytest.raises(ConfigError, match="No step has a label"):
        fit_calibrated(new_llama(), [LabelledSteps((7,), ((20,),), (None,))])
