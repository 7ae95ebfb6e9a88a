import json
import subprocess
import sys
from importlib.metadata import EntryPoint
from types import SimpleNamespace

import pytest

from r1gym.core.errors import ConfigError, R1GymError, UnknownNameError
from r1gym.core.extras import install
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
    assert message == (
        "There is no fruit 'bananna'. Did you mean 'banana'? Known: apple, banana. "
        "A plugin brings more: pip install the package that has it."
    )
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


def test_what_is_built_in_is_imported_when_asked_for():
    code = """
import sys
from r1gym.core.registry import Registry
registry = Registry("fruit", "r1gym.tests.no_such_group", built_in={"kiwi": "wave:open"})
assert registry.names() == ["kiwi"] and "wave" not in sys.modules
assert registry.get("kiwi") is sys.modules["wave"].open
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_built_in_name_is_its_owners_alone():
    registry = Registry("fruit", "r1gym.tests.no_such_group", built_in={"kiwi": "json:dumps"})
    with pytest.raises(ConfigError, match="'kiwi' is already json.dumps; register yours"):
        registry.register("kiwi")(ConfigError)
    registry.register("kiwi")(json.dumps)
    assert registry.get("kiwi") is json.dumps


def test_a_missing_optional_dependency_names_the_extra():
    registry = Registry(
        "fruit",
        "r1gym.tests.no_such_group",
        built_in={"lime": "r1gym_no_such:x [citrus-fruit]", "date": "r1gym_no_such:x"},
    )
    with pytest.raises(ConfigError) as caught:
        registry.get("lime")
    assert str(caught.value) == (
        "The fruit 'lime' cannot be loaded (ModuleNotFoundError: No module named 'r1gym_no_such'): "
        f"{install('citrus-fruit')}."
    )
    with pytest.raises(ModuleNotFoundError):  # a fault of ours, to be seen in full
        registry.get("date")


class _Installed(EntryPoint):
    """An entry point of an installed package."""

    def __init__(self, name, value, package):
        super().__init__(name, value, "r1gym.tests")
        vars(self)["dist"] = SimpleNamespace(name=package, version="1.0")


def _install(monkeypatch, *points):
    monkeypatch.setattr("r1gym.core.registry.entry_points", lambda group, name=None: list(points))
    return Registry("fruit", group="r1gym.tests")


def test_a_broken_plugin_is_one_line_that_names_its_package(monkeypatch):
    registry = _install(monkeypatch, _Installed("fig", "r1gym_no_such:Fig", "fig-tree"))
    with pytest.raises(ConfigError) as caught:
        registry.get("fig")
    assert str(caught.value) == (
        "The fruit 'fig' of the package fig-tree 1.0 cannot be loaded (ModuleNotFoundError: "
        "No module named 'r1gym_no_such'): install what it lacks, or another version of it."
    )


def test_a_plugin_whose_module_registers_nothing_is_refused(monkeypatch):
    registry = _install(monkeypatch, _Installed("fig", "json", "fig-tree"))
    with pytest.raises(ConfigError, match="fig-tree 1.0 promises the fruit 'fig', but its module"):
        registry.get("fig")


def test_two_plugins_of_one_name_are_refused(monkeypatch):
    points = [_Installed("fig", "json:dumps", name) for name in ("fig-tree", "figs")]
    registry = _install(monkeypatch, *points)
    with pytest.raises(ConfigError, match="'fig' is in fig-tree 1.0 and figs 1.0: uninstall all"):
        registry.get("fig")


def test_a_plugin_of_another_kind_is_refused_by_name_and_left_out_elsewhere(monkeypatch):
    points = [
        _Installed("fig", "json:dumps", "fig-tree"),
        _Installed("figment", "json:JSONDecodeError.mro", "fig-ment"),
        _Installed("lost", "r1gym_no_such:x", "lost-and-found"),
        _Installed("date", "json:JSONDecodeError", "dates"),
    ]

    def entry_points(group, name=None):
        return [point for point in points if name in (None, point.name)]

    monkeypatch.setattr("r1gym.core.registry.entry_points", entry_points)
    wants = "a class; nothing else"
    registry = Registry(
        "fruit", "r1gym.tests", wants=wants, fits=lambda entry: isinstance(entry, type)
    )
    with pytest.raises(ConfigError) as caught:
        registry.get("fig")
    assert str(caught.value) == (
        "The fruit 'fig' of the package fig-tree 1.0 is the function dumps: "
        "its entry point must name a class; nothing else."
    )
    with pytest.warns(UserWarning, match="is left out") as warned:
        assert registry.working() == ["date"]
    lines = [str(warning.message) for warning in warned]
    assert len(lines) == 3 and all(line.startswith("The fruit ") for line in lines)
    assert "fig-tree 1.0" in lines[0] and "lost-and-found 1.0" in lines[2]
    assert registry.working("fi") == []  # and no warning again: warnings are errors here
    assert registry.names() == ["date", "fig", "figment", "lost"]


def test_a_plugin_that_exits_when_imported_ends_nothing(monkeypatch, tmp_path):
    (tmp_path / "r1gym_exits.py").write_text("import sys\nsys.exit(3)\n")
    monkeypatch.syspath_prepend(tmp_path)
    registry = _install(monkeypatch, _Installed("fig", "r1gym_exits:Fig", "fig-tree"))
    with pytest.raises(ConfigError, match="cannot be loaded .SystemExit: 3"):
        registry.get("fig")


def test_a_scope_forgets_what_was_registered_within(registry):
    with pytest.raises(KeyError, match="cherry"), registry.scoped():
        registry.register("cherry")("a cherry")
        with registry.scoped():
            registry.register("date")("a date")
            assert registry.names() == ["apple", "banana", "cherry", "date"]
        assert registry.names() == ["apple", "banana", "cherry"]
        raise KeyError("cherry")
    assert registry.names() == ["apple", "banana"]
    registry.register("cherry")("another cherry")  # the name is free again
    assert registry.get("cherry") == "another cherry"


def test_a_scope_keeps_what_was_imported_within(tmp_path, monkeypatch):
    """A module that registers by decorator does so once, and its names are still there after."""
    module = """
