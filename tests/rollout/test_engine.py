from importlib.util import find_spec

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import (
    ENGINES,
    Sampling,
    check_options,
    make_engine,
    shares_weights,
)


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


class WithOptions:
    def __init__(self, policy, rows=512, *, beams=1):
        self.beams = beams


class WithAny:
    def __init__(self, policy, rows=512, **options):
        self.options = options

    @staticmethod
    def check_options(options):
        if "speed" in options:
            raise ConfigError("no speed")


@pytest.fixture
def engines():
    with ENGINES.scoped():
        ENGINES.register("with_options")(WithOptions)
        ENGINES.register("with_any")(WithAny)
        yield


def test_options_reach_the_engine(engines, llama):
    assert make_engine("with_options", llama, options={"beams": 3}).beams == 3
    assert make_engine("with_any", llama, options={"a": 1}).options == {"a": 1}


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("embedded", {"beams": 3}, "no option of the engine 'embedded' 'beams'. It has none"),
        ("embedded", {"rows": 3}, "'rows'. It has none"),
        ("with_options", {"beam": 3}, "Did you mean 'beams'"),
        ("with_any", {"speed": 3}, "no speed"),
        ("vllm_server", {"ports": 1}, "Did you mean .*port"),
        ("embeded", {}, "Did you mean 'embedded'"),
    ],
)
def test_options_are_checked_before_there_is_a_policy(engines, name, options, said):
    with pytest.raises((ConfigError, UnknownNameError), match=said):
        check_options(name, options)


def test_who_has_weights_of_its_own(engines, llama):
    assert shares_weights(make_engine("embedded", llama))
    assert shares_weights(make_engine("transformers", llama))
    assert not shares_weights(make_engine("with_any", llama))


@pytest.mark.skipif(find_spec("vllm") is not None, reason="vLLM is installed")
def test_without_vllm_there_is_one_line(llama):
    with pytest.raises(ConfigError, match=r"No module named 'vllm'\): pip install .*vllm"):
        make_engine("vllm", llama)
    with pytest.raises(ConfigError, match=r"vLLM, which is not installed: pip install .*vllm"):
        make_engine("vllm_server", llama)
