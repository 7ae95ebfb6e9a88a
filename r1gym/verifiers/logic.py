"""The logic reward: structured answers of puzzles, compared as structures.

The gold is ``problem.metadata["logic"]``, a mapping with ``kind`` and ``gold``, in one of:

    {"kind": "assignment", "gold": {"Alice": "knight", "Bob": "knave"}}
    {"kind": "ordering", "gold": ["Ann", "Bo", "Cy"]}      or "Ann < Bo < Cy", "Ann > Bo > Cy"
    {"kind": "truth", "gold": true}                        or a row: [true, false, true]
    {"kind": "set", "gold": ["Alice", "Bob"]}              in any order, and may be empty

``gold`` may be a text as well, read as an answer is. Without the metadata, ``problem.answer`` is
the gold: a truth value or a row of them, an ordering if it has ``<``, ``>`` or an arrow, an
assignment if it gives names values, a set in braces or of one name, else a list in order. Every
name must come exactly once: one too many, or one that comes twice, makes an answer wrong.

An ordering that is written as a list, or with arrows, goes in the direction in which the gold is
written; one with ``<`` or ``>`` goes up or down. For a gold without ``<`` or ``>``, first is least.

Left out: shares for half-right answers, which pay for guessing; orderings with ties.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.extract import NO_ANSWER, extract_answer
from r1gym.verifiers.protocol import register_verifier

_LONGEST_ANSWER = 5_000  # characters

_TRUE = frozenset({"true", "yes", "t", "y", "1", "真", "对", "是", "正确", "⊤", r"\top"})
_FALSE = frozenset({"false", "no", "f", "n", "0", "假", "错", "否", "错误", "⊥", r"\bot"})
_NOTHING = frozenset({"", "none", "nobody", "no one", "empty", "∅", "\\emptyset", "\\varnothing"})
_WRAPPER = re.compile(r"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mathit|boxed)\s*\{([^{}]*)\}")
_LATEX = {
    r"\{": "{", r"\}": "}", r"\lt": "<", r"\gt": ">", r"\prec": "<", r"\succ": ">",
    r"\rightarrow": "->", r"\to": "->", "→": "->", "⇒": "->", "=>": "->",
    "：": ":", "，": ",", "、": ",", "；": ";",
}  # fmt: skip
_LATEX_MARK = re.compile(
    "|".join(re.escape(mark) + ("(?![A-Za-z])" if mark[-1].isalpha() else "") for mark in _LATEX)
)
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,3}[.)])\s+", re.MULTILINE)
_ARTICLE = re.compile(r"^(?:an?|the)\s+", re.IGNORECASE)
_IS = re.compile(r"\s*(?::|==?|->|\s(?:is|are)\s|是)\s*")


class _Unreadable(ValueError):
    """A text that is not written in any form of the kind."""


@register_verifier("logic")
class Logic:
    """Pays 1 for the structure that the gold describes, and 0 otherwise."""

    reads = frozenset({"answer", "logic"})

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns 1 if the final answer is the gold assignment, ordering, truth value or set."""
        answer = extract_answer(completion.text, completion.truncated)
        if answer is None:
            verdict = Verdict.TRUNCATED if completion.truncated else Verdict.UNPARSEABLE
            return Score(0.0, verdict, NO_ANSWER)
        try:
            kind, gold = _gold_of(problem)
        except _Unreadable as error:
            reason = f"the gold of problem {problem.id} cannot be read: {error}"
            return Score(None, Verdict.VERIFIER_ERROR, reason)
        if len(answer) > _LONGEST_ANSWER:
            return Score(0.0, Verdict.UNPARSEABLE, "the answer is too long")
        try:
            said = _READERS[kind](_plain(answer))
        except _Unreadable as error:
            return Score(0.0, Verdict.UNPARSEABLE, f"it is no {kind}: {error}")
        if _COMPARERS[kind](said, gold):
            return Score(1.0, Verdict.CORRECT)
        return Score(0.0, Verdict.WRONG, f"{answer[:80]!r} is not the gold {kind}")

    def same_answer(self, problem: Problem, one: str, other: str) -> bool:
        """Returns whether two answers are the same structure, of the kind that is asked for."""
        if one == other or max(len(one), len(other)) > _LONGEST_ANSWER:
            return one == other
        given = problem.metadata.get("logic")
        kind = given.get("kind") if isinstance(given, Mapping) else None
        try:
            kind = kind if kind in _READERS else _infer(_plain(other))[0]
            first, second = (_READERS[kind](_plain(text)) for text in (one, other))
        except (_Unreadable, TypeError):
            return False
        same = _COMPARERS[kind]
        return same(first, second) and same(second, first)


