"""Models and tokenizers as Hugging Face folders, which `AutoModel` and `AutoTokenizer` load."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from tokenizers import Regex, decoders, models, pre_tokenizers
from tokenizers import Tokenizer as HubFile
from transformers import GenerationConfig, PreTrainedModel

from r1gym.envs.embedded_tokenizers import EMBEDDED, EOS, PAD, UNK, pattern_of
from r1gym.envs.tokenizers import Tokenizer, copy_tokenizer


def save_model(
    model: PreTrainedModel,
    dtype: torch.dtype,
    folder: Path,
    weights: Mapping[str, torch.Tensor] | None = None,
) -> None:
    """Writes a model's weights in a type, with its configurations.

    Args:
        model: The model.
        dtype: The type that they have in the files.
        folder: Where to write.
        weights: They, if the model has them in less; None for its own.
    """
    network: Any = model
    own = getattr(network, "generation_config", None)
    if own is not None:
        # How to generate is copied with the tokenizer's files, as it came: some versions of
        # transformers refuse to write what others had published.
        network.generation_config = GenerationConfig.from_model_config(model.config)
    try:
        if weights is None and dtype == model.dtype == torch.float32:
            model.save_pretrained(folder)
        else:
            _save_as(model, dtype, folder, weights or model.state_dict())
    finally:
        if own is not None:
            network.generation_config = own


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    """Writes a tokenizer: an embedded one anew, another one as a copy of all its files."""
    if tokenizer.name in EMBEDDED:
        _save_embedded_tokenizer(tokenizer.name, folder)
    else:
        copy_tokenizer(tokenizer.name, folder)


def _save_as(
    model: PreTrainedModel, dtype: torch.dtype, folder: Path, full: Mapping[str, torch.Tensor]
) -> None:
    cast: dict[int, torch.Tensor] = {}  # by address, so that tied weights stay tied
    weights = {
        name: cast.setdefault(weight.data_ptr(), weight.to(dtype))
        if weight.is_floating_point()
        else weight
        for name, weight in full.items()
    }
    model.save_pretrained(folder, state_dict=weights)
    path = folder / "config.json"  # it names the type of the weights in memory
    config = json.loads(path.read_text("utf-8"))
    config["dtype"] = str(dtype).removeprefix("torch.")
    path.write_text(json.dumps(config, indent=2) + "\n", "utf-8")


def _save_embedded_tokenizer(name: str, folder: Path) -> None:
    """Writes an embedded tokenizer in the format of the `tokenizers` library."""
    pieces = EMBEDDED[name]
    vocabulary = {piece: i for i, piece in enumerate(pieces)}
    hub: Any = HubFile(models.WordLevel(vocabulary, unk_token=UNK))
    hub.pre_tokenizer = pre_tokenizers.Split(Regex(pattern_of(pieces)), behavior="isolated")
    hub.decoder = decoders.Fuse()
    hub.add_special_tokens([PAD, EOS, UNK])
    hub.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": PAD,
        "eos_token": EOS,
        "unk_token": UNK,
        "clean_up_tokenization_spaces": False,
        "split_special_tokens": True,  # "<eos>" in a question is text and must not end it
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n", "utf-8")
