"""A native vector environment as Stable-Baselines3 wants it: its VecEnv, one list of infos a step.

Many times as fast as SB3's DummyVecEnv, which steps single environments one by one.

SB3 adds the value of the last observation to the reward of an episode with
``info["TimeLimit.truncated"]``, as if the episode went on. The token limit is not such a time
limit: the whole reward is paid at it and nothing could be earned later. So the key is always False
here, and what the environment said stands under ``info["truncated"]``.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

import gymnasium as gym
import numpy as np
import numpy.typing as npt
from gymnasium.vector import AutoresetMode, VectorEnv
from stable_baselines3.common.vec_env import VecEnv
from stable_baselines3.common.vec_env.base_vec_env import VecEnvIndices

from r1gym.core.errors import ConfigError
from r1gym.envs.wrappers.action_mask import Mask

Array = npt.NDArray[Any]


class TokenVecEnv(VecEnv):
    """A Gymnasium vector environment behind SB3's interface.

    The info of an episode's last step has ``terminal_observation``, ``TimeLimit.truncated``,
    ``truncated`` and SB3's ``episode``: the return ``r``, the length ``l`` and the seconds ``t``.

    Args:
        envs: The environment, in the autoreset mode ``"SameStep"``.
        mask: The tokens that are allowed, the same ones always, for sb3-contrib's MaskablePPO. A
            mask that changes needs `r1gym.envs.wrappers.ActionMask` and SB3's DummyVecEnv.

    Raises:
        ConfigError: If the environment has another autoreset mode.
    """

    def __init__(self, envs: VectorEnv[Any, Any, Any], mask: Mask | None = None) -> None:
        if envs.metadata.get("autoreset_mode") is not AutoresetMode.SAME_STEP:
            raise ConfigError(
                "Stable-Baselines3 needs a vector environment that resets in the same step: make "
                "it with autoreset_mode='SameStep'."
            )
        self.envs = envs
        self._masks = None if mask is None else np.tile(mask, (envs.num_envs, 1))
        super().__init__(envs.num_envs, envs.single_observation_space, envs.single_action_space)
        self._actions: Array = np.zeros(self.num_envs, np.int64)
        self._returns = np.zeros(self.num_envs)
        self._lengths = np.zeros(self.num_envs, np.int64)
        self._start = time.time()

    def reset(self) -> Array:
        """Starts an episode in every row, with the seeds of `seed` or the options if any."""
        seeds: Any = None if all(seed is None for seed in self._seeds) else self._seeds
        options = self._options[0]
        if any(other != options for other in self._options):
            raise ConfigError("The rows of a vector environment can only have the same options.")
        observations, infos = self.envs.reset(seed=seeds, options=options or None)
        self._reset_seeds()
        self._reset_options()
        self.reset_infos = _by_row(infos, range(self.num_envs), self.num_envs)
        self._returns[:] = 0
        self._lengths[:] = 0
        return np.asarray(observations)

    def step_async(self, actions: Array) -> None:
        """Takes the actions of the next `step_wait`."""
        self._actions = actions

    def step_wait(self) -> tuple[Array, Array, Array, list[dict[str, Any]]]:
        """Appends a token to every row; rows that end start their next episode."""
        observations, rewards, terminations, truncations, infos = self.envs.step(self._actions)
        dones = terminations | truncations
        self._returns += rewards
        self._lengths += 1
        rows: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        ended = dones.nonzero()[0].tolist()
        if ended:
            final_obs, final_info = infos.pop("final_obs"), infos.pop("final_info")
            last = _by_row(final_info, ended, self.num_envs)
            first = _by_row(infos, ended, self.num_envs)
            seconds = round(time.time() - self._start, 6)
            for row in ended:
                episode = {
                    "r": float(self._returns[row]),
                    "l": int(self._lengths[row]),
                    "t": seconds,
                }
                rows[row] = {
                    **last[row],
                    "terminal_observation": final_obs[row],
                    "TimeLimit.truncated": False,
                    "truncated": bool(truncations[row]),
                    "episode": episode,
                }
                self.reset_infos[row] = first[row]
            self._returns[ended] = 0
            self._lengths[ended] = 0
        return np.asarray(observations), rewards.astype(np.float32), dones, rows

    def close(self) -> None:
        """Closes the environment."""
        self.envs.close()

    def get_attr(self, attr_name: str, indices: VecEnvIndices = None) -> list[Any]:
        """Returns an attribute, the same for every row."""
        if attr_name == "action_masks" and self._masks is not None:
            return list(self._masks)  # MaskablePPO asks whether there are any
        value = getattr(self.envs, attr_name)
        return [value for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: VecEnvIndices = None) -> None:
        """Sets an attribute of the environment, of all rows at once."""
        setattr(self.envs, attr_name, value)

    def env_method(
        self,
        method_name: str,
        *method_args: Any,
        indices: VecEnvIndices = None,
        **method_kwargs: Any,
    ) -> list[Any]:
        """Calls a method of the environment once. Returns its result for every row."""
        if method_name == "action_masks" and self._masks is not None:
            return list(self._masks)
        result = getattr(self.envs, method_name)(*method_args, **method_kwargs)
        return [result for _ in self._get_indices(indices)]

    def env_is_wrapped(
        self, wrapper_class: type[gym.Wrapper[Any, Any, Any, Any]], indices: VecEnvIndices = None
    ) -> list[bool]:
        """Returns False for every row: there are no single environments to wrap."""
        return [False for _ in self._get_indices(indices)]

    def get_images(self) -> Sequence[Array | None]:
        """Returns no images: there are none of text."""
        return [None] * self.num_envs


def _by_row(infos: dict[str, Any], rows: Iterable[int], count: int) -> list[dict[str, Any]]:
    """Returns the infos of some rows as dictionaries, from Gymnasium's arrays with masks."""
    result: list[dict[str, Any]] = [{} for _ in range(count)]
    rows = list(rows)
    for key, values in infos.items():
        if key.startswith("_"):
            continue
        mask = infos[f"_{key}"]
        for row in rows:
            if mask[row]:
                result[row][key] = values[row]
    return result
