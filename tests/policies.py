"""Small policies that tests of several rooms share; `conftest` makes fixtures of them."""

import copy
from dataclasses import replace

import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

from r1gym.envs.tokenizers import load_tokenizer
from r1gym.models.policy import Policy, new_tiny_policy


def sharpen(policy):
    """Makes an untrained policy's distributions far from uniform, so that mistakes show."""
    with torch.no_grad():
        for name, weight in policy.model.named_parameters():
            weight.mul_(1.5) if weight.ndim == 1 else weight.mul_(3 if "embed" not in name else 8)
    return policy


def new_llama():
    """Returns a small policy of the embedded kind."""
    return sharpen(new_tiny_policy(32, 2, 2, 48, 128, seed=0))


def new_qwen():
    """Returns a policy with grouped-query attention and biases."""
    tokenizer = load_tokenizer("tiny")
    config = Qwen2Config(
        vocab_size=tokenizer.vocab_size,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=128,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_id,
        pad_token_id=tokenizer.pad_id,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = Qwen2ForCausalLM(config)
    return sharpen(Policy(model.eval(), tokenizer))


def new_wide_llama():
    """Returns a small policy with attention heads of a size that vLLM has kernels for on a CPU."""
    return sharpen(new_tiny_policy(64, 2, 2, 48, 128, seed=0))


def in_bfloat16(policy):
    """Returns a copy of a policy with its weights in bfloat16."""
    return replace(policy, model=copy.deepcopy(policy.model)).to("cpu", "bfloat16")
