"""A number with a phrase behind it: "27 students in both classes", "$30 profit".

Where a text says that here is the answer, the number counts and its unit, and the words behind it
do not, unless they take it back, change it, or offer another one.
"""

from __future__ import annotations

import re
from typing import Final

from r1gym.verifiers.math.units import is_unit_name

_LONGEST: Final = 300
_PHRASE: Final = re.compile(
    r"[\s*]*(?P<number>[-+]?\\?\$?\s?-?(?:\d(?:[\d,]*\d)?(?:\.\d+)?|\.\d+)(?:/\d+)?(?:\s?\\?%)?"
    r"|-?\$?-?\\[dt]?frac\{[-\d.]+\}\{[\d.]+\})(?:(?:st|nd|rd|th)\b)?(?P<framed>[*$]*)(?P<comma>,)?"
    r"(?P<rest>\s?\s*(?:[A-Za-z(\"'].*|\d+ [A-Za-z].*))",
    re.DOTALL,
)
_MATHEMATICS: Final = re.compile(r"[=<>^+*/\\_{}~|]|≈|→|^\s*-")
_WORD: Final = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*")
_TAKEN_BACK: Final = re.compile(
    r"\b(?:but|however|wait|actually|instead|rather|unless|maybe|perhaps|possibly|sorry|oops"
    r"|wrong|incorrect|false|mistaken?|guess|unsure|doubt|either|neither|nor|vs|versus|alternatively"
    r"|could|might|otherwise|correction|scratch)\b"
    r"|\b(?:is|was|are|were|does|do|did|be)\s*(?:not|n't)\s+(?:\w+\s+){0,2}"
    r"(?:right|correct|answer|it|true|sure|certain|final)\b|n't\s+(?:right|correct|it|the answer)\b"
    r"|\b(?:or|to|and|than|through|till|until|minus|plus|times|over|by)\s+(?:maybe\s+|about\s+)?[-$\\(]*\d"
    r"|\bor\s+(?:more|less|so|fewer|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven"
    r"|twelve|twenty|thirty|forty|fifty|none|both)\b|[,;(]\s*(?:or|and)?\s*[-$]?\d",
    re.IGNORECASE,
)
_CHANGING: Final = """
not no nor or and if squared cubed thousand hundred million billion trillion dozen dozens tens
hundreds thousands millions halves thirds quarters fifths sixths sevenths eighths ninths tenths
hundredths thousandths half third quarter factorial mod modulo minus plus over divided multiplied
raised choose point through is isn't was wasn't except without base degrees radians percent
am pm x y z n k a
"""
_CHANGES: Final = frozenset(_CHANGING.split())
_ALSO_WORDS: Final = frozenset({"in", "In"})  # "5 in all" has no inches
_ARTICLE: Final = re.compile(r"\s+an?\s+[A-Za-z]{3,}")
_UNIT: Final = re.compile(
    r"\s*(?:(?:square|cubic|sq\.?|cu\.?)\s+)?(?P<name>[A-Za-z]+)(?P<per>\s*(?:per|/)\s*[A-Za-z]+)?"
)


def without_phrase(text: str) -> str | None:
    """Returns a number with its unit if only a phrase stands behind it, else None."""
    if len(text) > _LONGEST:
        return None
    if "\\(" in text:
        text = text.replace("\\(", "$").replace("\\)", "$")
    found = _PHRASE.fullmatch(text)
    if found is None:
        return None
    number, rest = found["number"], found["rest"]
    if "$" in found["framed"]:
        number = number.replace("$", "")  # $45$ apples
    words = _WORD.findall(rest)
    if not words or _MATHEMATICS.search(rest.replace("/", " ")) or _TAKEN_BACK.search(rest):
        return None
    if number[-1:].isdigit() and rest[:1].isalpha() and not is_unit_name(words[0]):
        return None  # 5x is the product
    first = words[0].lower()
    changes = first in _CHANGES or (len(first) == 1 and first.islower())
    if changes and not _ARTICLE.match(rest) and not is_unit_name(words[0]):
        return None
    unit = None if found["comma"] or "$" in number else _UNIT.match(rest)
    if unit is not None and is_unit_name(unit["name"]) and unit["name"] not in _ALSO_WORDS:
        return number.strip() + rest[: unit.end() if _is_per(unit) else unit.end("name")]
    return number.strip()


def _is_per(unit: re.Match[str]) -> bool:
    return unit["per"] is not None and is_unit_name(unit["per"].strip().lstrip("per/").strip())
