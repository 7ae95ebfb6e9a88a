"""Models from folders and from the Hugging Face hub, or one line that says why not.

Left out: quantised weights, which cannot be trained as they are.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from transformers import AutoConfig, AutoModelForCausalLM
from transformers.utils import logging as hub_logging

from r1gym.core.errors import ModelNotFoundError, R1GymError
from r1gym.envs.tokenizers import hub_answers, refuse_adapter
from r1gym.models.gguf import unpack

hub_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # it would write over our own for every checkpoint

_NO_WRITERS = {
    "ForSequenceClassification": "a reward model",
    "ForTokenClassification": "a step scorer",
}


def load_model(name: str) -> tuple[Any, torch.dtype]:
    """Loads a model from a folder, a GGUF file or the hub's cache, and only else from the hub.

    Returns:
        The model in float32, and the type that its weights have in its files.

    Raises:
        ModelNotFoundError: If it cannot be loaded, or is no causal language model.
    """
    try:
        return _load(unpack(name))
    except R1GymError:
        raise
    except Exception as error:  # a broken file raises whatever its reader does
        raise ModelNotFoundError(
            f"The model {name!r} cannot be loaded: {_why(name, error)}."
        ) from error


def _why(name: str, error: Exception) -> str:
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    if Path(name).expanduser().exists():
        return f"the folder holds no loadable model ({reason})"
    if not isinstance(error, OSError):
        return f"it cannot be read ({reason})"
    return (
        "it is neither a local folder nor a Hugging Face id that can be reached; "
        "check the name and the network, or give a folder"
    )


def _load(name: str) -> tuple[Any, torch.dtype]:
    refuse_adapter(Path(name).expanduser())  # transformers would put it in
    try:
        return _read_model(name, local_files_only=True)
    except OSError:
        # Asked once: without a network, `transformers` would ask again for half a minute.
        if Path(name).expanduser().exists() or not hub_answers(name):
            raise
    return _read_model(name)


def _read_model(name: str, **options: Any) -> tuple[Any, torch.dtype]:
    try:
        config = AutoConfig.from_pretrained(name, **options)
    except AttributeError as error:  # it looks the type up in torch
        raise _no_type(name, str(error)) from error
    if getattr(config, "quantization_config", None) is not None:
        raise ModelNotFoundError(
            f"The weights of {name!r} are quantised, and those cannot be trained: "
            "give the model that was quantised."
        )
    for part, what in _NO_WRITERS.items():
        if any(part in kind for kind in config.architectures or ()):
            raise ModelNotFoundError(
                f"{name!r} is {what} and writes no text: give a causal language model."
            )
    saved = _type_of(config, name)
    load: Any = AutoModelForCausalLM.from_pretrained
    loud = hub_logging.get_verbosity()
    hub_logging.set_verbosity(logging.ERROR)  # it has a table of keys; what matters is below
    try:
        model, info = load(name, dtype=torch.float32, output_loading_info=True, **options)
    finally:
        hub_logging.set_verbosity(loud)
    if missing := sorted(info["missing_keys"]):
        raise ModelNotFoundError(
            f"The files of {name!r} lack {', '.join(missing[:3])}, and random weights would stand "
            "in: give a causal language model with its head."
        )
    return model, saved


def _type_of(config: Any, name: str) -> torch.dtype:
    """Returns the type of a model's weights: by its configuration, or else by its files."""
    found: Any = config.dtype or _type_in_files(Path(name).expanduser()) or torch.float32
    found = getattr(torch, found, found) if isinstance(found, str) else found
    if isinstance(found, torch.dtype) and found.is_floating_point:
        return found
    raise _no_type(name, str(found))


def _no_type(name: str, why: str) -> ModelNotFoundError:
    return ModelNotFoundError(
        f"The config.json of {name!r} names a type for its weights that is none ({why}): write "
        '"float32" or "bfloat16" there.'
    )


def _type_in_files(folder: Path) -> torch.dtype | None:
    """Returns the type of a folder's first weights; None if they are not in safetensors."""
    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, framework="pt") as weights:
            for name in weights.keys():  # noqa: SIM118  it is no mapping
                found: torch.dtype = weights.get_slice(name)[:1].dtype
                if found.is_floating_point:
                    return found
    return None
