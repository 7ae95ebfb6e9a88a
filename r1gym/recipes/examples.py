"""The artifact EXAMPLES: a file of questions with completions, which a model is fine-tuned on.

    {"question": "Compute 1+1", "completion": "<think>1+1=2</think><answer>2</answer>"}

JSON lines as this module writes them; a JSON list, Parquet and CSV are read as well. A completion
is the whole response, without an end token, and with the tag that its prompt may have opened: so a
file fits every template. Files of others may have ``prompt`` and ``completion``, or ``messages``.

Left out: conversations of several turns, until something is trained on them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from r1gym.agents.sft import Example
from r1gym.core.checks import half_a_character, shown
from r1gym.core.errors import ConfigError, ProblemFileError
from r1gym.core.files import write_text
from r1gym.core.plain import is_missing
from r1gym.core.seeds import mixed
from r1gym.envs.templates import encode_prompt
from r1gym.envs.tokenizers import Tokenizer
from r1gym.problems.tables import BadLine, listed_faults, parse_line, table_rows
from r1gym.verifiers.response import opening_of

_FORMS = ("question", "prompt", "messages")
_ROLES = ["user", "assistant"]
RowT = TypeVar("RowT")


@dataclass(frozen=True)
class ExampleRow:
    """A question with the response to it that a model is to learn.

    Attributes:
        question: The question, without any template.
        completion: The response, from ``<think>`` on, without an end token.
        family: The task family of the problem.
        level: Its level; 0 if unknown.
        problem_id: Its id.
        source: Where the response comes from.
        language: The language that it is meant to be in.
    """

    question: str
    completion: str
    family: str = ""
    level: int = 0
    problem_id: str = ""
    source: str = ""
    language: str = ""


_OPTIONAL = {one.name: one.default for one in fields(ExampleRow) if one.default is not MISSING}


def read_examples(path: str | Path) -> list[ExampleRow]:
    """Returns the examples of a file; fields that `ExampleRow` does not have are left alone.

    Args:
        path: The file. A row has ``question`` and ``completion``; or ``prompt`` and ``completion``,
            texts or lists of messages; or ``messages``, one of the user's and the assistant's.

    Raises:
        ProblemFileError: If it cannot be read, holds no example, or has a bad line.
    """
    return read_rows(path, _read_row, "example")


def write_examples(path: Path, rows: Sequence[ExampleRow]) -> None:
    """Writes a file of examples, whole or not at all."""
    write_rows(path, [_written(row) for row in rows])


def read_rows(path: str | Path, read: Callable[[Mapping[str, Any]], RowT], what: str) -> list[RowT]:
    """Returns the rows of a file, in order.

    Args:
        path: JSON lines, a JSON list, Parquet or CSV.
        read: Makes a row of the fields of a line, or raises BadLine.
        what: What a row is called.

    Raises:
        ProblemFileError: If the file cannot be read, holds no row, or has a bad line.
    """
    path = Path(path).expanduser()
    rows: list[RowT] = []
    faults: list[tuple[int, BadLine]] = []
    for number, line in table_rows(path):
        try:
            found = parse_line(line) if isinstance(line, bytes) else line
            if not isinstance(found, dict):
                raise BadLine("must be an object")
            rows.append(read(found))
        except BadLine as error:
            faults.append((number, error))
    if faults:
        plural = "s" if len(faults) > 1 else ""
        raise ProblemFileError(
            f"{path} has {len(faults)} bad line{plural}: {listed_faults(faults)}."
        )
    if not rows:
        raise ProblemFileError(f"{path} holds no {what}.")
    return rows


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes rows as JSON lines, whole or not at all."""
    write_text(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def text_of(fields: Mapping[str, Any], name: str) -> str:
    """Returns a field that must be a text with something in it.

    Raises:
        BadLine: If it is not.
    """
    value = fields.get(name)
    if is_missing(value):
        raise BadLine(f'the field "{name}" is missing')
    if not isinstance(value, str) or not value.strip():
        raise BadLine(f'"{name}" must be a text that is not empty, not {shown(value)}')
    if (half := half_a_character(value)) is not None:
        raise BadLine(f'"{name}" holds half a character ({half!r}): mend the text')
    return value


class ExampleCorpus:
    """Examples in tokens, shuffled anew at every pass: example i is the same at every call.

    Args:
        rows: The examples.
        tokenizer: What writes them.
        template: The prompt, a text with ``{question}`` in it. Of completions whose first tag it
            has opened, the rest is learnt.
        seed: The seed of the order.

    Attributes:
        lengths: The tokens of each example.

    Raises:
        ConfigError: If there is no example, or the tokenizer cannot write one.
    """

    def __init__(
        self, rows: Sequence[ExampleRow], tokenizer: Tokenizer, template: str, seed: int = 0
    ) -> None:
        if not rows:
            raise ConfigError("There is no example to learn from.")
        self._rows, self._seed, self._opened = rows, seed, opened_text(template)
        self._tokenizer, self._template = tokenizer, template
        # Encoded again whenever they are asked for: millions of tokens would take gigabytes.
        self.lengths = [sum(map(len, self._checked(row))) for row in rows]

    def examples(self, start: int) -> Iterator[Example]:
        """Yields prompts and completions as token ids, from example `start` on, without an end."""
        epoch, place = divmod(start, len(self._rows))
        while True:
            order = np.random.default_rng(mixed(self._seed, epoch)).permutation(len(self._rows))
            for number in order[place:]:
                prompt, completion = self._encode(self._rows[number])
                yield prompt, [*completion, self._tokenizer.eos_id]
            epoch, place = epoch + 1, 0

    def _encode(self, row: ExampleRow) -> Example:
        text = without_opened(row.completion, self._opened)
        prompt = encode_prompt(self._tokenizer, self._template, row.question)
        return prompt, self._tokenizer.encode(text)

    def _checked(self, row: ExampleRow) -> Example:
        """Returns an example in tokens, if it is all there in them."""
        tokenizer, (prompt, completion) = self._tokenizer, self._encode(row)
        # A chat template has ends of its own in the prompt.
        asked = tokenizer.encode(row.question)
        if ends := {*tokenizer.end_ids, tokenizer.pad_id}.intersection(asked + completion):
            raise ConfigError(
                f"The example {shown(row.question)} holds the token {min(ends)}, which ends a "
                "text: take it out; one is put behind every completion."
            )
        text = without_opened(row.completion, self._opened)
        for written, ids in ((row.question, prompt), (text, completion)):
            if lost := _lost(written, tokenizer.decode(ids)):
                raise ConfigError(
                    f"The example {shown(row.question)} holds {lost!r}, which the model's "
                    "tokenizer cannot write: take such examples out, or give another model."
                )
        return prompt, [*completion, tokenizer.eos_id]


def opened_text(template: str) -> str:
    r"""Returns what a template puts into the response, from its tag on; empty for nothing.

    Example:
        >>> opened_text("User: {question} Assistant: <think>\n")
        '<think>\n'
    """
    tag = opening_of(template)
    return template[template.rfind(tag) :] if tag else ""


def without_opened(response: str, opened: str) -> str:
    """Returns what a policy is to write of a response.

    Args:
        response: The response, perhaps with what the prompt puts into it.
        opened: That, see `opened_text`; white space behind its tag may be missing.
    """
    found = opened if response.startswith(opened) else opened.rstrip()
    return response.removeprefix(found)


def _lost(text: str, decoded: str) -> str:
    """Returns a character that came back from the tokens less often than it went in."""
    if text in decoded:
        return ""
    lost = Counter("".join(text.split())) - Counter(decoded)
    return next(iter(lost), "")


def _read_row(row: Mapping[str, Any]) -> ExampleRow:
    forms = [name for name in _FORMS if not is_missing(row.get(name))]
    if len(forms) != 1:
        found = f"has {' and '.join(forms)}" if forms else "has none"
        raise BadLine(f'must have one of "question", "prompt" and "messages", and {found}')
    if forms == ["messages"]:
        question, completion = _of_messages(row["messages"])
    elif isinstance(row[forms[0]], str):
        question, completion = text_of(row, forms[0]), text_of(row, "completion")
    else:
        question, completion = _of_messages(_joined(row[forms[0]], row.get("completion")))
    return ExampleRow(question, completion, **{n: _optional(row, n) for n in _OPTIONAL})


def _joined(prompt: object, completion: object) -> object:
    both = isinstance(prompt, list) and isinstance(completion, list)
    return [*prompt, *completion] if both else prompt  # type: ignore[misc]


def _of_messages(messages: object) -> tuple[str, str]:
    """Returns what the user asked and the assistant answered."""
    if not isinstance(messages, list) or not all(isinstance(m, dict) for m in messages):
        raise BadLine(f"must have texts or messages, not {shown(messages)}")
    roles = [message.get("role") for message in messages]
    if roles != _ROLES:
        raise BadLine(
            f"must have a message of the user's and then one of the assistant's, not {shown(roles)}"
        )
    for name in sorted({name for m in messages for name, value in m.items() if value}):
        if name not in ("role", "content"):
            raise BadLine(f'a message has {name!r}: put what counts of it into its "content"')
    question, completion = (text_of(message, "content") for message in messages)
    return question, completion


def _optional(row: Mapping[str, Any], name: str) -> Any:
    value, default = row.get(name), _OPTIONAL[name]
    if is_missing(value):
        return default
    if isinstance(default, int) and isinstance(value, str) and value.isdecimal():
        return int(value)  # as CSV has it
    if type(value) is not type(default):
        kind = "a text" if isinstance(default, str) else "a whole number"
        raise BadLine(f'"{name}" must be {kind}, not {shown(value)}')
    return value


def _written(row: ExampleRow) -> dict[str, Any]:
    return {
        name: value
        for name, value in asdict(row).items()
        if name not in _OPTIONAL or value != _OPTIONAL[name]
    }
