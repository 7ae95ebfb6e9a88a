"""The last tokens only, for agents with a short memory."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.utils import RecordConstructorArgs

from r1gym.core.checks import check_whole
from r1gym.envs.copies import CopiedWhole
from r1gym.envs.task import Tokens, split_observation
from r1gym.envs.token_space import space_of
from r1gym.envs.wrappers.episode import check_tokens, token_env


class TokenWindow(CopiedWhole, gym.ObservationWrapper[Tokens, Any, Tokens], RecordConstructorArgs):
    """Shows the last `n` tokens of prompt and completion.

    The observation is of the same form as the environment's own: tokens, padded on the right while
    there are fewer, and in the last slot how many of them are valid
    (`r1gym.envs.task.split_observation`).

    Args:
        env: A token environment.
        n: The number of tokens.

    Raises:
        ConfigError: If `n` is no whole number from 1 to the environment's window, or another
            wrapper has changed the observations.

    Example:
        >>> import gymnasium as gym
        >>> import r1gym
        >>> env = TokenWindow(gym.make("r1/Math-v0"), 4)
        >>> observation, info = env.reset(seed=0)
        >>> for token in (3, 7, 7):
        ...     observation, reward, terminated, truncated, info = env.step(token)
        >>> observation.tolist()
        [8, 3, 7, 7, 4]
    """

    def __init__(self, env: gym.Env[Tokens, Any], n: int) -> None:
        RecordConstructorArgs.__init__(self, n=n)
        gym.ObservationWrapper.__init__(self, env)
        check_tokens(env, "TokenWindow")
        task = token_env(env).task
        n = check_whole("n", n, least=1, most=task.window)
        self._n = n
        self._pad_id = task.tokenizer.pad_id
        self.observation_space = space_of(n, task.tokenizer.vocab_size, task.spec.categorical)

    def observation(self, observation: Tokens) -> Tokens:
        """Returns the last tokens of an observation."""
        tokens, length = split_observation(observation)
        last = tokens[max(0, int(length) - self._n) : int(length)]
        window = np.full(self._n + 1, self._pad_id, dtype=np.int64)
        window[: len(last)] = last
        window[-1] = len(last)
        return window
