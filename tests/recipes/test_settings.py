import pytest

from r1gym.core.errors import ConfigError
from r1gym.recipes.settings import Settings


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "a/b"}, "name must be the name of a folder"),
        ({"threads": 0}, "threads must be at least 1"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"save_every": 1.5}, "save_every must be a whole number"),
        ({"show_every": -1}, "show_every must be at least 0"),
        ({"engine": 3}, "engine must be a text"),
        ({"engine_options": "port"}, "engine_options must be names with values, not port"),
    ],
)
def test_impossible_values_are_refused(changes, message):
    with pytest.raises(ConfigError, match=message) as caught:
        Settings(**changes)
    assert "\n" not in str(caught.value)
