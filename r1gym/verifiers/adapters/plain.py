"""A reward as a plain function of text, and the start that all adapters share."""

from __future__ import annotations

from typing import Any

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion
from r1gym.verifiers.golds import BadRow
from r1gym.verifiers.problem_checks import FirstBatch, fields_read, is_scored
from r1gym.verifiers.reward import DEFAULT_REWARDS, RewardSpec, RewardSum
from r1gym.verifiers.rows import read_problem


def make_reward(rewards: RewardSpec, template: str | None) -> RewardSum:
    """Returns a reward sum, fit for a prompt template if there is one.

    Raises:
        R1GymError: If a name is unknown or a value not allowed.
    """
    reward = RewardSum(rewards)
    if template is None:
        return reward
    if template.count("{question}") != 1:
        raise ConfigError("A template must hold the field {question} exactly once.")
    return reward.for_template(template)


class PlainReward:
    """What `plain_reward` returns; a class, so that it can be pickled."""

    def __init__(self, reward: RewardSum) -> None:
        self._reward = reward
        self._first = FirstBatch(reward)
        self._fields = fields_read(reward)
        self.__name__ = "r1gym"

    def __reduce__(self) -> tuple[Any, ...]:
        return PlainReward, (self._reward,)

    def __call__(
        self,
        completion: str,
        answer: object,
        question: str = "",
        truncated: bool = False,
        **metadata: Any,
    ) -> float | None:
        """Returns the weighted sum, or None if it could not be graded, or there is no gold.

        Raises:
            ConfigError: If the gold, or what comes with it, cannot be used.
        """
        try:
            family = str(metadata.get("family") or "")  # what scopes go by
            problem = read_problem("", question, answer, metadata, family, reads=self._fields)
            if not is_scored(self._reward, problem):
                return None
        except BadRow as error:
            raise ConfigError(f"The row {question[:60]!r} cannot be used: {error}.") from None
        self._first.look([problem])
        return self._reward.score(problem, Completion(completion, truncated=truncated)).value


def plain_reward(rewards: RewardSpec = DEFAULT_REWARDS, template: str | None = None) -> PlainReward:
    """Returns a reward as a function of text, for trainers without an adapter of their own.

    Args:
        rewards: The components with their weights and options, as `RewardSum` takes them.
        template: The text that prompts are dressed in, with ``{question}`` in it, if components
            depend on it: one that ends with ``<think>`` has opened the tag already.

    Returns:
        ``reward(completion, answer, question="", truncated=False, **metadata)``, which returns the
        weighted sum, or None if it could not be graded: leave that sample out of the update. The
        answer is read as in `r1gym.verifiers.golds`; None is no gold, and so no reward.

    Raises:
        R1GymError: If a name is unknown or a value not allowed.

    Example:
        >>> reward = plain_reward({"accuracy": 1.0, "format": 0.5})
        >>> reward("<think>6*7</think><answer>42</answer>", "42")
        1.5
        >>> reward("It must be <answer>42</answer>", answer=["forty-two", 42])
        1.0
    """
    return PlainReward(make_reward(rewards, template))
