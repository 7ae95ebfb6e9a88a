"""Finding the program in a completion: text only, nothing of it is parsed as code or run.

What follows the thinking is searched, and within ``<answer>`` if there is one. The program is the
last fenced block, as CommonMark reads fences: three or more backticks or tildes, closed by as many
or more of the same, alone on a line; a fence that is never closed ends with the text, so that a
block within a docstring ends nothing. What models write besides is read too: an opening fence
after words on its line, a closing one behind the last line of code.

Of several blocks the last one labelled with the problem's language counts, else the last one
without a label, else the last. A label is no more than that: code under another language's label
is tried in the problem's language, and the tests decide. Without any fence, ``<answer>`` alone may
hold a program, if a line of it looks like one; prose around a program would never compile anyway.

Left out: tests of several candidates. One program is run, so boxing many of them earns nothing.
"""

from __future__ import annotations

import re
import textwrap

from r1gym.sandbox.runner.languages import LANGUAGES
from r1gym.verifiers.extract import after_thinking
from r1gym.verifiers.response import ANSWER_CLOSE, ANSWER_OPEN

_OPENING = re.compile(r"(?P<before>[^\n]*?)(?P<mark>`{3,}|~{3,})(?P<info>[^\n]*)")
_LABEL = re.compile(r"[^\s{}.,:;=]+")
_MARGIN = 3  # how much further in than its opening a closing fence may stand
_LOOKS_LIKE_CODE = {name: re.compile(made.looks, re.MULTILINE) for name, made in LANGUAGES.items()}


def extract_code(text: str, language: str = "python") -> str | None:
    r"""Returns the program that a completion offers, or None if it offers none.

    Args:
        text: The completion.
        language: The problem's language; it chooses among several blocks.

    Example:
        >>> extract_code("<think>Easy.</think>Here:\n```python\nprint(1)\n```\nDone.")
        'print(1)\n'
    """
    text = after_thinking(text).replace("\r\n", "\n").replace("\r", "\n")
    answer = _answer_of(text)
    searched = text if answer is None else answer
    blocks = [(label, code) for label, code in fenced_blocks(searched) if code.strip("\ufeff \t\n")]
    if blocks:
        return _tidy(_choose(blocks, _labels(language)))
    looks = _LOOKS_LIKE_CODE.get(language)
    if answer is None or looks is None:
        return None
    code = _tidy(answer.strip("\n"))
    return code if looks.search(code) else None


def fenced_blocks(text: str) -> list[tuple[str, str]]:
    """Returns the fenced blocks of a text, each with its label in lower case, perhaps empty."""
    lines = text.split("\n")
    blocks = []
    never_closed: set[tuple[str, str]] = set()  # not looked for again: a text may open thousands
    number = 0
    while number < len(lines):
        opened = _opening(lines[number])
        number += 1
        if opened is None:
            continue
        indent, mark, label = opened
        end = len(lines) if (indent, mark) in never_closed else _closing(lines, number, *opened[:2])
        if end == len(lines):
            never_closed.add((indent, mark))
            end = next((i for i in range(number, end) if _ends_behind(lines[i], mark)), end)
        last = lines[end : end + 1] if end < len(lines) and _ends_behind(lines[end], mark) else []
        last = [line.rstrip().rstrip(mark[0]) for line in last]
        code = [_unindent(line, indent) for line in (*lines[number:end], *last)]
        blocks.append((label, "\n".join(code).rstrip("\n") + "\n"))
        number = end + 1
    return blocks


def _answer_of(text: str) -> str | None:
    """Returns what stands within the last ``<answer>``, closed or not; None if there is none."""
    close = text.rfind(ANSWER_CLOSE)
    start = text.rfind(ANSWER_OPEN, 0, close if close >= 0 else len(text))
    if start < 0:
        return None
    # Up to the last close: an earlier one may be a string of the program.
    return text[start + len(ANSWER_OPEN) : close if close >= 0 else len(text)]


def _opening(line: str) -> tuple[str, str, str] | None:
    """Returns the indentation, the mark and the label of an opening fence; None if it is none."""
    found = _OPENING.match(line)
    if found is None or found["mark"][0] in found["info"]:
        return None
    if found["before"].strip() and (found["mark"][0] == "~" or len(found["info"].split()) > 1):
        return None  # a mark within prose
    indent = line[: len(line) - len(line.lstrip())]
    label = _LABEL.search(found["info"])
    return indent, found["mark"], label[0].lower() if label else ""


def _closing(lines: list[str], start: int, indent: str, mark: str) -> int:
    """Returns the number of the line that closes a fence, or how many lines there are.

    That is a line of the mark alone; but if a labelled block opens before it, the fence may have
    been closed behind a line of code.
    """
    behind = None
    for number in range(start, len(lines)):
        line = lines[number].strip()
        if line.startswith(mark):
            margin = len(lines[number]) - len(lines[number].lstrip())
            if not line.strip(mark[0]) and margin <= len(indent) + _MARGIN:
                return number
            if line.strip(mark[0]) and behind is not None:
                return behind
        elif behind is None and _ends_behind(line, mark):
            behind = number
    return len(lines)


def _ends_behind(line: str, mark: str) -> bool:
    """Tells whether a fence closes behind the code of a line, as models write it."""
    return (
        line.rstrip().endswith(mark) and line.count(mark) == 1 and line.strip(mark[0] + " ") != ""
    )


def _unindent(line: str, indent: str) -> str:
    """Returns a line without the indentation of its fence, as far as it has it."""
    at = 0
    while at < min(len(indent), len(line)) and line[at] in " \t":
        at += 1
    return line[at:]


def _labels(language: str) -> tuple[str, ...]:
    """Returns what a block in this language may be labelled with."""
    return LANGUAGES[language].labels if language in LANGUAGES else (language,)


def _choose(blocks: list[tuple[str, str]], labels: tuple[str, ...]) -> str:
    for wanted in (labels, ("",)):
        fitting = [code for label, code in blocks if label in wanted]
        if fitting:
            return fitting[-1]
    return blocks[-1][1]


def _tidy(code: str) -> str:
    """Returns a program without a byte order mark, and without a margin common to all lines."""
    code = code.lstrip("\ufeff")
    first = next((line for line in code.split("\n") if line.strip()), "")
    # Only then: taking a margin away also empties lines of blanks, which a string may hold.
    return textwrap.dedent(code) if first[:1] in (" ", "\t") else code
