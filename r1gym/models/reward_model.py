"""The reward-model reward: a Hugging Face sequence classifier grades each response.

For the preference rewards of report section 2.3.4 where a trained reward model is at hand; a judge
(`r1gym.verifiers.judge`) needs none. The model's output r is unbounded. It is a Bradley-Terry score
(Bradley and Terry, 1952): sigmoid(r1 - r2) is the probability that response 1 is preferred to
response 2, so the reward, sigmoid(r), is that against a response that scores 0.

It lives here because torch does. Left out: models with code of their own (trust_remote_code), heads
with several outputs, and adapters.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from r1gym.core.checks import check_one_of, check_whole
from r1gym.core.errors import ConfigError, ModelNotFoundError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.models.policy import DTYPES, check_device
from r1gym.models.scoring import (
    PARTS,
    GradedTexts,
    from_pretrained,
    graded_part,
    read_part,
    scores_of,
)
from r1gym.verifiers.protocol import register_verifier


@register_verifier("reward_model")
class RewardModel:
    """Pays sigmoid(r) for a reward model's score r; ``correct`` from 0.5 up, ``wrong`` below.

    An empty response is 0 without asking. A score that is no finite number, or a model that fails
    (out of memory), is ``judge_failed``.

    Args:
        model: A hub id or a folder, with a classification head of one output.
        revision: The branch, tag or commit on the hub.
        device: A torch device.
        dtype: The type of the weights, ``"float32"`` or ``"bfloat16"``.
        part: What is graded: the ``"summary"`` after the thinking (helpfulness), or the whole
            ``"response"`` (harmlessness). None for what a model of ours was trained on, or else the
            summary.
        batch_size: The most responses in one forward pass. More than 1 is faster, but a response's
            score then depends on its company in the last digits.
        max_tokens: The most tokens of question and response together; a longer text keeps its
            beginning and its end. The model's own limit holds as well.

    Raises:
        ConfigError: If there is no model, or a value is not allowed.
        ModelNotFoundError: If the model cannot be loaded, or has no such head.
    """

    reads = frozenset[str]()  # it knows no gold

    def __init__(
        self,
        *,
        model: str = "",
        revision: str | None = None,
        device: str = "cpu",
        dtype: str = "float32",
        part: str | None = None,
        batch_size: int = 1,
        max_tokens: int = 4096,
    ) -> None:
        if not isinstance(model, str) or not model:
            raise ConfigError("The reward 'reward_model' needs a model: a folder or a hub id.")
        if revision is not None and not isinstance(revision, str):
            raise ConfigError(f"revision must be a text or null, not {revision!r}.")
        if part is not None:
            check_one_of("part", part, PARTS)
        check_one_of("dtype", dtype, DTYPES)
        check_whole("batch_size", batch_size, least=1)
        check_whole("max_tokens", max_tokens, least=8)
        check_device(device)
        self._classifier = _load_classifier(model, revision, device, dtype)
        trained_on = self._classifier.trained_on
        if part is not None and trained_on not in (None, part):
            raise ConfigError(
                f"The reward model {model!r} was trained on the {trained_on} and part is {part!r}: "
                "leave part out."
            )
        self._batch_size = batch_size if self._classifier.can_batch else 1
        self._part = part or trained_on or "summary"
        self._max_tokens = max_tokens

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns the reward of one completion."""
        return self.score_batch([(problem, completion)])[0]

    def score_batch(self, pairs: Sequence[tuple[Problem, Completion]]) -> list[Score]:
        """Returns the rewards of many completions, in order."""
        texts = [graded_part(completion.text, self._part) for _, completion in pairs]
        scores = [
            Score(0.0, Verdict.TRUNCATED, "the token limit came before a summary")
            if completion.truncated
            else Score(0.0, Verdict.UNPARSEABLE, "there is no text to grade")
            for _, completion in pairs
        ]
        places: dict[tuple[str, str], list[int]] = {}  # a policy often says the same again
        for i, text in enumerate(texts):
            if text:
                places.setdefault((pairs[i][0].question, text), []).append(i)
        # Like lengths together, so that little is padding.
        asked = sorted(places, key=lambda one: len(one[0]) + len(one[1]))
        for start in range(0, len(asked), self._batch_size):
            batch = asked[start : start + self._batch_size]
            for one, score in zip(batch, self._grade(batch), strict=True):
                for i in places[one]:
                    scores[i] = score
        return scores

    def _grade(self, texts: list[tuple[str, str]]) -> list[Score]:
        try:
            rewards = self._classifier.compute(texts, self._max_tokens)
        except Exception as error:  # out of memory, or a chat template that wants other messages
            if len(texts) > 1:  # one text too long must not fail the others
                return [score for text in texts for score in self._grade([text])]
            why = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            return [Score(None, Verdict.JUDGE_FAILED, f"the reward model failed: {why}")]
        return [_score_of(reward) for reward in rewards]


def _score_of(reward: float) -> Score:
    if not math.isfinite(reward):
        return Score(None, Verdict.JUDGE_FAILED, f"the reward model's score is {reward}")
    value = float(torch.tensor(reward, dtype=torch.float64).sigmoid())
    verdict = Verdict.CORRECT if value >= 0.5 else Verdict.WRONG
    reason = f"the reward model's score is {reward:.4g}"
    return Score(value, verdict, reason, info={"score": reward})


class _Classifier:
    """A loaded model with its tokenizer, shared by all rewards that name it."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model = model
        self._lock = threading.Lock()  # each forward pass needs memory of its own
        self.texts = GradedTexts(model, tokenizer)
        self.can_batch = model.config.get_text_config().pad_token_id is not None
        self.trained_on = read_part(model.config)

    def compute(self, texts: Sequence[tuple[str, str]], most: int) -> list[float]:
        """Returns the model's scores of responses to questions."""
        with self._lock, torch.inference_mode():
            encoded = [self.texts.encode(question, text, most) for question, text in texts]
            return [float(one) for one in scores_of(self._model, encoded).double().tolist()]


@lru_cache(maxsize=4)
def _load_classifier(name: str, revision: str | None, device: str, dtype: str) -> _Classifier:
    options = {"revision": revision or "main"}
    try:
        tokenizer = from_pretrained(AutoTokenizer, name, options)
        model, info = from_pretrained(
            AutoModelForSequenceClassification,
            name,
            {**options, "dtype": DTYPES[dtype], "output_loading_info": True},
        )
    except Exception as error:  # a bad file raises whatever its reader does
        why = (str(error).splitlines() or [type(error).__name__])[0]
        advice = (
            f"the folder holds no loadable reward model ({why})"
            if Path(name).expanduser().exists()
            else f"it is neither a local folder nor a Hugging Face id that can be reached ({why}); "
            "check the name and the network, or give a folder"
        )
        raise ModelNotFoundError(
            f"The reward model {name!r} cannot be loaded: {advice}."
        ) from error
    if missing := sorted(info["missing_keys"]):
        raise ModelNotFoundError(
            f"{name!r} is no reward model: its file lacks {', '.join(missing[:3])}, "
            "and random weights would stand in. Give a model with a trained classification head."
        )
    if model.config.num_labels != 1:
        raise ModelNotFoundError(
            f"{name!r} is no reward model: its head has {model.config.num_labels} outputs, not 1."
        )
    return _Classifier(model.to(device).eval(), tokenizer)
