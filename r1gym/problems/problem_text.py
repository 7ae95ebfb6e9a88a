"""Problem choices as one line of text: ``arithmetic:2-5 equations:1-3``, or a file.

The same on command lines and in ``gym.make(problems=...)``. The path of a file may be followed by
what its columns are called: ``train.csv:problem=question,answer=solution``.
"""

from __future__ import annotations

import re
from pathlib import Path

from r1gym.core.errors import ConfigError
from r1gym.problems.tables import ENDINGS

_MAPPED = re.compile(r"(?P<path>.+?):(?P<fields>\w+=[^:/=]+(?:,\w+=[^:/=]+)*)")
_FAMILY = re.compile(r"(?P<name>[\w-]+):(?P<first>\d+)(?:-(?P<last>\d+))?")


def is_file(text: str) -> bool:
    """Returns whether problems are a file or a data set, not task families."""
    path, _ = split_fields(text)
    place = re.sub(r"^\w+:", "", path)
    return text.startswith("hf:") or path.endswith(ENDINGS) or any(map(_exists, (path, place)))


def _exists(path: str) -> bool:
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


def parse_problems(text: str) -> dict[str, tuple[int, ...]] | str:
    """Returns families with their levels, or the text itself if it is the path of a file.

    Args:
        text: ``"arithmetic:2-5 equations:1"``, or the path of a file, with the format before it if
            it is a benchmark's (``"apps:train.jsonl"``) or its columns behind it
            (``"train.csv:problem=question,answer=solution"``), or ``"hf:gsm8k"``.

    Raises:
        ConfigError: If the text is neither.
    """
    if is_file(text):
        return text
    families: dict[str, tuple[int, ...]] = {}
    for word in text.split():
        found = _FAMILY.fullmatch(word)
        if found is None:
            raise ConfigError(
                f"The problems {text!r} are not understood at {word!r}: write families with their "
                "levels, such as 'arithmetic:2-5 equations:1', or the path of a file that ends in "
                f"{', '.join(ENDINGS)}."
            )
        first = int(found["first"])
        last = int(found["last"] or first)
        if last < first:
            raise ConfigError(f"The levels {word!r} run backwards: write {found['name']}:LOW-HIGH.")
        levels = (*families.get(found["name"], ()), *range(first, last + 1))
        families[found["name"]] = tuple(dict.fromkeys(levels))
    return families
