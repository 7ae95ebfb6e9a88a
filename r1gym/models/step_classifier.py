"""Token classifiers as step scorers: a policy with a scalar head, or anybody's reward model.

The classifier's output where a step ends is the value of all that is written up to there. One that
is trained here (`r1gym.models.step_training`) reads the policy's own tokens. Those of others are
read as they are mostly trained (Wang et al. 2023, arXiv 2312.08935): the question, then the steps,
each with a separator behind it, at which the output stands. Left out: models with code of their own
(trust_remote_code).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import torch
from torch import Tensor
from transformers import AutoModelForTokenClassification, AutoTokenizer
from transformers.utils import logging as hub_logging

from r1gym.core.checks import check_one_of, check_whole
from r1gym.core.errors import ConfigError, ModelNotFoundError
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.models.fit import check_readable
from r1gym.models.policy import DTYPES, check_device
from r1gym.models.scoring import from_pretrained
from r1gym.models.step_scorer import Speech, Steps, check_speech, question_of

OWN_TOKENS = "r1gym_reads_tokens"  # in the configuration of a classifier that was trained here


@dataclass(frozen=True)
class Reading:
    """A completion as a classifier reads it.

    Attributes:
        ids: Token ids, those of the prompt included.
        ends: For each step the place at which the output is its value.
    """

    ids: list[int]
    ends: list[int]


def read_tokens(prompt: Sequence[int], steps: Steps) -> Reading:
    """Returns a completion in the policy's own tokens; a step's value stands at its last one."""
    ids = [*prompt, *(token for step in steps for token in step)]
    return Reading(ids, [len(prompt) + end - 1 for end in accumulate(map(len, steps))])


def outputs_at_ends(model: Any, readings: Sequence[Reading]) -> Tensor:
    """Returns a classifier's outputs where steps end, [steps of all, labels], with gradients."""
    longest = max(len(one.ids) for one in readings)
    fill = [longest - len(one.ids) for one in readings]
    pad_id = model.config.get_text_config().pad_token_id or 0
    ids = [one.ids + [pad_id] * more for one, more in zip(readings, fill, strict=True)]
    seen = [[1] * (longest - more) + [0] * more for more in fill]
    device = model.device
    found = model(
        input_ids=torch.tensor(ids, device=device), attention_mask=torch.tensor(seen, device=device)
    )
    rows = [row for row, one in enumerate(readings) for _ in one.ends]
    outputs: Tensor = found.logits[rows, [end for one in readings for end in one.ends]]
    return outputs


def cut_readings(readings: Sequence[Reading], most_tokens: int) -> Iterator[list[int]]:
    """Yields the numbers of readings of like lengths, few enough for one pass."""
    rows: list[int] = []
    for row in sorted(range(len(readings)), key=lambda row: len(readings[row].ids)):
        if rows and len(readings[row].ids) * (len(rows) + 1) > most_tokens:
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


class TokenClassifierScorer:
    r"""Scores a beginning by a token classifier's output at its end.

    Args:
        task: The task, or what else has a ``tokenizer`` and a ``template``.
        model: A folder or hub id of a token classifier; one that was trained here says how it is
            read.
        separator: The text behind each step at which another one's output stands, such as
            ``"\n"`` or ``"<extra_0>"``; one of its tokens. None for a model that was trained here.
        good: The label of right steps, by its name in the model's configuration; None for the only
            label, or the second of two.
        device: A torch device.
        dtype: The type to compute in, ``"float32"`` or ``"bfloat16"``.
        most_tokens: The most padded tokens in one forward pass.

    Raises:
        ConfigError: If a value is not allowed, or does not fit the model.
        ModelNotFoundError: If the model cannot be loaded, or has no trained head.
    """

    name = "token_classifier"

    def __init__(
        self,
        task: Speech,
        *,
        model: str,
        separator: str | None = None,
        good: str | None = None,
        device: str = "cpu",
        dtype: str = "float32",
        most_tokens: int = 16384,
    ) -> None:
        check_one_of("dtype", dtype, DTYPES)
        check_device(device)
        self._most_tokens = check_whole("most_tokens", most_tokens, least=1)
        self._model = load_token_classifier(model, DTYPES[dtype]).to(device).eval()
        self._good = _good_label(model, self._model.config, good)
        self._reader = _reader(model, self._model.config, task, separator)

    def score(self, prompts: Sequence[Sequence[int]], steps: Sequence[Steps]) -> list[list[float]]:
        """Returns for each completion the value of each step; see `StepScorer.score`."""
        readings = [self._reader(p, s) for p, s in zip(prompts, steps, strict=True)]
        check_readable(self._model, max((len(one.ids) for one in readings), default=0))
        values: list[list[float]] = [[] for _ in readings]
        with torch.inference_mode():
            for rows in cut_readings(readings, self._most_tokens):
                part = [readings[row] for row in rows]
                found = iter(self._values(outputs_at_ends(self._model, part)))
                for row in rows:
                    values[row] = [next(found) for _ in readings[row].ends]
        return values

    def _values(self, outputs: Tensor) -> list[float]:
        outputs = outputs.double()
        if outputs.shape[1] == 1:
            found: list[float] = outputs[:, 0].sigmoid().tolist()
        else:
            found = outputs.softmax(-1)[:, self._good].tolist()
        return found


