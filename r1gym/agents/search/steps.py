r"""Cutting a completion into steps, over token ids: the pieces, joined, are the ids.

A step ends with the token that completes a stop text, as an engine ends a turn, or after a number
of tokens. So what is cut afterwards and what was sampled step by step are cut alike.

    newline      after every line
    paragraph    after every empty line
    tags         after </think> and </step>
    tokens:16    after every 16 tokens

Left out: steps by meaning, for which another model would have to read the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from r1gym.core.checks import check_whole, shown
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.envs.tokenizers import Tokenizer
from r1gym.rollout.turns import stops

_TEXTS = {"newline": ("\n",), "paragraph": ("\n\n",), "tags": ("</think>", "</step>")}
_TOKENS = "tokens:"


@dataclass(frozen=True)
class Cut:
    """Where steps end.

    Attributes:
        stop: Texts that end a step, and stay in it.
        tokens: The most tokens of a step; None for no limit.
    """

    stop: tuple[str, ...] = ()
    tokens: int | None = None

    @classmethod
    def of(cls, name: str) -> Cut:
        """Returns the cut of a name, such as ``"newline"`` or ``"tokens:16"``.

        Raises:
            UnknownNameError: If there is none.
            ConfigError: If the number of tokens is none.
        """
        if not isinstance(name, str) or not name.startswith(_TOKENS):
            if name not in _TEXTS:
                raise UnknownNameError("cut into steps", name, (*_TEXTS, f"{_TOKENS}16"))
            return cls(_TEXTS[name])
        number = name.removeprefix(_TOKENS)
        if not number.isascii() or not number.isdigit():
            raise ConfigError(
                f"A cut by tokens must be one such as 'tokens:16', not {shown(name)}."
            )
        return cls(tokens=check_whole("The tokens of a step", int(number), least=1))

    def pieces(self, tokenizer: Tokenizer, ids: Sequence[int]) -> list[tuple[int, ...]]:
        """Returns a completion's tokens step by step.

        An end token right behind a step's end belongs to that step.
        """
        places = [0, *self._ends(tokenizer, ids)]
        if places[-1] == len(ids) - 1 and ids[-1] in tokenizer.end_ids and len(places) > 1:
            places.pop()
        if places[-1] < len(ids):
            places.append(len(ids))
        return [tuple(ids[start:end]) for start, end in pairwise(places)]

    def _ends(self, tokenizer: Tokenizer, ids: Sequence[int]) -> list[int]:
        found, start = [], 0
        for end in range(1, len(ids) + 1):
            is_full = self.tokens is not None and end - start == self.tokens
            if is_full or (self.stop and stops(tokenizer, ids[start:end], self.stop)):
                found.append(end)
                start = end
        return found
