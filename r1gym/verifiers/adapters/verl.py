"""Rewards for verl: the `compute_score` of its custom reward function.

    reward.custom_reward_function.path=pkg://r1gym.verifiers.adapters.verl
    reward.custom_reward_function.name=compute_score
    +reward.custom_reward_function.reward_kwargs.rewards.accuracy=1.0

verl needs a number for every completion and has no mask. 0 would pay for the grader's fault, and
NaN would spoil the whole group: its mean is taken as it is. So what could not be graded raises,
which stops the run. That holds under the reward managers ``naive`` and ``dapo``; ``rate_limited``
turns every exception into a reward of 0, so do not use it with a grader that can fail.

verl does not tell a reward function whether a completion was truncated, and it decodes without
special tokens: a tokenizer whose ``<think>`` or ``<answer>`` is one hides the tags.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from r1gym.core.errors import ConfigError, TrainingStopped
from r1gym.core.types import Completion, Problem, Score
from r1gym.verifiers.adapters.plain import make_reward
from r1gym.verifiers.golds import BadRow
from r1gym.verifiers.problem_checks import FirstBatch, fields_read, is_scored
from r1gym.verifiers.reward import DEFAULT_REWARDS, RewardSpec, RewardSum
from r1gym.verifiers.rows import read_problem


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: object,
    extra_info: Mapping[str, Any] | None = None,
    *,
    rewards: RewardSpec = DEFAULT_REWARDS,
    template: str | None = None,
    **_: Any,
) -> dict[str, float]:
    """Returns the reward of one completion, as verl's reward managers call it.

    Args:
        data_source: The name of the data set; the problem's family.
        solution_str: The completion's text.
        ground_truth: The gold answer, read as in `r1gym.verifiers.golds`; with the verifier
            ``code`` the tests, if `extra_info` has none.
        extra_info: The rest of the row; it becomes ``Problem.metadata``, and its ``question``, if
            it has one, the problem's question.
        rewards: The components with their weights and options, as `RewardSum` takes them.
        template: The text that prompts are dressed in, with ``{question}`` in it, if components
            depend on it.

    Returns:
        The sum as ``score``, the accuracy (if it is in the sum) as ``acc``, and each component's
        own value by name: verl averages them for its validation metrics.

    Raises:
        TrainingStopped: If the completion could not be graded.
        R1GymError: If a name is unknown or a value not allowed.

    Example:
        >>> compute_score("math", "<answer>42</answer>", "42")
        {'score': 1.0, 'acc': 1.0, 'accuracy': 1.0, 'format': 0.0}
    """
    reward, first = _reward(rewards, template)
    problem = _problem(reward, data_source, ground_truth, extra_info)
    first.look([problem])
    return _plain(reward.score(problem, Completion(solution_str)), reward.components)


def compute_scores(
    data_sources: Sequence[str],
    solution_strs: Sequence[str],
    ground_truths: Sequence[object],
    extra_infos: Sequence[Mapping[str, Any]],
    *,
    rewards: RewardSpec = DEFAULT_REWARDS,
    template: str | None = None,
    **_: Any,
) -> list[dict[str, float]]:
    """Returns the rewards of a batch, as the ``batch`` reward manager of older verl calls it.

    Args:
        data_sources: As in `compute_score`, one a completion, and so are the other arguments.
        solution_strs: The completions' texts.
        ground_truths: The gold answers.
        extra_infos: The rest of the rows.
        rewards: The components with their weights and options.
        template: The text that prompts are dressed in.

    Raises:
        TrainingStopped: If a completion could not be graded.
        R1GymError: If a name is unknown or a value not allowed.
    """
    reward, first = _reward(rewards, template)
    rows = zip(data_sources, ground_truths, extra_infos, strict=True)
    problems = [_problem(reward, *row) for row in rows]
    first.look(problems)
    pairs = zip(problems, map(Completion, solution_strs), strict=True)
    scores = reward.score_batch(list(pairs))
    return [_plain(score, reward.components) for score in scores]


def _problem(
    reward: RewardSum, data_source: str, gold: object, extra_info: Mapping[str, Any] | None
) -> Problem:
    fields = dict(extra_info or {})
    question = str(fields.get("question") or "")
    name = str(fields.get("index", ""))
    where = f"The row {name or question[:60]!r} of {data_source!r}"
    try:
        read = fields_read(reward)
        problem = read_problem(name, question, gold, fields, data_source, reads=read)
        has_gold = is_scored(reward, problem)
    except BadRow as error:
        raise ConfigError(f"{where} cannot be used: {error}.") from None
    if not has_gold:
        raise ConfigError(f"{where} has no ground_truth in its reward_model.")
    return problem


def _plain(score: Score, names: Iterable[str]) -> dict[str, float]:
    """Returns a score as numbers under keys that are the same for every row, as verl requires.

    A component that is not for a row, or is only watched and failed, is NaN there.
    """
    if score.value is None:
        # Not a TimeoutError, which older reward managers turn into a reward of 0.
        raise TrainingStopped(
            f"A completion could not be graded ({score.verdict.value}): {score.reason}"
        )
    parts = {name: _value(score.parts.get(name)) for name in names}
    accuracy = {"acc": parts["accuracy"]} if "accuracy" in parts else {}
    return {"score": score.value, **accuracy, **parts}


def _value(part: Score | None) -> float:
    return math.nan if part is None or part.value is None else part.value


def _reward(rewards: RewardSpec, template: str | None) -> tuple[RewardSum, FirstBatch]:
    return _cached_reward(json.dumps(rewards, default=_built_in), template)


def _built_in(value: object) -> object:
    """Returns a mapping or sequence of OmegaConf's, which configurations hold, as one of Python's.

    Raises:
        ConfigError: If it is neither.
    """
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise ConfigError(f"The rewards hold {value!r}, which is no JSON value.")


@lru_cache(maxsize=16)
def _cached_reward(rewards: str, template: str | None) -> tuple[RewardSum, FirstBatch]:
    reward = make_reward(json.loads(rewards), template)
    return reward, FirstBatch(reward)
