"""The last statement of a final answer in a text: "the answer is 42", "#### 42"."""

from __future__ import annotations

import re
from typing import Final

_STATED_WITHIN: Final = 2_000  # characters from the end in which a statement is looked for
_HENCE: Final = r"(?:therefore|thus|hence|then|simply|just|indeed|clearly|exactly|precisely|so)"
_COPULA: Final = (
    rf",?[*_\s]*(?:\b(?:(?:(?:should|must|would|will)\s+(?:{_HENCE}\s+)?be|is|are|was|equals)\b"
    rf"(?:,?\s+{_HENCE}\b,?)?(?:\s+(?:found|given|equal)\s+(?:to\s+be|by|to)\b)?"
    r"|turns\s+out\s+to\s+be\b|comes\s+(?:out\s+)?to(?:\s+be)?\b)\s*[:：]?|[:：=])"
)
_HEADING: Final = re.compile(r"answer[*_ \t]*\n\s*", re.IGNORECASE)
_BEFORE_HEADING: Final = re.compile(r"(?:^|\n)[#*_ \t]*(?:final )?$", re.IGNORECASE)
_ENGLISH: Final = re.compile(
    r"(?:answer|option|choice|result|value|solution)s?\b(?:,?\s+(?:to|for|of|in)\s[^.:\n]{1,80}?)?"
    r"(?:[*_\s]*\([^()\n]{1,40}\))?" + _COPULA,
    re.IGNORECASE,
)
_BEFORE_ENGLISH: Final = re.compile(r"\b(?:correct|right|best|final)\s+$", re.IGNORECASE)
_CHINESE: Final = re.compile(
    r"(?:答案|结果|答)\s*[*]*\s*(?:】|应该是|应该为|应是|应为|等于|是|为|[:：=])\s*[:：]?"
    r"|选择?(?:项[是为])?\s*[:：]?(?=\s*[(（]?[A-J])"
)
_ANCHORS: Final = "#### answer option choice result value solution 答 选 结果".split()  # noqa: SIM905
_MOST_ANCHORS: Final = 50
_STATEMENT_END: Final = re.compile(
    r"\n|[.!?](?=\s|\*|$)|[。！？]|</?\w+>|<\|"
    r"|,?\s+(?:because|since|where)\b|,?\s+which\b(?!\s+(?:\w+\s+)?(?:\w+n't|cannot|not|wrong|incorrect|false)\b)"
    r"|[,，]?\s*(?:因为|由于)",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(  # "The answer is 5? No, 6."
    r"(?:[^\n.!?。！？]|\.(?=\d))*[?？](?=\s|\*|$)"
)


def last_statement(text: str) -> str | None:
    """Returns what the last "the answer is ..." says, up to the end of its sentence."""
    tail = text[-_STATED_WITHIN:]
    lower = tail.lower()
    if len(lower) != len(tail):  # a letter that has two small ones
        lower = tail
    if tail.isascii() and not ("e" in lower or "o" in lower or "#" in lower):
        return None  # one of these is in each anchor
    end = len(lower)
    for _ in range(_MOST_ANCHORS):
        anchor = -1
        for word in _ANCHORS:
            anchor = max(anchor, lower.rfind(word, anchor + 1, end))
        if anchor < 0:
            return None
        start = _statement_at(tail, anchor)
        if start is not None:
            said = tail[start:].lstrip(" \t\r\n*_:：")
            if not _ASKS.match(said):
                return _first_sentence(said)
        end = anchor
    return None


def _statement_at(text: str, anchor: int) -> int | None:
    """Returns where a statement's answer begins, if an anchor begins a statement."""
    word = text[anchor]
    if word == "#":
        return anchor + 4
    if word > "z":
        said = _CHINESE.match(text, anchor)
        return None if said is None else said.end()
    before = text[max(0, anchor - 20) : anchor]
    if word in "aA":
        heading = _HEADING.match(text, anchor)
        if heading is not None and _BEFORE_HEADING.search(before):
            return heading.end()
        if before[-1:].isalnum():
            return None
    elif _BEFORE_ENGLISH.search(before) is None:
        return None
    said = _ENGLISH.match(text, anchor)
    return None if said is None else said.end()


def _first_sentence(said: str) -> str | None:
    for opening, closing in (("$$", "$$"), ("\\[", "\\]")):
        if said.startswith(opening) and closing in said[2:]:
            return said[2 : said.index(closing, 2)].strip() or None
    end = _STATEMENT_END.search(said)
    return said[: end.start() if end else len(said)].strip(" \t\r*_") or None
