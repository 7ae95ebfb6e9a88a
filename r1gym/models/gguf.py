"""GGUF files: a model and its tokenizer in one file, often quantised, as llama.cpp reads them.

A file is unpacked once into a folder as transformers writes it, with weights in float32: what was
quantised is trained as the numbers that it stands for. Left out: writing GGUF.
"""

from __future__ import annotations

import copy
import json
import time
from pathlib import Path
from typing import Any

from r1gym.core.errors import ModelNotFoundError
from r1gym.core.extras import install
from r1gym.core.files import explained, only_process, whole_folder, write_text
from r1gym.envs.packed import loadable, packed_file, unpacked_folder


def unpack(name: str) -> str:
    """Returns the folder of a model, unpacked if it lies in a GGUF file; other names as they are.

    Args:
        name: A GGUF file, a folder with one, ``"smollm2"``, a run's folder, or any other model's
            name.

    Raises:
        ModelNotFoundError: If there is no such file, or it cannot be read; or it is an endpoint.
    """
    name = loadable(name)
    file = packed_file(name)
    if file is None:
        return name
    folder = unpacked_folder(file)
    if not folder.is_dir():
        with only_process(folder.parent, lambda: time.sleep(0.2)):
            if not folder.is_dir():
                _unpack(file, folder)
    return str(folder)


def _unpack(file: Path, folder: Path) -> None:
    try:
        import gguf  # noqa: F401  which transformers reads them by
        from transformers import AutoModelForCausalLM, AutoTokenizer
    except ImportError as error:
        raise ModelNotFoundError(
            f"{str(file)!r} is a GGUF file, which takes the package `gguf`: {install('gguf')}."
        ) from error
    with explained(file), file.open("rb") as start:
        magic = start.read(4)
    if magic != b"GGUF":
        raise ModelNotFoundError(f"{str(file)!r} is no GGUF file, whatever its name says.")
    home: dict[str, Any] = {"gguf_file": file.name, "local_files_only": True}
    print(f"Unpacking {file.name} into {folder}; this is done once.")
    try:
        packed: Any = AutoModelForCausalLM.from_pretrained(file.parent, dtype="float32", **home)
        tokenizer: Any = AutoTokenizer.from_pretrained(file.parent, **home)
        config = copy.deepcopy(packed.config)
        del config.quantization_config  # the weights are plain numbers from here on
        make: Any = AutoModelForCausalLM.from_config
        model = make(config, dtype="float32")
        model.load_state_dict(packed.state_dict())
    except Exception as error:  # a broken file raises whatever its reader does
        line = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise ModelNotFoundError(f"The GGUF file {str(file)!r} cannot be read: {line}.") from error
    with whole_folder(folder) as draft:
        model.save_pretrained(draft)
        tokenizer.save_pretrained(draft)
        _drop_tokens(draft, config.vocab_size)


def _drop_tokens(folder: Path, size: int) -> None:
    """Drops tokens that the model has not: transformers adds one for what is unknown."""
    path = folder / "tokenizer.json"
    found = json.loads(path.read_text("utf-8"))
    extra = {token["content"] for token in found["added_tokens"] if token["id"] >= size}
    if not extra:
        return
    found["added_tokens"] = [t for t in found["added_tokens"] if t["id"] < size]
    write_text(path, json.dumps(found, ensure_ascii=False))
    path = folder / "tokenizer_config.json"
    settings = json.loads(path.read_text("utf-8"))
    kept = {n: v for n, v in settings.items() if not (isinstance(v, str) and v in extra)}
    write_text(path, json.dumps(kept, indent=2) + "\n")
