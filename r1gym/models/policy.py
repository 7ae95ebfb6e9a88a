"""The policy: a Hugging Face causal language model with the tokenizer its environment uses.

Models are read in `loading.py` and written in `saving.py`. Left out: quantised weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from r1gym.core.checks import check_one_of
from r1gym.core.extras import needs

with needs("train", __name__):
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedModel

    from r1gym.models.adapters import has_adapter, merged, save_adapter
    from r1gym.models.hub_decoders import decoder_class
    from r1gym.models.loading import load_model
    from r1gym.models.masters import cast
    from r1gym.models.saving import save_model, save_tokenizer

from r1gym.core.errors import ConfigError
from r1gym.envs.embedded_tokenizers import EMBEDDED
from r1gym.envs.tokenizers import Tokenizer, load_tokenizer
from r1gym.models.embedded.llama import is_plain

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass(frozen=True)
class Policy:
    """A language model and its tokenizer.

    Attributes:
        model: A causal language model, in evaluation mode (no dropout, also while training).
        tokenizer: The tokenizer of the prompts and completions.
        saved_dtype: The type of the weights on disk, which is that of the model it came from.
    """

    model: PreTrainedModel
    tokenizer: Tokenizer
    saved_dtype: torch.dtype = torch.float32

    @property
    def device(self) -> torch.device:
        """The device that the model's inputs must be on."""
        return self.model.device

    @property
    def dtype(self) -> torch.dtype:
        """The type of the model's weights, which it computes in; see `r1gym.models.masters`."""
        return self.model.dtype

    def to(self, device: str, dtype: str) -> Policy:
        """Returns the policy on a device, in a type; its model is moved and cast, not copied."""
        network: Any = self.model
        cast(network, DTYPES[dtype])
        return replace(self, model=network.to(device))


def check_vocabulary(model: PreTrainedModel, tokens: int) -> None:
    """Raises ConfigError if a model has fewer tokens than its tokenizer."""
    network: Any = model
    rows = network.get_input_embeddings().num_embeddings
    if rows < tokens:
        raise ConfigError(
            f"The model knows {rows} tokens and its tokenizer {tokens}, so token {rows} would have "
            f"no embedding: give the tokenizer that it was trained with, or call "
            f"model.resize_token_embeddings({tokens}) and save it."
        )


def load_policy(name: str, device: str = "cpu", dtype: str = "float32") -> Policy:
    """Loads a policy from a local folder or from the Hugging Face hub.

    Args:
        name: A folder that `save_policy` or `save_pretrained` wrote, a GGUF file or a folder with
            one, ``"smollm2"``, or a hub id.
        device: A torch device, for example ``"cpu"`` or ``"cuda"``.
        dtype: The type of its weights, ``"float32"`` or ``"bfloat16"``.

    Raises:
        ModelNotFoundError: If the model or its tokenizer cannot be loaded, or the model is no
            causal language model.
        ConfigError: If the device does not exist, the type is another, or the model has fewer
            tokens than the tokenizer.
    """
    check_one_of("dtype", dtype, DTYPES)
    check_device(device)
    model, saved_dtype = load_model(name)
    tokenizer = load_tokenizer(getattr(model.config, "r1gym_tokenizer", None) or name)
    check_vocabulary(model, tokenizer.vocab_size)
    if model.get_input_embeddings().num_embeddings > tokenizer.vocab_size:
        # Rows that pad the vocabulary stand for no token: they must not be sampled.
        model.resize_token_embeddings(tokenizer.vocab_size)
    model = model.to(device).eval()
    if not is_plain(model):
        decoder_class(model)  # refuses what is no causal language model
    cast(model, DTYPES[dtype])
    return Policy(model, tokenizer, saved_dtype)


def check_device(device: str) -> None:
    """Raises ConfigError if torch cannot compute on the device."""
    try:
        torch.zeros(1, device=device).item()  # which no device without numbers can
    except (RuntimeError, AssertionError, ImportError, NotImplementedError) as error:
        raise ConfigError(
            f"The device {device!r} cannot be used: {_why_not(device)} Known: "
            f"{', '.join(_devices())}."
        ) from error


def _why_not(device: str) -> str:
    """Returns a sentence: torch's own list its operators, or ask for a bug report."""
    kind = device.partition(":")[0]
    try:
        torch.device(device)
    except RuntimeError:
        return "torch knows no device of that name."
    if kind in ("cuda", "mps", "xpu") and not any(d.startswith(kind) for d in _devices()):
        return f"this torch finds no {kind} device."
    return "it computes nothing, or there is none of that number."


def _devices() -> list[str]:
    found = ["cpu", *(f"cuda:{number}" for number in range(torch.cuda.device_count()))]
    return [*found, "mps"] if torch.backends.mps.is_available() else found


def new_tiny_policy(
    hidden_size: int,
    layers: int,
    heads: int,
    feed_forward: int,
    context: int,
    seed: int,
    tokenizer: str = "tiny",
) -> Policy:
    """Makes an untrained policy of the embedded kind: a small Llama with an embedded tokenizer.

    Args:
        hidden_size: Width of the residual stream.
        layers: Number of transformer blocks.
        heads: Number of attention heads, each with ``hidden_size / heads`` channels.
        feed_forward: Width of the gated feed-forward layers.
        context: Longest sequence, prompt and completion together, in tokens.
        seed: Seed of the initial weights.
        tokenizer: One of `r1gym.envs.tokenizers.EMBEDDED`.
    """
    speaks = load_tokenizer(check_one_of("tokenizer", tokenizer, EMBEDDED))
    config = LlamaConfig(
        vocab_size=speaks.vocab_size,
        hidden_size=hidden_size,
        intermediate_size=feed_forward,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        max_position_embeddings=context,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=speaks.eos_id,
        pad_token_id=speaks.pad_id,
    )
    config.r1gym_tokenizer = tokenizer
    with torch.random.fork_rng(devices=[]):  # Hugging Face draws weights from the global stream
        torch.manual_seed(seed)
        model = LlamaForCausalLM(config)
    network: Any = model
    return Policy(network.eval(), speaks)


def save_policy(
    policy: Policy, folder: Path, weights: Mapping[str, torch.Tensor] | None = None
) -> None:
    """Writes the policy as a Hugging Face folder that `AutoModel` and `AutoTokenizer` can load.

    The weights are written in the type that they had where the policy came from. A policy with a
    tokenizer of its own is written with a copy of all its files, its chat template among them. An
    adapter is merged, and stands alone beside it.

    Args:
        policy: The policy.
        folder: Where to write.
        weights: All weights in more digits than the model has them in; None for its own.
    """
    model = policy.model
    if has_adapter(model):
        save_adapter(model, folder)
        model = merged(model)
    save_model(model, policy.saved_dtype, folder, weights)
    save_tokenizer(policy.tokenizer, folder)