def _gold_of(problem: Problem) -> tuple[str, Any]:
    given = problem.metadata.get("logic")
    if given is None:
        return _infer(_plain(problem.answer))
    kind = given.get("kind") if isinstance(given, Mapping) else None
    if not isinstance(kind, str) or kind not in _READERS or "gold" not in given:
        kinds = ", ".join(_READERS)
        raise _Unreadable(f"metadata['logic'] needs a gold, and a kind among {kinds}")
    gold = given["gold"]
    if not isinstance(gold, str):
        try:
            gold = json.dumps(gold)
        except (TypeError, ValueError, RecursionError) as error:
            raise _Unreadable("its gold is no JSON value") from error
    return kind, _READERS[kind](_plain(gold))


def _infer(text: str) -> tuple[str, Any]:
    """Returns the kind of a gold text, and what it says."""
    if not text:
        raise _Unreadable("it is empty")
    kinds = ["truth", "assignment"]
    if re.search(r"[<>]", text):  # arrows as well; "a -> b" alone is an ordering
        kinds.insert(0, "ordering")
    for kind in kinds:
        try:
            return kind, _READERS[kind](text)
        except _Unreadable:
            continue
    if text.startswith("{") or not re.search(r"[<>,;\n]|->|\band\b", text):
        return "set", _read_set(text)
    return "ordering", _read_ordering(text)


def _read_assignment(text: str) -> list[tuple[str, str]]:
    """Returns names with their values, in order and as often as they come."""
    pairs = _read_json(text)
    if pairs is not None:
        if not isinstance(pairs, _Pairs) or not pairs:
            raise _Unreadable("a JSON object of names with values is needed")
        return [(name, _scalar(value)) for name, value in pairs]
    # Commas divide pairs only where nothing stronger does, so that a value may have some.
    try:
        return _pairs_in(re.split(r"[;\n]", text))
    except _Unreadable:
        return _pairs_in(re.split(r"[;\n,]|\band\b", text))


