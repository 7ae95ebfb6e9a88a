"""Whether a model fits a task: its vocabulary holds every token, its context every episode.

And whether two models speak the same tokens, so that one can score what the other wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from transformers import AutoConfig, PreTrainedModel

from r1gym.core.errors import ConfigError
from r1gym.envs.task import TokenTask
from r1gym.envs.templates import encode_prompt
from r1gym.envs.tokenizers import Tokenizer, token_difference
from r1gym.models.gguf import unpack
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
    return _context_of(model.config)


def check_place(model: str, task: TokenTask) -> None:
    """Checks a model's context by its configuration alone: it takes what `check_context` does.

    Args:
        model: A model's folder, file or hub id; whoever loads it says what else is wrong with it.
        task: The task.

    Raises:
        ConfigError: If the longest prompt with a completion is longer than the model's context.
    """
    try:
        config = AutoConfig.from_pretrained(unpack(model), local_files_only=True)
    except Exception:  # it is not here yet, or broken
        return
    check_context(_context_of(config), task)


def _context_of(config: Any) -> int | None:
    config = config.get_text_config(decoder=True)
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


def check_readable(model: PreTrainedModel, longest: int) -> None:
    """Raises ConfigError if a text is longer than the context of a model that is to score it."""
    context = context_length(model)
    if context is not None and longest > context:
        raise ConfigError(
            f"A prompt with its completion has {longest} tokens, and the context of the model that "
            f"scores it is {context}: lower max_tokens, or give a model with a longer one."
        )


def check_same_tokens(student: Tokenizer, teacher: Tokenizer) -> None:
    """Checks that the same ids stand for the same texts, and end a completion, in two tokenizers.

    How a text is cut into tokens may differ: a teacher scores the tokens that it is given.

    Raises:
        ConfigError: If an id is another token, or another end.
    """
    if why := token_difference(student, teacher):
        raise ConfigError(
            f"The student's tokenizer {student.name!r} and the teacher's {teacher.name!r} differ: "
            f"{why}. Give a teacher of the student's family, or let it write examples to fine-tune "
            "on, which any tokenizer can read."
        )


def check_same_outputs(student: Policy, teacher: Policy) -> None:
    """Checks that two models give a probability to the same tokens.

    Raises:
        ConfigError: If one has outputs that the other lacks.
    """
    networks: list[Any] = [student.model, teacher.model]
    ours, theirs = (n.get_output_embeddings().weight.shape[0] for n in networks)
    if ours != theirs:
        raise ConfigError(
            f"The student has {ours} outputs and the teacher {theirs}: load both by load_policy, "
            "which drops outputs that stand for no token."
        )


def _longest_prompt(task: TokenTask) -> int:
    encode = partial(encode_prompt, task.tokenizer, task.template)
    return task.problem_set.longest(encode, tried=_TRIED)
