import pytest

from r1gym.core.errors import R1GymError, UnknownNameError
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
