"""The engine ``vllm``: vLLM in this process, with weights of its own that `sync` renews.

Left out: several GPUs for one model, for which there is `r1gym.rollout.vllm_server`.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor

from r1gym.core.errors import ConfigError
from r1gym.core.extras import needs
from r1gym.models.policy import Policy
from r1gym.rollout.vllm_base import (
    QUIET,
    Sampled,
    VLLMBase,
    VLLMOptions,
    read_options,
    write_model,
)


class VLLMEngine(VLLMBase):
    """Samples with vLLM in this process.

    Args:
        policy: The policy, of whose weights it takes a copy.
        rows: The most turns that are sampled side by side.
        options: See `VLLMOptions`.

    Raises:
        ConfigError: If vLLM cannot run the model.
    """

    def __init__(self, policy: Policy, rows: int = 512, **options: Any) -> None:
        self.options = self.check_options(options)
        arguments = self.options.arguments(policy, rows)
        if torch.distributed.is_initialized():
            raise ConfigError(
                "vLLM in this process cannot share it with other ranks: take --engine vllm_server."
            )
        _check_heads(policy)
        super().__init__(policy, rows)
        write_model(policy, self.folder)
        self._llm: Any = _start(str(self.folder), arguments)
        if self.options.sleep:
            self._rest()

    @staticmethod
    def check_options(options: Mapping[str, Any]) -> VLLMOptions:
        """Returns the options; see `read_options`.

        Raises:
            MissingPackageError: If there is no vLLM.
        """
        with needs("vllm", __name__):
            if "vllm" not in sys.modules and find_spec("vllm") is None:
                raise ModuleNotFoundError("No module named 'vllm'", name="vllm")
        found: VLLMOptions = read_options(VLLMOptions(), options)
        return found

    @property
    def most_tokens(self) -> int | None:
        """The context that vLLM was started with."""
        return int(self._llm.model_config.max_model_len)

    def close(self) -> None:
        """Gives back what vLLM holds. A second call does nothing."""
        super().close()
        if (llm := self.__dict__.pop("_llm", None)) is not None:
            llm.llm_engine.engine_core.shutdown()
            del llm
            from vllm.distributed import cleanup_dist_env_and_memory

            cleanup_dist_env_and_memory()

    def _sample(
        self,
        prompts: Sequence[Sequence[int]],
        n: int,
        settings: Mapping[str, Any],
        seeds: Sequence[int],
    ) -> list[list[Sampled]]:
        asked = [{"prompt_token_ids": list(prompt)} for prompt in prompts]
        how = [
            _vllm().SamplingParams(n=n, seed=seed, flat_logprobs=True, **settings) for seed in seeds
        ]
        outputs = self._llm.generate(asked, how, use_tqdm=False)
        return [[(o.token_ids, o.logprobs.logprobs) for o in one.outputs] for one in outputs]

    def _load(self, weights: Iterator[tuple[str, Tensor]], version: int) -> int:
        # The worker is in this process: it copies from the trainer's own tensors.
        [loaded] = self._llm.collective_rpc("load_trained", args=(weights, version))
        self._llm.reset_prefix_cache()
        return int(loaded)

    def _rest(self) -> None:
        self._llm.sleep(level=1)

    def _wake(self) -> None:
        self._llm.wake_up()


def _vllm() -> Any:
    """Returns vLLM, imported with the variables that it reads then."""
    for name, value in {**QUIET, "VLLM_ENABLE_V1_MULTIPROCESSING": "0"}.items():
        os.environ.setdefault(name, value)
    logging.getLogger("vllm").setLevel(os.environ["VLLM_LOGGING_LEVEL"])
    import vllm

    return vllm


def _start(model: str, arguments: Mapping[str, Any]) -> Any:
    # On a CPU vLLM puts a function that only warns in the place of this one, for good.
    threads, set_threads = torch.get_num_threads(), torch.set_num_threads
    try:
        return _vllm().LLM(model=model, disable_log_stats=True, **arguments)
    except Exception as error:  # vLLM raises what its parts raise
        line = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ConfigError(
            f"vLLM cannot run this model ({line[:200].rstrip('.')}): change --engine-options, or "
            "take --engine embedded."
        ) from error
    finally:
        setattr(torch, "set_num_threads", set_threads)  # noqa: B010
        torch.set_num_threads(threads)


def _check_heads(policy: Policy) -> None:
    """Refuses what vLLM's attention for CPUs has no kernel for; it would only fail at sampling."""
    config: Any = policy.model.config.get_text_config(decoder=True)
    heads = getattr(config, "num_attention_heads", None)
    size = getattr(config, "head_dim", None) or (config.hidden_size // heads if heads else None)
    _vllm()
    from vllm.platforms import current_platform

    if not current_platform.is_cpu() or size is None:
        return
    from vllm.v1.attention.backends.cpu_attn import CPUAttentionBackend

    if size not in (known := CPUAttentionBackend.get_supported_head_sizes()):
        raise ConfigError(
            f"vLLM on a CPU has attention heads of {', '.join(map(str, known))} channels, and this "
            f"model's have {size}: take --engine embedded, or another model (--base.heads 2 makes "
            "heads of 32 in the tiny one)."
        )
