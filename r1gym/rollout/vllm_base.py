"""What both vLLM engines share: options, the folder that vLLM reads, and how turns are asked for.

vLLM is given token ids and gives token ids back; it loads no tokenizer, so stop texts are found
here, behind it, and the tokens after them were sampled for nothing. Left out: weights sent from GPU
to GPU to another process; a file is written instead, by which any number of workers load them.
"""

from __future__ import annotations

import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import finalize

import torch
from safetensors.torch import save_file
from torch import Tensor

from r1gym.core.checks import check_fields, check_least, check_most
from r1gym.core.config import changed
from r1gym.core.errors import ConfigError, TrainingStopped
from r1gym.core.seeds import mixed
from r1gym.core.types import Turn
from r1gym.models.fit import check_lengths, context_length
from r1gym.models.policy import Policy
from r1gym.models.weights import full_weights
from r1gym.rollout.canary import check_canary
from r1gym.rollout.engine import Sampling
from r1gym.rollout.turns import finished_turn

LOADER = "r1gym.rollout.vllm_worker.WeightLoader"
WEIGHTS = "model.safetensors"
QUIET = {
    # Read when vLLM is imported or started. Threads bound to cores wait for each other where there
    # are few of them or others use them too: ten times as long.
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "OMP_WAIT_POLICY": "PASSIVE",
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_LOGGING_LEVEL": "ERROR",
}
"""Environment variables for vLLM, where they are not set."""
_TEMPERATURES = 0.01, 2.0  # vLLM takes the first for any that is lower, and refuses any above
_SHARE = 0.4  # of a GPU's memory, which the trainer needs as well

Sampled = tuple[Sequence[int], Sequence[float]]  # tokens, and their log-probs


@dataclass(frozen=True)
class VLLMOptions:
    """Options of the engine ``vllm``.

    Attributes:
        max_model_len: The most tokens of a prompt with a completion; the model's context if None.
        gpu_memory_utilization: Share of the GPU's memory for vLLM; 0.4 if None. Not on a CPU.
        kv_cache_gib: Memory of its cache; if None 1 GiB on a CPU, and on a GPU what is left of its
            share.
        enforce_eager: Whether it does without CUDA graphs and compilation; if None, on a CPU.
        sleep: Whether it gives back the GPU's memory while it does not sample.
    """

    max_model_len: int | None = None
    gpu_memory_utilization: float | None = None
    kv_cache_gib: float | None = None
    enforce_eager: bool | None = None
    sleep: bool = False

    def __post_init__(self) -> None:
        check_fields(self)
        given = {name: value for name, value in vars(self).items() if value is not None}
        least = {"max_model_len": 2, "gpu_memory_utilization": 0.01, "kv_cache_gib": 0.01}
        check_least(self, {name: bound for name, bound in least.items() if name in given})
        if self.gpu_memory_utilization is not None:
            check_most(self, {"gpu_memory_utilization": 1})

    def arguments(self, policy: Policy, rows: int) -> dict[str, Any]:
        """Returns vLLM's own arguments.

        Raises:
            ConfigError: If an option would do nothing.
        """
        on_cpu = policy.device.type == "cpu"
        for name in ("gpu_memory_utilization", "sleep") if on_cpu else ():
            if getattr(self, name):
                raise ConfigError(f"The engine option {name} is for GPUs: leave it out on a CPU.")
        found: dict[str, Any] = {
            "skip_tokenizer_init": True,
            "dtype": str(policy.dtype).removeprefix("torch."),
            "enforce_eager": on_cpu if self.enforce_eager is None else self.enforce_eager,
            "enable_sleep_mode": self.sleep,
            "max_num_seqs": rows,
            "logprobs_mode": "processed_logprobs",  # of the distribution that was sampled from
            "generation_config": "vllm",  # none of the model's own settings
            "worker_extension_cls": LOADER,
        }
        if (length := self.max_model_len or context_length(policy.model)) is not None:
            found["max_model_len"] = length
        cache = self.kv_cache_gib or (1.0 if on_cpu else None)
        if cache is not None:
            found["kv_cache_memory_bytes"] = int(cache * 2**30)
        if not on_cpu:
            found["gpu_memory_utilization"] = self.gpu_memory_utilization or _SHARE
        return found


