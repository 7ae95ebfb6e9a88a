import pytest
import torch

from r1gym.core.errors import ConfigError
from r1gym.rollout.agreement import check_agreement, largest_gap
from r1gym.rollout.embedded import EmbeddedEngine

PROMPTS = [[7, 30, 8], [9]]


def test_an_engine_of_other_weights_is_found(llama, qwen):
    assert check_agreement(llama, PROMPTS) < 1e-4
    gap = largest_gap(llama, PROMPTS, 12, EmbeddedEngine(qwen))
    assert gap > 0.1
    with pytest.raises(ConfigError, match=f"differ by {gap:.2g} nats"):
        check_agreement(llama, PROMPTS, engine=EmbeddedEngine(qwen))


def test_no_number_is_no_agreement(llama):
    with torch.no_grad():
        next(llama.model.parameters())[5] = float("nan")
    with pytest.raises(ConfigError, match="are no numbers"):
        check_agreement(llama, [[5, 6]])
