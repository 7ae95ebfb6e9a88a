"""Tokenizers as an environment needs them: text to ids, ids to text, and the end token.

The embedded tokenizers are plain Python, so that `gym.make("r1/Math-v0")` needs nothing but NumPy
and Gymnasium. Any other name is a local folder or a Hugging Face id, read through the `tokenizers`
package. Left out: padding (the environment's window and the rollout engine pad by themselves).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from r1gym.core.errors import ModelNotFoundError
from r1gym.core.extras import install
from r1gym.envs.chat import Chat
from r1gym.envs.embedded_tokenizers import BilingualTokenizer, DigitsTokenizer, TinyTokenizer
from r1gym.envs.packed import model_place

_NO_TEXT = "\N{REPLACEMENT CHARACTER}"  # what a part of a character decodes to, or an unknown one


class Tokenizer(Protocol):
    """What environments and rollout engines ask of a tokenizer."""

    name: str
    vocab_size: int
    eos_id: int
    end_ids: tuple[int, ...]  # all that end a completion; eos_id is the first
    pad_id: int
    default_template: str
    chat: Chat | None  # its chat template

    def encode(self, text: str, special: bool = False) -> list[int]:
        """Returns the token ids of `text`; `special` adds what the tokenizer puts before a text."""

    def decode(self, ids: Iterable[int]) -> str:
        """Returns the text of `ids`; the ends and the padding token give nothing."""


class HubTokenizer:
    """A Hugging Face tokenizer, from a local folder or a hub id.

    Args:
        name: A folder that holds ``tokenizer.json``, or a hub id such as ``"Qwen/Qwen3-0.6B"``.

    An episode ends at the tokenizer's own end token and at every end of generation_config.json,
    where chat models name those of their turns.

    Raises:
        ModelNotFoundError: If it cannot be loaded, or if no file names an end token.
    """

    def __init__(self, name: str) -> None:
        try:
            import tokenizers
        except ImportError as error:
            raise ModelNotFoundError(
                f"The tokenizer {name!r} needs the package `tokenizers`: {install('train')}."
            ) from error
        self.name = name
        folder = tokenizer_folder(name)
        config = _read_json(folder / "tokenizer_config.json")
        special = _read_json(folder / "special_tokens_map.json") | config
        try:
            self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # the library raises bare Exceptions for a bad file
            raise ModelNotFoundError(f"The tokenizer {name!r} cannot be read: {error}") from error
        # Both are left behind by whoever trained with them, and would cut or fill up prompts.
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        # Ids may have gaps.
        self.vocab_size = max(self._tokenizer.get_vocab(with_added_tokens=True).values()) + 1
        self.end_ids = self._find_ends(special, folder)
        self.eos_id = self.end_ids[0]
        pad_id = self._id_of(special.get("pad_token"))
        self.pad_id = self.eos_id if pad_id is None else pad_id
        self.chat = _find_chat(name, folder, special)
        self.default_template = "r1" if self.chat is None else "chat"

    def encode(self, text: str, special: bool = False) -> list[int]:
        """Returns the token ids of `text`.

        Args:
            text: Any text.
            special: Whether to put before it what the tokenizer does, such as ``<bos>``.
        """
        encoded = self._tokenizer.encode(text, add_special_tokens=special)
        ids = list(encoded.ids)
        # Some end a text as well, but a prompt goes on. A lone token is the one before no text.
        if special and len(ids) > 1 and ids[-1] in self.end_ids and encoded.special_tokens_mask[-1]:
            ids.pop()
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """Returns the text of `ids`, without the ends and the padding token."""
        hidden = {*self.end_ids, self.pad_id}
        kept = [i for i in ids if i not in hidden]
        return str(self._tokenizer.decode(kept, skip_special_tokens=False))

    def is_like(self, other: Tokenizer) -> bool:
        """Returns whether another is the same but for its name, as a copy of its files is."""
        if not isinstance(other, HubTokenizer) or other.end_ids != self.end_ids:
            return False
        return bool(self._tokenizer.to_str() == other._tokenizer.to_str())

    def _find_ends(self, special: dict[str, Any], folder: Path) -> tuple[int, ...]:
        own = self._id_of(special.get("eos_token"))
        model = _read_json(folder / "config.json")
        ends = _listed(_read_json(folder / "generation_config.json").get("eos_token_id"))
        # Of old models only this one says it; others carry the default of their class here.
        ends = ends or (_listed(model.get("eos_token_id")) if own is None else [])
        found = dict.fromkeys([own, *(i for i in ends if 0 <= i < self.vocab_size)])
        found.pop(None, None)
        if not found:
            raise ModelNotFoundError(
                f"The tokenizer {self.name!r} names no eos_token in any of its files. Where its "
                "class has one, AutoTokenizer.from_pretrained(...).save_pretrained(FOLDER) writes "
                "it down; copy the tokenizer files from there."
            )
        return tuple(i for i in found if i is not None)

    def _id_of(self, token: Any) -> int | None:
        text = _text_of(token)
        return None if text is None else self._tokenizer.token_to_id(text)


_TOKEN_NAMES = tuple(f"{kind}_token" for kind in ("bos", "eos", "unk", "sep", "pad", "cls", "mask"))


def _find_chat(name: str, folder: Path, special: dict[str, Any]) -> Chat | None:
    """Returns a tokenizer's chat template: a file of its own counts before the configuration."""
    found: Any = special.get("chat_template")
    if isinstance(found, list):  # several, by name
        found = next((t.get("template") for t in found if t.get("name") == "default"), None)
    if (file := folder / _CHAT_TEMPLATE).is_file():
        try:
            found = file.read_text("utf-8")
        except (OSError, ValueError) as error:
            raise ModelNotFoundError(f"{file} cannot be read: {error}.") from error
    if not isinstance(found, str):
        return None
    texts = {name: _text_of(special.get(name)) for name in _TOKEN_NAMES}
    return Chat(name, found, tuple((n, text) for n, text in texts.items() if text is not None))


