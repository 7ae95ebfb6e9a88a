import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import ENGINES, Sampling, make_engine


def test_an_engine_by_its_name(llama):
    engine = make_engine("embedded", llama, rows=3)
    assert isinstance(engine, EmbeddedEngine) and (engine.policy, engine.rows) == (llama, 3)
    assert engine.most_tokens == llama.model.config.max_position_embeddings
    assert "embedded" in ENGINES.names()
    with pytest.raises(UnknownNameError, match="Did you mean 'embedded'"):
        make_engine("embeded", llama)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"max_tokens": 0}, "max_tokens must be at least 1"),
        ({"max_tokens": True}, "max_tokens must be a whole number"),
        ({"temperature": -0.1}, "temperature must be at least 0"),
        ({"temperature": float("nan")}, "temperature must be"),
        ({"top_p": 0.0}, r"top_p must lie in \(0, 1\]"),
        ({"stop": ("",)}, "not empty"),
        ({"stop": "end"}, "stop must be a list"),
        ({"stop": (3,)}, "Each of stop must be a text"),
    ],
)
def test_sampling_that_makes_no_sense_is_refused(options, said):
    with pytest.raises(ConfigError, match=said):
        Sampling(**{"max_tokens": 4} | options)
