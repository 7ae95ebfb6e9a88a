"""Reading a judge's reply. There is one way to say each verdict; anything else is a failure.

A lenient search for the word "correct" would find it in "incorrect", in "not correct", and in what
the policy wrote and the judge repeated. Only what a server should have taken off is taken off here:
the judge's own thinking in front, and one code fence around all the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

from r1gym.verifiers.response import THINK_CLOSE, THINK_OPEN

_FENCE = re.compile(r"```(?:json|JSON|text)?[ \t]*\n(.*)\n[ \t]*```", re.DOTALL)


class JudgeFailure(Exception):
    """The judge gave no verdict; the message is one line that says why."""


class UnreadableReply(JudgeFailure):
    """The judge said something in another form than was asked for, so it may be asked again."""


def read_content(body: bytes, who: str = "judge") -> str:
    """Returns the text of a chat completion, given as the server sent it.

    Args:
        body: The completion.
        who: Who wrote it, for messages.

    Raises:
        JudgeFailure: If it is no chat completion, or one that was refused or cut off.
    """
    completion = _read_json(body, f"the {who}'s server sent no JSON")
    try:
        choice = completion["choices"][0]
        message = choice["message"]
        content = message["content"]
        refusal, finish = message.get("refusal"), choice.get("finish_reason")
    except (LookupError, TypeError, AttributeError):
        raise JudgeFailure(f"the {who}'s server sent no chat completion with a message") from None
    if refusal:
        raise JudgeFailure(f"the {who} refused")
    if finish in ("length", "content_filter"):
        raise JudgeFailure(f"the {who}'s reply was cut off ({finish})")
    if not isinstance(content, str):
        raise UnreadableReply(f"the {who}'s message has no text")
    return content


def read_object(content: str, marker: str, verdicts: Collection[str]) -> str:
    """Returns the verdict of a structured reply, which must have the schema's three fields.

    Raises:
        JudgeFailure: If it is anything else, or does not carry the marker.
    """
    reply = read_fields(content, ("analysis", "marker", "verdict"))
    if reply["marker"] != marker:
        raise JudgeFailure("the judge's reply carries a wrong marker")
    verdict = reply["verdict"]
    if not isinstance(verdict, str) or verdict not in verdicts:
        raise UnreadableReply("the judge's reply has no verdict of those allowed")
    return verdict


def read_fields(content: str, names: Collection[str], who: str = "judge") -> dict[str, Any]:
    """Returns the fields of a structured reply, which must be those that were asked for.

    Args:
        content: The reply.
        names: The names of the fields.
        who: Who wrote it, for messages.

    Raises:
        UnreadableReply: If it is anything else.
    """
    hint = "if the server ignores response_format, set structured to false"
    try:
        reply = json.loads(_unwrapped(content), object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError):
        fault = f"the {who}'s reply is not the JSON object asked for; {hint}"
        raise UnreadableReply(fault) from None
    if not isinstance(reply, dict) or reply.keys() != set(names):
        raise UnreadableReply(f"the {who}'s reply has not the fields asked for; {hint}")
    return reply


def read_last_line(content: str, marker: str, verdicts: Collection[str]) -> str:
    """Returns the verdict of a reply in plain text: its last line, ``VERDICT <marker> <verdict>``.

    Raises:
        JudgeFailure: If the last line is anything else, or the reply gives two verdicts.
    """
    before, _, last = _unwrapped(content).rpartition("\n")
    for verdict in verdicts:
        if last == f"VERDICT {marker} {verdict}":
            if f"VERDICT {marker}" in before:
                raise UnreadableReply("the judge's reply gives more than one verdict")
            return verdict
    raise UnreadableReply("the last line of the judge's reply is not the verdict line asked for")


def _unwrapped(content: str) -> str:
    """Returns a reply without thinking in front, which must be closed, and without one fence."""
    text = content.strip()
    if text.startswith(THINK_OPEN):
        text = text.partition(THINK_CLOSE)[2].strip()
    fenced = _FENCE.fullmatch(text)
    return fenced[1].rstrip() if fenced else text


def _read_json(text: str | bytes, complaint: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError):
        raise JudgeFailure(complaint) from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a field stands twice")
    return dict(pairs)
