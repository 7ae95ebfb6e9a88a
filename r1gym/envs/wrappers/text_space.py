"""Texts of any characters as a space, and how long a text of tokens can be.

Gymnasium's Text lists every character that it contains, twice. Completions may hold each of the
million of Unicode, and a list of those takes a quarter of a gigabyte, so here they are computed.
"""

from __future__ import annotations

import string
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, cast, overload

import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Text

from r1gym.envs.tokenizers import load_tokenizer

_SAMPLED = string.ascii_letters + string.digits + string.punctuation + " \n"


class _Unicode(Sequence[str]):
    """Every character, at the index of its code point."""

    def __len__(self) -> int:
        return sys.maxunicode + 1

    def __contains__(self, char: object) -> bool:
        return isinstance(char, str) and len(char) == 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        points = range(len(self))[index]
        return chr(points) if isinstance(points, int) else [chr(point) for point in points]

    def __iter__(self) -> Iterator[str]:
        return map(chr, range(len(self)))


_UNICODE = _Unicode()


class UnicodeText(Text):
    """The space of all texts up to a length, the empty one included.

    Samples are of printable ASCII. All else that Gymnasium does with a Text, such as `flatten`,
    goes for every character.

    Args:
        max_length: The most characters of a text.
        sample_length: The most characters of a sample; None for as many.
        seed: The seed of samples.

    Example:
        >>> "\N{GREEK SMALL LETTER PI}\N{GRINNING FACE}" in UnicodeText(2)
        True
    """

    def __init__(
        self,
        max_length: int,
        *,
        sample_length: int | None = None,
        seed: int | np.random.Generator | None = None,
    ) -> None:
        super().__init__(max_length, min_length=0, charset=_SAMPLED, seed=seed)
        self.sample_length = max_length if sample_length is None else sample_length

    @property
    def character_set(self) -> frozenset[str]:
        """Returns all characters."""
        return cast("frozenset[str]", _UNICODE)

    @property
    def character_list(self) -> tuple[str, ...]:
        """Returns all characters in the order of their code points."""
        return cast("tuple[str, ...]", _UNICODE)

    def character_index(self, char: str) -> np.int32:
        """Returns a character's code point."""
        return np.int32(ord(char))

    def contains(self, x: Any) -> bool:
        """Returns whether `x` is a text that is not too long."""
        return isinstance(x, str) and len(x) <= self.max_length

    def sample(
        self,
        mask: tuple[int | None, npt.NDArray[np.int8] | None] | None = None,
        probability: tuple[int | None, npt.NDArray[np.float64] | None] | None = None,
    ) -> str:
        """Returns a random text, see `gymnasium.spaces.Text.sample`; masks are of `characters`."""
        sampler = Text(self.max_length, min_length=0, charset=_SAMPLED, seed=self.np_random)
        if mask is None and probability is None:
            mask = int(self.np_random.integers(self.sample_length + 1)), None
        return str(sampler.sample(mask, probability))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UnicodeText) and (self.max_length, self.sample_length) == (
            other.max_length,
            other.sample_length,
        )

    def __repr__(self) -> str:
        return f"UnicodeText({self.max_length})"


@lru_cache(maxsize=8)
def longest_token(name: str) -> int:
    """Returns the most characters that one more token of a tokenizer can add to a text.

    Decoded alone, a token may lose the space before it, hence one more. Some bytes of a character
    are U+FFFD each alone and at most as many characters together.
    """
    tokenizer = load_tokenizer(name)
    return 1 + max(len(tokenizer.decode([token])) for token in range(tokenizer.vocab_size))
