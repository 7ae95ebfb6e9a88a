"""A command's words to its options: tyro reads them, and what it refuses becomes one line.

Left out: tyro's own messages, boxes of many lines, and its search for a name in other commands.
"""

from __future__ import annotations

import difflib
import io
import json
import re
import typing
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, TypeVar

import tyro
from tyro.constructors import ConstructorRegistry, PrimitiveConstructorSpec, PrimitiveTypeInfo

from r1gym.cli.commands import UsageError
from r1gym.verifiers.component import ComponentSpec

OptionsT = TypeVar("OptionsT")
Rewards = dict[str, ComponentSpec]

_RULES = ConstructorRegistry()
_POSITIONAL: Any = typing.get_args(tyro.conf.Positional[int])[1]
_APPENDED: Any = typing.get_args(tyro.conf.UseAppendAction[int])[1]
_MOST_LISTED = 12  # options, in one line
_NONE = ["not", "given"]  # what the help shows for rewards that are None
_FRAME = "│| "
_RULE = re.compile(r"[─-]*")  # of a terminal with box characters, and of one without
_FAILED = re.compile(r"Error parsing (?P<option>--\S+): (?P<why>.*)")
_WANTED = re.compile(r"(\S+(?: \[\S+ \.\.\.\])?) (.+?)\.? \(required\) ?")
# What tyro says of a value that is no number, in the words of Python.
_NO_NUMBER = re.compile(r"invalid literal for int|could not convert string|find valid parse")
_GIVEN = re.compile(r"\[('.*')\]|: ('[^']*')$|for int\(\) with base 10: ('[^']*')")


def parse(name: str, options: type[OptionsT], words: Sequence[str]) -> OptionsT:
    """Returns a command's options.

    Args:
        name: The command, for messages and help.
        options: A dataclass; a field of a dataclass's type becomes options with a prefix.
        words: The words behind the command.

    Raises:
        UsageError: If a word is no option, or an option's value cannot be read.
        R1GymError: If the dataclass refuses a value.
        SystemExit: After help was asked for and printed.
    """
    _check_names(name, options, words)
    said = io.StringIO()
    try:
        with redirect_stderr(said):
            found, extra = tyro.cli(
                options,
                prog=f"r1gym {name}",
                args=words,
                registry=_RULES,
                config=(tyro.conf.PositionalRequiredArgs,),
                return_unknown_args=True,
            )
    except SystemExit as stop:
        if stop.code in (None, 0):
            raise
        raise UsageError(f"{_in_one_line(said.getvalue())} {_more(name)}") from None
    if extra:
        raise UsageError(
            f"`r1gym {name}` does not understand {extra[0]!r}. {_why_not(options)} {_more(name)}"
        )
    return found


def _why_not(options: type[Any]) -> str:
    """Returns what may be the matter with a word that is left over."""
    if not fields(options):
        return "Nothing stands behind it."
    hints = typing.get_type_hints(options, include_extras=True)
    if not any(_is_positional(hints[field.name]) for field in fields(options)):
        return "It takes options alone, such as --NAME VALUE."
    return "A value with spaces stands in quotes."


def option_names(options: type[Any], prefix: str = "") -> dict[str, Any]:
    """Returns the names of a dataclass's options, as they are typed, with their types."""
    names: dict[str, Any] = {}
    hints = typing.get_type_hints(options, include_extras=True)
    for field in fields(options):
        kind, shown = _bare(hints[field.name], field.name)
        if isinstance(kind, type) and is_dataclass(kind):
            names |= option_names(kind, f"{prefix}{shown}.")
        elif not _is_positional(kind) and not _is_required(field):
            names[f"--{prefix}{shown}"] = kind
    return names


def _bare(kind: Any, name: str) -> tuple[Any, str]:
    """Returns an option's type and its name, which an annotation may give."""
    for note in getattr(kind, "__metadata__", ()):
        if (given := getattr(note, "name", None)) is not None:
            return kind.__origin__, given.replace("_", "-")
    return kind, name.replace("_", "-")


