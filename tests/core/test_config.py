from dataclasses import dataclass, field
from pathlib import Path

import pytest

from r1gym.core.config import from_plain, to_plain
from r1gym.core.errors import RunError

SOURCE = Path("runs/x/config.json")


@dataclass(frozen=True)
class Inner:
    rate: float = 0.5
    names: tuple[str, ...] = ("a",)


@dataclass(frozen=True)
class Outer:
    steps: int = 3
    rewards: dict[str, float] | None = None
    inner: Inner = field(default_factory=Inner)


@pytest.mark.parametrize(
    "config", [Outer(), Outer(5, {"accuracy": 1.0}, Inner(1, ("b", "c"))), Outer(inner=Inner(2.0))]
)
def test_there_and_back(config):
    assert from_plain(Outer(), to_plain(config), SOURCE) == config


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, "runs/x was made by another version of r1gym.*colour is unknown"),
        ({"steps": "3"}, "config.json is broken: steps cannot be '3'"),
        ({"steps": True}, "steps cannot be True"),
        ({"rewards": 1.0}, "rewards cannot be 1.0"),
        ({"inner": {"rate": 1.0}}, "another version .*inner.names is missing"),
        ({"inner": {"rate": 1.0, "names": "a"}}, "inner.names cannot be 'a'"),
        ({"inner": {"rate": None, "names": []}}, "inner.rate cannot be None"),
        ({"inner": 4}, "inner cannot be 4"),
    ],
)
def test_what_is_none_is_one_line(changes, message):
    with pytest.raises(RunError, match=message) as caught:
        from_plain(Outer(), to_plain(Outer()) | changes, SOURCE)
    assert "\n" not in str(caught.value)


def test_a_setting_that_is_missing():
    plain = to_plain(Outer())
    del plain["steps"]
    with pytest.raises(RunError, match="steps is missing"):
        from_plain(Outer(), plain, SOURCE)
