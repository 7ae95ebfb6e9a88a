"""The whole decision about one answer: readings of it in turn, the cheapest first."""

from __future__ import annotations

import itertools
import re
from string import ascii_letters
from typing import Final

from r1gym.verifiers.math.answers import Answer, Group, Named, Text, Value
from r1gym.verifiers.math.compare import same
from r1gym.verifiers.math.fold import Unreadable, symbols
from r1gym.verifiers.math.normalize import normalize
from r1gym.verifiers.math.phrases import without_contrast, without_phrase
from r1gym.verifiers.math.read import MOST_CHARACTERS, SHORT, list_reading, read, read_again
from r1gym.verifiers.math.rewrite import is_ambiguous, readings
from r1gym.verifiers.math.text import Choice, denies, offers_another, plain_words, read_choice
from r1gym.verifiers.math.written import may_be_as_written, same_as_written, same_letter

_PLAIN: Final = re.compile(
    r"\s*(?:\$|\\\(\s*)?(-?)(?:\\?\$)?"
    r"(?:(\d{1,300}|[1-9]\d{0,2}(?:,\d{3})+)(?:\.(\d{1,300})|/(\d{1,300}))?"
    r"|\\[dtc]?frac\s*\{\s*(-?\d{1,300})\s*\}\s*\{\s*(\d{1,300})\s*\})"
    r"\s*(?:\$|\\\))?\.?\s*",
    re.ASCII,
)
# What a text is made of is looked at before a pattern, since a pattern's call has its price.
_PLACES_OF_A_ROUNDING: Final = 6
_PLAIN_SIGNS: Final = "0123456789-.,/$(){}\\fracdt \t\r\n"
_NO_CHOICE_STARTS: Final = frozenset("-0123456789\\.")
_THOUSANDS: Final = re.compile(r"\d,\d{3}")
_MAY_CHOOSE: Final = re.compile(
    r"[\s$*{\x01]*(?:[(\[][\s\x01]*[a-z][\s\x02]*[)\]]|[a-z](?![\w(\[^'])"
    r"|the\b|correct|option|choice|answer|选)",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(r"[^\W\d_]{2,}(?:[ -][^\W\d_]+)*")
_PROSE: Final = re.compile(
    r"(?P<before>[^\d]*?)(?:\b(?:is|are|equals|be)\b|\b[aA]nswer\s*:|是|为|答案?\s*:)"
    r"\s*(?:equal\s+to\s*)?(?P<said>[^:].*)",
    re.DOTALL,
)
_SHORT_WORD: Final = re.compile(r"\x01?(?=[A-Za-z]*[eiouEIOU]|[A-Z])[A-Za-z]{2,3}\x02?")
_LETTERS: Final = frozenset(ascii_letters + "(\x01")
_CHOICES: Final = re.compile(r"[\x01(]*[A-J](?:(?:[\x01\x02\s,;()]|and|or|和)*[A-J])*[\x02)]*")
_OFFERS: Final = re.compile(r"\bor\b")
_SEPARATED: Final = re.compile(r"[A-J]\)?\s*(?:,|;|\x01?(?:and|or)|和)")
_TEXT_ALONE: Final = re.compile(r"\x01?([A-Za-z]{3,}(?: [A-Za-z]+)*)[.!]?\x02?")
_IN_WORDS: Final = re.compile(r"[A-Za-z]{2,} [a-zA-Z]{2,}|\b[A-Z]{3,}\b")
_BARE_NUMBERS: Final = re.compile(
    r"(?:[-+\d.,;(){}\[\]\\\s\x01\x02]|\band\b|\bor\b|[a-zA-Z](?:_\w)?\s*=)+"
)
_NOTHING: Final = re.compile(r"[\s,$]+")
_RELATION: Final = re.compile(r"[=<>]")


def match(answer: str, gold: str, stated: bool = False) -> bool:
    """Returns whether an answer is mathematically the gold answer, see `verify.answers_match`.

    Args:
        answer: The final answer.
        gold: The gold answer.
        stated: Whether the answer is the end of a sentence, such as "The answer is 42 apples left":
            the words behind its number do not count then. Those behind a gold's never do.
    """
    if _matches(answer, gold):
        return True
    if stated and (contrast := _contrast(answer)) is not None:
        return match(contrast, gold, stated)
    said = _without_phrase(answer) if stated else None
    wanted = _without_phrase(gold) if " " in gold else None
    if said is None and wanted is None:
        return False
    return _matches(answer if said is None else said, gold if wanted is None else wanted)


def _contrast(answer: str) -> str | None:
    """Returns what is claimed in ``17, not 18``, unless that is also denied."""
    if "not" not in answer and "than" not in answer and "instead" not in answer:
        return None
    contrast = without_contrast(answer)
    if contrast is None or any(_matches(contrast[0], other) for other in contrast[1]):
        return None
    return contrast[0]


def _without_phrase(text: str) -> str | None:
    """Returns the number before a phrase, unless all of the text can be read: ``7 apples``."""
    if len(text) > SHORT:
        return None
    said = read_again(text)  # which has been done
    if isinstance(said, Value):
        if not symbols(said.node) or _IN_WORDS.search(text) is None:
            return None  # "52 WPM" is no product
    elif not isinstance(said, Text):
        return None
    return without_phrase(text)


def _matches(answer: str, gold: str) -> bool:
    if answer == gold and gold.strip():
        return True
    plain = None if answer.lstrip(_PLAIN_SIGNS) else _PLAIN.fullmatch(answer)
    plain_gold = None if plain is None else _PLAIN.fullmatch(gold)
    if plain is not None and plain_gold is not None:
        (above, below), (gold_above, gold_below) = _ratio(plain), _ratio(plain_gold)
        if below and gold_below:
            equal = above * gold_below == gold_above * below
            if equal or len(plain_gold[3] or "") < _PLACES_OF_A_ROUNDING:
                return equal
    if not gold.strip() or not answer.strip() or "```" in answer:
        return False
    if len(answer) > MOST_CHARACTERS or len(gold) > MOST_CHARACTERS:
        return _flat(answer) == _flat(gold)
    normal, normal_gold = normalize(answer), normalize(gold)
    if normal == normal_gold and any(map(str.isalnum, normal)):
        return True
    if may_be_as_written(normal, normal_gold):
        written = same_as_written(normal, normal_gold)
        if written is not None:
            return written
    if _may_choose(normal) or _may_choose(normal_gold):
        choice = _decide_choice(answer, gold)
        if choice is not None:
            return choice
    if normal[:1] == "\x01" or normal_gold[:1] == "\x01":
        words, wanted = _TEXT_ALONE.fullmatch(normal), _TEXT_ALONE.fullmatch(normal_gold)
        if words is not None and wanted is not None:
            if words[1].lower() == wanted[1].lower():
                return True
            if normal[:1] == normal_gold[:1]:
                return False
    if normal[:1] in _LETTERS and normal_gold[:1] in _LETTERS:
        letter = same_letter(normal, normal_gold)
        if letter is not None:
            return letter
        if _are_choices(normal, normal_gold):
            return _letters(normal) == _letters(normal_gold) and (
                _OFFERS.search(normal) is None or _OFFERS.search(normal_gold) is not None
            )
        if _SHORT_WORD.fullmatch(normal_gold) and _SHORT_WORD.fullmatch(normal):
            return plain_words(normal) == plain_words(normal_gold)  # "no" is no product of n and o
    return _match(answer, gold)


def _may_choose(normal: str) -> bool:
    return normal[:1] not in _NO_CHOICE_STARTS and _MAY_CHOOSE.match(normal) is not None


def _are_choices(one: str, other: str) -> bool:
    """Returns whether both name several choices: ``A, C`` or, if the other one does so, ``AC``."""
    if _SEPARATED.search(one) is None and _SEPARATED.search(other) is None:
        return False
    return bool(_CHOICES.fullmatch(one) and _CHOICES.fullmatch(other))


def _letters(choices: str) -> list[str]:
    return sorted(set(re.findall(r"[A-J]", choices)))


def _ratio(plain: re.Match[str]) -> tuple[int, int]:
    sign, whole, places, below, above, under = plain.groups()
    if whole is None:
        return (-int(above) if sign else int(above)), int(under)
    if "," in whole:
        whole = whole.replace(",", "")
    if places is not None:
        return int(sign + whole + places), 10 ** len(places)
    return int(sign + whole), int(below or 1)


def _match(answer: str, gold: str) -> bool:
    try:
        return _match_readings(answer, gold)
    except Unreadable:  # numbers that are too large together
        return False


def _match_readings(answer: str, gold: str) -> bool:
    wanted, said = read_again(gold), read_again(answer)
    normal, normal_gold = normalize(answer), normalize(gold)
    if same(wanted, said) or _match_other_readings(normal, normal_gold):
        return True
    if _may_forgive_percent(normal, normal_gold) and same(wanted, _as_bare_numbers(said)):
        return True
    if isinstance(said, Text) or isinstance(wanted, Text):
        both = isinstance(said, Text) and isinstance(wanted, Text)
        if both and _flat(normal) == _flat(normal_gold):
            return True
        words = plain_words(normal)
        if _WORDS.fullmatch(words) and words == plain_words(normal_gold):
            return True
    if isinstance(said, Text):
        inner = _said_in_prose(normal.replace("\x01", " ").replace("\x02", " "))
        if inner is not None and same(wanted, read(inner)):
            return True
    if isinstance(wanted, Group) and _THOUSANDS.search(answer):  # 100,200 for 100, 200
        listed = list_reading(answer)
        return listed is not None and same(wanted, listed)
    return False


def _may_forgive_percent(answer: str, gold: str) -> bool:
    return ("%" in answer or "percent" in answer) and _BARE_NUMBERS.fullmatch(gold) is not None


def _as_bare_numbers(said: Answer) -> Answer:
    """Returns an answer without its percent signs, which are forgiven as a unit would be.

    Up to 1 a gold may be a share itself, and ``0.5%`` is none of one half.
    """
    if isinstance(said, Value) and said.percent and not isinstance(said.node, tuple):
        number = said.node * 100
        return said if -1 <= number <= 1 else Value(number, percent=True)
    if isinstance(said, Named):
        return Named(said.name, _as_bare_numbers(said.value))
    if isinstance(said, Group):
        return Group(said.open, said.close, tuple(map(_as_bare_numbers, said.items)))
    return said


def _match_other_readings(answer: str, gold: str) -> bool:
    if not is_ambiguous(gold) and not is_ambiguous(answer):
        return False
    golds, answers = readings(gold, answer), readings(answer, gold)
    for wanted, said in itertools.product((gold, *golds), (answer, *answers)):
        if (wanted != gold or said != answer) and same(read_again(wanted), read_again(said)):
            return True
    return False


def _flat(text: str) -> str:
    return _NOTHING.sub("", text).lstrip("0")


def _decide_choice(answer: str, gold: str) -> bool | None:
    """Decides if the gold answer is a choice, or if the answer names one before its text."""
    normal = normalize(gold)
    wanted = read_choice(normal)
    said = read_choice(normalize(answer), told=True)
    if wanted is not None and not _is_choice_gold(wanted, normal):
        wanted = None
    if wanted is None:
        if said is not None and said.bracketed and said.rest:
            return _match(said.rest, gold)
        return None
    if said is not None:
        if said.letter != wanted.letter:
            return False
        if said.rest and wanted.rest:
            return _match(said.rest, wanted.rest)
        return not offers_another(said.rest)
    if wanted.rest:
        return _match(answer, wanted.rest)
    return False


def _is_choice_gold(choice: Choice, normal: str) -> bool:
    if choice.bracketed or (choice.rest and normal[:1].isupper()):
        return True
    return not choice.rest and normal.strip("\x01\x02 .").isupper()


def _said_in_prose(answer: str) -> str | None:
    """Returns the end of a sentence such as "the total is 42"."""
    found = None
    if len(answer) <= SHORT:
        found = _PROSE.fullmatch(answer.strip())
    if found is None or denies(found["before"]) or _RELATION.search(found["before"]):
        return None
    return found["said"].strip() or None
