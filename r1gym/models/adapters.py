"""Low-rank adapters by peft: put into a model, taken along by checkpoints, merged for all others.

A model with an adapter is trained and sampled from as it is; the base's weights do not change, so
that the model without its adapter is the one that training started from. Whatever leaves the
process is merged: a whole model that every reader of folders and every engine knows, with the
adapter alone beside it in `FOLDER`. Left out: several adapters at once, dropout, and adapters that
are more than a low-rank sum (DoRA).
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel

from r1gym.core.errors import ConfigError, MissingPackageError, RunError
from r1gym.core.extras import install
from r1gym.models.lora import LoRASettings

FOLDER = "adapter"
_MARK = "lora_"  # in the names of peft's weights


def add_lora(model: PreTrainedModel, settings: LoRASettings, seed: int = 0) -> None:
    """Puts an adapter into a model that starts as no change; only the adapter is trained then.

    Args:
        model: The model.
        settings: The adapter's; a rank of 0 changes nothing.
        seed: The seed of its first weights.

    Raises:
        ConfigError: If the model has an adapter, or no layer of the names.
        MissingPackageError: If peft is not installed.
    """
    if not settings.rank:
        return
    if has_adapter(model):
        raise ConfigError("The model has an adapter already: merge it first, with `merged`.")
    try:
        from peft import LoraConfig
    except ImportError as error:
        raise MissingPackageError(f"--lora.rank needs peft: {install('lora')}.") from error
    targets = [name.strip() for name in settings.targets.split(",") if name.strip()]
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha or 2 * settings.rank,  # type: ignore[arg-type]  # it only divides
        target_modules="all-linear" if targets == ["all-linear"] else targets,
        task_type="CAUSAL_LM",
    )
    network: Any = model
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        torch.manual_seed(seed)  # peft draws from the global stream
        warnings.simplefilter("ignore")  # it says of GPT-2's layers that they are those of GPT-2
        try:
            network.add_adapter(config)
        except ValueError as error:
            network._hf_peft_config_loaded = False
            names = sorted({n.rpartition(".")[2] for n, m in network.named_modules() if _is(m)})
            raise ConfigError(
                f"--lora.targets {settings.targets!r} cannot have adapters in "
                f"{type(model).__name__}: give all-linear or some of {', '.join(names)}."
            ) from error
    for name, weight in network.named_parameters():
        if _MARK in name:
            weight.data = (
                weight.data.float()
            )  # beside a base in bfloat16 as well: it takes the steps
    network.eval()


def _is(module: torch.nn.Module) -> bool:
    return isinstance(module, torch.nn.Linear)


def has_adapter(model: torch.nn.Module) -> bool:
    """Returns whether a model has an adapter of peft's."""
    return any(_is_adapted(module) for module in model.modules())


def _is_adapted(module: Any) -> bool:
    return hasattr(module, "base_layer") and hasattr(module, "active_adapters")


def is_linear(module: Any) -> bool:
    """Returns whether `weight_of` is all that a linear layer does, with an adapter or without."""
    if type(module) is torch.nn.Linear:
        return module.bias is None
    return (
        _is_adapted(module)
        and hasattr(module, "get_delta_weight")
        and type(module.base_layer) is torch.nn.Linear
        and module.base_layer.bias is None
        and not getattr(module, "lora_variant", None)
        and not any(getattr(module, "lora_bias", {}).values())
    )


def weight_of(module: Any) -> Tensor:
    """Returns a layer's weight, with what its adapter adds."""
    if not _is_adapted(module):
        weight: Tensor = module.weight
        return weight
    base: Tensor = module.base_layer.weight
    if module.disable_adapters or module.merged:
        return base
    for name in module.active_adapters:
        base = base + module.get_delta_weight(name).to(base.dtype)
    return base


def adapter_weights(model: PreTrainedModel) -> dict[str, Tensor]:
    """Returns the adapter's weights by name, those that are trained; none without an adapter."""
    return {name: weight for name, weight in model.state_dict().items() if _MARK in name}


def load_trained(model: PreTrainedModel, weights: Mapping[str, Tensor]) -> None:
    """Takes a model's weights back to saved ones: its adapter's, or all that it has.

    Raises:
        RunError: If they are of a model with an adapter and this one has none, or the reverse, or
            of another adapter. The model is as it was.
    """
    own = adapter_weights(model)
    saved = {name: weight for name, weight in weights.items() if _MARK in name}
    if {n: w.shape for n, w in own.items()} != {n: w.shape for n, w in saved.items()}:
        raise RunError(
            "The checkpoint was trained with other --lora settings than these: go on with those of "
            "its run, or start under another --name."
        )
    model.load_state_dict(weights, strict=not own)


@contextmanager
def as_started(model: PreTrainedModel, weights: Mapping[str, Tensor] | None) -> Iterator[None]:
    """Inside, the model has other adapter weights; with None it computes without its adapter."""
    network: Any = model
    if weights is None:
        network.disable_adapters()
        try:
            yield
        finally:
            network.enable_adapters()
        return
    own = {name: weight.clone() for name, weight in adapter_weights(model).items()}
    try:
        model.load_state_dict(weights, strict=False)
        yield
    finally:
        model.load_state_dict(own, strict=False)


@torch.no_grad()
def merged(model: PreTrainedModel) -> PreTrainedModel:
    """Returns a model without adapters that computes the same: a copy if there is one to merge."""
    if not has_adapter(model):
        return model
    whole: Any = copy.deepcopy(model)
    for name, module in reversed(list(whole.named_modules())):  # those of experts are nested
        if _is_adapted(module):
            module.merge()
            parent, _, own = name.rpartition(".")
            setattr(whole.get_submodule(parent), own, module.get_base_layer())
    whole._hf_peft_config_loaded = False
    del whole.peft_config
    result: PreTrainedModel = whole.requires_grad_(True)
    return result


def save_adapter(model: PreTrainedModel, folder: Path) -> None:
    """Writes the adapter alone as peft's files, in a folder of its own inside `folder`."""
    model.save_pretrained(folder / FOLDER)


def merged_weights(model: PreTrainedModel) -> dict[str, Tensor]:
    """Returns the weights that the merged model has, by name, without copies of the others."""
    adapted: dict[str, Any] = {n: m for n, m in model.named_modules() if _is_adapted(m)}
    if any(hasattr(module, "parameter_name") for module in adapted.values()):  # of experts
        return merged(model).state_dict()
    weights = {}
    for name, weight in model.state_dict().items():
        if _MARK in name:
            continue
        layer, _, part = name.rpartition(".base_layer.")
        if layer in adapted and part == "weight":
            weight = weight_of(adapted[layer])
        weights[f"{layer}.{part}" if layer in adapted else name] = weight
    return weights
