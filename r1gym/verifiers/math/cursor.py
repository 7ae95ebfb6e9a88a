"""Where a parser stands in its tokens, and what it can see from there."""

from __future__ import annotations

from typing import Final

from r1gym.verifiers.math.fold import Unreadable
from r1gym.verifiers.math.lexer import closing

_SIGNS: Final = frozenset("+-")


class Cursor:
    """Tokens, and how far they have been read."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = [*tokens, ""]  # so that there is always a next token
        self.at = 0
        self.depth = 0
        self.bars = 0  # how many |...| are open

    def peek(self) -> str:
        """Returns the next token, ``""`` at the end."""
        return self.tokens[self.at]

    def take(self) -> str:
        """Returns the next token and goes on.

        Raises:
            Unreadable: At the end.
        """
        token = self.tokens[self.at]
        if not token:
            raise Unreadable("it ends too early")
        self.at += 1
        return token

    def expect(self, token: str) -> None:
        """Goes on over a token that must be there; a brace may be left open at the end.

        Raises:
            Unreadable: If it is another one.
        """
        if token == "}" and not self.peek():
            return  # \frac{1}{2
        if self.take() != token:
            raise Unreadable(f"{token!r} is missing")

    def signs(self) -> bool:
        """Reads signs. Returns whether they make a minus."""
        negative = False
        while (sign := self.tokens[self.at]) in _SIGNS:
            self.at += 1
            negative ^= sign == "-"
        return negative

    def index_first(self) -> None:
        """Writes ``u^2_0``, if that comes next, as ``u_0^2``."""
        start = self.at + 1
        index = self._end_of_group(start)
        if self.tokens[index] == "_":
            end = self._end_of_group(index + 1)
            self.tokens[self.at : end] = self.tokens[index:end] + self.tokens[self.at : index]

    def _end_of_group(self, at: int) -> int:
        if self.tokens[at] == "{":
            return closing(self.tokens, at) + 1
        return min(at + 1, len(self.tokens) - 1)

    def stands_alone(self, letter: str) -> bool:
        """Returns whether a letter stands without a bracket behind it anywhere."""
        following = zip(self.tokens, self.tokens[1:], strict=False)
        return any(token == letter and after != "(" for token, after in following)
