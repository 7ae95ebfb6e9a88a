"""Several processes train: process 0 runs the recipe, and the others do as it tells them.

Process 0 alone reads options, holds the lock of the run's folder, logs, prints, evaluates and
saves; when a trainer learns, it has the others build the same one, from what stands in its memory.
So whatever it went back to is theirs as well, and a run goes on with any number of processes. Left
out: processes that share other work, such as sampling examples or training reward models, which
process 0 does alone.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch

from r1gym.agents.learner import Learner
from r1gym.agents.sft import SFT
from r1gym.core.errors import ConfigError, R1GymError
from r1gym.envs.spec import TaskSpec
from r1gym.models.policy import Policy
from r1gym.models.sharding import Sharded
from r1gym.models.world import Ranks, World, join, leave, local_device
from r1gym.rollout.embedded import EmbeddedEngine

Parallel = Literal["ddp", "fsdp"]
_END = "end"
_MAKE = "make"


@dataclass(frozen=True)
class Order:
    """A trainer, as it is told to the other processes.

    Attributes:
        kind: Its class.
        policy: The policy that it trains.
        task: What it trains on; None for fine-tuning, whose examples are told step by step.
        config: Its configuration.
        seed: Its seed.
        state: All that it needs to go on to the bit.
        parallel: How weights are kept.
        samples_here: Whether every process plays its share.
        threads: Torch's threads.
        device: The kind of device it computes on.
    """

    kind: type[Any]
    policy: Policy
    task: TaskSpec | None
    config: Any
    seed: int
    state: dict[str, Any]
    parallel: Parallel
    samples_here: bool
    threads: int
    device: str

    def build(self) -> Learner[Any, Any] | SFT:
        """Returns the trainer as it stood, in a process that was told of it."""
        torch.set_num_threads(self.threads)
        torch.set_flush_denormal(True)
        dtype = str(self.policy.dtype).removeprefix("torch.")
        policy = self.policy.to(local_device(self.device), dtype)
        if self.task is None:
            trainer: Any = self.kind(policy, (), self.config)
        else:
            trainer = self.kind(policy, self.task, self.config, self.seed)
        trainer.load_state(self.state)
        made: Learner[Any, Any] | SFT = trainer
        return made


def share_training(
    trainer: Learner[Any, Any] | SFT, world: World, parallel: Parallel = "ddp"
) -> None:
    """Has all processes train together from here on; with a single one nothing changes.

    Args:
        trainer: The trainer of process 0, where it stands.
        world: The processes.
        parallel: Whether each keeps all weights (ddp) or a part of those that are trained (fsdp).

    Raises:
        ConfigError: If its task cannot be told, or its parts cannot be cut up.
    """
    check_parallel(parallel, world)
    if world.size == 1:
        return
    check_cuts_up(type(trainer), parallel)
    order = _order(trainer, parallel)
    file = io.BytesIO()
    try:
        torch.save(order, file)
    except Exception as error:  # pickle raises whatever it stumbles over
        raise ConfigError(
            f"{type(trainer).__name__} cannot be told to other processes ({error}): define what it "
            "is made of in a module of its own."
        ) from error
    world.tell(_MAKE, file.getvalue())
    with world.watched():
        world.together(lambda: None)  # or one of them could not build it
        enter(trainer, order)


def check_parallel(parallel: Parallel, world: World, device: str = "") -> None:
    """Checks that weights can be cut up as is asked, and that each process has a device of its own.

    Raises:
        ConfigError: If there is one process to cut them up between, or all would be on one GPU.
    """
    if world.size > 1 and ":" in device:
        raise ConfigError(
            f"--device {device} is one GPU for {world.size} processes: take --device "
            f"{device.partition(':')[0]}, of which each process has its own."
        )
    if parallel != "ddp" and world.size == 1:
        raise ConfigError(
            "--parallel fsdp cuts weights up between processes, and there is one: start "
            "torchrun --nproc-per-node 2 -m r1gym train ..., or take --parallel ddp."
        )


def check_cuts_up(algorithm: type[Any], parallel: Parallel) -> None:
    """Raises ConfigError if weights are to be cut up and an algorithm trains more than a policy."""
    if parallel == "fsdp" and not getattr(algorithm, "cuts_up", True):
        raise ConfigError(
            f"{algorithm.__name__} trains a critic as well, which is not cut up: take --parallel "
            "ddp."
        )


def _order(trainer: Learner[Any, Any] | SFT, parallel: Parallel) -> Order:
    known: dict[str, Any] = {
        "kind": type(trainer), "policy": trainer.policy, "config": trainer.config,
        "state": trainer.state(), "parallel": parallel, "threads": torch.get_num_threads(),
        "device": trainer.policy.device.type,
    }  # fmt: skip
    if isinstance(trainer, SFT):
        return Order(task=None, seed=0, samples_here=False, **known)
    spec = replace(trainer.task.spec, env="")
    spec.to_json()  # names only, or it is refused
    own = isinstance(trainer.engine, EmbeddedEngine)
    return Order(task=spec, seed=trainer.seed, samples_here=own, **known)


def enter(trainer: Any, order: Order) -> None:
    """Has a trainer share its work with the processes that were told the same order."""
    world = Sharded() if order.parallel == "fsdp" else Ranks()
    if isinstance(trainer, SFT):
        trainer.enter(world)
    else:
        trainer.enter(world, order.samples_here)


@contextmanager
def leading() -> Iterator[World]:
    """Yields the processes that `torchrun` started, in process 0; one, if none were started.

    Where the block ends without an error, the others are let go; else they end when this one does.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield World()
        return
    world = join()
    yield world
    world.tell(_END)
    leave()


def follow(world: Ranks | None = None) -> int:
    """Does what process 0 tells until it lets go. Returns the exit code of this process.

    What is wrong with all processes is said by process 0, what is wrong with this one here.

    Args:
        world: The processes; those that `torchrun` started if None.
    """
    world = world or join()
    for number in (signal.SIGINT, signal.SIGTERM):  # whether to stop is for process 0 to say
        signal.signal(number, signal.SIG_IGN)
    trainer: Any = None
    while True:
        try:
            with world.watched():
                word, *rest = world.hear()
                if word == _END:
                    return 0
                trainer = _obey(world, trainer, word, *rest)
        except R1GymError:
            return 1
        except Exception:
            traceback.print_exc()
            print(f"r1gym: process {world.rank} of {world.size} failed.", file=sys.stderr)
            return 1


def _obey(world: Ranks, trainer: Any, word: str, *rest: Any) -> Any:
    if word == _MAKE:
        built: list[Any] = []
        world.together(lambda: built.extend(_read(rest[0])))
        enter(*built)
        return built[0]
    getattr(trainer, word)(*rest)
    return trainer


def _read(told: bytes) -> tuple[Any, Order]:
    """Returns the trainer that process 0 told of, and the order to make it."""
    order: Order = torch.load(io.BytesIO(told), map_location="cpu", weights_only=False)
    return order.build(), order
