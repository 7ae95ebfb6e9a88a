"""A page for every command, with all of its options as its parser has them.

`train` and `doctor` have the options of the recipe and the algorithm that they begin with.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, fields
from importlib import import_module
from typing import Any, get_type_hints

import tyro

from _generate.examples import first_paragraph, table, terms
from r1gym.cli.commands import COMMANDS, Command
from r1gym.cli.parse import _RULES, _is_positional, _is_required


def pages() -> dict[str, str]:
    """Returns the pages by path."""
    made = {f"commands/{_file(name)}.md": page(name) for name in COMMANDS}
    return made | {"commands/index.md": _index()}


def page(name: str) -> str:
    """Returns the page of a command."""
    command = COMMANDS[name]
    kind = options_of(command)
    words, options = [], {}
    every = _options(kind)
    for option in every:
        row = (_written(option), option.about, _default(option))
        if option.name.startswith("--"):
            options.setdefault(option.name.lstrip("-").rpartition(".")[0], []).append(row)
        else:
            words.append(row)
    parts = [
        f"# r1gym {name}\n",
        f"{_about(command, kind)}\n",
        f"```console\n{_usage(name, [one for one in every if not one.name.startswith('--')])}"
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


def _usage(name: str, arguments: list[_Option]) -> str:
    """Returns the line to type, with brackets round what may be left out."""
    words = []
    for one in arguments:
        word = one.name.upper() + (" ..." if "..." in one.kind else "")
        words.append(f"[{word}]" if one.kind.startswith("[") else word)
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


@dataclass(frozen=True)
class _Option:
    """An option or a word, as the help has it."""

    name: str
    kind: str  # of its value
    about: str
    default: str


def _options(kind: type[Any]) -> list[_Option]:
    """Returns a command's options and words, read from its help: tyro tells them nowhere else."""
    words = iter(_word_names(kind))
    found = []
    for entry in _entries(_help_of(kind)):
        typed, *about = re.split(r"\s{2,}", entry.strip(), maxsplit=1)
        if typed == "-h, --help":
            continue
        text = " ".join(" ".join(about).split())
        default = _DEFAULT.search(text)
        name, _, value = typed.partition(" ") if typed.startswith("-") else ("", "", typed)
        if name.endswith(","):  # --base, --no-base
            value = ""
        found.append(
            _Option(
                name.rstrip(",") or next(words), value, _DEFAULT.sub("", text),
                (default["value"] or "").strip() if default else "",
            )
        )  # fmt: skip
    return found


def _entries(text: str) -> Iterator[str]:
    """Yields what a help says of each word and option, with its name."""
    for section in _TITLE.split(text)[1:]:
        has_words = section.startswith("positional")
        for entry in _ENTRY.findall(section):
            is_rule = entry.strip(" -") == ""
            if not is_rule and (
                has_words or entry.startswith("  -")
            ):  # else it is what a group is for
                yield entry


def _word_names(kind: type[Any]) -> list[str]:
    hints = get_type_hints(kind, include_extras=True)
    return [f.name for f in fields(kind) if _is_positional(hints[f.name]) or _is_required(f)]


def _help_of(kind: type[Any]) -> str:
    """Returns a command's help, a line each, without frames or colours."""
    said = io.StringIO()
    with redirect_stdout(said), suppress(SystemExit), _narrow():
        tyro.cli(
            kind, prog="r1gym", args=["--help"], registry=_RULES,
            config=(tyro.conf.PositionalRequiredArgs,),
        )  # fmt: skip
    return said.getvalue()


@contextmanager
def _narrow() -> Iterator[None]:
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "120"  # one column of options
    try:
        yield
    finally:
        del os.environ["COLUMNS"]
        if before is not None:
            os.environ["COLUMNS"] = before


_TITLE = re.compile(r"^ (?=\S.*\n -{3,})", re.MULTILINE)
# Two blanks and a name, and what stands further in below it.
_ENTRY = re.compile(r"^  \S.*(?:\n {3,}\S.*)*", re.MULTILINE)
_DEFAULT = re.compile(r"\s*\((default: (?P<value>.*)|required|optional)\)\s*$", re.DOTALL)


def _written(option: _Option) -> str:
    """Returns an option or a word as it is typed, with what kind of value it takes."""
    kind = re.sub(r"\[?([^\[\]]+) \[\1 \.\.\.\]\]?", r"\1 ...", option.kind).strip("[]")
    kind = kind.replace("{None}|", "").strip("{}") if "{None}|" in kind else kind
    return f"`{option.name}{f' {kind}' if kind else ''}`"


def _default(option: _Option) -> str:
    """Returns what holds if an option is not given; empty for nothing at all."""
    if option.default == "False":
        return "off"
    return "" if option.default in ("", "''", "None", "not given") else f"`{option.default}`"


def _file(name: str) -> str:
    return name.replace(" ", "-")
