"""The engine `ray`: several engines, each an actor of Ray with its own copy of the policy.

Prompts are cut into chunks of one size, each with a seed of its own, and whoever is idle takes the
next one: so the number of workers changes nothing of what is sampled. A worker that dies is started
again, and its chunk sampled again. Left out: workers that come and go with the load, and moving
weights from GPU to GPU; they travel through Ray's object store, once a sync for all workers of a
machine.
"""

from __future__ import annotations

import math
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import torch

from r1gym.core.checks import check_whole
from r1gym.core.errors import ConfigError, R1GymError, RunError, TrainingStopped
from r1gym.core.extras import install
from r1gym.core.seeds import mixed
from r1gym.core.types import Turn
from r1gym.models.fit import check_lengths, context_length
from r1gym.models.policy import Policy
from r1gym.rollout.agreement import check_agreement
from r1gym.rollout.engine import Sampling, check_options, make_engine

_MOST_TRIES = 3  # of a chunk
_MISSING = f"The engine 'ray' needs a package: {install('ray')}."


class RayEngine:
    """Samples with engines in other processes, on this machine or on those of a Ray cluster.

    A cluster that is running already, by `ray.init` or by RAY_ADDRESS, is used and left as it is.

    Args:
        policy: The policy to sample from.
        rows: The most turns that each worker samples side by side.
        workers: The number of workers.
        engine: The engine of each, by name.
        options: More options of that engine.
        chunk: Prompts that are sampled together; samples depend on it.
        gpus: GPUs of each worker, or a part of one; 0 for the CPU.

    Raises:
        ConfigError: If an option is out of range, or Ray is not installed.
        RunError: If Ray cannot be started.
    """

    def __init__(
        self,
        policy: Policy,
        rows: int = 512,
        *,
        workers: int = 2,
        engine: str = "embedded",
        options: Mapping[str, Any] | None = None,
        chunk: int = 8,
        gpus: float = 0,
    ) -> None:
        self.check_options(
            {"workers": workers, "engine": engine, "options": options, "chunk": chunk, "gpus": gpus}
        )
        self._ray = ray = _load_ray()
        self.version = 0
        self._policy, self._chunk = policy, chunk
        self._owns_ray = not ray.is_initialized()
        if self._owns_ray:
            _start(ray)
        kind = ray.remote(num_cpus=1, num_gpus=gpus, max_restarts=0)(_Worker)
        threads = torch.get_num_threads()
        given = ray.put(policy)
        device = "cuda" if gpus else "cpu"
        self._start: Callable[[], Any] = lambda: kind.remote(
            given, device, engine, rows, dict(options or {}), threads
        )
        self._weights: Any = None  # of the last sync, for workers that are started again
        self._workers = [self._start() for _ in range(workers)]
        self._is_open = True

    @staticmethod
    def check_options(options: Mapping[str, Any]) -> None:
        """Finds what is wrong with the options, those of the workers' engine among them.

        Raises:
            UnknownNameError: If there is no such engine, or it has no such option.
            ConfigError: If a value is out of range, or Ray is not installed.
        """
        for name in ("workers", "chunk"):
            check_whole(name, options.get(name, 1), least=1)
        gpus = options.get("gpus", 0)
        if type(gpus) not in (int, float) or not 0 <= gpus < math.inf:
            raise ConfigError(f"gpus must be a number of at least 0, not {gpus!r:.40}.")
        check_options(str(options.get("engine", "embedded")), options.get("options") or {})
        if "ray" not in sys.modules and find_spec("ray") is None:
            raise ConfigError(_MISSING)

    @property
    def most_tokens(self) -> int | None:
        """The model's context."""
        return context_length(self._policy.model)

    def generate(
        self, prompts: Sequence[Sequence[int]], n: int, sampling: Sampling, seed: int
    ) -> list[list[Turn]]:
        """Samples `n` turns behind each prompt; see `RolloutEngine.generate`.

        Raises:
            ConfigError: If a prompt with `max_tokens` is longer than the model's context.
            RunError: If workers die again and again on the same prompts.
        """
        check_lengths(self.most_tokens, [len(prompt) for prompt in prompts], sampling.max_tokens)
        starts = range(0, len(prompts), self._chunk)
        asked = [[list(p) for p in prompts[at : at + self._chunk]] for at in starts]

        def ask(number: int) -> Callable[[Any], Any]:
            part, key = asked[number], mixed(seed, number + 1)
            return lambda worker: worker.generate.remote(part, n, sampling, key)

        found = self._run([ask(number) for number in range(len(asked))])
        return [turns for part in found for turns in part]

    def sync(self, policy: Policy, version: int) -> float:
        """Sends a policy's weights to every worker. Returns the largest gap of a canary batch.

        Raises:
            TrainingStopped: If a worker does not follow the policy.
            RunError: If workers die again and again.
        """
        self._policy, self.version = policy, version
        state = {name: weight.detach().cpu() for name, weight in policy.model.state_dict().items()}
        self._weights = self._ray.put(state)
        for number in range(len(self._workers)):
            self._revived(number, lambda worker: worker.load.remote([self._weights], version))
        return max(self._canary(number) for number in range(len(self._workers)))

    def _canary(self, number: int) -> float:
        """Returns how far a worker's log-probs are from the policy's, on a small batch."""
        try:
            return check_agreement(self._policy, max_tokens=6, engine=_One(self, number))
        except ConfigError as error:
            raise TrainingStopped(f"Rollout worker {number} is off the policy: {error}") from error

    def close(self) -> None:
        """Ends the workers, and Ray if it was started here. A second call does nothing."""
        if not self._is_open:
            return
        self._is_open = False
        for worker in self._workers:
            self._ray.kill(worker)
        if self._owns_ray:
            self._ray.shutdown()

    def _run(self, calls: Sequence[Callable[[Any], Any]]) -> list[Any]:
        """Has the workers do all calls. Returns what they gave, in order."""
        found: dict[int, Any] = {}
        tries = [0] * len(calls)
        waiting, idle = deque(range(len(calls))), deque(range(len(self._workers)))
        running: dict[Any, tuple[int, int]] = {}  # what is to come: of which call, by which worker
        while waiting or running:
            while waiting and idle:
                call, number = waiting.popleft(), idle.popleft()
                running[calls[call](self._workers[number])] = call, number
            [done], _ = self._ray.wait(list(running))
            call, number = running.pop(done)
            idle.append(number)
            try:
                found[call] = self._got(done)
            except self._died as error:
                tries[call] += 1
                self._replace(number, tries[call], error)
                waiting.appendleft(call)
        return [found[call] for call in range(len(calls))]

    @property
    def _died(self) -> Any:
        return self._ray.exceptions.RayActorError

    def _got(self, done: Any) -> Any:
        """Returns what a worker gave; what it raised is raised as it was."""
        try:
            return self._ray.get(done)
        except self._ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, R1GymError):
                raise error.cause from None
            raise

    def _revived(self, number: int, call: Callable[[Any], Any]) -> Any:
        """Has one worker do a call, started again if it dies."""
        for tried in range(1, _MOST_TRIES + 1):
            try:
                return self._got(call(self._workers[number]))
            except self._died as error:
                self._replace(number, tried, error)
        raise AssertionError("the last try raises")

    def _replace(self, number: int, tried: int, error: Exception) -> None:
        """Starts a worker that died again, with the weights of the last sync."""
        if tried >= _MOST_TRIES:
            raise RunError(
                f"Rollout workers died {tried} times on the same prompts "
                f"({_first_line(error)}). Give them more memory or fewer rollout rows, and run the "
                "same command to go on from the last checkpoint."
            ) from error
        self._workers[number] = self._start()
        if self._weights is None:
            return
        try:  # what it samples before it has them would be another policy's
            self._got(self._workers[number].load.remote([self._weights], self.version))
        except self._died as again:
            self._replace(number, tried + 1, again)


