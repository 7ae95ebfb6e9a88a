"""FSDP2: weights, gradients and optimiser states of a policy, cut up between processes.

What is trained is a copy of the model that `fully_shard` has cut up, block by block. The policy
itself stays whole in every process, and takes over the weights after each step: it is sampled from,
evaluated, saved and made a reference of, and may be computed from its weights. So a process saves
the memory of gradients and optimiser states, and pays for one more part of the weights. Left out:
sampling from weights that are cut up, offloading to the CPU, and a cut-up reference or critic.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FSDPModule, MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor

from r1gym.models.batches import Batch
from r1gym.models.embedded.llama import is_plain
from r1gym.models.masters import Masters
from r1gym.models.policy import Policy
from r1gym.models.ways import share_ways
from r1gym.models.world import Ranks

# Optimisers that treat each number by itself. Others, such as Muon, need whole matrices.
_BY_NUMBER = (torch.optim.AdamW, torch.optim.Adam, torch.optim.SGD)


class Sharded(Ranks):
    """Several processes, each of which has a part of all weights that are trained."""

    cuts_up = True

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[tuple[Tensor, DTensor]] = []  # masters with what is trained
        self._follow: list[tuple[Tensor, DTensor]] = []  # the policy's weights with the same
        self._whole: set[int] = set()  # optimisers that step on whole parameters

    def deal(self, batches: list[Batch]) -> list[Batch]:
        """Returns as many batches on each process: in each forward pass all meet.

        The last one may have nothing that counts.
        """
        if not batches:
            return []
        mine = super().deal(batches)
        rounds = -(-len(batches) // self.size)
        return mine + [batches[0].emptied()] * (rounds - len(mine))

    def clip(self, params: Iterable[Tensor], most: float) -> float:
        """Scales gradients down, which backward passes have summed. Returns their norm."""
        norm: Any = torch.nn.utils.clip_grad_norm_(self._trained(params), most)
        return float(norm.full_tensor() if isinstance(norm, DTensor) else norm)

    def wrap(
        self, policy: Policy, masters: Masters, optimizers: Sequence[torch.optim.Optimizer]
    ) -> Policy:
        """Returns the policy with a cut-up copy of its model; its optimisers follow."""
        model: Any = copy.deepcopy(policy.model)
        if not is_plain(policy.model):
            share_ways(policy.model, model)  # roundings would be in the way of a trial
        full = torch.promote_types(policy.dtype, torch.float32)
        precision = MixedPrecisionPolicy(param_dtype=policy.dtype, reduce_dtype=full)
        for name, weight in model.named_parameters():
            weight.data = masters.weights[name].data  # which is cut up, and cast when it computes
        if is_plain(policy.model):  # which has a gradient where padding was sampled and read
            model.get_input_embeddings().padding_idx = None
        mesh = init_device_mesh(policy.device.type, (self.size,))
        blocks = set(getattr(model, "_no_split_modules", None) or ())
        for module in [*model.modules()][1:]:
            if type(module).__name__ in blocks:
                fully_shard(module, mesh=mesh, mp_policy=precision)
        fully_shard(model, mesh=mesh, mp_policy=precision)
        for module in model.modules():
            if isinstance(module, FSDPModule):  # a step's loss is a sum, not a mean
                module.set_gradient_divide_factor(1.0)
                module.set_force_sum_reduction_for_comms(True)
        self._parts = list(zip(masters.weights.values(), model.parameters(), strict=True))
        self._follow = list(zip(policy.model.parameters(), model.parameters(), strict=True))
        for optimizer in optimizers:
            if isinstance(optimizer, _BY_NUMBER):
                masters.release([whole for whole, _ in self._parts_of(optimizer)])
                self._cut_up(optimizer)
            else:
                self._whole.add(id(optimizer))
        return replace(policy, model=model)

    def step(self, optimizer: torch.optim.Optimizer) -> None:
        """Takes an optimiser's step; one that needs whole matrices is given them."""
        if id(optimizer) not in self._whole:
            optimizer.step()
            return
        parts = list(self._parts_of(optimizer))
        for whole, part in parts:
            whole.grad = None if part.grad is None else _whole(part.grad)
        optimizer.step()
        with torch.no_grad():
            for whole, part in parts:
                whole.grad = part.grad = None
                part.copy_(_like(whole, part))

    @torch.no_grad()
    def spread(self) -> None:
        """Copies the weights that were trained to the policy that is sampled from and saved."""
        for whole, part in self._follow:
            if whole.requires_grad:  # what adapters stand beside stays
                whole.copy_(_whole(part))

    def state(self, optimizer: torch.optim.Optimizer) -> dict[str, Any]:
        """Returns the optimiser's state as a single process has it; every process must ask."""
        state = optimizer.state_dict()
        state["state"] = {
            number: {name: _whole(value) for name, value in values.items()}
            for number, values in state["state"].items()
        }
        return state

    def weights(self, masters: Masters) -> dict[str, Tensor]:
        """Returns what `Masters.state` returns in a single process; every process must ask."""
        known = {id(master): part for master, part in self._parts}
        return masters.state(lambda master: _whole(known[id(master)]))

    def _trained(self, params: Iterable[Tensor]) -> list[Tensor]:
        known = {id(whole): part for whole, part in self._parts}
        return [known.get(id(param), param) for param in params]

    def _parts_of(self, optimizer: torch.optim.Optimizer) -> Iterator[tuple[Tensor, DTensor]]:
        own = {id(param) for group in optimizer.param_groups for param in group["params"]}
        return (pair for pair in self._parts if id(pair[0]) in own)

    def _cut_up(self, optimizer: torch.optim.Optimizer) -> None:
        """Has an optimiser step on what is trained, with its state cut up in the same way."""
        state: defaultdict[Tensor, Any] = defaultdict(dict)
        for whole, part in self._parts_of(optimizer):
            if whole in optimizer.state:
                values = optimizer.state[whole]
                state[part] = {name: _like(value, part) for name, value in values.items()}
        for group in optimizer.param_groups:
            group["params"] = self._trained(group["params"])
        optimizer.state = state


def _whole(value: Any) -> Any:
    return value.full_tensor() if isinstance(value, DTensor) else value


def _like(value: Any, part: DTensor) -> Any:
    """Returns a tensor of a parameter's shape cut up as that is; anything else as it is."""
    if not isinstance(value, Tensor) or value.shape != part.shape:
        return value
    return distribute_tensor(
        value.detach().to(part.device), part.device_mesh, part.placements, src_data_rank=None
    )