def load_token_classifier(name: str, dtype: torch.dtype = torch.float32) -> Any:
    """Returns a token classifier from a folder or the hub.

    Raises:
        ModelNotFoundError: If it cannot be loaded, or its files lack weights.
    """
    loud = hub_logging.get_verbosity()
    hub_logging.set_verbosity(logging.ERROR)  # it has a table of keys; what matters is below
    try:
        options = {"dtype": dtype, "output_loading_info": True}
        model, info = from_pretrained(AutoModelForTokenClassification, name, options)
    except Exception as error:  # whatever its reader raises
        why = (str(error).splitlines() or [type(error).__name__])[0][:160].rstrip(".")
        raise ModelNotFoundError(
            f"The step scorer's model {name!r} cannot be loaded: {why}. Give the folder or the hub "
            "id of a token classifier."
        ) from error
    finally:
        hub_logging.set_verbosity(loud)
    if missing := sorted(info["missing_keys"]):
        raise ModelNotFoundError(
            f"{name!r} is no step scorer: its file lacks {', '.join(missing[:3])}, and random "
            "weights would stand in. Train it first, or give a token classifier."
        )
    return model


def _good_label(name: str, config: Any, good: str | None) -> int:
    labels = {str(label): number for number, label in config.id2label.items()}
    if good is not None:
        if good not in labels:
            raise ConfigError(f"good must be a label of {name!r} ({', '.join(labels)}): {good!r}.")
        return int(labels[good])
    if len(labels) > 2:
        raise ConfigError(
            f"{name!r} has {len(labels)} labels: say by good=... which is that of right steps, one "
            f"of {', '.join(list(labels)[:8])}."
        )
    return len(labels) - 1


def _reader(name: str, config: Any, task: Speech, separator: str | None) -> Any:
    """Returns the function from a prompt and steps to a `Reading` for a model."""
    if getattr(config, OWN_TOKENS, False):
        if separator is not None:
            raise ConfigError(f"{name!r} was trained here, without a separator: leave it out.")
        own = load_tokenizer(getattr(config, "r1gym_tokenizer", None) or name)
        check_speech(task, own, name)
        return read_tokens
    if not separator:
        raise ConfigError(
            f"{name!r} was not trained here: say by separator=... which text stands behind each "
            r"step, such as '\n' or '<extra_0>'; its page tells."
        )
    return _Texts(name, task, separator)


class _Texts:
    """Completions as another's classifier reads them: in its own tokens, with separators."""

    def __init__(self, name: str, task: Speech, separator: str) -> None:
        self._task = task
        self._tokenizer = from_pretrained(AutoTokenizer, name, {})
        ids = self._encode(separator)
        if len(ids) != 1:
            raise ConfigError(
                f"The separator {separator!r} is {len(ids)} tokens of {name!r}: give the one token "
                "at which its outputs stand."
            )
        self._separator = ids[0]

    def __call__(self, prompt: Sequence[int], steps: Steps) -> Reading:
        ids, ends = self._prompt(question_of(self._task, prompt)), []
        for step in steps:
            ids += [*self._encode(self._task.tokenizer.decode(step).rstrip("\n")), self._separator]
            ends.append(len(ids) - 1)
        return Reading(ids, ends)

    def _prompt(self, question: str) -> list[int]:
        if not self._tokenizer.chat_template:
            return list(self._tokenizer(question).input_ids)
        asked = [{"role": "user", "content": question}]
        shown = self._tokenizer.apply_chat_template(
            asked, add_generation_prompt=True, return_dict=True
        )
        return list(shown["input_ids"])

    def _encode(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False))
