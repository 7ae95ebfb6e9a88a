"""What a reward model reads and how it scores it: one way for training and for the reward.

A question with a response becomes token ids by the chat template of the model's folder, or as a
pair of texts where it has none; the score is the head's output at the last of them. On a CPU a
score depends on its company in a batch by rounding alone, less than 1e-6 for the embedded models;
a test holds it to that. Left out: the embedded models' own forward pass, which computes without
padding and was no faster here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel

from r1gym.envs.tokenizers import hub_answers
from r1gym.models.gguf import unpack
from r1gym.verifiers.extract import after_thinking

PARTS = ("summary", "response")
_NO_LIMIT = 1_000_000  # tokenizers without a longest text name an absurd one

Encoded = Mapping[str, Sequence[int]]
"""Token ids and what else a model takes, by name, of one text."""


def graded_part(text: str, part: str) -> str:
    """Returns what is graded of a completion; nothing if it is thinking alone.

    Args:
        text: The completion.
        part: ``"summary"`` for what follows the thinking, ``"response"`` for all of it.
    """
    summary = after_thinking(text).strip()
    return summary if part == "summary" or not summary else text.strip()


def chat_template_of(template: str) -> str:
    """Returns the chat template, for `transformers`, that dresses a question as a prompt template.

    Args:
        template: The prompt template's text, with ``{question}`` in it.

    Example:
        >>> chat_template_of("Q {question} A").count("{{ 'Q ' }}")
        1
    """
    before, _, after = (f"{{{{ {part!r} }}}}" for part in template.partition("{question}"))
    content = "{{ message['content'] }}"
    user = f"{before}{content}{after}"
    which = f"{{% if message['role'] == 'user' %}}{user}{{% else %}}{content}{{% endif %}}"
    return f"{{% for message in messages %}}{which}{{% endfor %}}"


class GradedTexts:
    """Questions with responses as a reward model reads them.

    Args:
        model: The reward model.
        tokenizer: Its tokenizer, as `AutoTokenizer` loads it.
    """

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        config = model.config.get_text_config()
        limits = (tokenizer.model_max_length, getattr(config, "max_position_embeddings", None))
        self._limit = min((int(n) for n in limits if n and n < _NO_LIMIT), default=_NO_LIMIT)
        added = tokenizer.added_tokens_decoder.values()
        self._special = [str(token.content) for token in added if token.special]

    def encode(self, question: str, text: str, most: int) -> dict[str, list[int]]:
        """Returns a question with its response as token ids and masks.

        Args:
            question: The question.
            text: The graded part of the response.
            most: The most tokens; a longer text keeps its beginning and its end.
        """
        question, text = self._defuse(question), self._defuse(text)
        if self._tokenizer.chat_template:
            turns = [
                {"role": "user", "content": question},
                {"role": "assistant", "content": text},
            ]
            encoded = self._tokenizer.apply_chat_template(turns, return_dict=True)
        else:
            encoded = self._tokenizer(question, text, verbose=False)
        limit = min(most, self._limit)
        return {
            name: [*ids]
            if len(ids) <= limit
            else [*ids[: limit - limit // 2], *ids[-(limit // 2) :]]
            for name, ids in encoded.items()
        }

    def _defuse(self, text: str) -> str:
        """Returns the text with its control tokens broken: it must not end its own turn."""
        text = text.encode("utf-8", "replace").decode("utf-8")  # no lone surrogates
        for token in self._special:
            text = text.replace(token, f"{token[0]} {token[1:]}")
        return text


def scores_of(model: PreTrainedModel, encoded: Sequence[Encoded]) -> Tensor:
    """Returns a classifier's scores of texts, [texts], through which gradients reach its weights.

    Args:
        model: A sequence classifier with one output.
        encoded: What `GradedTexts.encode` returned, each at least two tokens.
    """
    network: Any = model
    # The model finds a text's last token by this id, so that no other may fill up a batch.
    fill = {"input_ids": network.config.get_text_config().pad_token_id or 0}
    longest = max(len(one["input_ids"]) for one in encoded)
    inputs = {
        name: torch.tensor(
            [[*one[name], *[fill.get(name, 0)] * (longest - len(one[name]))] for one in encoded],
            device=network.device,
        )
        for name in encoded[0]
    }  # each (texts, longest); padding has the attention mask 0
    scores: Tensor = network(**inputs).logits[:, 0]
    return scores


def read_part(folder_config: Any) -> str | None:
    """Returns which part of a response a reward model of ours was trained on; None if unknown."""
    found = getattr(folder_config, "r1gym_part", None)
    return found if found in PARTS else None


def from_pretrained(kind: Any, name: str, options: Mapping[str, Any]) -> Any:
    """Loads from a folder or the hub's cache, and only else from the hub."""
    name = unpack(name)
    try:
        return kind.from_pretrained(name, local_files_only=True, **options)
    except OSError:
        # Asked once: without a network, `transformers` would ask again for half a minute.
        if Path(name).expanduser().exists() or not hub_answers(name):
            raise
    return kind.from_pretrained(name, **options)
