"""Tokenizers as an environment needs them: text to ids, ids to text, and the end token.

The tiny tokenizer is plain Python, so that `gym.make("r1/Math-v0")` needs nothing but NumPy and
Gymnasium. Any other name is a local folder or a Hugging Face id, read through the `tokenizers`
package. Left out: chat templates (r1gym's own templates dress the problem) and padding (the
environment's window and the rollout engine pad by themselves).
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from r1gym.core.errors import ModelNotFoundError
from r1gym.core.extras import install

PAD, EOS, UNK = "<pad>", "<eos>", "<unk>"
TAGS = ("<think>", "</think>", "<answer>", "</answer>")
_PIECES = ("User: ", ". Assistant:", "Compute ", "Solve ")
TINY_VOCABULARY: tuple[str, ...] = (
    PAD,
    EOS,
    UNK,
    *TAGS,
    *_PIECES,
    *string.digits,
    *"+-*/=().,x \n",
    *(c for c in string.ascii_letters + string.punctuation if c not in "+-*/=().,x"),
)
TINY_PATTERN = "|".join(map(re.escape, (*TAGS, *_PIECES))) + r"|[\s\S]"


class Tokenizer(Protocol):
    """What environments and rollout engines ask of a tokenizer."""

    name: str
    vocab_size: int
    eos_id: int
    pad_id: int
    default_template: str

    def encode(self, text: str, special: bool = False) -> list[int]:
        """Returns the token ids of `text`; `special` adds what the tokenizer puts before a text."""

    def decode(self, ids: Iterable[int]) -> str:
        """Returns the text of `ids`; the end and padding tokens give nothing."""


class TinyTokenizer:
    """One token a character, and one for each tag of the R1 template: 107 in all.

    Characters beyond ASCII become ``<unk>``, which decodes to U+FFFD.
    """

    name = "tiny"
    default_template = "short"

    def __init__(self) -> None:
        self._ids = {piece: i for i, piece in enumerate(TINY_VOCABULARY)}
        self._split = re.compile(TINY_PATTERN).findall
        self.vocab_size = len(TINY_VOCABULARY)
        self.pad_id, self.eos_id, self._unk_id = range(3)
        # To decode, every id becomes one byte: a control character where its text is longer, and
        # beyond the last id 0xFF, which is not ASCII and thereby an error.
        marks = {piece: chr(16 + i) for i, piece in enumerate((*TAGS, *_PIECES, UNK))}
        characters = "".join(marks.get(piece, piece) for piece in TINY_VOCABULARY[2:])
        self._silent = bytes([self.pad_id, self.eos_id])
        self._bytes = (self._silent + characters.encode()).ljust(256, b"\xff")
        self._longer = {mark: piece for piece, mark in marks.items()}
        self._longer[marks[UNK]] = "\N{REPLACEMENT CHARACTER}"

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


class HubTokenizer:
    """A Hugging Face tokenizer, from a local folder or a hub id.

    Args:
        name: A folder that holds ``tokenizer.json``, or a hub id such as ``"Qwen/Qwen3-0.6B"``.

    Raises:
        ModelNotFoundError: If it cannot be loaded, or if it does not name an end token.
    """

    default_template = "r1"

    def __init__(self, name: str) -> None:
        try:
            import tokenizers
        except ImportError as error:
            raise ModelNotFoundError(
                f"The tokenizer {name!r} needs the package `tokenizers`: {install('train')}."
            ) from error
        self.name = name
        try:
            config = json.loads(hub_file(name, "tokenizer_config.json").read_text("utf-8"))
            self._tokenizer = tokenizers.Tokenizer.from_file(str(hub_file(name, "tokenizer.json")))
        except ModelNotFoundError:
            raise
        except Exception as error:  # the library raises bare Exceptions for a bad file
            raise ModelNotFoundError(f"The tokenizer {name!r} cannot be read: {error}") from error
        self.vocab_size = self._tokenizer.get_vocab_size(with_added_tokens=True)
        self.eos_id = self._id_of(config, "eos_token")
        self.pad_id = self._id_of(config, "pad_token") if config.get("pad_token") else self.eos_id

    def encode(self, text: str, special: bool = False) -> list[int]:
        """Returns the token ids of `text`.

        Args:
            text: Any text.
            special: Whether to put before it what the tokenizer does, such as ``<bos>``.
        """
        encoded = self._tokenizer.encode(text, add_special_tokens=special)
        ids = list(encoded.ids)
        # Some end a text as well, but a prompt goes on. A lone token is the one before no text.
        if special and len(ids) > 1 and ids[-1] == self.eos_id and encoded.special_tokens_mask[-1]:
            ids.pop()
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """Returns the text of `ids`, without the end and padding tokens."""
        hidden = (self.eos_id, self.pad_id)
        kept = [i for i in ids if i not in hidden]
        return str(self._tokenizer.decode(kept, skip_special_tokens=False))

    def _id_of(self, config: dict[str, Any], key: str) -> int:
        token = config.get(key)
        text = token["content"] if isinstance(token, dict) else token
        token_id = self._tokenizer.token_to_id(text) if isinstance(text, str) else None
        if token_id is None:
            raise ModelNotFoundError(
                f"The tokenizer {self.name!r} names no {key} in its tokenizer_config.json."
            )
        return int(token_id)


def hub_file(name: str, file: str) -> Path:
    """Returns the path of a file, from a local folder, the hub's cache or else the hub.

    Raises:
        ModelNotFoundError: If it is nowhere.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / file).is_file():
            raise ModelNotFoundError(f"The folder {name!r} holds no {file}.")
        return folder / file
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HFValidationError

    try:
        try:
            return Path(hf_hub_download(name, file, local_files_only=True))
        except FileNotFoundError:  # it is not in the cache
            if not hub_answers(name):
                raise
        return Path(hf_hub_download(name, file))
    except (OSError, HFValidationError) as error:
        raise ModelNotFoundError(
            f"{name!r} is neither a local folder nor a Hugging Face id that can be reached; "
            "check the name and the network, or give a folder."
        ) from error


def hub_answers(name: str) -> bool:
    """Asks the hub for `name` once: without a network, its library would ask for half a minute."""
    from huggingface_hub import constants, get_hf_file_metadata, hf_hub_url
    from huggingface_hub.errors import HfHubHTTPError

    if constants.HF_HUB_OFFLINE:
        return False
    try:
        get_hf_file_metadata(hf_hub_url(name, "config.json"), timeout=10)
    except HfHubHTTPError:
        return True  # an answer, if only that there is no such model
    except Exception:  # whatever the HTTP library raises without a network
        return False
    return True


@lru_cache(maxsize=8)
def load_tokenizer(name: str) -> Tokenizer:
    """Returns the tokenizer called `name`: ``"tiny"``, a local folder or a hub id.

    Raises:
        ModelNotFoundError: If it cannot be loaded.
    """
    return TinyTokenizer() if name == "tiny" else HubTokenizer(name)
