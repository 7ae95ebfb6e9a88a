"""Problem choices as one line of text, the same on command lines and in Python.

    arithmetic:2-5 equations:1-3          families or groups with their levels, each as likely
    arithmetic:1,3*2 logic:1-3*0.5        the weight that the levels of a word share
    train.jsonl                           a file; `apps:train.jsonl` in a benchmark's format,
                                          `train.csv:problem=Q,answer=A` with names of columns
    hf:gsm8k                              another source and what it is given
    train.jsonl*2 'my file.csv' logic:1-3 a mixture of sources, where a word weighs 1 by itself

A text that is the path of a file as it stands is that file, whatever is in it. Quotation marks keep
a word with blanks together. `write_problems` is the way back.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from r1gym.core.errors import ConfigError
from r1gym.problems.cells import check_weight
from r1gym.problems.families import FAMILIES, GROUPS, members
from r1gym.problems.formats import FORMATS
from r1gym.problems.sources import SOURCES
from r1gym.problems.tables import ENDINGS

_MAPPED = re.compile(r"(?P<path>.+?):(?P<fields>\w+=[^:/=]+(?:,\w+=[^:/=]+)*)")
_FAMILY = re.compile(r"(?P<name>[\w-]+):(?P<levels>\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)")
_PREFIX = re.compile(r"(?P<prefix>[\w-]+):(?!//)(?P<rest>.*)", re.DOTALL)
_WORD = re.compile(r"""((?:[\w-]+:)?)(?:'([^']+)'|"([^"]+)")(\S*)|(\S+)""")


def exists(path: str) -> bool:
    """Returns whether a text is the path of a file."""
    try:
        return path != "" and Path(path).expanduser().is_file()
    except (OSError, ValueError, RuntimeError):  # too long for a path, or no home
        return False


def split_fields(text: str) -> tuple[str, dict[str, list[str]]]:
    """Returns the path of a file, and for each field the columns that its text names behind it.

    Example:
        >>> split_fields("a.csv:problem=context+question,answer=label")
        ('a.csv', {'problem': ['context', 'question'], 'answer': ['label']})
    """
    found = _MAPPED.fullmatch(text)
    if found is None:
        return text, {}
    pairs = (item.split("=") for item in found["fields"].split(","))
    return found["path"], {name: columns.split("+") for name, columns in pairs}


def split_prefix(text: str) -> tuple[str, str]:
    """Returns what stands before the colon of ``"apps:train.jsonl"``, and the rest; "" for none."""
    found = _PREFIX.fullmatch(text)
    return (found["prefix"], found["rest"]) if found else ("", text)


def source_of(text: str) -> dict[str, str]:
    """Returns the source that a word names, with what it is given: ``{"hf": "gsm8k"}``."""
    prefix, rest = split_prefix(text)
    if not prefix or exists(text) or prefix in FORMATS.names() or prefix not in SOURCES.names():
        return {"file": text}
    return {prefix: rest}


def is_file(text: str) -> bool:
    """Returns whether problems are a single file or data set, not families or a mixture."""
    try:
        chosen = parse_problems(text)
    except ConfigError:
        return False
    return isinstance(chosen, str) or not (_are_levels(chosen) or "mixture" in chosen)


def files_of(text: str) -> list[str]:
    """Returns the files and data sets that a text names, each as a text; none for families."""
    if not text.strip():
        return []
    chosen = parse_problems(text)
    if isinstance(chosen, str):
        return [chosen]
    parts = [part["problems"] for part in chosen.get("mixture", [{"problems": chosen}])]
    return [as_text(part) for part in parts if not _are_levels(part)]


def parse_problems(text: str) -> dict[str, Any] | str:
    """Returns what a text of the notation at the head of this module means.

    Args:
        text: The text.

    Returns:
        Families with their levels, or ``{"mixture": [...]}``, as `load_problems` takes them; the
        text itself if it is a single file or data set.

    Raises:
        ConfigError: If the text is empty or not understood, or a weight is not a number above 0.
    """
    if exists(text):
        return text
    words = ["".join(part or "" for part in found.groups()) for found in _WORD.finditer(text)]
    if not words:
        raise ConfigError(
            "The problems are an empty text: leave them out for the environment's own, or write "
            "families with their levels, such as 'arithmetic:2-5'."
        )
    sources = set(SOURCES.names())
    parts = [_read_word(word, sources) for word in words]
    understood = [part for part in parts if part is not None]
    if len(understood) == len(parts):
        return _together(understood)
    word = words[parts.index(None)]
    has_family = word in _families() or any(_are_levels(choice) for choice, _ in understood)
    if _looks_like_file(text) and not has_family:  # a path with blanks
        return text
    raise ConfigError(_not_understood(text, word, sources))


_Part = tuple[dict[str, Any], float | None]  # what a word means, and its weight


def _together(parts: Sequence[_Part]) -> dict[str, Any] | str:
    """Returns what the words of a text mean together."""
    if len(parts) == 1 and not _are_levels(parts[0][0]):
        choice = parts[0][0]
        ((name, given),) = choice.items()
        word = given if name == "file" else f"{name}:{given}"
        return choice if re.search(r"\s", word) else word
    weights: dict[str, list[float | None]] = {}
    for choice, weight in parts:
        weights.setdefault(next(iter(choice)), []).append(weight)
    once = all(len(of) == 1 or not any(of) for of in weights.values())
    if not once or not all(_are_levels(choice) for choice, _ in parts):
        mixed = [{"problems": choice, "weight": weight or 1.0} for choice, weight in parts]
        return {"mixture": mixed}
    families: dict[str, Any] = {}
    for choice, weight in parts:
        for name, levels in choice.items():
            merged = tuple(dict.fromkeys((*families.get(name, ()), *levels)))
            families[name] = {"levels": merged, "weight": weight} if weight else merged
    return families


