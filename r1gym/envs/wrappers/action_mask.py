"""Which tokens an agent may choose, as sb3-contrib's MaskablePPO asks for it.

Nothing is put in the observation, and a token beyond the mask is not refused: the mask is advice to
the agent, and the environment's action space stays as it is.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import gymnasium as gym
import numpy as np
import numpy.typing as npt
from gymnasium.utils import RecordConstructorArgs

from r1gym.core.errors import ConfigError
from r1gym.envs.copies import CopiedWhole
from r1gym.envs.task import task_of
from r1gym.envs.tokenizers import Tokenizer

Mask = npt.NDArray[np.bool_]
Allowed = str | Sequence[int] | Callable[[gym.Env[Any, Any]], npt.ArrayLike]


class ActionMask(CopiedWhole, gym.Wrapper[Any, int, Any, int], RecordConstructorArgs):
    """Gives agents a mask of the tokens that they may choose.

    Args:
        env: A token environment.
        allowed: A text, which allows the tokens that it is encoded to; or token ids. The end token
            is allowed as well. Or a function of this environment that returns the mask of the next
            action, one truth value a token, the end token included.

    Raises:
        ConfigError: If an action of the environment is no token, or if there is no such token.

    Example:
        >>> import gymnasium as gym
        >>> import r1gym
        >>> env = ActionMask(gym.make("r1/Math-v0"), "0123456789<answer></answer>")
        >>> int(env.action_masks().sum())
        13
        >>> observation, info = env.reset(seed=0)
        >>> token = env.action_space.sample(env.action_masks().astype("int8"))
    """

    def __init__(self, env: gym.Env[Any, int], allowed: Allowed) -> None:
        if not isinstance(allowed, str) and not callable(allowed):
            allowed = _whole_numbers(allowed)
        RecordConstructorArgs.__init__(self, allowed=allowed, _disable_deepcopy=callable(allowed))
        gym.Wrapper.__init__(self, env)
        tokenizer = task_of(env).tokenizer
        if not isinstance(env.action_space, gym.spaces.Discrete):
            raise ConfigError(
                f"ActionMask masks tokens, but an action of {env} is {env.action_space}: "
                "put it around the token environment."
            )
        self._size = tokenizer.vocab_size
        self._function = allowed if callable(allowed) else None
        self._constant = np.zeros(self._size, np.bool_)
        if not callable(allowed):
            self._constant[_allowed_ids(tokenizer, allowed)] = True
            self._constant[tokenizer.eos_id] = True

    def action_masks(self) -> Mask:
        """Returns for each token whether it is allowed as the next action.

        Raises:
            ConfigError: If the function given does not return such a mask, or allows no token.
        """
        if self._function is None:
            return self._constant.copy()
        mask = np.asarray(self._function(self))
        if mask.shape != (self._size,) or mask.dtype != np.bool_ or not mask.any():
            raise ConfigError(
                f"The function given to ActionMask must return {self._size} truth values, one at "
                f"least True, not {mask.sum()} of shape {mask.shape} and type {mask.dtype}."
            )
        return mask


def _whole_numbers(allowed: Sequence[int]) -> list[int]:
    try:
        return [operator.index(token) for token in allowed]
    except TypeError as error:
        raise ConfigError(
            f"ActionMask allows a text, token ids or a function, not {allowed!r}."
        ) from error


def _allowed_ids(tokenizer: Tokenizer, allowed: str | Sequence[int]) -> list[int]:
    if isinstance(allowed, str):
        ids = tokenizer.encode(allowed)
        unknown = "\N{REPLACEMENT CHARACTER}"
        if unknown in tokenizer.decode(ids) and unknown not in allowed:
            raise ConfigError(f"The tokenizer {tokenizer.name!r} cannot write {allowed!r}.")
        return ids
    for token in allowed:
        if not 0 <= token < tokenizer.vocab_size:
            raise ConfigError(
                f"A token to allow must be from 0 to {tokenizer.vocab_size - 1}, not {token}."
            )
    return list(allowed)