def _text_of(token: Any) -> str | None:
    text = token.get("content") if isinstance(token, dict) else token
    return text if isinstance(text, str) else None


def _listed(ids: Any) -> list[int]:
    return [i for i in (ids if isinstance(ids, list) else [ids]) if isinstance(i, int)]


def _read_json(path: Path) -> dict[str, Any]:
    """Returns what a JSON file holds; nothing if it is not there."""
    try:
        found = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    except (OSError, ValueError) as error:
        raise ModelNotFoundError(f"{path} cannot be read: {error}.") from error
    if not isinstance(found, dict):
        raise ModelNotFoundError(f"{path} cannot be read: it holds no JSON object.")
    return found


_NEEDED = ("tokenizer_config.json", "tokenizer.json")
_TEXTS = ["*.json", "*.jinja", "*.txt", "*.model"]  # a repository's small files
_CHAT_TEMPLATE = "chat_template.jinja"
_MORE_TEMPLATES = "additional_chat_templates"
_NOT_COPIED = ("config.json", "*.index.json", "README*", "LICENSE*", "adapter_*", "trainer*")


def copy_tokenizer(name: str, folder: Path) -> None:
    """Copies all that belongs to a tokenizer into a folder: chat templates and ends as well."""
    home = tokenizer_folder(name)
    if home.resolve() == folder.resolve():
        return
    for path in home.iterdir():
        wanted = any(path.match(pattern) for pattern in _TEXTS)
        if wanted and not any(path.match(pattern) for pattern in _NOT_COPIED):
            shutil.copy(path, folder)
    if (home / _MORE_TEMPLATES).is_dir():
        shutil.copytree(home / _MORE_TEMPLATES, folder / _MORE_TEMPLATES, dirs_exist_ok=True)


