r"""The last ``\boxed{}`` of a text.

Boxes that only a comma or a word such as "or" divides, or nothing at all, are one answer together,
so that a policy cannot box every candidate and be paid for the last one. Of boxes within a box the
outer one counts, for what it holds beside them.
"""

from __future__ import annotations

import re
from typing import Final

_LONGEST_JOINT: Final = 40  # characters between two boxes that can be one answer
_LONGEST_AROUND: Final = 500  # characters behind a box that the box around it may hold
_BOX_MARKS: Final = ("\\boxed", "\\fbox", "\\framebox")
_BOX: Final = re.compile(r"\\[a-z]+\s*(?=[{\d])")
_OPEN_BRACE: Final = 0x7B
_CLOSE_BRACE: Final = 0x7D
_LINE_END: Final = re.compile(r"\$|\n|</answer>")
_BARE_BOX: Final = re.compile(r"[-+]?[\w.]+")
_JOINT: Final = re.compile(
    r"(?:[\s$,;、，；&{}]|\\[,;:() \[\]]|\\(?:quad|text|mathrm)\b|\bor\b|\band\b|[或和]"
    r"|[a-z]_?\d?\s*=)*"
)
_CONNECTIVE: Final = re.compile(r"[,;、，；或和]|\b(?:or|and)\b")


def last_boxes(text: str) -> str | None:
    r"""Returns the content of the last ``\boxed{...}``, or a run of boxes as it stands.

    A box that ends with its line instead of a brace counts; one that the text's end cuts off does
    not.
    """
    start = text.rfind("\\boxed{") + 7
    if start > 6 and text.find("box", start) < 0 and text.rfind("box", 0, start - 4) < 0:
        closing = _closing_brace(text, start, len(text))  # the only box, as most often
        if closing is not None:
            return text[start:closing]
    if "box" not in text:
        return None
    mark = max(_BOX_MARKS, key=text.rfind)
    boxes = _last_run(text, mark)
    if not boxes:
        return None
    around = _box_around(text, mark, boxes[-1][0], boxes[0][1])
    if around is not None:
        return around
    if len(boxes) == 1:
        return boxes[0][2]
    gaps = zip(boxes[1:], boxes, strict=False)
    if all(_CONNECTIVE.search(text, one[1], other[0]) for one, other in gaps):
        return text[boxes[-1][0] : boxes[0][1]]
    return ", ".join(content for _, _, content in reversed(boxes))


def _last_run(text: str, mark: str) -> list[tuple[int, int, str]]:
    """Returns start, end and content of the boxes that are one answer, the last one first."""
    boxes: list[tuple[int, int, str]] = []
    end = len(text)
    while (start := text.rfind(mark, 0, end)) >= 0:
        opened = _BOX.match(text, start)
        found = None if opened is None else _box_content(text, opened.end(), end)
        if found is not None:
            content, stop = found
            if boxes and not _is_joint(text, stop, boxes[-1][0], content == boxes[-1][2]):
                break
            boxes.append((start, stop, content))
            if not content.strip() or len(boxes) > 20:
                break
        end = start
    return boxes


def _box_around(text: str, mark: str, start: int, end: int, depth: int = 3) -> str | None:
    """Returns what the innermost box around a part of the text holds, if it holds more than it."""
    before = text.rfind(mark, 0, start)
    opened = _BOX.match(text, before) if before >= 0 else None
    if opened is None or text[opened.end()] != "{":
        return None
    closing = _closing_brace(text, opened.end() + 1, min(len(text), end + _LONGEST_AROUND))
    if closing is None or closing < end:
        return None
    content = text[opened.end() + 1 : closing]
    if content.strip() != text[start:end]:
        return content
    return _box_around(text, mark, before, closing + 1, depth - 1) if depth else None


def _is_joint(text: str, start: int, end: int, alike: bool) -> bool:
    """Returns whether two boxes are one answer; one that is repeated without a comma is not."""
    if end - start > _LONGEST_JOINT or _JOINT.fullmatch(text, start, end) is None:
        return False
    if _CONNECTIVE.search(text, start, end) is not None:
        return True
    between = text[start:end]
    return not alike and (not between or "=" in between)  # x=\boxed{7}\quad y=\boxed{8}


def _box_content(text: str, start: int, end: int) -> tuple[str, int] | None:
    """Returns the content of the box that opens at `start`, and where the box ends."""
    if text[start] != "{":
        bare = _BARE_BOX.match(text, start, end)
        return None if bare is None else (bare[0], bare.end())
    stop = _closing_brace(text, start + 1, end)
    if stop is not None:
        return text[start + 1 : stop], stop + 1
    line_end = _LINE_END.search(text, start, end)
    if line_end is None:
        return None
    return text[start + 1 : line_end.start()], line_end.start()


def _closing_brace(text: str, start: int, end: int) -> int | None:
    """Returns the place of the brace that closes the one before `start`."""
    first = text.find("}", start, end)
    if first < 0:
        return None
    if text.find("{", start, first) < 0 and text[first - 1] != "\\":
        return first  # without braces within, as most often
    depth = 1
    for at in range(start, end):
        code = ord(text[at])
        if code in (_OPEN_BRACE, _CLOSE_BRACE) and not _is_escaped(text, at):
            depth += 1 if code == _OPEN_BRACE else -1
            if depth == 0:
                return at
    return None


def _is_escaped(text: str, at: int) -> bool:
    """Returns whether an odd number of backslashes stands before a brace."""
    start = at
    while start and text[start - 1] == "\\":
        start -= 1
    return (at - start) % 2 == 1
