import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from r1gym.core.config import NEWER, changed, from_plain, to_plain
from r1gym.core.errors import ConfigError, RunError, UnknownNameError

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


@dataclass(frozen=True)
class Limit:
    row: str
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class Table:
    limits: tuple[Limit, ...] = (Limit("a", least=0.5),)


def test_a_list_of_objects_there_and_back():
    table = Table((Limit("b", most=0.25), Limit("c", 1.0, 2.0), Limit("d", least=None)))
    assert from_plain(Table(), json.loads(json.dumps(to_plain(table))), SOURCE) == table
    with pytest.raises(RunError, match="limits cannot be 3"):
        from_plain(Table(), {"limits": [3]}, SOURCE)
    with pytest.raises(RunError, match="limits.least cannot be 'x'"):
        from_plain(Table(), {"limits": [{"row": "b", "least": "x", "most": None}]}, SOURCE)


def test_some_settings_changed():
    found = changed(Outer(), {"inner": {"rate": 2}, "rewards": {"accuracy": 1}}, SOURCE)
    assert found == Outer(3, {"accuracy": 1}, Inner(2))
    assert changed(Table(), {"limits": [{"row": "z"}]}, SOURCE).limits == (Limit("z"),)


@pytest.mark.parametrize(
    ("plain", "error", "message"),
    [
        ({"stepz": 4}, UnknownNameError, "no setting in runs/x/config.json 'stepz'. Did you mean"),
        ({"inner": {"rte": 4}}, UnknownNameError, "'inner.rte'. Did you mean 'inner.rate'"),
        ({"steps": "4"}, ConfigError, "runs/x/config.json: steps cannot be '4'"),
        ({"inner": {"rate": "fast"}}, ConfigError, "inner.rate cannot be 'fast'"),
        ({"inner": 4}, ConfigError, "inner cannot be 4"),
    ],
)
def test_what_cannot_be_changed_is_one_line(plain, error, message):
    with pytest.raises(error, match=message) as caught:
        changed(Outer(), plain, SOURCE)
    assert "\n" not in str(caught.value)


@dataclass(frozen=True)
class Grown:
    steps: int = 3
    cap: float = field(default=2.0, metadata=NEWER)
    options: dict[str, int] = field(default_factory=dict, metadata=NEWER)


@dataclass(frozen=True)
class Holder:
    inner: Grown = field(default_factory=Grown)


@pytest.mark.parametrize("config", [Holder(), Holder(Grown(4, 0.0, {"a": 1})), Holder(Grown(4, 5))])
def test_what_is_newer_is_left_out_where_it_is_as_by_default(config):
    plain = to_plain(config)
    assert ("cap" in plain["inner"]) == (config.inner.cap != 2)
    assert ("options" in plain["inner"]) == bool(config.inner.options)
    assert from_plain(Holder(), plain, SOURCE) == config
    assert to_plain(config, whole=True)["inner"].keys() == {"steps", "cap", "options"}


def test_what_is_not_newer_must_be_there():
    with pytest.raises(RunError, match="inner.steps is missing"):
        from_plain(Holder(), {"inner": {"cap": 1.0}}, SOURCE)
