import pytest
import torch

from r1gym.core.errors import TrainingStopped
from r1gym.rollout.canary import check_canary
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.testing.engines import _moved


def test_an_engine_that_follows_is_let_go_on(policy):
    assert 0 <= check_canary(EmbeddedEngine(policy), policy) < 1e-4


def test_one_with_the_weights_of_before_is_not(policy):
    engine = EmbeddedEngine(policy)
    engine.version = 4
    with pytest.raises(TrainingStopped, match=r"of step 4 its log-probabilities differ by \d"):
        check_canary(engine, _moved(policy))


def test_nor_one_with_a_weight_that_is_no_number(llama):
    broken = _moved(llama)
    with torch.no_grad():
        next(broken.model.parameters())[:] = float("nan")
    with pytest.raises(TrainingStopped, match="differ by nan nats"):
        check_canary(EmbeddedEngine(broken), broken)
