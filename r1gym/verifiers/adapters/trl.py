"""Rewards for TRL's trainers: `reward_funcs` that take prompts and completions side by side.

TRL drops a reward of None from a completion's sum and adds up the rest, so a component whose
grader failed would leave a smaller reward behind for the same completion. Here such a row is None
in every function: TRL then leaves the row out of its group's mean and gives it no advantage. A
reward function of your own beside these must be None on the same rows.

TRL decodes completions without special tokens: a tokenizer whose ``<think>`` or ``<answer>`` is one
hides the tags from every reward.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from r1gym.core.errors import ConfigError, TrainingStopped
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.adapters.plain import make_reward
from r1gym.verifiers.golds import BadRow
from r1gym.verifiers.problem_checks import FirstBatch, fields_read, is_scored
from r1gym.verifiers.response import opening_of_prompt, with_opening
from r1gym.verifiers.reward import DEFAULT_REWARDS, RewardSpec
from r1gym.verifiers.rows import read_problem, said

Message = Mapping[str, Any]
_Row = tuple[Problem, Completion] | Score | None  # or why not, or None without a gold


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
        answer: The dataset's column of gold answers, read as in `r1gym.verifiers.golds`. The other
            columns become ``Problem.metadata``; those that are None in a row are left out. A row
            whose gold is None gets no reward from here, unless no component reads a gold: with
            ``auto``, a row of ``tests`` needs none.
        template: The text that plain prompts are dressed in, with ``{question}`` in it, if
            components depend on it: one that ends with ``<think>`` has opened the tag already.
        eos_token_id: The tokens that end a completion, as in the model's generation config: what
            ends with none of them was truncated. Without it nothing counts as truncated.
        max_failed_share: The largest share of a batch that may fail to be graded.

    Returns:
        A function for ``GRPOTrainer(reward_funcs=...)``, which can be pickled. It raises
        ConfigError if the dataset lacks the column or the first batch has a row that cannot be
        used, and TrainingStopped if too much could not be graded.

    Raises:
        R1GymError: If a name is unknown or a value not allowed.

    Example:
        >>> reward = trl_reward({"accuracy": 1.0}, answer="solution")
        >>> reward(["6*7?"] * 2, ["<answer>42</answer>", "I pass"], solution=["42", "42"])
        [1.0, 0.0]
    """
    return TRLReward(_Batch(rewards, answer, template, eos_token_id, max_failed_share))


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
    components = batch.reward.components
    functions = [TRLReward(batch, name) for name in components]
    return functions, [part.weight for part in components.values()]


class TRLReward:
    """A reward function for TRL; a class, so that it can be pickled, as its AsyncGRPO does.

    Attributes:
        __name__: What TRL's metrics call it.
    """

    def __init__(self, batch: _Batch, component: str | None = None) -> None:
        self._batch = batch
        self._component = component
        self.__name__ = component or "r1gym"

    def __call__(
        self, prompts: Sequence[Any], completions: Sequence[Any], **columns: Any
    ) -> list[float | None]:
        """Returns a reward for each completion, None where there is none."""
        scores = self._batch.scores(self.__name__, prompts, completions, columns)
        return [None if score is None else self._paid(score) for score in scores]

    def _paid(self, score: Score) -> float | None:
        if score.value is None or self._component is None:
            return score.value
        return self._batch.earned(self._component, score)


