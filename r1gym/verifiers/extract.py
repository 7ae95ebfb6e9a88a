r"""Finding the final answer in a completion, from its end.

The answer is the last ``\boxed{}`` after ``</think>``, else the last ``<answer>``, else a stated
final answer ("the answer is 42", "#### 42"). Inside ``<answer>`` a box, or else a statement, wins
over the text around it. What stands only in the thinking does not count, nor does a text without
any mark: the policy must say which part of it is the answer.

Boxes that only a comma or a word such as "or" divides are one answer together, so that a policy
cannot box every candidate and be paid for the last one.
"""

from __future__ import annotations

import re

THINK_OPEN, THINK_CLOSE = "<think>", "</think>"
ANSWER_OPEN, ANSWER_CLOSE = "<answer>", "</answer>"

NO_ANSWER = "no final answer: no \\boxed{}, no <answer>, no statement"  # for a person who asks why

_TAG = re.compile("</?(?:think|answer)>")
_STATED_WITHIN = 2_000  # characters from the end in which a statement is looked for
_LONGEST_JOINT = 40  # characters between two boxes that can be one answer
_BOX_MARKS = ("\\boxed", "\\fbox", "\\framebox")
_BOX = re.compile(r"\\[a-z]+\s*(?=[{\d])")
_BRACE = re.compile(r"(?<!\\)[{}]")
_LINE_END = re.compile(r"\$|\n|</answer>")
_BARE_BOX = re.compile(r"[-+]?[\w.]+")
_JOINT = re.compile(
    r"(?:[\s$,;、，；&{}]|\\[,;:() \[\]]|\\(?:quad|text|mathrm)\b|\bor\b|\band\b|[或和]"
    r"|[a-z]_?\d?\s*=)*"
)
_CONNECTIVE = re.compile(r"[,;、，；或和]|\b(?:or|and)\b")
_COPULA = r"[*_\s]*(?:\b(?:is|are|was|should\s+be|must\s+be|would\s+be|equals)\b\s*[:：]?|[:：=])"
_HEADING = re.compile(r"answer[*_ \t]*\n\s*", re.IGNORECASE)
_BEFORE_HEADING = re.compile(r"(?:^|\n)[#*_ \t]*(?:final )?$", re.IGNORECASE)
_ENGLISH = re.compile(
    r"(?:answer|option|choice|result|value|solution)s?\b(?:\s+(?:to|for|of)\s[^.:\n]{1,80}?)?"
    + _COPULA,
    re.IGNORECASE,
)
_BEFORE_ENGLISH = re.compile(r"\b(?:correct|right|best|final)\s+$", re.IGNORECASE)
_CHINESE = re.compile(
    r"(?:答案|结果|答)\s*[*]*\s*(?:应该是|应该为|应是|应为|等于|是|为|[:：=])\s*[:：]?"
    r"|选择?(?:项[是为])?\s*[:：]?(?=\s*[(（]?[A-J])"
)
_ANCHORS = "#### answer option choice result value solution 答 选 结果".split()  # noqa: SIM905
_MOST_ANCHORS = 50
_STATEMENT_END = re.compile(
    r"\n|[.!?](?=\s|\*|$)|[。！？]|</?\w+>|<\|"
    r"|,?\s+(?:because|since|which|where)\b|[,，]?\s*(?:因为|由于)",
    re.IGNORECASE,
)


def after_thinking(text: str) -> str:
    """Returns what follows the last ``</think>``; nothing if the thinking was never closed."""
    _, close, tail = text.rpartition(THINK_CLOSE)
    if close:
        return tail
    return "" if THINK_OPEN in text else text


def opening_of(template: str) -> str:
    """Returns ``<think>`` if a prompt template leaves the thinking open, or else nothing.

    A completion under such a template holds no ``<think>`` of its own, and cut off it would pass
    for a summary.
    """
    tags = _TAG.findall(template.rpartition("{question}")[2])
    return THINK_OPEN if tags[-1:] == [THINK_OPEN] else ""