def _is_positional(kind: Any) -> bool:
    return _POSITIONAL in getattr(kind, "__metadata__", ())


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _check_names(name: str, options: type[Any], words: Sequence[str]) -> None:
    known = option_names(options)
    given: list[str] = []
    for word in words[: words.index("--") if "--" in words else None]:
        typed, is_joined, value = word.partition("=")
        if not re.match(r"--?[a-zA-Z]", word) or typed in ("-h", "--help"):
            continue
        option = typed.replace("_", "-")
        plain = option.replace("--no-", "--", 1)
        if option not in known and known.get(plain) is not bool:
            raise UsageError(f"`r1gym {name}` has no option {typed}.{_guess(word, option, known)}")
        if is_joined and known.get(plain) is bool:
            raise UsageError(f"{typed} takes no value, so not {value!r}: it is given or not.")
        given.append(option if option in known else plain)
        kind = known[given[-1]]
        if given.count(given[-1]) > 1 and not _is_appended(kind):  # tyro would take the last
            raise UsageError(f"{given[-1]} is given twice: {_once(kind)}.")


def _is_appended(kind: Any) -> bool:
    return _APPENDED in getattr(kind, "__metadata__", ())


def _once(kind: Any) -> str:
    if kind in (Rewards, Rewards | None):
        return "name all components behind one"
    return "put all values behind one" if typing.get_origin(kind) is tuple else "leave one out"


def _guess(word: str, option: str, known: Mapping[str, Any]) -> str:
    if not word.startswith("--"):
        return f" A value that begins with - is written --option={word}, or behind --."
    near = _nearest_option(option, list(known))
    return f" Did you mean {near}?" if near else f" It has {_listed(list(known))}."


def _listed(known: Sequence[str]) -> str:
    more = len(known) - _MOST_LISTED
    rest = f" and {more} more, which --help lists" if more > 0 else ""
    return ", ".join(known[:_MOST_LISTED]) + rest if known else "none"


def _nearest_option(given: str, known: Sequence[str]) -> str:
    """Returns the option that was meant, perhaps without its prefix; empty if none is like it."""
    last = {option: option.lstrip("-").rpartition(".")[2] for option in known}
    wanted = given.lstrip("-").rpartition(".")[2]
    if typo := difflib.get_close_matches(given, known, n=1, cutoff=0.9):
        return typo[0]
    near = difflib.get_close_matches(given, known, n=1)
    alike = [*difflib.get_close_matches(wanted, list(last.values()), n=1), *near]
    same = [option for option in known if last[option] == (alike[0] if alike else wanted)]
    end = given.lstrip("-")
    return min(same or near or [""], key=lambda o: (not o.endswith(end), o.count("."), len(o)))


def _more(name: str) -> str:
    return f"`r1gym {name} --help` lists the options."


def _in_one_line(box: str) -> str:
    """Returns what a box of tyro's says, without its frame, its title and what is below a rule."""
    lines = [line.strip(_FRAME) for line in box.splitlines()[1:-1]]
    if lines and _RULE.fullmatch(lines[0]):  # plain characters put one below the title
        del lines[0]
    end = next((i for i, line in enumerate(lines) if _RULE.fullmatch(line)), len(lines))
    text = " ".join(lines[:end])
    if lines and lines[0].startswith("Missing "):
        return _missing(text)
    found = _FAILED.fullmatch(text)
    if found is None:
        return text[:1].upper() + text[1:].rstrip(".") + "."
    option, why = found["option"], found["why"]
    if not _NO_NUMBER.search(box):
        return f"{option}: {why.rstrip('.')}."
    takes = next((line for line in lines[end:] if line.startswith(f"{option} ")), option)
    given = _GIVEN.search(why)
    value = next(group for group in given.groups() if group) if given else "this"
    return f"{takes.replace('{None}|', '')} is expected, not {value}."


