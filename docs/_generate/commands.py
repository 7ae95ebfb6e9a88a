"""A page for every command, with all of its options as its parser has them.

`train` and `doctor` have the options of the recipe and the algorithm that they begin with.
"""

from __future__ import annotations

import argparse
import re
import warnings
from importlib import import_module
from typing import Any

import tyro

from _generate.examples import first_paragraph, table, terms
from r1gym.cli.commands import COMMANDS, Command
from r1gym.cli.parse import _RULES


def pages() -> dict[str, str]:
    """Returns the pages by path."""
    made = {f"commands/{_file(name)}.md": page(name) for name in COMMANDS}
    return made | {"commands/index.md": _index()}


def page(name: str) -> str:
    """Returns the page of a command."""
    command = COMMANDS[name]
    kind = options_of(command)
    words, options = [], {}
    actions = [action for action in _parser(kind)._actions if action.dest != "help"]
    for action in actions:
        row = (_written(action), _help(action), _default(action))
        if action.option_strings:
            options.setdefault(_group(action), []).append(row)
        else:
            words.append(row)
    parts = [
        f"# r1gym {name}\n",
        f"{_about(command, kind)}\n",
        f"```console\n{_usage(name, [action for action in actions if not action.option_strings])}"
        f"{' [options]' if options else ''}\n```\n",
        f"It needs the extra `{command.extra}`, see [installation](../../installation.md#extras). "
        "[Commands](../../commands.md) has examples.\n",
    ]
    if words:
        parts += ["## Arguments\n", terms(words)]
    for group, rows in options.items():
        title = "Options" if not group else f"Options of {group}"
        parts += [f"## {title}\n", terms(rows)]
    return "\n".join(parts)


def options_of(command: Command) -> type[Any]:
    """Returns the dataclass of a command's options, as it is without any word."""
    module, _, name = command.options.partition(":")
    found = getattr(import_module(module), name)
    return found if isinstance(found, type) else found([])


def _about(command: Command, kind: type[Any]) -> str:
    """Returns what a command does: the longer of its two descriptions, which say the same."""
    return max(command.summary, first_paragraph(kind.__doc__), key=len)


def _usage(name: str, arguments: list[argparse.Action]) -> str:
    """Returns the line to type, with brackets round what may be left out."""
    words = []
    for action in arguments:
        word = action.dest.rpartition(".")[2].upper()
        word += " ..." if action.nargs in ("*", "+") else ""
        words.append(word if action.required and action.nargs != "*" else f"[{word}]")
    return " ".join(["r1gym", name, *words])


def _index() -> str:
    rows = [
        (f"[`r1gym {name}`]({_file(name)}.md)", command.summary, f"`{command.extra}`")
        for name, command in COMMANDS.items()
    ]
    names = "\n".join(map(_file, COMMANDS))
    return (
        "# All commands\n\nEvery option of each, as its parser has them; "
        "[commands](../../commands.md) tells what they are for.\n\n"
        f"{table(('command', 'what it does', 'extra'), rows)}\n"
        f"```{{toctree}}\n:hidden:\n\n{names}\n```\n"
    )


def _parser(kind: type[Any]) -> argparse.ArgumentParser:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # there is no other way to them yet
        return tyro.extras.get_parser(
            kind, registry=_RULES, config=(tyro.conf.PositionalRequiredArgs,)
        )


def _written(action: argparse.Action) -> str:
    """Returns an option or a word as it is typed, with what kind of value it takes."""
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    kind = re.sub(r"\[?([^\[\]]+) \[\1 \.\.\.\]\]?", r"\1 ...", metavar).strip("[]")
    kind = kind.replace("{None}|", "").strip("{}") if "{None}|" in kind else kind
    name = action.option_strings[0] if action.option_strings else action.dest.rpartition(".")[2]
    return f"`{name}{f' {kind}' if kind else ''}`"


_DEFAULT = re.compile(r"\s*\((default: (?P<value>.*)|required|optional)\)\s*$", re.DOTALL)


def _help(action: argparse.Action) -> str:
    return _DEFAULT.sub("", action.help or "")


def _default(action: argparse.Action) -> str:
    """Returns what holds if an option is not given; empty for nothing at all."""
    found = _DEFAULT.search(action.help or "")
    value = (found["value"] or "").strip() if found else ""
    if value == "False":
        return "off"
    return "" if value in ("", "''", "None", "not given") else f"`{value}`"


def _group(action: argparse.Action) -> str:
    name = action.option_strings[0].lstrip("-")
    return name.rpartition(".")[0]


def _file(name: str) -> str:
    return name.replace(" ", "-")