def extract_answer(text: str) -> str | None:
    """Returns the final answer of a completion, stripped, or None if it states none."""
    summary = after_thinking(text)
    boxed = _last_boxes(summary)
    if boxed is not None:
        return boxed.strip() or None
    start = summary.rfind(ANSWER_OPEN, 0, max(summary.rfind(ANSWER_CLOSE), 0))
    if start < 0:
        return _last_statement(summary)
    start += len(ANSWER_OPEN)
    # The first close after it: one tag too many must not become part of the answer.
    answer = summary[start : summary.index(ANSWER_CLOSE, start)].strip()
    return _last_statement(answer) or answer or None


def _last_boxes(text: str) -> str | None:
    r"""Returns the content of the last ``\boxed{...}``, or a run of boxes as it stands.

    A box that ends with its line instead of a brace counts; one that the text's end cuts off does
    not.
    """
    start = text.rfind("\\boxed{") + 7
    if start > 6 and text.find("box", start) < 0 and text.rfind("box", 0, start - 4) < 0:
        stop = text.find("}", start)  # one box with no braces in it, as most often
        if stop >= 0 and text[stop - 1] != "\\" and text.find("{", start, stop) < 0:
            return text[start:stop]
    boxes: list[tuple[int, int, str]] = []  # start, end and content, the last one first
    if "box" not in text:
        return None
    mark = max(_BOX_MARKS, key=text.rfind)
    end = len(text)
    while (start := text.rfind(mark, 0, end)) >= 0:
        opened = _BOX.match(text, start)
        found = None if opened is None else _box_content(text, opened.end(), end)
        if found is not None:
            content, stop = found
            if boxes and not _is_joint(text, stop, boxes[-1][0]):
                break
            boxes.append((start, stop, content))
            if not content.strip() or len(boxes) > 20:
                break
        end = start
    if len(boxes) > 1:
        return text[boxes[-1][0] : boxes[0][1]]
    return boxes[0][2] if boxes else None


def _is_joint(text: str, start: int, end: int) -> bool:
    if end - start > _LONGEST_JOINT or _JOINT.fullmatch(text, start, end) is None:
        return False
    return _CONNECTIVE.search(text, start, end) is not None


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
    depth = 1
    for brace in _BRACE.finditer(text, start, end):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.start()
    return None


def _last_statement(text: str) -> str | None:
    """Returns what the last "the answer is ..." says, up to the end of its sentence."""
    tail = text[-_STATED_WITHIN:]
    lower = tail.lower()
    end = len(lower)
    for _ in range(_MOST_ANCHORS):
        anchor = max([lower.rfind(word, 0, end) for word in _ANCHORS])
        if anchor < 0:
            return None
        start = _statement_at(tail, anchor)
        if start is not None:
            return _first_sentence(tail[start:].lstrip(" \t\r\n*_:："))
        end = anchor
    return None


def _statement_at(text: str, anchor: int) -> int | None:
    """Returns where a statement's answer begins, if an anchor begins a statement."""
    word = text[anchor]
    if word == "#":
        return anchor + 4
    if word > "z":
        said = _CHINESE.match(text, anchor)
        return None if said is None else said.end()
    before = text[max(0, anchor - 20) : anchor]
    if word in "aA":
        heading = _HEADING.match(text, anchor)
        if heading is not None and _BEFORE_HEADING.search(before):
            return heading.end()
        if before[-1:].isalnum():
            return None
    elif _BEFORE_ENGLISH.search(before) is None:
        return None
    said = _ENGLISH.match(text, anchor)
    return None if said is None else said.end()


def _first_sentence(said: str) -> str | None:
    for opening, closing in (("$$", "$$"), ("\\[", "\\]")):
        if said.startswith(opening) and closing in said[2:]:
            return said[2 : said.index(closing, 2)].strip() or None
    end = _STATEMENT_END.search(said)
    return said[: end.start() if end else len(said)].strip(" \t\r*_") or None
