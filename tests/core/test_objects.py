"""What is named by its place is found, and what is not there is said in one line."""

import pytest

from r1gym.core.errors import ConfigError
from r1gym.core.objects import load_object


def test_a_function_is_found_by_its_place():
    assert load_object("math:sqrt", "root")(9) == 3
    assert load_object("pathlib:Path.cwd", "place")


@pytest.mark.parametrize("place", ["math", "math:", "no_such_module:f", "math:nothing", "math:pi"])
def test_what_cannot_be_called_is_refused_with_its_kind(place):
    with pytest.raises(ConfigError, match="The root "):
        load_object(place, "root")
