"""One call for the forward passes of all causal language models of Hugging Face."""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import Any

from torch import Tensor


def forward(network: Any, ids: Tensor, keep: int | Tensor, **inputs: Any) -> Any:
    """Runs a language model, with those of the inputs that its architecture knows.

    State space models take no positions, for example, and some take no `logits_to_keep`.

    Args:
        network: A causal language model.
        ids: Token ids, [B, T].
        keep: How many of the last columns are asked for, or which columns.
        inputs: More arguments of `forward`.

    Returns:
        The model's output, with logits [B, kept, vocab].
    """
    kind: Any = type(network)
    known = _arguments(kind)
    inputs["logits_to_keep"] = keep
    given = {name: value for name, value in inputs.items() if name in known}
    output = network(input_ids=ids, **given)
    output.logits = kept(output.logits, keep)
    return output


def kept(values: Tensor, keep: int | Tensor) -> Tensor:
    """Returns the columns that were asked for, [B, kept, ...], if there are more."""
    if isinstance(keep, int):
        return values[:, -keep:]
    return values if values.shape[1] == len(keep) else values[:, keep]


@lru_cache(maxsize=64)
def _arguments(model_class: Any) -> frozenset[str]:
    return frozenset(inspect.signature(model_class.forward).parameters)