def _missing(text: str) -> str:
    """Returns which words are missing: what each is for, and what kind of value it takes."""
    head, _, words = text.partition(": ")
    return f"{head}: {'; '.join(f'{_inside(why)} ({k})' for k, why in _WANTED.findall(words))}."


def _inside(text: str) -> str:
    """Returns the beginning of a sentence as it stands within one: JSON stays JSON."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


@_RULES.primitive_rule
def _rewards(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[Rewards | None] | None:
    """Reads `--rewards accuracy 1 language '{"weight": 0.2, "target": "en"}'`.

    Tyro's own rule allows no names but those of the default.
    """
    if info.type not in (Rewards, Rewards | None):
        return None

    def read(words: list[str]) -> Rewards:
        if len(words) % 2:
            raise UsageError(
                f"--rewards takes names and weights in turns, such as accuracy 1 format 0.1, not "
                f"{' '.join(words)!r}."
            )
        names = words[::2]
        if twice := [name for name in names if names.count(name) > 1]:
            raise UsageError(f"--rewards names {twice[0]!r} twice: give it one weight.")
        return {n: _spec(n, word) for n, word in zip(names, words[1::2], strict=True)}

    return PrimitiveConstructorSpec(
        nargs="*",
        metavar="NAME WEIGHT|JSON [NAME WEIGHT|JSON ...]",
        instance_from_str=read,
        is_instance=lambda value: value is None or isinstance(value, dict),
        str_from_instance=lambda value: (
            _NONE if value is None else [w for n, x in value.items() for w in (n, _word(x))]
        ),
    )


@_RULES.primitive_rule
def _given(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[dict[str, str]] | None:
    """Reads `--given model=FOLDER examples=FILE`. Tyro's own rule wants names and values apart."""
    if info.type != dict[str, str]:
        return None
    return PrimitiveConstructorSpec(
        nargs="*",
        metavar="NAME=PLACE [NAME=PLACE ...]",
        instance_from_str=_places,
        is_instance=lambda value: isinstance(value, dict),
        str_from_instance=lambda value: [f"{name}={place}" for name, place in value.items()],
    )


def _places(words: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        name, equals, place = word.partition("=")
        if not (name and equals and place):
            raise UsageError(
                f"--given takes NAME=PLACE, such as examples=mine.jsonl, not {word!r}."
            )
        if name in found:
            raise UsageError(f"--given names {name!r} twice: give it one place.")
        found[name] = place
    return found


@_RULES.primitive_rule
def _object(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[dict[str, Any]] | None:
    """Reads `--filters '{"format": {}, "mixing": {"least": 0.9}}'`."""
    if info.type not in (dict[str, Any], dict[str, dict[str, Any]]):
        return None
    return PrimitiveConstructorSpec(
        nargs=1,
        metavar="JSON",
        instance_from_str=_json_object,
        is_instance=lambda value: isinstance(value, dict),
        str_from_instance=lambda value: [json.dumps(value, ensure_ascii=False)],
    )


def _json_object(words: Sequence[str]) -> dict[str, Any]:
    try:
        return dict(json.loads(words[0]))
    except (ValueError, TypeError):
        raise ValueError(f"a JSON object is expected, not {words[0]!r}") from None


def _spec(name: str, word: str) -> ComponentSpec:
    try:
        if not word.lstrip().startswith("{"):
            return float(word)
        return dict(json.loads(word))
    except ValueError as error:
        raise UsageError(
            f"--rewards: after {name} a weight is expected, or a JSON object such as "
            f"""{{"weight": 0.2, "requires": "accuracy"}}, not {word!r} ({error})."""
        ) from error


def _word(spec: ComponentSpec) -> str:
    return json.dumps(spec) if isinstance(spec, Mapping) else f"{spec:g}"
