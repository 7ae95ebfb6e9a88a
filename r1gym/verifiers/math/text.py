r"""Answers that are words or a choice: ``\text{Tuesday}``, ``\textbf{(C) }12``."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_COMMAND: Final = re.compile(r"\\([a-zA-Z]+)|\\(.)")
_DECORATION: Final = re.compile(  # but for 6' and 6'', which are feet and inches
    r"[\x01\x02{}$*_`.!?,;:，。！？“”]|(?<![\d'\"])['\"]"
)
_ARTICLES: Final = re.compile(r"^(?:the|a|an) (?=\w\w)")
_CHOICE: Final = re.compile(
    r"(?:(?:the\s+)?(?:correct\s+)?(?:option|choice|answer|选项|选)\s*(?:is\s*)?)?"
    r"(?:[(\[]\s*(?P<bracketed>[A-Za-z])\s*[)\]]|(?P<bare>[A-Za-z])(?![\w(\[^']))"
    r"\s*(?:项|$|[.:)]\s*(?P<after>.*)|(?:,|-(?=\s))\s*(?P<told>[a-z]\w.*)|(?P<rest>.*))$",
    re.DOTALL | re.IGNORECASE,
)
LAST_CHOICE: Final = "J"
_DENIAL: Final = re.compile(
    r"\b(?:not|no|nor|never|isnt|isn't|cannot|if|or|either|neither|maybe|wrong|incorrect|false|but|vs"
    r"|fails?|half|twice|doubled?|tripled?|squared?|cubed?|root|negative|opposite|reciprocal|inverse"
    r"|more|less|than|except|other|another|plus|minus|times|instead|rather|unless|otherwise)\b"
    r"|[不非错误未否倍半]|或",
    re.IGNORECASE,
)
_OTHER_CHOICE: Final = re.compile(r"[(\[]\s*[A-Ja-j]\s*[)\]]")
_LETTERS_ONLY: Final = re.compile(
    r"(?:\W|\b[A-Za-z]\b|\b(?:and|or|vs|but|nor)\b|[和或、])*", re.IGNORECASE
)


def denies(words: str) -> bool:
    """Returns whether words in front of a value could turn it into another one."""
    return _DENIAL.search(words) is not None


def offers_another(rest: str) -> bool:
    """Returns whether what stands behind a choice may be a second one, or take it back."""
    if not rest:
        return False
    if _OTHER_CHOICE.search(rest) or _LETTERS_ONLY.fullmatch(rest):
        return True
    first = _DENIAL.search(rest)
    return first is not None and not rest[: first.start()].strip(" (,.;:-")


class Choice(NamedTuple):
    """A letter that was chosen, and the text of the option if it was given as well."""

    letter: str
    rest: str
    bracketed: bool


def plain_words(normal: str) -> str:
    """Returns a normalised text in lower case, without decoration and an article before it."""
    text = normal
    if "\\" in text:
        text = _COMMAND.sub(lambda m: f" {m[1] or m[2]} ", text)
    text = " ".join(_DECORATION.sub(" ", text).split()).lower()
    return _ARTICLES.sub("", text)


def read_choice(normal: str, told: bool = False) -> Choice | None:
    """Returns the choice that a normalised answer makes, or None if it makes none.

    Args:
        normal: The text.
        told: Whether the option's text may stand behind a comma: ``C, frozen``.
    """
    text = " ".join(normal.replace("\x01", " ").replace("\x02", " ").split())
    text = text.strip(" .*_")
    if text.startswith("{") and text.endswith("}"):
        text = text[1:-1].strip()
    found = _CHOICE.fullmatch(text)
    if found is None:
        return None
    letter = found["bracketed"] or found["bare"]
    if found["told"] and not told:
        return None
    rest = (found["after"] or found["told"] or found["rest"] or "").strip()
    if letter.upper() > LAST_CHOICE or (found["bare"] and found["rest"]):
        return None
    return Choice(letter.upper(), rest, found["bracketed"] is not None)
