"""Files of preferences: pairs of responses, or responses with labels, a JSON object a line.

    {"question": ..., "chosen": ..., "rejected": ...}                  pairs
    {"question": ..., "response": ..., "label": true}                  labelled responses

A user's file may have the names of Hugging Face: ``prompt`` for the question, ``completion`` for
the response, and lists of messages in place of texts, with the question in the prompt or before
both responses. It may be JSON, Parquet or CSV as well. Left out: conversations of several turns.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from r1gym.core.checks import half_a_character
from r1gym.core.errors import RunError
from r1gym.core.files import write_text
from r1gym.models.reward_training import Example, Labelled, Pair
from r1gym.problems.tables import BadLine, parse_line, table_rows

_QUESTIONS, _RESPONSES = ("question", "prompt"), ("response", "completion")
_LABELS = {"true": True, "safe": True, "good": True, "1": True} | dict.fromkeys(
    ("false", "unsafe", "bad", "0"), False
)


def read_preferences(place: str | Path) -> list[Example]:
    """Returns the pairs, or the labelled responses, of a file.

    Raises:
        RunError: If the file cannot be read, holds none, holds both kinds, or a line is broken.
    """
    path = Path(place).expanduser()
    found: list[Example] = []
    if not path.is_file():
        raise RunError(f"{path} holds no preferences: there is no such file.")
    for number, row in table_rows(path):
        try:
            example = _read(parse_line(row) if isinstance(row, bytes) else row)
        except BadLine as error:
            raise RunError(f"{path}, line {number}: {error}.") from None
        if found and type(example) is not type(found[0]):
            raise RunError(
                f"{path}, line {number}: it holds pairs and labelled responses: one file of each."
            )
        found.append(example)
    if not found:
        raise RunError(f"{path} holds no preferences: it is empty.")
    return found


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Writes rows as JSON lines, the whole file at once."""
    write_text(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _read(row: object) -> Example:
    if not isinstance(row, Mapping):
        raise BadLine("it is no object such as {'question': ..., 'chosen': ..., 'rejected': ...}")
    if "chosen" in row or "rejected" in row:
        chosen, asked = _response(row, ("chosen",))
        rejected, asked_too = _response(row, ("rejected",))
        question = _question(row, asked, asked_too)
        if chosen == rejected:
            raise BadLine("chosen and rejected are the same")
        return Pair(question, chosen, rejected)
    response, asked = _response(row, _RESPONSES)
    return Labelled(_question(row, asked), response, _label(row))


def _question(row: Mapping[str, Any], *asked: str | None) -> str:
    """Returns what was asked: in a field of its own, or before the responses."""
    name = next((name for name in _QUESTIONS if row.get(name)), None)
    if name is not None:
        given = row[name]
        return _text(name, given if isinstance(given, str) else _only(name, given, "user"))
    if len(set(asked)) > 1:
        raise BadLine("chosen and rejected answer different questions")
    if not asked or asked[0] is None:
        raise BadLine(f"it has no question; it has {', '.join(map(str, row)) or 'nothing'}")
    return _text("question", asked[0])


def _response(row: Mapping[str, Any], names: Sequence[str]) -> tuple[str, str | None]:
    """Returns a response, with the question if that stands before it."""
    name = next((name for name in names if row.get(name)), None)
    if name is None:
        raise BadLine(f"it has no {' or '.join(names)}; it has {', '.join(map(str, row))}")
    given = row[name]
    if isinstance(given, str):
        return _text(name, given), None
    response = _text(name, _only(name, given, "assistant"))
    roles = [message["role"] for message in given]
    return response, (_only(name, given, "user") if "user" in roles else None)


def _only(name: str, messages: object, role: str) -> str:
    """Returns what the only message of a role says."""
    if not isinstance(messages, Sequence) or not all(
        isinstance(one, Mapping) and isinstance(one.get("role"), str) for one in messages
    ):
        raise BadLine(f"{name} is neither a text nor a list of messages with role and content")
    said = [one.get("content") for one in messages if one["role"] == role]
    others = {one["role"] for one in messages} - {"user", "assistant"}
    if others:
        raise BadLine(f"{name} has messages of {', '.join(sorted(others))}, which nothing reads")
    if len(said) != 1:
        raise BadLine(
            f"{name} has {len(said)} messages of the {role}: one is read, no conversation"
        )
    return said[0] if isinstance(said[0], str) else ""


def _text(name: str, text: str) -> str:
    if not text.strip():
        raise BadLine(f"{name} is empty")
    if half_a_character(text) is not None:
        raise BadLine(f"{name} holds half a character")
    return text


def _label(row: Mapping[str, Any]) -> bool:
    label = row.get("label")
    known = str(label).strip().lower()
    if known not in _LABELS:
        raise BadLine(f"its label must be true or false, or safe or unsafe, not {label!r:.40}")
    return _LABELS[known]
