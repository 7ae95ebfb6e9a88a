"""A row of anyone's data as a problem: one reading for files, TRL, verl and plain functions.

A field that is empty (None, NaN) is no field: Arrow fills them in where rows of several kinds share
columns. ``tests`` are read as in `r1gym.sandbox.forms`, golds as in `golds.py`. A row with
``choices`` is multiple choice: its gold is a letter, the text of a choice, or its number from 0.

Left out: what the columns are called, which the doors know.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Container, Mapping, Sequence
from string import ascii_uppercase
from typing import Any

from r1gym.core.errors import ConfigError
from r1gym.core.plain import is_missing, plain, present
from r1gym.core.types import Problem
from r1gym.sandbox.forms import are_tests, has_tests, read_tests
from r1gym.verifiers.choice import read_choices
from r1gym.verifiers.extract import gold_text
from r1gym.verifiers.golds import BadRow, read_golds, states_answer

READ = frozenset({"answer", "tests", "choices", "verifier"})  # fields with a meaning of their own
_COMPARING = ("accuracy", "choice")  # verifiers that compare an answer with the gold
_REASONING = ("reasoning_content", "thinking")  # where response parsers put what <think> held
_MOST_DIMENSIONS = 2  # of an array among the metadata that is made a list; images stay


def read_problem(
    name: str,
    question: str,
    gold: object,
    fields: Mapping[str, Any],
    family: str = "",
    level: int = 0,
    reads: Container[str] = READ,
) -> Problem:
    """Returns the problem of a row.

    Args:
        name: The problem's id.
        question: Its question.
        gold: Its gold as the data set has it; an empty one makes a problem with the answer "".
        fields: The other fields; they become the metadata.
        family: The problem's family.
        level: Its level.
        reads: Which of `READ` are read; the other fields are kept as they are, since only somebody
            else's function may know what they mean.

    Raises:
        BadRow: If the gold, the tests or the choices cannot be used.

    Example:
        >>> problem = read_problem("p", "Which?", 1, {"choices": ["2 m", "12 m"], "tests": None})
        >>> problem.answer, problem.metadata
        ('B', {'choices': ['2 m', '12 m'], 'verifier': 'choice'})
    """
    if "tests" in reads and not has_tests(fields.get("tests")) and are_tests(gold):
        gold, fields = None, {**fields, "tests": gold}  # as verl's data sets of programs have them
    metadata = read_metadata(fields, reads)
    verifier = named_verifier(metadata if "verifier" in reads else {})
    kind = verifier.get("type") if isinstance(verifier, Mapping) else verifier
    if kind == "choice" or ("verifier" not in reads and "choices" in reads):
        golds = _choice_golds(gold, metadata.get("choices", ()))
    elif kind == "code" or "answer" not in reads:
        golds = (gold,) if isinstance(gold, str) and gold.strip() else ()  # for people to read
    elif kind not in _COMPARING and isinstance(gold, str) and not gold.strip():
        golds = ()  # what judges it says elsewhere how
    else:
        golds = read_golds(gold) or ()
    if kind in _COMPARING and "verifier" in metadata:
        golds = tuple(dict.fromkeys(map(stated, golds)))
    return Problem(name, question, golds[0] if golds else "", family, level, metadata, golds[1:])


def read_metadata(fields: Mapping[str, Any], reads: Container[str] = READ) -> dict[str, Any]:
    """Returns a row's fields without the empty ones, its tests and choices read.

    Args:
        fields: The fields.
        reads: Which of `READ` are read.

    Raises:
        BadRow: If the tests or the choices cannot be used.
    """
    metadata = {}
    for name, value in present(fields).items():
        if getattr(value, "ndim", 0) <= _MOST_DIMENSIONS:
            value = plain(value)
        metadata[name] = present(value) if isinstance(value, Mapping) else value
    if "tests" in metadata and "tests" in reads:
        _read_tests(metadata, fields["tests"])
    if "choices" in metadata and "choices" in reads:
        choices = _choices(metadata.pop("choices"))
        if choices:
            metadata["choices"] = choices
            if "tests" not in metadata and "verifier" in reads:
                metadata.setdefault("verifier", "choice")
    return metadata


def named_verifier(metadata: Mapping[str, Any]) -> object:
    """Returns what a problem names as its verifier, unchecked; ``code`` if it brings tests."""
    named = metadata.get("verifier")
    if isinstance(named, Mapping):
        return present(named)
    if not is_missing(named):
        return named
    return "code" if has_tests(metadata.get("tests")) else "accuracy"


def stated(gold: str) -> str:
    """Returns the answer that a gold states.

    Raises:
        BadRow: If it is a solution that states none.
    """
    if not states_answer(gold):
        raise BadRow(f"the gold is a solution that states no answer: {gold[-60:]!r}")
    return gold_text(gold)


def _read_tests(metadata: dict[str, Any], value: object) -> None:
    function = next((metadata[k] for k in ("fn_name", "entry_point") if k in metadata), None)
    try:
        tests = read_tests(value, function if isinstance(function, str) else None)
    except ConfigError as error:
        raise BadRow(str(error).removesuffix(".")) from None
    if tests is None:
        del metadata["tests"]
        return
    metadata["tests"] = tests.cases
    if tests.suffix:
        metadata["suffix"] = metadata.get("suffix", "") + tests.suffix


def _choices(value: object) -> list[str]:
    """Returns the texts of the choices A, B and so on."""
    if isinstance(value, str) and value.lstrip().startswith(("[", "{")):
        with contextlib.suppress(ValueError, RecursionError):
            value = json.loads(value)
    if isinstance(value, Mapping) and isinstance(value.get("text"), list):
        value = value["text"]  # ARC, with the labels beside
    elif isinstance(value, Mapping) and list(value) == list(ascii_uppercase[: len(value)]):
        value = list(value.values())
    texts = [str(one) for one in value] if isinstance(value, list) else []
    if not isinstance(value, list) or len(texts) > len(ascii_uppercase) or not all(texts):
        raise BadRow(f"choices must be a list of up to 26 texts, not {value!r:.60}")
    return texts


def _choice_golds(gold: object, choices: Sequence[str]) -> tuple[str, ...]:
    """Returns golds as letters."""
    if is_missing(gold):
        return ()
    found = plain(gold)
    several = found if isinstance(found, list) else [found]
    return tuple(dict.fromkeys(_letter(one, choices) for one in several))


def _letter(gold: Any, choices: Sequence[str]) -> str:
    golds = read_golds(gold) or ("",)
    text = gold_text(golds[0])
    if text.isascii() and text.isdigit() and not (isinstance(gold, str) and text in choices):
        return _numbered(int(text), text, choices)
    read = read_choices(text, choices)
    if read is None:
        listed = f"is none of the choices {list(choices)!r:.60}" if choices else "names no choice"
        raise BadRow(f"the gold {gold!r:.60} {listed}")
    return ", ".join(sorted(read))


def _numbered(number: int, text: str, choices: Sequence[str]) -> str:
    if not choices:
        raise BadRow(f"the gold {text} is a number, and there are no choices to count")
    if number >= len(choices):
        raise BadRow(
            f"the gold {text} counts past the {len(choices)} choices, which are counted from 0: "
            "write letters instead"
        )
    if text in choices and choices.index(text) != number:
        raise BadRow(f"the gold {text} may be the choice of that text or number: write a letter")
    return ascii_uppercase[number]


def said(messages: Sequence[Mapping[str, Any]], role: str) -> str:
    """Returns what one side of a conversation said last, its thinking in front."""
    message: Mapping[str, Any] = next((m for m in reversed(messages) if m.get("role") == role), {})
    content = message.get("content") or ""
    if not isinstance(content, str):  # blocks, as vision models have them
        content = "".join(block.get("text") or "" for block in content)
    thinking = next((message[key] for key in _REASONING if message.get(key)), "")
    return f"<think>{thinking}</think>{content}" if thinking else content
