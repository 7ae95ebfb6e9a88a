import pytest

from r1gym.core.errors import ConfigError, R1GymError, UnknownNameError
from r1gym.core.registry import Registry


@pytest.fixture
def registry():
    registry = Registry("fruit", group="r1gym.tests.no_such_group")
    registry.register("apple")("an apple")
    registry.register("banana")("a banana")
    return registry


def test_registered_objects_are_found_by_name(registry):
    assert registry.get("apple") == "an apple"
    assert registry.names() == ["apple", "banana"]


def test_an_unknown_name_gets_the_nearest_one_suggested(registry):
    with pytest.raises(UnknownNameError) as caught:
        registry.get("bananna")
    message = str(caught.value)
    assert message == "There is no fruit 'bananna'. Did you mean 'banana'? Known: apple, banana."
    assert isinstance(caught.value, KeyError) and isinstance(caught.value, R1GymError)


class _EntryPoint:
    def __init__(self, name, value):
        self.name, self.value, self.loads = name, value, 0

    def load(self):
        self.loads += 1
        return self.value


def test_a_plugin_is_loaded_only_when_asked_for(monkeypatch):
    plugins = [_EntryPoint("cherry", "a cherry"), _EntryPoint("date", "a date")]

    def entry_points(group, name=None):
        assert group == "r1gym.fruits"
        return [plugin for plugin in plugins if name in (None, plugin.name)]

    monkeypatch.setattr("r1gym.core.registry.entry_points", entry_points)
    registry = Registry("fruit", group="r1gym.fruits")
    assert registry.names() == ["cherry", "date"]
    assert [plugin.loads for plugin in plugins] == [0, 0]
    assert registry.get("cherry") == registry.get("cherry") == "a cherry"
    assert [plugin.loads for plugin in plugins] == [1, 0]


def test_what_a_plugin_registers_by_decorator_is_kept(monkeypatch):
    def load():
        registry.register("elder")("an elder")
        return "the module"

    plugin = _EntryPoint("elder", None)
    plugin.load = load
    monkeypatch.setattr("r1gym.core.registry.entry_points", lambda group, name=None: [plugin])
    registry = Registry("fruit", group="r1gym.fruits")
    assert registry.get("elder") == registry.get("elder") == "an elder"


def test_a_name_that_is_taken_is_refused(registry):
    registry.register("fig")(ConfigError)
    with pytest.raises(ConfigError) as caught:
        registry.register("fig")(R1GymError)
    assert str(caught.value) == (
        "The fruit 'fig' is already r1gym.core.errors.ConfigError; "
        "register yours under another name."
    )
    assert registry.get("fig") is ConfigError
    with pytest.raises(ConfigError, match="'apple' is already 'an apple'"):
        registry.register("apple")("another apple")


def test_the_same_definition_may_be_registered_again(registry):
    def define():
        def fig():
            pass

        return fig

    by_name = Registry("fruit", group="r1gym.tests.no_such_group", source=lambda pair: pair[0])
    first, second = define(), define()
    registry.register("fig")(first)
    registry.register("fig")(second)
    assert registry.get("fig") is second
    by_name.register("fig")((first, 1))
    by_name.register("fig")((second, 2))
    assert by_name.get("fig") == (second, 2)
    with pytest.raises(ConfigError, match="already .*fig; register"):
        by_name.register("fig")((define, 3))
