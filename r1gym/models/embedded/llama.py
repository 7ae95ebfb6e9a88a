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


def is_plain(model: PreTrainedModel) -> bool:
    """Returns whether `PlainLlama` computes what `model` computes, and on the CPU."""
    config: Any = model.config
    return (
        type(model) is LlamaForCausalLM
        and config.num_key_value_heads == config.num_attention_heads
        and config.hidden_act == "silu"
        and config.rope_parameters["rope_type"] == "default"
        and not config.attention_bias
        and not config.mlp_bias
        and not (model.training and config.attention_dropout)
        and model.device.type == "cpu"
        and model.dtype == torch.float32
        and not torch.is_autocast_enabled("cpu")
    )


@dataclass(frozen=True)
class Block:
    """A block's weights; the norms' weights are folded into the projections after them."""

    qkv: Tensor
    out: Tensor
    gate_up: Tensor
    down: Tensor


class PlainLlama:
    """A view of a Llama model's weights, through which gradients reach them.

    Hidden states are [tokens, width]; queries, keys and values [tokens, heads, channels].

    Args:
        model: A model for which `is_plain` holds. Its weights are read now: make a new view when
            they have changed.
    """

    def __init__(self, model: PreTrainedModel) -> None:
        network: Any = model
        self.blocks = [_fuse(layer) for layer in network.model.layers]
        self.embedding: Tensor = network.model.embed_tokens.weight
        self.head = network.lm_head.weight * network.model.norm.weight
        self._heads: int = network.config.num_attention_heads
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
        fused = fused.view(len(hidden), 3, self._heads, -1)
        turned, value = fused[:, :2], fused[:, 2]
        low, high = turned.chunk(2, -1)
        turned = turned * cos[:, None] + torch.cat((-high, low), -1) * sin[:, None]
        return turned[:, 0], turned[:, 1], value

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
    qkv = torch.cat([attention.q_proj.weight, attention.k_proj.weight, attention.v_proj.weight])
    gate_up = torch.cat([mlp.gate_proj.weight, mlp.up_proj.weight])
    return Block(
        qkv=qkv * layer.input_layernorm.weight,
        out=attention.o_proj.weight,
        gate_up=gate_up * layer.post_attention_layernorm.weight,
        down=mlp.down_proj.weight,
    )
