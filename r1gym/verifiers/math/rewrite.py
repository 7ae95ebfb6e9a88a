r"""What is rewritten in a normalised text before it is read, and in how many ways it can be read.

Equations that only blanks or lines part are a list. A letter behind a number is a unit or a
variable, ``2e+1`` is 20 or a sum, ``\log`` is natural or decimal: which one, nobody can tell from
one text, so a second reading of both decides.
"""

from __future__ import annotations

import re
from typing import Final

from r1gym.verifiers.math.units import is_unit_name

_SINGLE_UNIT: Final = re.compile(r"([\d})])\s+([msghltLNJWVAKCF])(?=\s*$|\s*[/^*]\s*[\w{-])")
_RELATION: Final = re.compile(r"[=<>]|\\(?:leq?|geq?|neq?|in|approx|equiv)(?![a-z])")
_PARTED: Final = re.compile(  # x = 1 y = 2
    r"(?<=[\d})\]%'])[ \t]+(?=([A-Za-z]+|\\[a-z]+)(?:_(?:\w|\{\w+\}))?'*(?:\(\w+\))?\s*"
    r"(?:[=<>]|\\(?:leq?|geq?|neq?|in)(?![a-z])))"
)
_LAST_PART: Final = re.compile(r"[,;\n]|\x01(?:or|and)\x02|\b(?:or|and)\b")
_ORDINAL: Final = re.compile(
    r"(?:(?<=1)\s*(?:\^\s*\{?\s*)?\x01?st|(?<=2)\s*(?:\^\s*\{?\s*)?\x01?nd"
    r"|(?<=3)\s*(?:\^\s*\{?\s*)?\x01?rd|(?<=\d)\s*(?:\^\s*\{?\s*)?\x01?th)\x02?\}?(?![a-zA-Z])"
)
_LONGEST_COUNTED: Final = 100
_LONGEST_PARTED: Final = 1_000
_COUNTED: Final = re.compile(r"([-\d.,/]+)\s*\(\s*\x01?([A-Za-z][A-Za-z/ ]*?)\x02?\s*\)")
_DERIVATIVE: Final = re.compile(r"(?<=[fghuyFG])\^\{\((\d)\)\}")  # f^{(2)} is f'', not f^2
_BEGINNING: Final = re.compile(r"\s*(?:=|\\approx(?![a-z]))\s*")

_AMBIGUOUS: Final = re.compile(
    r"^\{|[\d})]\s+[msghltLNJWVAKCF](?![a-zA-Z])|\d[eE][+-]\d|log|[fghFGHPp]\(|\d\s*\x01?to\b|\d[msghlLNJWVAK]$"
)
_UNIT_LETTERS: Final = "msghlLNJWVAK"
_POWER_OF_TEN: Final = re.compile(r"(?<=\d)[eE](?=[+-]\d)")
_DECIMAL_LOG: Final = re.compile(r"\\?log(?![a-zA-Z\s]*_)")
_CALL: Final = re.compile(  # what may be a product: h(x+1), but not f(2), nor f(x)
    r"(?<![a-zA-Z\\])([fghFGHPp])(?=\((?!\w+\))[^)]*[a-zA-Z])"
)
_TO: Final = re.compile(r"\s*\x01?\bto\b\x02?\s*")
_RATIO_IN_WORDS: Final = re.compile(rf"\d+(?:\.\d+)?(?:{_TO.pattern}\d+(?:\.\d+)?)+")
_BARE_NUMBER: Final = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_UNIT_BEHIND: Final = re.compile(rf"({_BARE_NUMBER.pattern})([msghlLNJWVAK])")


