"""The processes that train one policy together: one, or those that `torchrun` started.

A step is that of all processes: each plays and trains its share, and all of them know the whole
rollout, so that group statistics, denominators and the clipping are computed from the same numbers
everywhere. What is summed over processes are gradients, once an optimiser step. Process 0 leads: it
alone runs a recipe, and says what the others are to do, see `r1gym.agents.ranks`.

Not `torch.nn.parallel.DistributedDataParallel`: it means gradients over processes at every
backward pass through its own forward. Here processes have different numbers of micro-batches, the
loss is a sum over the whole step, and the embedded policy computes from its weights. Left out:
overlapping the sum with the last backward pass, tensor and pipeline parallelism.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

from r1gym.core.errors import ConfigError, R1GymError, RunError
from r1gym.models.batches import Batch
from r1gym.models.masters import Masters
from r1gym.models.policy import Policy

T = TypeVar("T")
# While process 0 evaluates, the others wait. One that dies is noticed at once, by its connection.
_PATIENCE = timedelta(days=7)
_BUCKET = 25_000_000  # numbers that are summed at once
_LOST = re.compile("gloo|nccl|connection (closed|reset)|broken pipe|peer|timed out", re.IGNORECASE)


class World:
    """One process: each method is the identity, or what a single process would do.

    Attributes:
        rank: The number of this process, from 0.
        size: The number of processes.
        cuts_up: Whether each has only a part of the weights that are trained.
    """

    rank = 0
    size = 1
    cuts_up = False

    def share(self, items: Sequence[T]) -> Sequence[T]:
        """Returns this process's part of what all have: neighbours, in order."""
        start, end = (len(items) * rank // self.size for rank in (self.rank, self.rank + 1))
        return items[start:end]

    def deal(self, batches: list[Batch]) -> list[Batch]:
        """Returns the batches of a step that this process trains on."""
        return batches

    def gather(self, mine: T) -> list[T]:
        """Returns what all processes have, by rank."""
        return [mine]

    def together(self, work: Callable[[], T]) -> list[T]:
        """Does this process's part of some work. Returns what all have found, by rank.

        Raises:
            RunError: If another process failed at its part; all processes raise.
        """
        return [work()]

    def merge(self, rows: list[list[float]]) -> list[list[float]]:
        """Returns rows each of which some process has; it is empty where a process has it not."""
        return rows

    def total(self, values: Mapping[str, float]) -> dict[str, float]:
        """Returns the sums over processes."""
        return dict(values)

    def clip(self, params: Iterable[Tensor], most: float) -> float:
        """Sums gradients over processes and scales them down. Returns their norm before that.

        Args:
            params: Parameters with the gradients of this process's share.
            most: The norm that gradients are scaled down to.
        """
        return float(torch.nn.utils.clip_grad_norm_(params, most))

    def wrap(
        self, policy: Policy, masters: Masters, optimizers: Sequence[torch.optim.Optimizer]
    ) -> Policy:
        """Returns the policy whose model is run forward and backward; its optimisers follow."""
        return policy

    def step(self, optimizer: torch.optim.Optimizer) -> None:
        """Takes an optimiser's step."""
        optimizer.step()

    def spread(self) -> None:
        """Copies the weights that were trained to the policy that is sampled from and saved."""

    def state(self, optimizer: torch.optim.Optimizer) -> dict[str, Any]:
        """Returns the optimiser's state as a single process has it; every process must ask."""
        return optimizer.state_dict()

    def weights(self, masters: Masters) -> dict[str, Tensor]:
        """Returns what `Masters.state` returns in a single process; every process must ask."""
        return masters.state()

    def tell(self, *words: Any) -> None:
        """Says to the other processes what is next."""

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Turns the loss of another process into one line.

        Raises:
            RunError: If it happens inside the block.
        """
        yield


class Ranks(World):
    """Several processes, each of which has all weights.

    Raises:
        ConfigError: If this process has not joined others, see `join`.
    """

    def __init__(self) -> None:
        if not dist.is_initialized():
            raise ConfigError("There are no other processes: call r1gym.models.world.join first.")
        self.rank, self.size = dist.get_rank(), dist.get_world_size()

    def deal(self, batches: list[Batch]) -> list[Batch]:
        """Returns every so-manieth batch: they come sorted by length, so the shares are even."""
        return batches[self.rank :: self.size]

    def gather(self, mine: T) -> list[T]:
        """Returns what all processes have, by rank."""
        found: list[Any] = [None] * self.size
        dist.all_gather_object(found, mine)
        return found

    def together(self, work: Callable[[], T]) -> list[T]:
        """Does this process's part of some work. Returns what all have found, by rank.

        Raises:
            RunError: If another process failed at its part; all processes raise.
        """
        error, found = None, None
        try:
            found = work()
        except Exception as caught:
            error = caught
        said = "" if error is None else _told(error)
        everywhere = self.gather((found, said))
        if error is not None:
            raise error
        for rank, (_, line) in enumerate(everywhere):
            if line:
                raise RunError(f"Process {rank} of {self.size}: {line}")
        return [part for part, _ in everywhere]  # type: ignore[misc]

    def merge(self, rows: list[list[float]]) -> list[list[float]]:
        """Returns rows each of which some process has; it is empty where a process has it not."""
        return [max(versions, key=len) for versions in zip(*self.gather(rows), strict=True)]

    def total(self, values: Mapping[str, float]) -> dict[str, float]:
        """Returns the sums over processes, each added up in the same order everywhere."""
        everywhere = self.gather(dict(values))
        return {name: sum(one[name] for one in everywhere) for name in values}

    def clip(self, params: Iterable[Tensor], most: float) -> float:
        """Sums gradients over processes and scales them down. Returns their norm before that."""
        params = list(params)
        self._sum_gradients(params)
        return super().clip(params, most)

    def _sum_gradients(self, params: Sequence[Tensor]) -> None:
        """Adds up gradients; a parameter that no process has a gradient of stays without one."""
        if not params:
            return
        has = torch.tensor([p.grad is not None for p in params], device=params[0].device).int()
        dist.all_reduce(has)
        used = [p for p, count in zip(params, has.tolist(), strict=True) if count]
        for param in used:
            if param.grad is None:
                param.grad = torch.zeros_like(param)
        for bucket in _buckets([p.grad for p in used if p.grad is not None]):
            flat = torch.cat([gradient.flatten() for gradient in bucket])
            dist.all_reduce(flat)
            parts = flat.split([gradient.numel() for gradient in bucket])  # type: ignore[no-untyped-call]
            for gradient, part in zip(bucket, parts, strict=True):
                gradient.copy_(part.view_as(gradient))

    def tell(self, *words: Any) -> None:
        """Says to the other processes what is next; only process 0 does."""
        if self.rank == 0:
            dist.broadcast_object_list([words], src=0, device=torch.device("cpu"))

    def hear(self) -> tuple[Any, ...]:
        """Waits for what process 0 tells."""
        heard: list[Any] = [None]
        dist.broadcast_object_list(heard, src=0, device=torch.device("cpu"))
        words: tuple[Any, ...] = heard[0]
        return words

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Turns the loss of another process into one line.

        Raises:
            RunError: If it happens inside the block.
        """
        try:
            yield
        except RuntimeError as error:
            if isinstance(error, torch.OutOfMemoryError) or not _LOST.search(str(error)):
                raise
            raise RunError(
                "Another process of this run has ended. Run the same command to go on from the "
                "last checkpoint, with as many processes as you like."
            ) from error


def _told(error: Exception) -> str:
    line = (str(error).strip().splitlines() or [""])[0]
    return line if isinstance(error, R1GymError) else f"{type(error).__name__}: {line}"


def _buckets(gradients: Sequence[Tensor]) -> Iterator[list[Tensor]]:
    """Cuts gradients into lists of one type and of about as many numbers."""
    for dtype in dict.fromkeys(gradient.dtype for gradient in gradients):
        bucket: list[Tensor] = []
        for gradient in gradients:
            if gradient.dtype is dtype:
                bucket.append(gradient)
                if sum(one.numel() for one in bucket) >= _BUCKET:
                    yield bucket
                    bucket = []
        if bucket:
            yield bucket


def join() -> Ranks:
    """Joins the processes that `torchrun` started; on GPUs each has the one of its own number.

    Raises:
        ConfigError: If the others cannot be reached.
    """
    backend = "gloo"
    if int(os.environ.get("LOCAL_WORLD_SIZE", "1")) <= torch.cuda.device_count():
        torch.cuda.set_device(local_device("cuda"))
        backend = "cpu:gloo,cuda:nccl"
    try:
        dist.init_process_group(backend, timeout=_PATIENCE)
    except (ValueError, RuntimeError) as error:
        raise ConfigError(f"The other processes cannot be reached: {_told(error)}") from error
    return Ranks()


def leave() -> None:
    """Leaves the other processes; a second call does nothing."""
    if dist.is_initialized():
        dist.destroy_process_group()


def local_device(device: str) -> str:
    """Returns the device of this process: of several GPUs the one with its number.

    Raises:
        ConfigError: If there are fewer GPUs than processes.
    """
    if torch.device(device).type != "cuda":
        return device
    number, count = int(os.environ.get("LOCAL_RANK", "0")), torch.cuda.device_count()
    if number >= count:
        raise ConfigError(
            f"There are {count} GPUs for more processes: start --nproc-per-node {count}."
        )
    return f"cuda:{number}"