def _are_levels(choice: Mapping[str, Any]) -> bool:
    return all(isinstance(given, tuple | Mapping) for given in choice.values())


def _read_word(word: str, sources: set[str]) -> _Part | None:
    """Returns what a word means, with its weight; None if it means nothing."""
    head, star, tail = word.rpartition("*")
    weighted = _meaning(head, sources) if star and not exists(word) else None
    weight = _number(tail)
    meaning = _meaning(word, sources) if weighted is None or weight is None else None
    if meaning is not None:
        return meaning, None
    if weighted is None:
        return None
    return weighted, check_weight(head, tail if weight is None or weight <= 0 else weight)


def _meaning(word: str, sources: set[str]) -> dict[str, Any] | None:
    """Returns the family with its levels, or the source, that a word without a weight names."""
    prefix, rest = split_prefix(word)
    is_source = prefix in sources and rest != "" and not exists(word)
    found = _FAMILY.fullmatch(word)
    if found and not (is_source and prefix not in _families()):
        return {found["name"]: _levels(found["name"], found["levels"])}
    if is_source:
        return {prefix: rest}
    return {"file": word} if _looks_like_file(word) else None


def _looks_like_file(text: str) -> bool:
    path, _ = split_fields(text)
    prefix, place = split_prefix(path)
    is_formatted = prefix in FORMATS.names() and place != "" and "*" not in place
    return path.endswith(ENDINGS) or exists(path) or exists(place) or is_formatted


def _levels(name: str, text: str) -> tuple[int, ...]:
    """Returns the levels that ``"1,3-5"`` stands for."""
    levels: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if int(last or first) < int(first):
            raise ConfigError(f"The levels '{name}:{text}' run backwards: write {name}:LOW-HIGH.")
        levels += range(int(first), int(last or first) + 1)
    return tuple(dict.fromkeys(levels))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _families() -> set[str]:
    return {*GROUPS, *FAMILIES.names()}


def _not_understood(text: str, word: str, sources: set[str]) -> str:
    prefix, _ = split_prefix(word)
    known = (*_families(), *sources, *FORMATS.names())
    near = difflib.get_close_matches(prefix or word, known, n=1)
    meant = _meant(near[0], word.removeprefix(prefix) if prefix else "") if near else word
    guess = f" Did you mean {meant!r}?" if meant != word else ""
    return (
        f"The problems {text!r} are not understood at {word!r}: write families with their levels, "
        f"such as 'arithmetic:2-5 equations:1', or the path of a file that ends in "
        f"{', '.join(ENDINGS)}.{guess}"
    )


def _meant(name: str, rest: str) -> str:
    """Returns a name with what stood behind another; a family without levels with all it has."""
    if name not in _families():
        return name + (rest or ":")
    if _FAMILY.fullmatch(name + rest):
        return name + rest
    return f"{name}:1-{max(FAMILIES.get(one).levels for one in members(name) or (name,))}"


def as_text(problems: Mapping[str, Any] | str) -> str:
    """Returns the text that `parse_problems` reads as these problems.

    Args:
        problems: Problems as `load_problems` takes them.

    Raises:
        ConfigError: If no text says the same: options of a source, or tasks with options.

    Example:
        >>> as_text({"arithmetic": [2, 3, 5], "logic": {"levels": [1], "weight": 0.5}})
        'arithmetic:2-3,5 logic:1*0.5'
    """
    if isinstance(problems, str):
        parse_problems(problems)
        return problems
    try:
        text = _written(problems)
        same = _compared(parse_problems(text)) == _compared(problems)
    except (ConfigError, TypeError, ValueError, AttributeError, KeyError, IndexError):
        same = False
    if not same:
        raise ConfigError(f"No text says the same as problems={problems!r:.200}: keep the mapping.")
    return text


def _written(problems: Mapping[str, Any]) -> str:
    if "mixture" not in problems:
        return " ".join(_word(name, given) for name, given in problems.items())
    parts = problems["mixture"]
    return " ".join(_written(part["problems"]) + _weight(part["weight"]) for part in parts)


def _word(name: str, given: Any) -> str:
    if isinstance(given, str):
        return _quoted(given) if name == "file" else f"{name}:{_quoted(given)}"
    if isinstance(given, Mapping):
        return f"{_word(name, given['levels'])}{_weight(given['weight'])}"
    runs: list[list[int]] = []
    for level in given:
        if runs and level == runs[-1][-1] + 1:
            runs[-1].append(level)
        else:
            runs.append([level])
    spans = (f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
    return f"{name}:{','.join(spans)}"


def _weight(weight: float) -> str:
    return f"*{float(weight)!r}".removesuffix(".0")


def _quoted(text: str) -> str:
    if not re.search(r"""\s|^['"]""", text):
        return text
    return f"'{text}'" if "'" not in text else f'"{text}"'


def _compared(problems: Any) -> Any:
    """Returns problems in a form in which equal ones are equal."""
    if isinstance(problems, str):
        return source_of(problems)
    if isinstance(problems, Mapping):
        return {name: _compared_given(given) for name, given in problems.items()}
    return problems


def _compared_given(given: Any) -> Any:
    if isinstance(given, Mapping):
        return {key: _compared_given(value) for key, value in given.items()}
    return [_compared_given(one) for one in given] if isinstance(given, list | tuple) else given
