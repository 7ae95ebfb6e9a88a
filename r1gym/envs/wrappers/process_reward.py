"""Process rewards: steps of the reasoning are scored as they are written.

Whoever scores them, the completion's own reward stays as it is and is paid on top.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import gymnasium as gym
from gymnasium.utils import RecordConstructorArgs

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem
from r1gym.envs.copies import CopiedWhole
from r1gym.envs.wrappers.episode import token_env
from r1gym.verifiers import RewardSpec, RewardSum

Scorer = Callable[[Problem, str], float]
_PAYS = ("value", "difference", "potential")


class ProcessReward(CopiedWhole, gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    r"""Pays for each step of the reasoning.

    When the boundary has been completed in the completion, the text up to it is scored and paid
    with that token; around a `WholeAnswer`, all of a completion's steps are paid at once. The info
    then holds ``process_reward``, what was paid, and ``process_masked``, True if a grader failed:
    nothing is known, and nothing is paid for that step.

    Args:
        env: A token environment.
        score: What scores a text: the name of a reward component, a mapping of several as in
            `r1gym.RewardSum`, or a function of the problem and the text that returns a number.
        boundary: The text that ends a step.
        pay: ``"value"`` pays each score. ``"difference"`` pays by how much it is above that of the
            step before, the first above 0. ``"potential"`` does so as well and takes the last score
            back when the completion ends: then the sum over an episode is 0 and the best policy is
            the same as without (Ng, Harada and Russell 1999, with a discount of 1).

    Raises:
        ConfigError: If a value is not allowed.
        UnknownNameError: If there is no such component or way to pay.

    Example:
        >>> import gymnasium as gym
        >>> import r1gym
        >>> def steps(problem, text):
        ...     return 0.1 * text.count("=")
        >>> env = ProcessReward(gym.make("r1/Math-v0"), steps, pay="difference")
        >>> observation, info = env.reset(seed=0)
        >>> for token in env.unwrapped.tokenizer.encode("3*7=21\n"):
        ...     observation, reward, terminated, truncated, info = env.step(token)
        >>> reward, info["process_reward"]
        (0.1, 0.1)
    """

    def __init__(
        self,
        env: gym.Env[Any, Any],
        score: str | RewardSpec | Scorer,
        boundary: str = "\n",
        pay: str = "value",
    ) -> None:
        RecordConstructorArgs.__init__(
            self, score=score, boundary=boundary, pay=pay, _disable_deepcopy=callable(score)
        )
        gym.Wrapper.__init__(self, env)
        self._base = token_env(env)
        if not isinstance(boundary, str) or not boundary:
            raise ConfigError(f"The boundary must be a text that is not empty, not {boundary!r}.")
        if pay not in _PAYS:
            raise UnknownNameError("way to pay", str(pay), _PAYS)
        self._score = score if callable(score) else None
        self._reward: RewardSum | None = None
        if not callable(score):
            spec = {score: 1.0} if isinstance(score, str) else score
            self._reward = RewardSum(spec).for_template(self._base.task.template)
        self._boundary = boundary
        self._pay = pay
        # The last text that was scored, so that its score need not be found again.
        self._problem_id, self._text, self._value = "", "", 0.0

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Steps the environment inside, and pays for the steps of reasoning that it ends.

        Raises:
            ConfigError: If the function given returns no finite number.
        """
        problem = self._base.problem
        before = self._ends(self._completion())
        observation, reward, terminated, truncated, info = self.env.step(action)
        ended = "completion" in info  # perhaps of a turn only, with feedback behind it
        text = info["completion"] if ended else self._completion()
        new = self._ends(text)[len(before) :]
        paid, masked = 0.0, False
        last = self._known(problem, text[: before[-1]] if before else "")
        for end in new:
            value = self._evaluate(problem, text[:end])
            masked |= value is None
            if value is not None:
                paid += value if self._pay == "value" else value - last
                last = value
            self._problem_id, self._text, self._value = problem.id, text[:end], last
        if ended and self._pay == "potential":
            paid -= last
        if new or paid:
            info |= {"process_reward": paid, "process_masked": masked}
        return observation, float(reward) + paid, terminated, truncated, info

    def _completion(self) -> str:
        return self._base.tokenizer.decode(self._base.completion_ids)

    def _ends(self, text: str) -> list[int]:
        """Returns where each step of the reasoning ends."""
        *steps, _ = text.split(self._boundary)
        ends, end = [], 0
        for step in steps:
            end += len(step) + len(self._boundary)
            ends.append(end)
        return ends

    def _known(self, problem: Problem, text: str) -> float:
        """Returns the score of the step before, which is only found again after a restore."""
        if not text or self._pay == "value":
            return 0.0
        if (self._problem_id, self._text) != (problem.id, text):
            return self._evaluate(problem, text) or 0.0
        return self._value

    def _evaluate(self, problem: Problem, text: str) -> float | None:
        if self._reward is not None:
            return self._reward.score(problem, Completion(text)).value
        assert self._score is not None
        value = float(self._score(problem, text))
        if not math.isfinite(value):
            raise ConfigError(f"A process reward must be a finite number, not {value}.")
        return value
