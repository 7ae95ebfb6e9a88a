"""Observations as text, for agents that read: the prompt and what has been written since."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
from gymnasium.utils import RecordConstructorArgs

from r1gym.core.types import Problem
from r1gym.envs.copies import CopiedWhole
from r1gym.envs.templates import dress
from r1gym.envs.wrappers.episode import token_env
from r1gym.envs.wrappers.text_space import UnicodeText, longest_token


class TextObservation(CopiedWhole, gym.ObservationWrapper[str, Any, Any], RecordConstructorArgs):
    """Shows the episode's text: the prompt, and all that has been written since.

    The prompt is the text itself, even where the tokenizer has no tokens for its characters. What
    has been written is decoded: a character of which only the first bytes are there is U+FFFD.

    Gymnasium's AsyncVectorEnv needs ``shared_memory=False`` for texts of any kind: those in shared
    memory are never read again (as of Gymnasium 1.4).

    Args:
        env: A token environment.

    Raises:
        ConfigError: If it is another environment.

    Example:
        >>> import gymnasium as gym
        >>> import r1gym
        >>> env = TextObservation(gym.make("r1/Math-v0"))
        >>> text, info = env.reset(seed=0)
        >>> text == info["prompt"]
        True
        >>> env.step(3)[0][-19:]
        '. Assistant:<think>'
    """

    same_task = True

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        RecordConstructorArgs.__init__(self)
        gym.ObservationWrapper.__init__(self, env)
        self._base = token_env(env)
        self._task = self._base.task
        template, question_bytes = self._task.template, self._task.problem_set.question_bytes
        most = self._task.window * longest_token(self._task.tokenizer.name)
        self.observation_space = UnicodeText(len(dress(template, "")) + question_bytes + most)
        self._problem: Problem | None = None
        self._prompt = ""

    def observation(self, observation: Any) -> str:
        """Returns the text so far, whatever the inner observation is."""
        problem = self._base.problem
        if problem is not self._problem:
            self._problem = problem
            self._prompt = dress(self._task.template, problem.question)
        return self._prompt + self._task.tokenizer.decode(self._base.written_ids)