class VLLMBase(ABC):
    """An engine that samples with vLLM, from a copy of the policy's weights.

    Args:
        policy: The policy.
        rows: The most turns that are sampled side by side.

    Attributes:
        folder: A temporary folder with the model as vLLM loads it.
    """

    shares_weights = False
    options: VLLMOptions

    def __init__(self, policy: Policy, rows: int) -> None:
        self.policy, self.rows, self.version = policy, rows, 0
        self.folder = Path(tempfile.mkdtemp(prefix="vllm-of-r1gym-"))
        self._delete = finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    @property
    @abstractmethod
    def most_tokens(self) -> int | None:
        """The most tokens of a prompt with what is written after it."""

    def generate(
        self, prompts: Sequence[Sequence[int]], n: int, sampling: Sampling, seed: int
    ) -> list[list[Turn]]:
        """Samples `n` turns behind each prompt; see `RolloutEngine.generate`.

        Each prompt has a seed of its own, so that its turns do not hang on what else is asked.

        Raises:
            ConfigError: If a prompt with `max_tokens` is longer than the context, or a temperature
                is none of vLLM's.
        """
        check_lengths(self.most_tokens, [len(prompt) for prompt in prompts], sampling.max_tokens)
        least, most = _TEMPERATURES
        if sampling.temperature != 0 and not least <= sampling.temperature <= most:
            raise ConfigError(
                f"vLLM samples at a temperature of 0 or of {least:g} to {most:g}, not "
                f"{sampling.temperature:g}."
            )
        settings = {
            "temperature": float(sampling.temperature),
            "top_p": float(sampling.top_p),
            "max_tokens": sampling.max_tokens,
            "stop_token_ids": list(self.policy.tokenizer.end_ids),
            "ignore_eos": True,  # all ends are in the line above
            "detokenize": False,
            "logprobs": 0,  # of the sampled token alone
        }
        seeds = [mixed(seed, place) >> 2 for place in range(len(prompts))]  # n is added to it
        with self._awake():
            groups = self._sample(prompts, n, settings, seeds)
        return [[self._turn(one, sampling) for one in group] for group in groups]

    def sync(self, policy: Policy, version: int) -> float:
        """Sends the policy's weights, and samples a small batch to see that they have arrived.

        Raises:
            TrainingStopped: If the log-probs differ by more than rounding explains.
        """
        self.load(policy, version)
        return check_canary(self, policy)

    def load(self, policy: Policy, version: int) -> None:
        """Sends the policy's weights.

        Raises:
            TrainingStopped: If vLLM does not take them.
        """
        with self._awake():
            loaded = self._load(full_weights(policy), version)
        if loaded != version:
            raise TrainingStopped(f"vLLM has the weights of step {loaded}, not of {version}.")
        self.policy, self.version = policy, version

    def close(self) -> None:
        """Deletes the folder. A second call does nothing."""
        self._delete()

    @abstractmethod
    def _sample(
        self,
        prompts: Sequence[Sequence[int]],
        n: int,
        settings: Mapping[str, Any],
        seeds: Sequence[int],
    ) -> list[list[Sampled]]:
        """Returns `n` samples for each prompt, the i-th with its seed plus i."""

    @abstractmethod
    def _load(self, weights: Iterator[tuple[str, Tensor]], version: int) -> int:
        """Hands over weights, forgets what was computed with others; returns their version."""

    @abstractmethod
    def _rest(self) -> None:
        """Gives back the GPU's memory."""

    @abstractmethod
    def _wake(self) -> None:
        """Takes it again."""

    @contextmanager
    def _awake(self) -> Iterator[None]:
        if not self.options.sleep:
            yield
            return
        self._wake()
        try:
            yield
        finally:
            self._rest()

    def _turn(self, sampled: Sampled, sampling: Sampling) -> Turn:
        ids, logprobs = sampled
        if sampling.temperature == 0:
            logprobs = [0.0] * len(ids)
        return finished_turn(self.policy.tokenizer, ids, logprobs, sampling.stop)


def read_options(like: Any, options: Mapping[str, Any]) -> Any:
    """Returns an engine's options, with those that are given in place of the defaults in `like`.

    Raises:
        UnknownNameError: If there is no such option.
        ConfigError: If a value is not allowed.
    """
    return changed(like, options, Path("engine_options"))


def write_model(policy: Policy, folder: Path) -> None:
    """Writes configuration and weights as vLLM loads them, without a tokenizer."""
    config: Any = policy.model.config
    config.architectures = config.architectures or [type(policy.model).__name__]
    config.save_pretrained(folder)
    write_weights(full_weights(policy), folder / WEIGHTS)


@torch.no_grad()
def write_weights(weights: Iterator[tuple[str, Tensor]], file: Path) -> None:
    """Writes weights into a file, copied, since some may be parts of one tensor."""
    copies = {name: weight.to("cpu", copy=True).contiguous() for name, weight in weights}
    save_file(copies, file, {"format": "pt"})
