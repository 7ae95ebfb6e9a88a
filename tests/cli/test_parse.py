"""Words of a command line to values: rules of our own beside tyro's."""

from dataclasses import dataclass, field, make_dataclass
from typing import Any

import pytest

from r1gym.cli.bench import BenchTable
from r1gym.cli.commands import UsageError
from r1gym.cli.new import New
from r1gym.cli.parse import option_names, parse


@dataclass(frozen=True)
class Options:
    """What is done."""

    filters: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What drops."""
    rewriter: dict[str, Any] = field(default_factory=lambda: {"type": "none"})
    """What rewrites."""


def test_a_json_object_is_one_word():
    found = parse("x", Options, ["--filters", '{"a": {"most": 3}}', '--rewriter={"type": "先"}'])
    assert found == Options({"a": {"most": 3}}, {"type": "先"})
    assert parse("x", Options, []) == Options()
    assert list(option_names(Options)) == ["--filters", "--rewriter"]


@pytest.mark.parametrize("word", ["3", "[1]", "{", "null", '"a"'])
def test_anything_else_is_one_line(word):
    with pytest.raises(UsageError, match="--filters: a JSON object is expected, not") as caught:
        parse("x", Options, ["--filters", word])
    assert "\n" not in str(caught.value)


def test_the_help_shows_the_default(capsys):
    with pytest.raises(SystemExit):
        parse("x", Options, ["--help"])
    assert '{"type": "none"}' in capsys.readouterr().out


def test_many_options_are_not_all_listed():
    kind = make_dataclass("Many", [(f"number_{i}", int, 0) for i in range(20)])
    with pytest.raises(UsageError, match="--number-11 and 8 more, which --help lists.$"):
        parse("x", kind, ["--lr", "1"])
    kind = make_dataclass("Few", [("number", int, 0)])
    with pytest.raises(UsageError, match="It has --number.$"):
        parse("x", kind, ["--lr", "1"])


@pytest.mark.parametrize(
    ("kind", "words", "line"),
    [
        (
            New,
            [],
            r"new: what it brings \({verifier,family,agent}\); the name that users .* \(STR\)\. `",
        ),
        (New, ["agent"], r"new: the name that users will write, such as short-answer \(STR\)\. `"),
        (
            BenchTable,
            ["a", "b"],
            "does not understand 'b'. A value with spaces stands in quotes. `",
        ),
        (
            Options,
            ["b"],
            "does not understand 'b'. It takes options alone, such as --NAME VALUE. `",
        ),
        (
            make_dataclass("Nothing", []),
            ["b"],
            "does not understand 'b'. Nothing stands behind it. `",
        ),
    ],
)
def test_words_that_are_missing_or_too_many(kind, words, line):
    with pytest.raises(UsageError, match=line) as caught:
        parse("new", kind, words)
    assert "\n" not in str(caught.value) and "required" not in str(caught.value)
