import pytest

from r1gym.core.errors import ConfigError
from r1gym.recipes.base import BaseConfig
from r1gym.recipes.embedded_base import EmbeddedBase


def test_a_base_must_bring_a_corpus():
    with pytest.raises(TypeError, match="corpus"):
        EmbeddedBase()


@pytest.mark.parametrize("heads", [3, 5])
def test_rotary_embeddings_need_pairs_of_channels(heads):
    with pytest.raises(ConfigError, match="must be a multiple of twice base.heads"):
        BaseConfig(heads=heads)