def _pairs_in(items: list[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    waiting: list[str] = []  # "Alice and Bob are knights"
    for item in map(str.strip, items):
        if not item:
            continue
        name, mark, value = _cut(item)
        if not mark:
            waiting.append(name)
            continue
        several = bool(re.search(r",|\band\b", name)) or (waiting and mark != "are")
        if not name or not value or several or _cut(value)[1]:
            raise _Unreadable("an item is no name with a value")
        if waiting or mark == "are":
            value = value.removesuffix("s")
        found += ((each, value) for each in [*waiting, name])
        waiting = []
    if waiting or not found:
        raise _Unreadable("it is no list of names with values")
    return found


def _cut(item: str) -> tuple[str, str, str]:
    mark = _IS.search(item)
    if mark is None:
        return item, "", ""
    return item[: mark.start()].strip(), mark[0].strip(), item[mark.end() :].strip()


def _read_ordering(text: str) -> tuple[list[str], str]:
    """Returns names as they are written, and the mark between them; a comma for a list."""
    names = _read_json(text)
    if names is not None:
        if not isinstance(names, list) or not names:
            raise _Unreadable("a JSON list of names is needed")
        return [_scalar(name) for name in names], ","
    for mark in ("->", "<", ">"):
        if mark in text:
            parts = [part.strip() for part in text.split(mark)]
            if not all(parts) or re.search(r"[<>,;\n]|->", "".join(parts)):
                raise _Unreadable("its marks differ")
            return parts, mark
    names = _listed(text.strip("[]()"))
    if not names:
        raise _Unreadable("it has no names")
    return names, ","


def _read_truth(text: str) -> list[bool]:
    values = _read_json(text)
    if values is None:
        words = [word for word in re.split(r"[\s,;|&]+", text.strip("[]().")) if word]
        if len(words) == 1 and re.fullmatch(r"[TF]+|[01]+", words[0]):
            words = list(words[0])
    else:
        words = [_scalar(value) for value in (values if isinstance(values, list) else [values])]
    if not words or any(word.casefold() not in _TRUE | _FALSE for word in words):
        raise _Unreadable("it has something else than truth values")
    return [word.casefold() in _TRUE for word in words]


def _read_set(text: str) -> list[str]:
    names = _read_json(text)
    if isinstance(names, list) and not isinstance(names, _Pairs):
        return [_scalar(name) for name in names]
    bare = text.strip("{}[]() ")
    if bare.casefold() in _NOTHING:
        return []
    if re.search(r"[:=<>{}]", bare):
        raise _Unreadable("a list of names is needed")
    return _listed(bare)


def _listed(text: str) -> list[str]:
    return [item.strip() for item in re.split(r"[,;\n]|\band\b|&", text) if item.strip()]


def _same_assignment(said: list[tuple[str, str]], gold: list[tuple[str, str]]) -> bool:
    key = _key_for([name for name, _ in gold])
    wanted = {key(name): value for name, value in gold}
    given = {key(name): value for name, value in said}
    return (
        len(said) == len(given) == len(wanted)
        and given.keys() == wanted.keys()
        and all(_same_value(given[name], wanted[name]) for name in wanted)
    )


def _same_value(said: str, gold: str) -> bool:
    said, gold = said.casefold(), gold.casefold()
    for words in (_TRUE, _FALSE):
        if gold in words:
            return said in words
    return _fold(said) == _fold(gold) or _fold(said) == _fold(gold).removesuffix("s")


def _same_ordering(said: tuple[list[str], str], gold: tuple[list[str], str]) -> bool:
    key = _key_for(gold[0])
    names, mark = said
    gold_mark = gold[1] if gold[1] in "<>" else "<"
    if mark in "<>" and mark != gold_mark:
        names = names[::-1]
    return [key(name) for name in names] == [key(name) for name in gold[0]]


def _same_set(said: list[str], gold: list[str]) -> bool:
    key = _key_for(gold)
    return sorted(map(key, said)) == sorted(map(key, gold))


def _key_for(names: list[str]) -> Callable[[str], str]:
    """Returns what names are compared by: capitals count only if they tell the gold's apart."""
    folded = {_fold(name) for name in names}
    return _fold if len(folded) == len(set(names)) else str.strip


def _fold(name: str) -> str:
    return " ".join(_ARTICLE.sub("", name.strip(" .'\"`")).casefold().split())


class _Pairs(list[tuple[str, Any]]):
    """The pairs of a JSON object; a dict would hide a name that comes twice."""


def _read_json(text: str) -> Any:
    """Returns a JSON object or list, or None if the text is none."""
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        return None


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return str(value).casefold()
    if isinstance(value, str | int | float):
        return str(value)
    raise _Unreadable("a JSON value within is neither a text, a number nor a truth value")


def _plain(text: str) -> str:
    """Returns a text without the LaTeX and Markdown around it, with one form for each mark."""
    text = unicodedata.normalize("NFKC", text[: 2 * _LONGEST_ANSWER])
    for _ in range(3):
        text = _WRAPPER.sub(r"\1", text)
    text = _LATEX_MARK.sub(lambda mark: _LATEX[mark[0]], text)
    text = re.sub(r"\\[()\[\],;! ]|\\quad|\$|\*\*|`", " ", text)
    return _BULLET.sub("", text).strip().removesuffix(".").strip()


_READERS: dict[str, Callable[[str], Any]] = {
    "assignment": _read_assignment,
    "ordering": _read_ordering,
    "truth": _read_truth,
    "set": _read_set,
}
_COMPARERS: dict[str, Callable[[Any, Any], bool]] = {
    "assignment": _same_assignment,
    "ordering": _same_ordering,
    "truth": lambda said, gold: said == gold,
    "set": _same_set,
}
