"""Rewards for TRL's trainers: `reward_funcs` that take prompts and completions side by side.

TRL drops a reward of None from a completion's sum and adds up the rest, so a component whose
grader failed would leave a smaller reward behind for the same completion. Here such a row is None
in every function: TRL then leaves the row out of its group's mean and gives it no advantage. A
reward function of your own beside these must be None on the same rows.

TRL decodes completions without special tokens: a tokenizer whose ``<think>`` or ``<answer>`` is one
hides the tags from every reward.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from r1gym.core.errors import ConfigError, TrainingStopped
from r1gym.core.types import Completion, Problem, Score
from r1gym.verifiers.adapters.plain import make_reward
from r1gym.verifiers.response import opening_of_prompt, with_opening
from r1gym.verifiers.reward import DEFAULT_REWARDS, RewardSpec

TRLReward = Callable[..., list[float | None]]
Message = Mapping[str, Any]
_REASONING = ("reasoning_content", "thinking")  # where response parsers put what <think> held


def trl_reward(
    rewards: RewardSpec = DEFAULT_REWARDS,
    *,
    answer: str = "answer",
    template: str | None = None,
    eos_token_id: int | Sequence[int] | None = None,
    max_failed_share: float = 0.5,
) -> TRLReward:
    """Returns the weighted sum as one reward function, named ``r1gym`` in TRL's metrics.

    Args:
        rewards: The components with their weights and options, as `RewardSum` takes them.
        answer: The dataset's column of gold answers. The other columns become
            ``Problem.metadata``. A row whose gold answer is None gets no reward from here.
        template: The text that plain prompts are dressed in, with ``{question}`` in it, if
            components depend on it: one that ends with ``<think>`` has opened the tag already.
        eos_token_id: The tokens that end a completion, as in the model's generation config: what
            ends with none of them was truncated. Without it nothing counts as truncated.
        max_failed_share: The largest share of a batch that may fail to be graded.

    Returns:
        A function for ``GRPOTrainer(reward_funcs=...)``. It raises ConfigError if the dataset
        lacks the column, and TrainingStopped if too much could not be graded.

    Raises:
        R1GymError: If a name is unknown or a value not allowed.

    Example:
        >>> reward = trl_reward({"accuracy": 1.0}, answer="solution")
        >>> reward(["6*7?"] * 2, ["<answer>42</answer>", "I pass"], solution=["42", "42"])
        [1.0, 0.0]
    """
    batch = _Batch(rewards, answer, template, eos_token_id, max_failed_share)

    def reward(
        prompts: Sequence[Any], completions: Sequence[Any], **columns: Any
    ) -> list[float | None]:
        scores = batch.scores("r1gym", prompts, completions, columns)
        return [None if score is None else score.value for score in scores]

    reward.__name__ = "r1gym"
    return reward


def trl_rewards(
    rewards: RewardSpec = DEFAULT_REWARDS,
    *,
    answer: str = "answer",
    template: str | None = None,
    eos_token_id: int | Sequence[int] | None = None,
    max_failed_share: float = 0.5,
) -> tuple[list[TRLReward], list[float]]:
    """Returns one reward function a component, each logged by its own name, and their weights.

    The functions score a batch once between them, whichever is called first. A component that
    `requires` another which earned nothing counts 0.

    Args:
        rewards: As in `trl_reward`, and so are the other arguments.
        answer: The dataset's column of gold answers.
        template: The text that plain prompts are dressed in.
        eos_token_id: The tokens that end a completion.
        max_failed_share: The largest share of a batch that may fail to be graded.

    Returns:
        Functions for ``GRPOTrainer(reward_funcs=...)`` and weights for
        ``GRPOConfig(reward_weights=...)``.

    Raises:
        R1GymError: If a name is unknown or a value not allowed.

    Example:
        >>> functions, weights = trl_rewards({"accuracy": 1.0, "format": 0.1})
        >>> [function.__name__ for function in functions], weights
        (['accuracy', 'format'], [1.0, 0.1])
        >>> functions[1](["6*7?"], ["<answer>42</answer>"], answer=["42"])
        [0.0]
    """
    batch = _Batch(rewards, answer, template, eos_token_id, max_failed_share)

    def of_component(name: str) -> TRLReward:
        def reward(
            prompts: Sequence[Any], completions: Sequence[Any], **columns: Any
        ) -> list[float | None]:
            scores = batch.scores(name, prompts, completions, columns)
            return [None if s is None or s.value is None else batch.earned(name, s) for s in scores]

        reward.__name__ = name
        return reward

    components = batch.reward.components
    return [of_component(name) for name in components], [c.weight for c in components.values()]


class _Batch:
    """Scores a batch once for all functions that TRL calls with it, one after the other."""

    def __init__(
        self,
        rewards: RewardSpec,
        answer: str,
        template: str | None,
        eos_token_id: int | Sequence[int] | None,
        max_failed_share: float,
    ) -> None:
        self.reward = make_reward(rewards, template)
        self._answer = answer
        self._ends = {eos_token_id} if isinstance(eos_token_id, int) else set(eos_token_id or ())
        self._max_failed_share = max_failed_share
        self._key: list[tuple[str, str, str] | None] = []
        self._scores: list[Score | None] = []
        self._served: set[str] = set()

    def scores(
        self,
        caller: str,
        prompts: Sequence[Any],
        completions: Sequence[Any],
        columns: Mapping[str, Any],
    ) -> list[Score | None]:
        """Returns the scores of a batch, None for rows without a gold answer."""
        pairs = self._read(prompts, completions, columns)
        # The same function again means another batch, even one that looks the same.
        key = [pair and (pair[0].question, pair[0].answer, pair[1].text) for pair in pairs]
        if caller in self._served or key != self._key:
            fresh = iter(self.reward.score_batch([pair for pair in pairs if pair is not None]))
            self._key, self._served = key, set()
            self._scores = [None if pair is None else next(fresh) for pair in pairs]
            self._report(columns)
        self._served.add(caller)
        return self._scores

    def earned(self, name: str, score: Score) -> float:
        """Returns a component's value, or 0 if what it requires earned nothing."""
        gate = self.reward.components[name].requires
        if gate is not None and self.earned(gate, score) <= 0:
            return 0.0
        return score.parts[name].value or 0.0

    def _read(
        self, prompts: Sequence[Any], completions: Sequence[Any], columns: Mapping[str, Any]
    ) -> list[tuple[Problem, Completion] | None]:
        rows = {  # what is no list of this length is an object of the trainer's
            name: column
            for name, column in columns.items()
            if isinstance(column, Sequence) and len(column) == len(prompts)
        }
        token_ids = rows.pop("completion_ids", [()] * len(prompts))
        gold = rows.pop(self._answer, None)
        if gold is None:
            raise ConfigError(
                f"The dataset has no column {self._answer!r} of gold answers; it has "
                f"{', '.join(sorted(rows)) or 'no other'}. Name the right one: answer='...'."
            )
        pairs: list[tuple[Problem, Completion] | None] = []
        for i, (prompt, completion) in enumerate(zip(prompts, completions, strict=True)):
            if gold[i] is None:
                pairs.append(None)
                continue
            ids = tuple(token_ids[i])
            truncated = bool(self._ends) and (not ids or ids[-1] not in self._ends)
            metadata = {name: column[i] for name, column in rows.items()}
            problem = Problem("", _question(prompt), str(gold[i]), metadata=metadata)
            written = Completion(_text(completion), ids, None, truncated)
            pairs.append((problem, with_opening(written, opening_of_prompt(prompt))))
        return pairs

    def _report(self, columns: Mapping[str, Any]) -> None:
        """Logs what could not be graded, where TRL takes it, and stops if it is too much."""
        graded = [score for score in self._scores if score is not None]
        failed = [score for score in graded if score.value is None]
        share = len(failed) / max(1, len(graded))
        if "log_metric" in columns:
            columns["log_metric"]("r1gym/failed_share", share)
        if "log_extra" in columns:
            verdicts = ["" if score is None else score.verdict.value for score in self._scores]
            columns["log_extra"]("verdict", verdicts)
        if share > self._max_failed_share:
            raise TrainingStopped(
                f"{len(failed)} of {len(graded)} completions could not be graded "
                f"(max_failed_share is {self._max_failed_share:g}): {failed[0].reason}"
            )


def _question(prompt: str | Sequence[Message]) -> str:
    """Returns a prompt, or of a conversation what the user said last."""
    return prompt if isinstance(prompt, str) else _said(prompt, "user")


def _text(completion: str | Sequence[Message]) -> str:
    """Returns a completion, or of a conversation what the assistant said last."""
    return completion if isinstance(completion, str) else _said(completion, "assistant")


def _said(messages: Sequence[Message], role: str) -> str:
    message = next((m for m in reversed(messages) if m.get("role") == role), {})
    content = message.get("content") or ""
    if not isinstance(content, str):  # blocks, as vision models have them
        content = "".join(block.get("text") or "" for block in content)
    thinking = next((message[key] for key in _REASONING if message.get(key)), "")
    return f"<think>{thinking}</think>{content}" if thinking else content
