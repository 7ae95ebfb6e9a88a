"""Problem choices as one line of text, for command lines: ``arithmetic:2-5 equations:1-3``."""

from __future__ import annotations

import re

from r1gym.core.errors import ConfigError

_FAMILY = re.compile(r"(?P<name>[\w-]+):(?P<first>\d+)(?:-(?P<last>\d+))?")


def is_file(text: str) -> bool:
    """Returns whether a configuration's problems are a file or a data set, not task families."""
    return text.startswith("hf:") or text.endswith((".jsonl", ".json", ".parquet"))


def parse_problems(text: str) -> dict[str, tuple[int, ...]] | str:
    """Returns families with their levels, or the text itself if it is the path of a file.

    Args:
        text: ``"arithmetic:2-5 equations:1"``, or a path that ends in ``.jsonl``, ``.json``
            or ``.parquet``, with the format before it if it is another than ours
            (``"apps:train.jsonl"``), or a data set of the hub (``"hf:gsm8k"``).

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
                "levels, such as 'arithmetic:2-5 equations:1', or the path of a .jsonl file."
            )
        first = int(found["first"])
        last = int(found["last"] or first)
        if last < first:
            raise ConfigError(f"The levels {word!r} run backwards: write {found['name']}:LOW-HIGH.")
        levels = (*families.get(found["name"], ()), *range(first, last + 1))
        families[found["name"]] = tuple(dict.fromkeys(levels))
    return families
