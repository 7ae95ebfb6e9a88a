r"""Answers that are compared as they are written, since as mathematics they would be others.

Roman numerals (``I and III`` is no product), times of day, single letters in a text, digits whose
base the answer leaves out, and brackets that are the answer themselves.
"""

from __future__ import annotations

import re
from typing import Final

_ROMAN: Final = re.compile(
    r"(?:[\s\x01\x02,.()&$]|(?i:\b(?:statements?|only|both|all|and|or|options?|none other)\b)"
    r"|\b[IVX]+\b)+"
)
_NUMERAL: Final = re.compile(r"\b[IVX]+\b")
_TIME: Final = re.compile(
    r"(\d{1,2})(?:\s*:\s*(\d{2}))?(?:\s*:\s*(\d{2}))?\s*(?:(a|p)\.?\s*m\.?|o'?clock)?\.?",
    re.IGNORECASE,
)
_LAST_OF_TIMES: Final = "mMk\x02"
_LETTER: Final = re.compile(r"\(?\s*\x01?\s*\(?\s*([A-Za-z])\s*\)?\s*\x02?\s*\)?\.?")
_BASED: Final = re.compile(r"\(?\s*(\d[0-9A-Za-z]*|[A-F0-9]{2,})\s*\)?\s*_\s*(?:\{\s*\d+\s*\}|\d+)")
_BRACKETS: Final = dict(zip(")]}>", "([{<", strict=True))


def may_be_as_written(answer: str, gold: str) -> bool:
    """Returns whether `same_as_written` may have to decide, which is found out quickly."""
    first = gold[:1]
    if first == "\\":
        return gold[1:2] in "{}"  # escaped braces may be the answer themselves
    if first < "0" or first > "9":
        return first in "(\x01IVXobsOBS" or not first.isalnum()
    return (
        ":" in gold or ":" in answer or "_" in gold or "_" in answer
        or gold[-1] in _LAST_OF_TIMES or answer[-1:] in _LAST_OF_TIMES
    )  # fmt: skip


def same_as_written(answer: str, gold: str) -> bool | None:
    """Decides about two normalised texts if one of them has to be taken as it is written."""
    if not any(map(str.isalnum, gold)):
        return _squeezed(answer) == _squeezed(gold) if _is_unbalanced(gold) else None
    first = gold.lstrip(" (\x01")[:1]
    if first.isalpha() or first == "":
        return _same_numerals(answer, gold) if _NUMERAL.search(gold) else None
    if ":" in gold or ":" in answer or _may_tell_the_time(gold) or _may_tell_the_time(answer):
        return _same_time(answer, gold)
    if "_" in gold and "_" not in answer:  # a base that only the answer names is another value
        digits = _BASED.fullmatch(gold)
        if digits is not None and digits[1].lower() == answer.strip(" ()").lower():
            return True
    return None


def same_letter(answer: str, gold: str) -> bool | None:
    r"""Decides about two single letters, one in ``\text{}`` or brackets: they are choices."""
    if len(answer) > 12 or len(gold) > 12 or not ("\x01" in gold + answer or "(" in gold + answer):
        return None
    one, other = _LETTER.fullmatch(gold), _LETTER.fullmatch(answer)
    return None if one is None or other is None else one[1].upper() == other[1].upper()


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _is_unbalanced(text: str) -> bool:
    """Returns whether brackets close that were never opened, or the other way around."""
    opened: list[str] = []
    for sign in text:
        if sign in _BRACKETS.values():
            opened.append(sign)
        elif sign in _BRACKETS and (not opened or opened.pop() != _BRACKETS[sign]):
            return True
    return bool(opened)


def _same_numerals(answer: str, gold: str) -> bool | None:
    if len(answer) > 200 or _ROMAN.fullmatch(gold) is None or _ROMAN.fullmatch(answer) is None:
        return None
    wanted, said = _NUMERAL.findall(gold), _NUMERAL.findall(answer)
    if not said or all(len(numeral) == 1 for numeral in wanted + said):
        return None
    offers = bool(re.search(r"\bor\b", answer)), bool(re.search(r"\bor\b", gold))
    return set(wanted) == set(said) and offers[0] == offers[1]


def _may_tell_the_time(text: str) -> bool:
    return text.rstrip("\x02. ")[-1:] in ("m", "M", "k")


def _same_time(answer: str, gold: str) -> bool | None:
    """Compares hours, minutes, am and pm, which either side may leave out."""
    one, other = _time(gold), _time(answer)
    if one is None or other is None or not (one[1] or other[1] or "clock" in gold + answer):
        return None
    (first, half), (second, other_half) = one, other
    if bool(half) == bool(other_half):
        return first == second and half == other_half
    whole, part = (first, second) if half else (second, first)
    return part in (whole, _on_the_clock(whole, half or other_half))


def _time(text: str) -> tuple[tuple[int, int, int], str] | None:
    plain = text.replace("\x01", " ").replace("\x02", " ").replace("\\colon", ":")
    found = _TIME.fullmatch(plain.strip())
    if found is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.group(1, 2, 3))
    return (hour, minute, second), (found[4] or "").lower()


def _on_the_clock(time: tuple[int, int, int], half: str) -> tuple[int, int, int]:
    """Returns a time of twelve hours as one of twenty-four."""
    return (time[0] % 12 + (12 if half == "p" else 0), time[1], time[2])
