import sys

import pytest

from r1gym.core.errors import ConfigError
from r1gym.core.settings_file import read_settings


def test_json_and_yaml(tmp_path):
    for name, text in (("a.json", '{"a": {"b": 1}}'), ("a.yml", "a:\n  b: 1\n")):
        (tmp_path / name).write_text(text)
        assert read_settings(tmp_path / name) == {"a": {"b": 1}}


@pytest.mark.parametrize("text", ["3", "null", '"a"', "[1]", "{", "{1: 2}", "\x00"])
def test_what_is_none_is_one_line(text, tmp_path):
    for name in ("a.json", "a.yaml"):
        (tmp_path / name).write_text(text)
        with pytest.raises(ConfigError, match="holds no settings|is no file of settings") as caught:
            read_settings(tmp_path / name) and (name == "a.json" or text != "{")
        assert "\n" not in str(caught.value)


def test_without_a_reader_of_yaml(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    (tmp_path / "a.yaml").write_text("a: 1\n")
    with pytest.raises(ConfigError, match="YAML needs a package: pip install"):
        read_settings(tmp_path / "a.yaml")