def prepared(normal: str) -> str:
    """Returns a normalised text with its equations parted and its ordinals as a unit: no cm."""
    if (" " in normal or "\n" in normal) and _SINGLE_UNIT.search(normal):
        normal = _SINGLE_UNIT.sub("\\1\x01\\2\x02", normal)
    if normal[:1] == "=" or normal.startswith("\\approx"):
        beginning = _BEGINNING.match(normal)
        normal = normal if beginning is None else normal[beginning.end() :]
    if "\\begin" not in normal:
        if "\\\\" in normal:
            normal = normal.replace("\\\\", "\n")
        if ("\n" in normal or " " in normal) and _may_relate(normal):
            normal = _parted(normal)
    if "^{(" in normal:
        normal = _DERIVATIVE.sub(lambda m: "'" * int(m[1]), normal)
    counted = None
    if normal[-1:] == ")" and len(normal) < _LONGEST_COUNTED:
        counted = _COUNTED.fullmatch(normal)
    if counted is not None and (len(counted[2]) > 3 or is_unit_name(counted[2])):  # 7 (apples)
        normal = f"{counted[1]} \x01{counted[2]}\x02"
    if "th" in normal or "st" in normal or "nd" in normal or "rd" in normal:
        return _ORDINAL.sub("\x01ordinal\x02", normal)
    return normal


def _may_relate(normal: str) -> bool:
    return (
        "=" in normal or "<" in normal or ">" in normal
        or "\\le" in normal or "\\ge" in normal or "\\ne" in normal or "\\in" in normal
    )  # fmt: skip


def _parted(normal: str) -> str:
    if len(normal) > _LONGEST_PARTED:
        return normal
    if len(_RELATION.findall(normal)) < 2:
        return normal
    if "\n" in normal:
        lines = [line.strip() for line in normal.split("\n") if line.strip()]
        relations = [_RELATION.search(line) for line in lines]
        if all(found is not None and found.start() > 0 for found in relations):
            return " , ".join(_at_blanks(line) for line in lines)
    return _at_blanks(normal)


def _at_blanks(text: str) -> str:
    out, last = "", 0
    for found in _PARTED.finditer(text):
        before = text[last : found.start()]
        starts = [end.end() for end in _LAST_PART.finditer(before)]
        said = before[starts[-1] :] if starts else before
        if _RELATION.search(said) is None or _is_unit(found[1], text[found.end() :]):
            continue
        out += before + " , "
        last = found.end()
    return out + text[last:]


def _is_unit(name: str, rest: str) -> bool:
    """Returns whether a name is a unit, as in ``d = 5 m = 500 cm``."""
    if not is_unit_name(name):
        return False
    value = rest.partition("=")[2].partition("=")[0]
    return len(name) > 1 or re.search(r"\d\s*[\x01a-zA-Z]", value) is not None


def is_ambiguous(normal: str) -> bool:
    """Returns whether a text may have to be read in several ways."""
    if not (
        " " in normal or "(" in normal or "log" in normal or "\x01to" in normal
        or "e+" in normal or "e-" in normal or "E+" in normal or "E-" in normal
        or normal[:1] == "{" or normal[-1:] in _UNIT_LETTERS
    ):  # fmt: skip
        return False
    return _AMBIGUOUS.search(normal) is not None


def readings(normal: str, other: str) -> list[str]:
    """Returns in which other ways a text may be read beside `other`; both are normalised."""
    found: list[str] = []
    variables = _SINGLE_UNIT.sub(r"\1\2", normal)
    if _POWER_OF_TEN.search(normal):
        variables = _POWER_OF_TEN.sub(" e ", variables)
    for letter in set(_CALL.findall(normal)):
        if re.search(rf"(?<![a-zA-Z\\])[a-zA-Z]?{letter}[a-zA-Z]?(?![a-zA-Z(])", other):
            variables = re.sub(rf"(?<![a-zA-Z\\]){letter}(?=\()", rf"{letter}*", variables)
    found.append(variables)
    if ":" in other and _RATIO_IN_WORDS.fullmatch(normal):
        found.append(_TO.sub(":", normal))
    if "log" in normal:
        found.append(_DECIMAL_LOG.sub(r"\\ln ", variables))
    if normal[:1] == "{" and normal[-1:] == "}" and "}" not in normal[:-1]:
        found.append(f"\\{normal[:-1]}\\}}")  # {1, 2} in plain text
    counted = _UNIT_BEHIND.fullmatch(normal)
    if counted is not None and _BARE_NUMBER.fullmatch(other):
        found.append(f"{counted[1]} {counted[2]}")
    return found