class _Batch:
    """Scores a batch once for all functions that TRL calls with it, in turn or from threads."""

    def __init__(
        self,
        rewards: RewardSpec,
        answer: str,
        template: str | None,
        eos_token_id: int | Sequence[int] | None,
        max_failed_share: float,
    ) -> None:
        self._made_of = (rewards, answer, template, eos_token_id, max_failed_share)
        self.reward = make_reward(rewards, template)
        self._answer = answer
        self._ends = {eos_token_id} if isinstance(eos_token_id, int) else set(eos_token_id or ())
        self._max_failed_share = max_failed_share
        self._first = FirstBatch(self.reward)
        self._fields = fields_read(self.reward)
        self._is_first = True
        self._rows: list[_Row] = []
        self._scores: list[Score | None] = []
        self._served: set[str] = set()
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:  # workers, locks and the last batch stay behind
        return _Batch, self._made_of

    def scores(
        self,
        caller: str,
        prompts: Sequence[Any],
        completions: Sequence[Any],
        columns: Mapping[str, Any],
    ) -> list[Score | None]:
        """Returns the scores of a batch, None for rows that get no reward from here."""
        rows = self._read(prompts, completions, columns)
        with self._lock:
            # The same function again means another batch, even one that looks the same.
            if caller in self._served or not _are_same(rows, self._rows):
                self._rows, self._served = rows, set()
                self._scores = self._score(rows)
                self._report(columns)
            self._served.add(caller)
            return self._scores

    def _score(self, rows: Sequence[_Row]) -> list[Score | None]:
        pairs = [row for row in rows if isinstance(row, tuple)]
        self._first.look([problem for problem, _ in pairs])
        fresh = iter(self.reward.score_batch(pairs))
        return [next(fresh) if isinstance(row, tuple) else row for row in rows]

    def earned(self, name: str, score: Score) -> float | None:
        """Returns a component's value, 0 if what it requires earned nothing.

        None, which TRL leaves out of the sum, if it is not for the row or is only watched and
        failed.
        """
        if name not in score.parts:
            return None
        gate = self.reward.components[name].requires
        if gate is not None and (self.earned(gate, score) or 0.0) <= 0:
            return 0.0
        return score.parts[name].value

    def _read(
        self, prompts: Sequence[Any], completions: Sequence[Any], columns: Mapping[str, Any]
    ) -> list[_Row]:
        fields = {  # what is no column of this length is an object of the trainer's
            name: column
            for name, column in columns.items()
            if _is_column(column) and len(column) == len(prompts)
        }
        token_ids = fields.pop("completion_ids", [()] * len(prompts))
        gold = fields.pop(self._answer, None)
        rows: list[_Row] = []
        for i, (prompt, completion) in enumerate(zip(prompts, completions, strict=True)):
            ids = tuple(token_ids[i])
            truncated = bool(self._ends) and (not ids or ids[-1] not in self._ends)
            written = Completion(_text(completion), ids, None, truncated)
            problem = self._problem(i, prompt, None if gold is None else gold[i], fields)
            if isinstance(problem, Problem):
                rows.append((problem, with_opening(written, opening_of_prompt(prompt))))
            else:
                rows.append(problem)
        if gold is None and not all(isinstance(row, tuple) for row in rows):
            raise ConfigError(
                f"The dataset has no column {self._answer!r} of gold answers; it has "
                f"{', '.join(sorted(fields)) or 'no other'}. Name the right one: answer='...'."
            )
        self._is_first = False
        return rows

    def _problem(
        self, number: int, prompt: Any, gold: object, columns: Mapping[str, Any]
    ) -> Problem | Score | None:
        """Returns a row's problem; None if it has no gold, and why if it cannot be used.

        Raises:
            ConfigError: If it cannot be used and is in the first batch. Later ones are masked.
        """
        question = prompt if isinstance(prompt, str) else said(prompt, "user")
        fields = {name: column[number] for name, column in columns.items()}
        try:
            family = str(fields.get("family") or "")  # what scopes go by
            name = f"row {number}"
            problem = read_problem(name, question, gold, fields, family, reads=self._fields)
            return problem if is_scored(self.reward, problem) else None
        except BadRow as error:
            reason = f"Row {number} of the batch ({question[:60]!r}) cannot be used: {error}"
            if self._is_first:
                raise ConfigError(f"{reason}. A gold of None leaves a row out.") from None
            return Score(None, Verdict.VERIFIER_ERROR, reason)

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


def _is_column(value: object) -> bool:
    """Returns whether a keyword may be a column: a list, or an array, and no text or mapping."""
    is_other = isinstance(value, str | bytes | Mapping)
    return not is_other and hasattr(value, "__len__") and hasattr(value, "__getitem__")


def _are_same(rows: Sequence[_Row], others: Sequence[_Row]) -> bool:
    try:
        return bool(rows == others)
    except (TypeError, ValueError):  # arrays or tensors among the metadata
        return False


def _text(completion: str | Sequence[Message]) -> str:
    """Returns a completion, or of a conversation what the assistant said last."""
    return completion if isinstance(completion, str) else said(completion, "assistant")
