"""Whether a model fits a task: its vocabulary holds every token, its context every episode."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from transformers import PreTrainedModel

from r1gym.core.errors import ConfigError
from r1gym.envs.task import TokenTask, encode_prompt
from r1gym.models.policy import Policy, check_vocabulary

_TRIED = 256  # problems of a set without an end


def check_fit(policy: Policy, task: TokenTask) -> None:
    """Checks that a policy can play a task's episodes.

    Args:
        policy: The policy.
        task: The task, in the policy's tokens.

    Raises:
        ConfigError: If the model lacks tokens of the tokenizer, or the longest prompt with a
            completion of `max_tokens` is longer than its context.
    """
    check_vocabulary(policy.model, policy.tokenizer.vocab_size)
    check_context(context_length(policy.model), task)


def context_length(model: PreTrainedModel) -> int | None:
    """Returns the most tokens that a model reads as it was trained; None if nothing limits it.

    With rotary positions that depend on the length of the text (dynamic NTK, LongRoPE) the same
    prefix has other log-probs in a longer text. There it is the length up to which they are fixed.
    """
    config: Any = model.config.get_text_config(decoder=True)
    names = ("max_position_embeddings", "max_seq_len", "max_sequence_length", "n_positions")
    limits = [getattr(config, name, None) for name in names]
    rope = getattr(config, "rope_parameters", None) or {}
    # Models with several kinds of layers have one such dictionary for each kind.
    for one in (rope, *(part for part in rope.values() if isinstance(part, dict))):
        if one.get("rope_type") in ("dynamic", "longrope"):
            limits.append(one.get("original_max_position_embeddings"))
            limits.append(getattr(config, "original_max_position_embeddings", None))
    return min((limit for limit in limits if isinstance(limit, int) and limit > 0), default=None)


def check_context(context: int | None, task: TokenTask) -> None:
    """Raises ConfigError if a task's longest prompt and completion exceed a context.

    Args:
        context: The most tokens; None for no limit.
        task: The task. Of a set without an end some problems are looked at.
    """
    if context is not None and task.window > context:
        check_lengths(context, [_longest_prompt(task)], task.room)


def check_lengths(context: int | None, lengths: Sequence[int], max_tokens: int) -> None:
    """Raises ConfigError if prompts of these lengths leave no room for a completion."""
    longest = max(lengths, default=0)
    if context is not None and longest + max_tokens > context:
        room = context - longest
        advice = f"lower max_tokens to at most {room}" if room > 0 else "shorten the prompts"
        raise ConfigError(
            f"The longest prompt has {longest} tokens, which with max_tokens={max_tokens} makes "
            f"{longest + max_tokens}, and the model's context is {context}: {advice}, or give a "
            "model with a longer one."
        )


def _longest_prompt(task: TokenTask) -> int:
    encode = partial(encode_prompt, task.tokenizer, task.template)
    return task.problem_set.longest(encode, tried=_TRIED)
