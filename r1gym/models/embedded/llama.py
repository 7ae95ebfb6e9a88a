"""The plain Llama architecture in few, large operations: what the embedded policy computes with.

On a tiny model the general code of Hugging Face spends most of its time between the matrix
products. Here projections that share an input are one product, norms are folded into them, and
tokens are rows of one matrix, so that padding costs nothing. Tests hold it to the same
log-probabilities and gradients as Hugging Face's own. Left out: everything that `is_plain` rules
out, which takes the general path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import LlamaForCausalLM, PreTrainedModel

from r1gym.models.adapters import has_adapter, is_linear, weight_of
from r1gym.models.recomputing import is_recomputed

_ROTARY = ("default", "linear", "llama3", "yarn")  # those that do not depend on the length


def is_plain(model: PreTrainedModel) -> bool:
    """Returns whether `PlainLlama` computes what `model` computes, faster, also for training."""
    config: Any = model.config
    return (
        is_llama(model)
        and config.num_key_value_heads == config.num_attention_heads
        and config.rope_parameters["rope_type"] == "default"
        and not has_adapter(model)
        and not is_recomputed(model)
    )


def is_llama(model: PreTrainedModel) -> bool:
    """Returns whether `PlainLlama` computes what `model` computes, and on the CPU."""
    config: Any = model.config
    return (
        type(model) is LlamaForCausalLM
        and config.hidden_act == "silu"
        and config.rope_parameters["rope_type"] in _ROTARY
        and not config.attention_bias
        and not config.mlp_bias
        and not (model.training and config.attention_dropout)
        and model.device.type == "cpu"
        and model.dtype == torch.float32
        and all(map(is_linear, _linear_parts(model)))
        and type(model.get_input_embeddings()) is torch.nn.Embedding
    )


def _linear_parts(model: PreTrainedModel) -> list[Any]:
    network: Any = model
    parts = [network.lm_head]
    for layer in network.model.layers:
        attention, mlp = layer.self_attn, layer.mlp
        parts += [attention.q_proj, attention.k_proj, attention.v_proj, attention.o_proj]
        parts += [mlp.gate_proj, mlp.up_proj, mlp.down_proj]
    return parts


@dataclass(frozen=True)
class Block:
    """A block's weights; the norms' weights are folded into the projections after them."""

    qkv: Tensor
    out: Tensor
    gate_up: Tensor
    down: Tensor


class PlainLlama:
    """A view of a Llama model's weights, through which gradients reach them.

    Hidden states are [tokens, width]; queries, keys and values [tokens, heads, channels], where
    several heads of queries may share one of keys and values.

    Args:
        model: A model for which `is_llama` holds. Its weights are read now: make a new view when
            they have changed.
    """

    def __init__(self, model: PreTrainedModel) -> None:
        network: Any = model
        self.blocks = [_fuse(layer) for layer in network.model.layers]
        self.embedding: Tensor = network.model.embed_tokens.weight
        self.head = weight_of(network.lm_head) * network.model.norm.weight
        self._heads: int = network.config.num_attention_heads
        self._shared: int = network.config.num_key_value_heads
        self._eps: float = network.config.rms_norm_eps
        self._rotary = network.model.rotary_emb

    def rotary(self, position: Tensor) -> tuple[Tensor, Tensor]:
        """Returns the cosines and sines that turn the tokens at these positions [tokens]."""
        cos, sin = self._rotary(self.embedding, position[None])
        return cos[0][:, None], sin[0][:, None]

    def project(
        self, block: Block, hidden: Tensor, cos: Tensor, sin: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Returns turned queries and keys, and values."""
        fused = F.linear(self.norm(hidden), block.qkv)
        fused = fused.view(len(hidden), self._heads + 2 * self._shared, -1)
        turned, value = fused[:, : -self._shared], fused[:, -self._shared :]
        low, high = turned.chunk(2, -1)
        turned = turned * cos + torch.cat((-high, low), -1) * sin
        return turned[:, : self._heads], turned[:, self._heads :], value

    def finish(self, block: Block, hidden: Tensor, attended: Tensor) -> Tensor:
        """Returns the hidden states after a block, given its attention's output."""
        hidden = hidden + F.linear(attended.reshape(len(hidden), -1), block.out)
        gate, up = F.linear(self.norm(hidden), block.gate_up).chunk(2, -1)
        return hidden + F.linear(F.silu(gate) * up, block.down)

    def logits(self, hidden: Tensor) -> Tensor:
        """Returns next-token logits, [tokens, vocab]."""
        return F.linear(self.norm(hidden), self.head)

    def norm(self, hidden: Tensor) -> Tensor:
        """Returns hidden states of size 1: the norms' weights are in the projections."""
        return F.rms_norm(hidden, (hidden.shape[-1],), None, self._eps)


def _fuse(layer: Any) -> Block:
    attention, mlp = layer.self_attn, layer.mlp
    qkv = torch.cat(
        [weight_of(attention.q_proj), weight_of(attention.k_proj), weight_of(attention.v_proj)]
    )
    gate_up = torch.cat([weight_of(mlp.gate_proj), weight_of(mlp.up_proj)])
    return Block(
        qkv=qkv * layer.input_layernorm.weight,
        out=weight_of(attention.o_proj),
        gate_up=gate_up * layer.post_attention_layernorm.weight,
        down=weight_of(mlp.down_proj),
    )
