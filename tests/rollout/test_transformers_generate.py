import pytest
import torch

from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling, make_engine
from r1gym.rollout.transformers_generate import TransformersEngine
from r1gym.testing import check_engine


def test_it_keeps_the_promises(policy):
    check_engine(TransformersEngine, policy)


def test_settings_of_the_model_change_nothing(qwen):
    """A model that is saved with settings of its own is sampled as it was asked for."""
    plain = TransformersEngine(qwen).generate([[7, 30, 8]], 8, Sampling(6), 0)
    other = {"top_k": 2, "temperature": 0.2, "repetition_penalty": 2.0, "min_p": 0.3, "top_p": 0.3}
    for name, value in (other | {"typical_p": 0.3, "no_repeat_ngram_size": 1}).items():
        setattr(qwen.model.generation_config, name, value)
    assert TransformersEngine(qwen).generate([[7, 30, 8]], 8, Sampling(6), 0) == plain


def test_it_draws_from_a_stream_of_its_own(llama):
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    engine = make_engine("transformers", llama, rows=2)
    groups = engine.generate([[7], [9, 10]], 3, Sampling(4), 0)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert [len(group) for group in groups] == [3, 3]


@pytest.mark.parametrize("sampling", [Sampling(8, 0.0), Sampling(8, 0.7, 1e-6)])
def test_without_chance_it_says_what_the_embedded_engine_says(policy, sampling):
    prompts = [[7, 30, 8], [9], [40, 41, 42, 43, 44]]
    ours = EmbeddedEngine(policy).generate(prompts, 2, sampling, 0)
    theirs = TransformersEngine(policy).generate(prompts, 2, sampling, 0)
    assert ours == theirs
