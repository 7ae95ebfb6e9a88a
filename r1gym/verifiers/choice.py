r"""The choice reward: the letter of a multiple-choice question.

An answer is read as the letters it offers: ``C``, ``(C)``, ``\text{(C)}``, ``C. 12 m``, ``C,
melted``, ``melted (C)``, ``option C``, or the text of one choice if ``problem.metadata["choices"]``
lists the texts. Offering more letters than the gold has is wrong, and so is a letter with the text
of another choice.

Left out: letters within a sentence ("C, because B is too small"); a policy must say its choice.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from string import ascii_uppercase

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.extract import NO_ANSWER, extract_answer, gold_text
from r1gym.verifiers.math.text import offers_another
from r1gym.verifiers.protocol import register_verifier

_MOST_CHOICES = len(ascii_uppercase)
_WITHOUT_TEXTS = 10  # letters that can be meant if the choices are not listed: A to J
_LAST_WITHOUT_TEXTS = ascii_uppercase[_WITHOUT_TEXTS - 1]
_LONGEST_ANSWER = 2_000  # characters beyond those of the longest choice

_WRAPPER = re.compile(r"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mathit|boxed)\s*\{([^{}]*)\}")
_LEAD = re.compile(
    r"(?:(?:the\s+)?(?:(?:correct|right|best|final)\s+)?(?:answers?|options?|choices?)\s*"
    r"(?:is|are|:)?|选项|答案(?:是|为|:)?|选)\s*",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[A-Z]+|[a-z]")  # "AC" is two letters, "ac" and "Ac" are words
_SEPARATORS = frozenset(" \t\n,;/&、和()")
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,2}|`)\(?([A-Za-z])\)?[.:,)]?\1(?=\s*\S)")  # **B**, melted
_WITH_TEXT = re.compile(
    r"\((?P<bracketed>[A-Za-z])\)\s*(?:[.:,]|[-–—](?=\s))?\s*(?P<behind_bracket>.+)"
    r"|(?P<bare>[A-Za-z])(?:\s*[.:),]|\s+[-–—](?=\s))\s*(?P<behind>.+)"
    r"|(?P<before_bracket>[A-Za-z])\s*\((?P<in_brackets>.+)\)"
    r"|(?P<text>.*\S)\s*\((?P<last>[A-Z])\)",
    re.DOTALL,
)
_SAID_RIGHT = re.compile(
    r"\(?([A-Za-z])\)?\s+is\s+(?:the\s+)?(?:(?:correct|right|best)(?:\s+(?:answer|option|choice|one))?"
    r"|answer)",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"(?:is|was|are)(?:\s+not|n't)\b|not\b|.*\b(?:wrong|incorrect|false)\b", re.IGNORECASE
)
_LETTER_WITHIN = re.compile(
    r"\(([A-Z])\)|(?<![\w.])([A-Z])[.:)]|[,/;]\s*([A-Z])$|^([A-Z])$"
    r"|\b(?:or|and)\s+(?:(?:maybe|perhaps|possibly|also|even|option|choice)\s+)*\(?([A-Z])\b"
)


@register_verifier("choice")
class Choice:
    """Pays 1 for exactly the choices of the gold answer, and 0 otherwise.

    The gold answer is a letter (``C``, ``(C)``), several (``A, C``), or the text of a choice.
    """

    reads = frozenset({"answer", "choices"})

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns 1 if the answer offers the gold's letters and no other."""
        answer = extract_answer(completion.text, completion.truncated)
        if answer is None:
            verdict = Verdict.TRUNCATED if completion.truncated else Verdict.UNPARSEABLE
            return Score(0.0, verdict, NO_ANSWER)
        texts = problem.metadata.get("choices", ())
        if not _are_texts(texts):
            reason = f"problem {problem.id} has choices that are not a list of up to 26 texts"
            return Score(None, Verdict.VERIFIER_ERROR, reason)
        gold = read_choices(gold_text(problem.answer), texts, len(ascii_uppercase))
        if gold is None:
            reason = f"the gold answer of problem {problem.id} names no choice"
            return Score(None, Verdict.VERIFIER_ERROR, reason)
        if len(answer) > _LONGEST_ANSWER + max(map(len, texts), default=0):
            return Score(0.0, Verdict.UNPARSEABLE, "the answer is too long for a choice")
        most = len(ascii_uppercase) if max(gold) > _LAST_WITHOUT_TEXTS else _WITHOUT_TEXTS
        offered = read_choices(answer, texts, most)
        if offered is None:
            return Score(0.0, Verdict.UNPARSEABLE, f"{answer[:80]!r} names no choice")
        if offered == gold:
            return Score(1.0, Verdict.CORRECT)
        return Score(0.0, Verdict.WRONG, f"it offers {', '.join(sorted(offered))}")

    def same_answer(self, problem: Problem, one: str, other: str) -> bool:
        """Returns whether two answers offer the same letters."""
        texts = problem.metadata.get("choices", ())
        most = _LONGEST_ANSWER + max(map(len, texts), default=0) if _are_texts(texts) else 0
        if one == other or max(len(one), len(other)) > most:
            return one == other
        offered = read_choices(one, texts)
        return offered is not None and offered == read_choices(other, texts)


