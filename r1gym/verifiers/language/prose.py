r"""The words of a chain of thought, without what belongs to no language.

Left out are LaTeX, code, tags, addresses, names in code, and digits. An opener without its closer
hides nothing, so that one stray ``$`` or fence cannot take the rest of a text out of the count.
Every step is linear in the text's length.
"""

from __future__ import annotations

import re

from r1gym.verifiers.response import THINK_CLOSE, THINK_OPEN

_OPENER = re.compile(
    r"```|~~~|\$\$|\\\[|\\\(|\\begin\{(?P<environment>[A-Za-z]{1,30}\*?)\}|`(?P<code>[^`\n]{1,400})`"
    # Inline math as pandoc reads it: "from $5 to $10" is money.
    r"|(?<!\\)\$(?P<math>[^\s$](?:[^$\n]{0,400}[^\s$\\])?)\$(?!\d)"
)
_CLOSER = {"```": "```", "~~~": "~~~", "$$": "$$", r"\[": r"\]", r"\(": r"\)"}
_NO_WORDS = re.compile(
    r"\\[A-Za-z]{1,40}\*?"  # a LaTeX command outside of any formula; its argument may be words
    r"|</?[A-Za-z][\w:-]{0,40}(?:\s[^<>\n]{0,200}=[^<>\n]{0,200})?\s?/?>|<\|[^<>|\n]{1,40}\|>"
    r"|(?<![A-Za-z])(?:https?|ftp|file)://[!-~]+|(?<![\w.])www\.[!-~]+"
    r"|(?<![\w.+-])[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+"
)
_MOST_READ = 8_000  # characters
_STRETCHES = 15
_MOST_UNCLOSED = 50  # kinds of openers without a closer; each costs one search of the whole text


def chain_of_thought(text: str) -> str:
    """Returns what stands between the first ``<think>`` and the last ``</think>``.

    A tag that is missing does not bound it, so a text without any is a chain of thought as a
    whole. With neither rule could a policy leave out a tag to hide its language.
    """
    head, close, _ = text.rpartition(THINK_CLOSE)
    body = head if close else text
    _, opened, thinking = body.partition(THINK_OPEN)
    return thinking if opened else body


def strip_notation(text: str) -> str:
    """Returns a text without LaTeX, code, tags and addresses."""
    kept: list[str] = []
    missing: set[str] = set()  # closers that do not come again, or the search would be quadratic
    start = search_from = 0
    while (opener := _OPENER.search(text, search_from)) is not None:
        end = opener.end()
        if opener["math"] is None and opener["code"] is None:
            name = opener["environment"]
            closer = _CLOSER[opener[0]] if name is None else f"\\end{{{name}}}"
            known_missing = closer in missing or len(missing) >= _MOST_UNCLOSED
            found = -1 if known_missing else text.find(closer, end)
            if found < 0:
                missing.add(closer)
                search_from = end
                continue
            end = found + len(closer)
        kept += (text[start : opener.start()], " ")
        start = search_from = end
    kept.append(text[start:])
    return _NO_WORDS.sub(" ", "".join(kept))


def sample_text(text: str) -> str:
    """Returns a text, or of a very long one evenly spaced stretches, a line each.

    The share of a language in some 2,500 words is as good as that in all of them, and a policy's
    longest completions must not be its slowest to score.
    """
    if len(text) <= _MOST_READ:
        return text
    length = _MOST_READ // _STRETCHES
    gap = (len(text) - length) / (_STRETCHES - 1)
    starts = [int(i * gap) for i in range(_STRETCHES)]
    return "\n".join(text[start : start + length] for start in starts)
