"""Texts of models and of files, made fit for a terminal, which obeys some of what it is sent.

A model that writes bytes at random soon writes one that clears the screen, rings, or turns
everything after it red. Left out: characters without a width, which a terminal leaves alone.
"""

from __future__ import annotations

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tabs and line ends
_DELETE = 0x7F


def printable(text: str) -> str:
    r"""Returns a text with a sign in place of each character that would command a terminal.

    Example:
        >>> printable("7\x1b[2J")
        '7␛[2J'
    """
    return _CONTROLS.sub(lambda found: _sign(ord(found[0])), text)


def _sign(code: int) -> str:
    if code < _DELETE:
        return chr(0x2400 + code)
    return "␡" if code == _DELETE else "�"
