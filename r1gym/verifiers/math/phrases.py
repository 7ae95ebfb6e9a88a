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
    r"(?P<rest>\s*(?:[A-Za-z(\"'].*|\d+ [A-Za-z]+ [A-Za-z].*))",  # 240 5 dollar bills
    re.DOTALL,
)
_MATHEMATICS: Final = re.compile(r"[=<>^+*/\\_{}~|]|≈|→|^\s*-")
_WORD: Final = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*")
_COUNTING: Final = (
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty"
    r"|fifty)\b"
)
_TAKEN_BACK: Final = re.compile(
    r"\b(?:but|however|wait|actually|instead|rather|unless|maybe|perhaps|possibly|sorry|oops"
    r"|wrong|incorrect|false|mistaken?|guess|unsure|doubt|either|neither|nor|vs|versus|alternatively"
    r"|could|might|otherwise|correction|scratch|cannot|can't|impossible|invalid|extraneous|rejected)\b"
    r"|\b(?:is|was|are|were|does|do|did|be)\s*(?:not|n't)\s+(?:\w+\s+){0,2}"
    r"(?:right|correct|answer|it|true|sure|certain|final|work|valid|possible)\b"
    r"|n't\s+(?:right|correct|it|the answer)\b"
    r"|\b(?:or|to|and|than|through|till|until|minus|plus|times|over|by|out\s+of)\s+"
    rf"(?:maybe\s+|about\s+)?(?:[-$\\(]*\d|{_COUNTING})"
    r"|\bor\s+(?:more|less|so|fewer|none|both)\b|\band\s+a\s+(?:half|third|quarter)\b"
    r"|[,;(]\s*(?:or|and)?\s*[-$]?\d|\bat\s+(?:least|most)\W*$"
    # what goes on computing: "5 times x", "5 to the power of 3", "5 of 6", "5 less than x"
    r"|^\s*times\s+(?:the|that|his|her|its|their|[$\\]|(?!a\b)[a-z]\b)|^\s*of\s+\d"
    r"|^\s*to\s+(?:the|infinity)\b|\bthan\s+(?!a\b)[a-z]\b|^\s*at\s+(?:least|most)\b"
    r"|^\s*per\s+cent\b|\bonly\s+if\b",
    re.IGNORECASE,
)
_CHANGING: Final = """
not no nor or and if squared cubed thousand hundred million billion trillion dozen dozens tens
hundreds thousands millions halves thirds quarters fifths sixths sevenths eighths ninths tenths
hundredths thousandths half third quarter factorial mod modulo minus plus over divided multiplied
lakh lakhs crore crores gross score mil mln bn raised choose point through remainder above below
short negative too up upward upwards minimum maximum etcetera is isn't was wasn't except without
base degrees radians percent am pm x y z n k a
"""
_CHANGES: Final = frozenset(_CHANGING.split())
_CONTRASTED: Final = (
    r"(?:\*\*|\$|\\\()?-?\\?\$?(?:\d[\d,]*(?:\.\d+)?(?:/\d+)?|\\[dt]?frac\{-?\d+\}\{\d+\})"
    r"(?:\s?\\?%)?(?:\*\*|\$|\\\))?"
)
_CONTRAST: Final = re.compile(
    rf"(?P<said>.*?\S)[\s,(]+(?:(?:but|and)\s+)?(?:not|rather\s+than|instead\s+of)\s+"
    rf"(?P<others>{_CONTRASTED}(?:(?:,|,?\s+or|,?\s+nor)\s+{_CONTRASTED})*)\)?",
    re.DOTALL,
)
_DENIED: Final = re.compile(
    r"\b(?:not|n?or|n?either|and|but|rather|instead)\b|n't\b|[;:]", re.IGNORECASE
)
_ALSO_WORDS: Final = frozenset({"in", "In"})  # "5 in all" has no inches
_IN_BASE: Final = re.compile(r"\s*\(?(?:in\s+)?base[\s-](?P<base>\w+)\)?", re.IGNORECASE)
_COMPOUND: Final = re.compile(r"\s*[A-Za-z]+\.?,?\s+\d")  # 5 feet 6 inches
_ARTICLE: Final = re.compile(r"\s+an?\s+[A-Za-z]{3,}")
_UNIT: Final = re.compile(
    r"\s*(?:(?:square|cubic|sq\.?|cu\.?)\s+)?(?P<name>[A-Za-z]+)(?P<per>\s*(?:per|/)\s*[A-Za-z]+)?"
)


def without_contrast(text: str) -> tuple[str, list[str]] | None:
    """Returns what ``17, not 18 or 19`` says, and each that it says that it is not."""
    found = _CONTRAST.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None or _DENIED.search(found["said"]):
        return None
    return found["said"].rstrip(" *(,"), re.findall(_CONTRASTED, found["others"])


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
    in_base = _IN_BASE.fullmatch(rest)
    if in_base is not None and number.isdigit():
        return f"{number}_{{\\text{{{in_base['base']}}}}}"
    words = _WORD.findall(rest)
    if not words or _MATHEMATICS.search(rest.replace("/", " ")) or _TAKEN_BACK.search(rest):
        return None
    if number[-1:].isdigit() and rest[:1].isalpha() and not is_unit_name(words[0]):
        return None  # 5x is the product
    first = words[0].lower()
    changes = not _CHANGES.isdisjoint((first, *first.split("-"))) or (
        len(first) == 1 and words[0] != "I"
    )
    if changes and not _ARTICLE.match(rest) and not is_unit_name(words[0]):
        return None
    is_unit = is_unit_name(words[0]) and words[0] not in _ALSO_WORDS
    if is_unit and (_COMPOUND.match(rest) or (words[0] == "K" and words[1:])):
        return None  # thousands: 5K dollars
    unit = None if found["comma"] or "$" in number else _UNIT.match(rest)
    if unit is not None and is_unit_name(unit["name"]) and unit["name"] not in _ALSO_WORDS:
        return number.strip() + rest[: unit.end() if _is_per(unit) else unit.end("name")]
    return number.strip()


def _is_per(unit: re.Match[str]) -> bool:
    return unit["per"] is not None and is_unit_name(unit["per"].strip().lstrip("per/").strip())
