r"""Gold answers as data sets bring them, read in one way for every door.

A gold is a text, a whole solution (``... #### 42``, ``... \boxed{42}``, read by the verifiers as a
completion is), or a number. Several of them, in a list, a tuple, an array or a dict of one such
list (``{"target": ["NYC", "New York"]}``), mean that any of them is right. An empty cell, None or
NaN, means that there is no gold. Everything else is refused.

Left out: what two golds have in common; each is compared by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from r1gym.core.plain import Written, is_missing, plain, present
from r1gym.verifiers.extract import extract_answer, gold_text

_NAMES = (
    *("target", "targets", "answer", "answers", "gold", "golds"),
    *("ground_truth", "solution", "value", "text"),
)
_MOST_DIGITS = 400  # of a number with an exponent, written out; no double needs more
_MARK = re.compile(r"\\(?:boxed|fbox)\b|####")
_SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-Z$\\])|\n")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")
_FEWEST_WORDS = 12  # of what reads as a solution and not as an answer in words


class BadRow(ValueError):
    """What is wrong with a row, such as its gold; whoever reads rows adds which row it is."""


def read_golds(value: object) -> tuple[str, ...] | None:
    """Returns the golds of a cell, any of which is right, or None if the cell is empty.

    Args:
        value: A text, a number, several of them, or a dict that holds them under one name.

    Raises:
        BadRow: If it is anything else, or holds nothing.

    Example:
        >>> read_golds({"target": [0.5, "1/2"]})
        ('0.5', '1/2')
        >>> read_golds(float("nan"))
    """
    if is_missing(value):
        return None
    if isinstance(value, Written):
        return (write_out(value.text),)
    found = plain(value)
    if isinstance(found, Mapping):
        found = _named(found)
    while isinstance(found, list) and len(found) == 1:
        found = found[0]
    if isinstance(found, str):
        return _golds_of_text(found)
    if not isinstance(found, list):
        return (_written(found),)
    if not found:
        raise BadRow("an empty list is no gold: give an answer, or None for no reward")
    return tuple(dict.fromkeys(_written(one) for one in found))


def write_out(number: str) -> str:
    """Returns a number without its exponent, which no verifier reads.

    Raises:
        BadRow: If it has too many digits.
    """
    if "e" not in number.lower():
        return number
    try:
        value = Decimal(number)
        exponent = int(value.as_tuple().exponent)
    except InvalidOperation:  # an exponent beyond the limits of decimals
        exponent = _MOST_DIGITS + 1
    if abs(exponent) + len(number) > _MOST_DIGITS:
        raise BadRow(f"the gold has too large an exponent: {_brief(number)}")
    return format(value, "f")


def states_answer(gold: str) -> bool:
    r"""Returns whether a gold is an answer, or a whole solution that ends in one.

    A solution that states none is one with an empty ``\boxed{}`` or ``####``, or sentences of
    prose: nobody's answer equals those.
    """
    if _MARK.search(gold):
        return extract_answer(gold) is not None
    answer = gold_text(gold)
    return not _SENTENCE_END.search(answer) or len(_WORD.findall(answer)) < _FEWEST_WORDS


def _named(golds: Mapping[str, object]) -> object:
    """Returns what a dict of golds holds: ``{"target": [...]}``, other fields being empty."""
    fields = present(golds)
    names = [name for name in fields if name in _NAMES]
    if len(fields) != 1 or not names:
        listed = ", ".join(map(str, fields)) or "nothing"
        raise BadRow(f'a dict of golds must hold one of them, such as "target", not {listed}')
    return fields[names[0]]


def _golds_of_text(text: str) -> tuple[str, ...]:
    """Returns a text as a gold; of ``["42"]``, a list of one written as JSON, what it holds too."""
    gold = _written(text)
    if not text.lstrip().startswith(("[", "{")):
        return (gold,)
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return (gold,)
    if isinstance(held, Mapping) and len(held) == 1 and set(held) <= set(_NAMES):
        return read_golds(held) or (gold,)
    is_one = isinstance(held, list) and len(held) == 1 and isinstance(held[0], str)
    return (_unescaped(text, held[0]), gold) if is_one and held[0].strip() else (gold,)


def _unescaped(text: str, held: str) -> str:
    r"""Returns the text in a JSON list; where ``\frac`` was written as if JSON had no escapes."""
    if held.isprintable():
        return held
    return text.strip()[1:-1].strip()[1:-1]


def _written(value: object) -> str:
    """Returns one gold as a text; a number is written exactly, and without an exponent."""
    if isinstance(value, str):
        if not value.strip():
            raise BadRow("an empty text is no gold: give an answer, or None for no reward")
        if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
            raise BadRow(f"the gold holds half a character (a lone surrogate): {_brief(value)}")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | Fraction):
        raise BadRow(f"a gold must be a text, a number or a list of them, not {_brief(value)}")
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)  # a column of whole numbers with a gap is one of floats
    try:
        written = str(value)
    except ValueError:  # more digits than Python writes
        raise BadRow("the gold is a number of over 4,300 digits") from None
    if isinstance(value, float | Decimal) and not Decimal(value).is_finite():
        raise BadRow(f"a gold must be finite, not {written}")
    return write_out(written)


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