def tokenizer_folder(name: str) -> Path:
    """Returns the folder with a tokenizer's files: a local one, or one of the hub's cache.

    Raises:
        ModelNotFoundError: If it is nowhere, or a file is missing.
    """
    folder = Path(model_place(name)).expanduser()
    if not name or folder.is_file():
        raise ModelNotFoundError(f"{name!r} is no folder: give the one that holds the model.")
    if folder.is_dir() and not any(folder.glob("*.json")):
        raise ModelNotFoundError(
            f"The folder {name!r} holds no model and no tokenizer: give one that "
            "save_pretrained(FOLDER) wrote, or a hub id."
        )
    if not folder.is_dir():
        folder = _fetch(name)
    for file in _NEEDED:
        if not (folder / file).is_file():
            refuse_adapter(folder)  # which peft saves without a tokenizer
            raise ModelNotFoundError(
                f"The folder {name!r} holds no {file}. AutoTokenizer.from_pretrained(...)"
                ".save_pretrained(FOLDER) writes one from a tokenizer in an older form."
            )
    return folder


def refuse_adapter(folder: Path) -> None:
    """Raises ModelNotFoundError if a folder holds an adapter alone."""
    file = folder / "adapter_config.json"
    if not file.is_file():
        return
    base = _read_json(file).get("base_model_name_or_path") or "its base model"
    raise ModelNotFoundError(
        f"The folder {str(folder)!r} holds an adapter of {base}. peft puts both together: "
        f"AutoPeftModelForCausalLM.from_pretrained({str(folder)!r}).merge_and_unload()"
        ".save_pretrained(FOLDER), beside the tokenizer; then give that folder."
    )


def _fetch(name: str) -> Path:
    """Returns a repository's folder in the hub's cache, filled from the hub if it must be."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    try:
        try:
            folder = Path(snapshot_download(name, allow_patterns=_TEXTS, local_files_only=True))
            if all((folder / f).is_file() for f in (*_NEEDED, "generation_config.json")):
                return folder
        except FileNotFoundError:  # it is not in the cache
            if not hub_answers(name):
                raise
        else:
            if not hub_answers(name):
                return folder
        return Path(snapshot_download(name, allow_patterns=_TEXTS))
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


def are_same(one: Tokenizer, other: Tokenizer) -> bool:
    """Returns whether two tokenizers are one: of one name, or one a copy of the other."""
    return one.name == other.name or (isinstance(one, HubTokenizer) and one.is_like(other))


def token_difference(one: Tokenizer, other: Tokenizer) -> str:
    """Returns why the same ids stand for other texts, or other ends; nothing if they do not."""
    if one.name == other.name:
        return ""
    ends = (sorted(one.end_ids), sorted(other.end_ids))
    if one.vocab_size != other.vocab_size:
        return f"they have {one.vocab_size} and {other.vocab_size} tokens"
    if ends[0] != ends[1]:
        return f"completions end at the tokens {ends[0]} and {ends[1]}"
    silent = {*one.end_ids, one.pad_id, other.pad_id}
    for token in sorted(set(range(one.vocab_size)) - silent):
        ours, theirs = one.decode([token]), other.decode([token])
        if ours != theirs and _NO_TEXT not in (ours, theirs):
            return f"the token {token} is {ours!r:.20} and {theirs!r:.20}"
    return ""


@lru_cache(maxsize=8)
def load_tokenizer(name: str) -> Tokenizer:
    """Returns the tokenizer called `name`: embedded, a local folder, a GGUF file or a hub id.

    Raises:
        ModelNotFoundError: If it cannot be loaded.
    """
    embedded: dict[str, Callable[[], Tokenizer]]
    embedded = {"tiny": TinyTokenizer, "bilingual": BilingualTokenizer, "digits": DigitsTokenizer}
    return embedded[name]() if name in embedded else HubTokenizer(name)