from orchard_of_tests import FRUIT
for name in ("fig", "grape"):
    FRUIT.register(name)(name)
"""
    registry = Registry("fruit", "r1gym.fruits", built_in={"apple": "json:dumps"})
    holder = SimpleNamespace(__name__="orchard_of_tests", FRUIT=registry)
    monkeypatch.setitem(sys.modules, "orchard_of_tests", holder)
    (tmp_path / "fig_of_tests.py").write_text(module)
    monkeypatch.syspath_prepend(tmp_path)
    point = EntryPoint("fig", "fig_of_tests", "r1gym.fruits")
    monkeypatch.setattr(
        "r1gym.core.registry.entry_points",
        lambda group, name=None: [point] if name in (None, "fig") else [],
    )
    with registry.scoped():
        assert registry.get("fig") == "fig" and registry.get("apple") is json.dumps
        registry.register("melon")("a melon")
    assert registry.get("fig") == "fig" and registry.get("grape") == "grape"
    assert registry.names() == ["apple", "fig", "grape"]
    monkeypatch.delitem(sys.modules, "fig_of_tests")


@pytest.mark.parametrize("name", [None, 3, "", " ", len])
def test_a_name_is_a_text(name, registry):
    with pytest.raises(ConfigError, match="A fruit is registered under a name, such as @register"):
        registry.register(name)


def test_what_is_none_of_the_kind_is_refused_at_once():
    registry = Registry("fruit", "r1gym.tests.none", wants="a text", fits=lambda x: type(x) is str)
    with pytest.raises(ConfigError, match="The fruit 'kiwi' is of type int: it must be a text."):
        registry.register("kiwi")(3)
    assert registry.names() == []
