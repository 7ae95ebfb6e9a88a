import pytest

from r1gym.core.errors import ConfigError
from r1gym.problems.problem_text import parse_problems


@pytest.mark.parametrize(
    ("text", "families"),
    [
        ("arithmetic:2", {"arithmetic": (2,)}),
        ("arithmetic:2-5 equations:1-3", {"arithmetic": (2, 3, 4, 5), "equations": (1, 2, 3)}),
        ("arithmetic:1-2 arithmetic:2-4", {"arithmetic": (1, 2, 3, 4)}),
        ("my-family:10", {"my-family": (10,)}),
    ],
)
def test_families_with_their_levels(text, families):
    assert parse_problems(text) == families


def test_a_file_is_left_alone():
    assert parse_problems("my problems:1.jsonl") == "my problems:1.jsonl"


@pytest.mark.parametrize("text", ["arithmetic", "arithmetic:", "arithmetic:a", "p.txt", "x:1-"])
def test_what_is_not_understood_is_quoted(text):
    with pytest.raises(ConfigError, match=r"at '.*'.*arithmetic:2-5 equations:1") as caught:
        parse_problems("equations:1 " + text)
    assert repr(text) in str(caught.value)


def test_levels_that_run_backwards():
    with pytest.raises(ConfigError, match="'arithmetic:5-2' run backwards"):
        parse_problems("arithmetic:5-2")