def read_choices(
    answer: str, texts: Sequence[str] = (), most: int = _WITHOUT_TEXTS
) -> frozenset[str] | None:
    """Returns the letters that an answer offers.

    Args:
        answer: The final answer, as extracted.
        texts: The texts of the choices A, B and so on; empty if they are not known.
        most: How many letters can be meant if the texts are not known.

    Returns:
        Capital letters; None if the answer offers no choice, or one that does not exist.
    """
    known = ascii_uppercase[: len(texts) or most]
    plain = _plain(answer)
    # The text of a choice comes first: the text of choice A may be "B".
    by_text = [] if plain in known or plain.upper() in known else _matching(plain, texts)
    if by_text:
        return frozenset(known[i] for i in by_text)
    lead = _LEAD.match(plain)
    said = plain[lead.end() :] if lead else plain
    said = said.strip(" .")
    words = re.findall(r"[A-Za-z]+", said.replace(" and ", " "))
    if all(_LETTERS.fullmatch(word) for word in words):
        rest = re.sub(r"[A-Za-z]+", "", said)
        if _SEPARATORS.issuperset(rest):
            return _existing("".join(words), known)
    right = _SAID_RIGHT.fullmatch(said)
    if right is not None:
        return _existing(right[1], known)
    labelled = _WITH_TEXT.fullmatch(said)
    if labelled is None:
        return None
    letter, text = _parts(labelled)
    if _TAKEN_BACK.match(text) or (not texts and labelled["behind"] and offers_another(text)):
        return None
    if texts:
        agrees = letter in known and known.index(letter) in _matching(text, texts)
        return frozenset(letter) if agrees else None
    others = [
        mark for found in _LETTER_WITHIN.findall(text) for mark in found if mark and mark in known
    ]
    return _existing("".join([letter, *others]), known)


def _parts(labelled: re.Match[str]) -> tuple[str, str]:
    """Returns the letter and the text of a choice that is given by both."""
    letters = labelled.group("bracketed", "bare", "before_bracket", "last")
    texts = labelled.group("behind_bracket", "behind", "in_brackets", "text")
    return "".join(filter(None, letters)).upper(), "".join(filter(None, texts))


def _existing(letters: str, known: str) -> frozenset[str] | None:
    offered = frozenset(letters.upper())
    return offered if offered and offered <= set(known) else None


def _matching(text: str, texts: Sequence[str]) -> list[int]:
    """Returns which choices have this text; capitals count only where they make a difference."""
    plain = [_squeezed(choice) for choice in texts]
    said = _squeezed(text)
    exact = [i for i, choice in enumerate(plain) if choice == said]
    if exact or not said:
        return exact
    return [i for i, choice in enumerate(plain) if choice.casefold() == said.casefold()]


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", _plain(text)).strip(".。")


def _plain(text: str) -> str:
    r"""Returns a text without the LaTeX and Markdown around it."""
    text = unicodedata.normalize("NFKC", text)
    for _ in range(3):
        text = _WRAPPER.sub(r"\1", text)
    text = _EMPHASIS.sub(r"(\2)", text)
    text = re.sub(r"\\[()\[\],;! ]|[$~]", " ", text)
    return text.strip().strip("*_`").strip()


def _are_texts(value: object) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) <= _MOST_CHOICES
        and all(isinstance(text, str) for text in value)
    )
