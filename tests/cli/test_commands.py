"""A new command is one file and one row."""

import sys

import pytest

from r1gym.cli.commands import COMMANDS, Command

MODULE = '''
from dataclasses import dataclass


@dataclass(frozen=True)
class Greet:
    """Greet somebody."""

    name: str = "you"
    """Who is greeted."""


def greet(options):
    return f"Hello, {options.name}"


def options(words):
    return Greet
'''


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "greeting.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("greeting", None)


@pytest.mark.parametrize("options", ["greeting:Greet", "greeting:options"])
def test_a_command_is_one_file_and_one_row(options, module, command, monkeypatch):
    row = Command("Greet somebody.", options, "greeting:greet", "builtins:print")
    monkeypatch.setitem(COMMANDS, "greet", row)
    assert command("greet", "--name", "Ada") == (0, "Hello, Ada\n", "")
    assert "Who is greeted." in command("greet", "--help")[1]
    assert "Greet somebody." in command("--help")[1]
    code, _, errors = command("greet", "--nam", "Ada")
    assert (code, errors.count("\n")) == (2, 1) and "--name" in errors


def test_rows_name_what_exists():
    for row in COMMANDS.values():
        for place in filter(None, (row.options, row.run, row.show)):
            module, _, name = place.partition(":")
            assert hasattr(__import__(module, fromlist=[name]), name), place


@pytest.mark.parametrize("words", [["play"], ["bench"], ["bench", "agents"]])
def test_help_with_a_name_is_that_commands_help(words, command):
    code, output, _ = command("help", *words)
    assert (code, output) == command(*words, "--help")[:2]
    assert " ".join(words) in output.splitlines()[0]


def test_help_with_a_wrong_name_is_a_wrong_name(command):
    assert "Did you mean 'play'?" in command("help", "plya")[2]
