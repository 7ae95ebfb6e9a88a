"""What is mixed into vLLM's workers, by their option ``worker_extension_cls``: taking weights.

It is reached by `collective_rpc`, in the engine's process or over HTTP.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from safetensors.torch import load_file
from torch import Tensor, nn


class WeightLoader:
    """Lets a worker take weights under their Hugging Face names while it runs."""

    trained_version = 0
    reload_weights: Any
    get_model: Any
    model_config: Any

    def load_trained(self, weights: Iterable[tuple[str, Tensor]], version: int) -> int:
        """Takes weights. Returns their version.

        Args:
            weights: Name and weight; the head's is left out where it is tied.
            version: What `trained_state` tells from now on.
        """
        self.reload_weights(weights_iterator=iter(weights))
        pack_embeddings(self.get_model())
        self.trained_version = int(version)
        return self.trained_version

    def load_trained_file(self, path: str, version: int) -> int:
        """Takes the weights of a safetensors file. Returns their version."""
        return self.load_trained(load_file(path).items(), version)

    def trained_state(self) -> dict[str, Any]:
        """Returns what a client checks that did not start this worker."""
        return {"version": self.trained_version, "logprobs": self.model_config.logprobs_mode}


def pack_embeddings(model: nn.Module) -> None:
    """Prepares embeddings anew for the kernels that compute logits with them.

    On a CPU the head computes with a packed copy of its weights. Where it is tied to the embedding
    it is not loaded itself, and `reload_weights` leaves it the copy of the old ones.
    """
    from vllm.model_executor.layers.vocab_parallel_embedding import (
        UnquantizedEmbeddingMethod,
        VocabParallelEmbedding,
    )

    for layer in model.modules():
        if isinstance(layer, VocabParallelEmbedding):
            method = layer.quant_method
            if isinstance(method, UnquantizedEmbeddingMethod):
                method.process_weights_after_loading(layer)
