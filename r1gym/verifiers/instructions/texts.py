"""What rules of instructions count in a text: words, sentences, paragraphs, marked pieces.

Everything here is linear in the length of the text. Left out: grammar. A sentence ends where its
punctuation says so, which abbreviations that are not among the common ones can deceive.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+(?:['’‐-]\w+)*")
_DIVIDER = re.compile(r"(?<![*\w])\*[ \t]?\*[ \t]?\*(?![*\w])")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_MARKED = re.compile(r"(?<!\*)(\*{1,3})(?![\s*])[^*\n]++(?<!\s)\1(?!\*)")
_BULLET = re.compile(r"^[ \t]*([*-])[ \t]+(?!(?:\1[ \t]*)+$)\S", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\[[^\[\]\n]*[^\[\]\s][^\[\]\n]*\]")
_TITLE = re.compile(r"<<[^<>\n]*[^<>\s][^<>\n]*>>")
_FENCE = re.compile(r"```(?:json)?\s*(.*?)\s*```", re.IGNORECASE | re.DOTALL)
_END = re.compile(r"(?P<stop>[.!?…]+|[。！？]+)(?P<close>[\"'”’)\]*_»」』]*)(?=\s|$)|[。！？]+")
_LAST_WORD = re.compile(r"(?:\w\.)+\w?\.?$|\w+$")
# What a full stop behind does not end a sentence: before a name, before a number, and perhaps.
_TITLES = """mr mrs ms dr prof rev gen sen rep gov capt lt col sgt st mt messrs mme vs cf e.g i.e eg
    ie viz p.s p.p.s"""
_BEFORE_NAMES = frozenset(_TITLES.split())
_BEFORE_NUMBERS = frozenset("fig figs eq no nos vol pp approx".split())  # noqa: SIM905  as the others
_ANYWHERE = """etc inc ltd co corp jr sr bros dept est al a.m p.m am pm u.s u.k u.n e.u d.c b.c a.d
    ph.d jan feb mar apr aug sept oct nov dec"""
_PERHAPS_LAST = frozenset(_ANYWHERE.split())


def words(text: str) -> list[str]:
    """Returns the words of a text; a hyphen or an apostrophe within one does not part it."""
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    """Returns the sentences of a text.

    One ends with a full stop, a question or an exclamation mark and a blank, if it has a word; not
    after an abbreviation, an initial or the number of a list's item.
    """
    found, start = [], 0
    for end in _END.finditer(text):
        before = text[start : end.start()]
        if _ends(before, end, text[end.end() : end.end() + 8].lstrip()):
            found.append(text[start : end.end()].strip())
            start = end.end()
    rest = text[start:].strip()
    return [*found, *([rest] if words(rest) else [])]


def _ends(before: str, end: re.Match[str], after: str) -> bool:
    """Returns whether a sentence ends with a mark, given what it has and what begins after it."""
    said = words(before[-200:])
    if not said:
        return False
    if end["stop"] is None or not end["stop"].isascii():
        return end["stop"] != "…" or not after[:1].islower()
    if end["close"].strip("*_") and after[:1].islower():
        return False  # "Stop!" he said.
    if end["stop"] != ".":
        return "." not in end["stop"][:1] or not after[:1].islower()  # "Wait... what?"
    if len(said) == 1 and said[0].isdigit() and before.strip() == said[0]:
        return False  # the 2 of "2. Add salt."
    return _full_stop(before, after)


def _full_stop(before: str, after: str) -> bool:
    """Returns whether the full stop behind a text ends a sentence."""
    last = _LAST_WORD.search(before[-40:])
    word = last[0] if last else ""
    if word.lower() in _BEFORE_NAMES:
        return not after
    if word.lower() in _BEFORE_NUMBERS and after[:1].isdigit():
        return False
    if len(word) == 1 and word.isalpha() and word.isupper() and word != "I":
        return not after[:1].isupper()  # an initial: "J. K. Rowling"
    return word.lower() not in _PERHAPS_LAST or not after[:1].islower()


def divided(text: str) -> list[str] | None:
    """Returns the paragraphs that ``***`` parts; None if one between two dividers is empty."""
    parts = [part.strip() for part in _DIVIDER.split(text)]
    inner = parts[(not parts[0]) : len(parts) - (len(parts) > 1 and not parts[-1])]
    return inner if all(inner) else None


def paragraphs(text: str) -> list[str]:
    """Returns the paragraphs of a text that blank lines part."""
    return [part.strip() for part in _BLANK_LINE.split(text) if part.strip()]


def occurrences(text: str, keyword: str, whole: bool = True) -> int:
    """Returns how often a keyword stands in a text, in whatever case.

    Args:
        text: The text.
        keyword: A word, or several.
        whole: Whether a keyword within a longer word does not count.
    """
    pattern = re.escape(keyword.strip())
    if whole:
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return len(re.findall(pattern, text, re.IGNORECASE))


def highlighted(text: str) -> int:
    """Returns how many pieces of a text stand between asterisks, ``*one*`` or ``**one**``."""
    return sum(1 for _ in _MARKED.finditer(text))


def bullets(text: str) -> int:
    """Returns how many lines of a text are a bullet of Markdown, with ``*`` or ``-``."""
    return sum(1 for _ in _BULLET.finditer(text))


def placeholders(text: str) -> int:
    """Returns how many pieces of a text stand in square brackets."""
    return sum(1 for _ in _PLACEHOLDER.finditer(text))


def has_title(text: str) -> bool:
    """Returns whether a text has a title, ``<<in double angular brackets>>``."""
    return _TITLE.search(text) is not None


def sections(text: str, splitter: str) -> int:
    """Returns how many sections of a text a mark with a number begins, such as ``Section 2``."""
    marks = re.findall(rf"(?<!\w){re.escape(splitter.strip())}\s?(\d+)(?!\w)", text)
    return len(set(marks))


def unfenced(text: str) -> str:
    """Returns what a text holds within one fence of code around all of it, or else the text."""
    fenced = _FENCE.fullmatch(text.strip())
    return fenced[1] if fenced else text.strip()


def in_capitals(text: str) -> int:
    """Returns how many words of a text have capital letters and no small one."""
    return sum(word.removesuffix("'s").removesuffix("’s").isupper() for word in words(text))
