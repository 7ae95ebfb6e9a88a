"""The tokenizers that come with r1gym, for what is made here.

All are plain Python and lossless on what they are for. Each is a list of pieces: a text is cut
into the longest pieces that are there, from left to right. Left out: merges learned from a corpus;
the corpora are made here, and their words are known.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence

from r1gym.envs.chat import Chat
from r1gym.problems.small.words import VOCABULARY as SMALL_WORDS

PAD, EOS, UNK = "<pad>", "<eos>", "<unk>"
TAGS = ("<think>", "</think>", "<answer>", "</answer>")
_PIECES = ("User: ", ". Assistant:", "Compute ", "Solve ")
_CHARACTERS = (
    *string.digits,
    *"+-*/=().,x \n",
    *(c for c in string.ascii_letters + string.punctuation if c not in "+-*/=().,x"),
)
TINY_VOCABULARY: tuple[str, ...] = (PAD, EOS, UNK, *TAGS, *_PIECES, *_CHARACTERS)
BILINGUAL_VOCABULARY: tuple[str, ...] = (*TINY_VOCABULARY, *SMALL_WORDS)
DIGITS_VOCABULARY: tuple[str, ...] = (PAD, EOS, UNK, "=", *"0123")
EMBEDDED = {
    "tiny": TINY_VOCABULARY, "bilingual": BILINGUAL_VOCABULARY, "digits": DIGITS_VOCABULARY,
}  # fmt: skip
"""The vocabularies of the embedded tokenizers, by name; a piece's place is its id."""
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def pattern_of(vocabulary: Sequence[str]) -> str:
    """Returns the regular expression that cuts a text into pieces of a vocabulary.

    The three special tokens are no text: ``<eos>`` in a question is cut into characters.
    """
    longer = [piece for piece in vocabulary[3:] if len(piece) > 1]
    longer.sort(key=len, reverse=True)  # the first that fits is taken; a stable sort
    return "|".join([*map(re.escape, longer), r"[\s\S]"])


class TinyTokenizer:
    """One token a character, and one for each tag of the R1 template: 107 in all.

    Characters beyond ASCII become ``<unk>``, which decodes to U+FFFD.
    """

    name = "tiny"
    default_template = "short"
    chat: Chat | None = None

    def __init__(self) -> None:
        self._ids = {piece: i for i, piece in enumerate(TINY_VOCABULARY)}
        self._split = re.compile(pattern_of(TINY_VOCABULARY)).findall
        self.vocab_size = len(TINY_VOCABULARY)
        self.pad_id, self.eos_id, self._unk_id = range(3)
        self.end_ids: tuple[int, ...] = (self.eos_id,)
        # To decode, every id becomes one byte: a control character where its text is longer, and
        # beyond the last id 0xFF, which is not ASCII and thereby an error.
        marks = {piece: chr(16 + i) for i, piece in enumerate((*TAGS, *_PIECES, UNK))}
        characters = "".join(marks.get(piece, piece) for piece in TINY_VOCABULARY[2:])
        self._silent = bytes([self.pad_id, self.eos_id])
        self._bytes = (self._silent + characters.encode()).ljust(256, b"\xff")
        self._longer = {mark: piece for piece, mark in marks.items()}
        self._longer[marks[UNK]] = REPLACEMENT

    def encode(self, text: str, special: bool = False) -> list[int]:
        """Returns the token ids of `text`. It has no special token to put before it."""
        ids, unk = self._ids, self._unk_id
        return [ids.get(piece, unk) for piece in self._split(text)]

    def decode(self, ids: Iterable[int]) -> str:
        """Returns the text of `ids`.

        Raises:
            ValueError: If one of them is no token.
        """
        # On long texts it takes half the time of joining the pieces one by one.
        numbers = bytearray(ids if isinstance(ids, list) else list(ids))
        text = numbers.translate(self._bytes, self._silent).decode("ascii")
        for mark, piece in self._longer.items():
            text = text.replace(mark, piece)
        return text


class PieceTokenizer:
    """A tokenizer of a vocabulary's pieces; any other text becomes ``<unk>``.

    ``<unk>`` decodes to U+FFFD.

    Args:
        name: Its name in `EMBEDDED`.
        default_template: The prompt template that prompts have if none is named.
    """

    chat: Chat | None = None

    def __init__(self, name: str, default_template: str = "short") -> None:
        vocabulary = EMBEDDED[name]
        self.name, self.default_template = name, default_template
        self._ids = {piece: i for i, piece in enumerate(vocabulary)}
        self._split = re.compile(pattern_of(vocabulary)).findall
        self._texts = ["", "", REPLACEMENT, *vocabulary[3:]]
        self.vocab_size = len(vocabulary)
        self.pad_id, self.eos_id, self._unk_id = range(3)
        self.end_ids: tuple[int, ...] = (self.eos_id,)

    def encode(self, text: str, special: bool = False) -> list[int]:
        """Returns the token ids of `text`. It has no special token to put before it."""
        ids, unk = self._ids, self._unk_id
        return [ids.get(piece, unk) for piece in self._split(text)]

    def decode(self, ids: Iterable[int]) -> str:
        """Returns the text of `ids`.

        Raises:
            ValueError: If one of them is no token.
        """
        numbers = list(ids)
        if any(not 0 <= i < self.vocab_size for i in numbers):
            raise ValueError(f"there are {self.vocab_size} tokens, from 0")
        texts = self._texts
        return "".join([texts[i] for i in numbers])


class BilingualTokenizer(PieceTokenizer):
    """The tiny tokenizer with the English and Chinese words of the small world besides.

    For the recipe ``r1``, whose model thinks in words of two languages.
    """

    def __init__(self) -> None:
        super().__init__("bilingual")


class DigitsTokenizer(PieceTokenizer):
    """Four digits and an equals sign, eight tokens in all, for `r1/Digits-v0`."""

    def __init__(self) -> None:
        super().__init__("digits", "{question}=")