class _Worker:
    """An engine in a process of its own."""

    def __init__(
        self, policy: Policy, device: str, name: str, rows: int, options: dict[str, Any],
        threads: int,
    ) -> None:  # fmt: skip
        torch.set_num_threads(threads)
        torch.set_flush_denormal(True)
        dtype = str(policy.dtype).removeprefix("torch.")
        self._policy = policy.to(device, dtype)
        self._engine = make_engine(name, self._policy, rows, options)

    def generate(
        self, prompts: list[list[int]], n: int, sampling: Sampling, seed: int
    ) -> list[list[Turn]]:
        return self._engine.generate(prompts, n, sampling, seed)

    def load(self, weights: list[Any], version: int) -> None:
        """Takes over weights; a list holds what Ray stored, so that they come as they are put."""
        self._policy.model.load_state_dict(_load_ray().get(weights[0]))
        self._engine.sync(self._policy, version)


class _One:
    """One worker of an engine, as an engine: what its canary is sampled by."""

    def __init__(self, whole: RayEngine, number: int) -> None:
        self._whole, self._number = whole, number
        self.version, self.most_tokens = whole.version, whole.most_tokens

    def generate(
        self, prompts: Sequence[Sequence[int]], n: int, sampling: Sampling, seed: int
    ) -> list[list[Turn]]:
        asked = [list(prompt) for prompt in prompts]
        turns: list[list[Turn]] = self._whole._revived(
            self._number, lambda worker: worker.generate.remote(asked, n, sampling, seed)
        )
        return turns

    def sync(self, policy: Policy, version: int) -> float:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


def _start(ray: Any) -> None:
    try:
        ray.init(include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    except Exception as error:  # it raises bare ones
        raise RunError(f"Ray cannot be started: {_first_line(error)}.") from error


def _load_ray() -> Any:
    try:
        return import_module("ray")
    except ImportError as error:
        raise ConfigError(_MISSING) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
