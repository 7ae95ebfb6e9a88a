"""Weights in bfloat16, and their float32 masters, which the optimiser steps on.

The small steps of reinforcement learning get lost in bfloat16, whose numbers are 1/256 apart. So
each weight that computes in less than float32 has a copy in it: gradients are added up there, the
optimiser steps there, and after each of its steps the weights become the masters, rounded
(mixed-precision training, P. Micikevicius et al., arXiv 1710.03740). A weight in float32, such as
an adapter's, is its own master. Left out: training in float16, which would need its loss to be
scaled.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import Any

import torch
from torch import Tensor
from torch.utils.weak import WeakIdKeyDictionary
from transformers import PreTrainedModel

_SMALL = (torch.bfloat16, torch.float16)


@torch.no_grad()
def cast(model: PreTrainedModel, dtype: torch.dtype) -> None:
    """Casts a model in place to what `from_pretrained` with that type makes of it.

    Not all of it is: rotary frequencies stay as they are, as does what an architecture wants in
    float32, and an adapter.
    """
    network: Any = model
    if model.dtype is dtype:
        return
    with torch.device("meta"):
        like = type(network)._from_config(model.config, dtype=dtype)
    types = {name: part.dtype for name, part in _parts(like)}
    kept = network._keep_in_fp32_modules_strict or ()
    for name, part in _parts(model):
        own = name.replace(".base_layer", "")
        if own in types and not any(known in own for known in kept):
            part.data = part.data.to(types[own])


def _parts(model: torch.nn.Module) -> Iterator[tuple[str, Tensor]]:
    return chain(model.named_parameters(), model.named_buffers())


@contextmanager
def in_float32(model: torch.nn.Module) -> Iterator[None]:
    """Inside, a model's weights are float32: what one looks for are other sums, not roundings."""
    small = {weight: weight.dtype for weight in model.parameters() if weight.dtype in _SMALL}
    try:
        _cast(dict.fromkeys(small, torch.float32))
        yield
    finally:
        _cast(small)  # nothing is lost: they have been of that type


def _cast(types: Mapping[torch.nn.Parameter, torch.dtype]) -> None:
    with torch.inference_mode(False):  # what is made in it could not be trained
        for weight, dtype in types.items():
            weight.data = weight.data.to(dtype)


class Masters:
    """What is trained of a model, in float32 or better.

    Args:
        model: The model; from now on gradients of small weights are added up in their masters.

    Attributes:
        weights: By name, for the optimiser: a weight's master, or the weight itself.
    """

    def __init__(self, model: torch.nn.Module) -> None:
        self.weights: dict[str, torch.nn.Parameter] = {}
        self._model = weakref.ref(model)
        self._copies: list[tuple[torch.nn.Parameter, torch.nn.Parameter]] = []
        for name, weight in model.named_parameters():
            master = weight
            if weight.requires_grad and weight.dtype in _SMALL:
                master = _master_of(weight)
                self._copies.append((weight, master))
            self.weights[name] = master

    @property
    def are_copies(self) -> bool:
        """Whether some weights have masters beside them."""
        return bool(self._copies)

    def follow(self, optimizer: torch.optim.Optimizer) -> None:
        """Has the model's weights become the masters that an optimiser has stepped on."""
        if self._copies:
            optimizer.register_step_post_hook(lambda stepped, *_: self._spread(stepped))

    @torch.no_grad()
    def spread(self) -> None:
        """Rounds the masters into the model."""
        for weight, master in self._copies:
            weight.copy_(master)

    @torch.no_grad()
    def _spread(self, optimizer: torch.optim.Optimizer) -> None:
        own = {id(param) for group in optimizer.param_groups for param in group["params"]}
        for weight, master in self._copies:
            if id(master) in own:
                weight.copy_(master)

    def state(self, whole: Callable[[Tensor], Tensor] = lambda master: master) -> dict[str, Tensor]:
        """Returns all of the model's weights, with the masters in place of what was rounded.

        Args:
            whole: Returns what a master holds, if that is elsewhere.
        """
        model = self._model()
        assert model is not None  # the trainer has it
        known = {weight.data_ptr(): whole(master).detach() for weight, master in self._copies}
        return {
            name: known.get(weight.data_ptr(), weight)
            for name, weight in model.state_dict().items()
        }

    @torch.no_grad()
    def load(self, weights: Mapping[str, Tensor]) -> None:
        """Goes back to what `state` returned; the model does, too."""
        for name, master in self.weights.items():
            master.copy_(weights[name])
        self.spread()

    def release(self, params: Iterable[Tensor]) -> None:
        """Gives back the memory of masters that are kept elsewhere from now on."""
        gone = {id(param) for param in params}
        for _, master in self._copies:
            if id(master) in gone:
                master.data = master.data.new_empty(0)


_found: Any = WeakIdKeyDictionary()  # masters of weights, each with the hook that fills it


def _master_of(weight: torch.nn.Parameter) -> torch.nn.Parameter:
    """Returns a weight's master, that of the trainer before if the weight has not changed since."""
    master, hook = _found.get(weight, (None, None))
    if hook is not None:
        hook.remove()
    if master is None or not torch.equal(master.to(weight.dtype), weight):
        master = torch.nn.Parameter(weight.detach().float())
    known: Any = weight
    _found[weight] = master, known.register_post_accumulate_grad_hook(_collect(master))
    found: torch.nn.Parameter = master
    return found


def _collect(master: torch.nn.Parameter) -> Callable[[Tensor], None]:
    """Returns what moves a gradient into a master, when it has been added to a weight's."""

    def add(weight: Tensor) -> None:
        assert weight.grad is not None
        if master.grad is None:
            master.grad = weight.grad.to(master.dtype)
        else:
            master.grad += weight.grad
        weight.grad = None

    return add
