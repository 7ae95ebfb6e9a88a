"""RecordEpisodes for the native vector environment.

Gymnasium's SyncVectorEnv and AsyncVectorEnv have no need of it: their environments take
`RecordEpisodes` itself, ``gym.make_vec(..., vectorization_mode="sync", wrappers=[...])``.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv, VectorWrapper

from r1gym.core.errors import ConfigError
from r1gym.envs.copies import CopiedWhole
from r1gym.envs.task import Tokens
from r1gym.envs.vector_env import TokenVectorEnv
from r1gym.envs.wrappers.record_episodes import append_lines, describe_episode


class VectorRecordEpisodes(CopiedWhole, VectorWrapper[Tokens, Tokens, Tokens, Tokens, Any]):
    """Appends one JSON line to a file for each episode that ends, see `RecordEpisodes`.

    Args:
        env: A native vector environment, as `gymnasium.make_vec` makes it.
        path: The file; folders that do not exist are made. What is in it stays.
        gold: Whether to write the gold answer as well, as ``answer``.

    Raises:
        ConfigError: If it is another environment.
        RunError: If the file cannot be written.

    Example:
        >>> import tempfile
        >>> import gymnasium as gym
        >>> import r1gym
        >>> path = Path(tempfile.mkdtemp()) / "episodes.jsonl"
        >>> envs = VectorRecordEpisodes(gym.make_vec("r1/Math-v0", num_envs=3), path)
        >>> observations, infos = envs.reset(seed=0)
        >>> _ = envs.step(np.array([1, 5, 1]))  # the end token in two rows
        >>> len(path.read_text().splitlines())
        2
    """

    same_task = True

    def __init__(
        self,
        env: VectorEnv[Tokens, Tokens, Any],
        path: str | os.PathLike[str],
        gold: bool = False,
    ) -> None:
        super().__init__(env)
        base = env.unwrapped
        if not isinstance(base, TokenVectorEnv):
            raise ConfigError(
                f"{env} is no native vector environment: give RecordEpisodes to its environments, "
                "gym.make_vec(..., vectorization_mode='sync', wrappers=[...])."
            )
        self._base = base
        self._path = Path(path).expanduser()
        self._gold = gold
        append_lines(self._path, [])
        self._started = np.zeros(base.num_envs)

    def reset(
        self, *, seed: Any = None, options: dict[str, Any] | None = None
    ) -> tuple[Tokens, dict[str, Any]]:
        """Starts an episode in every row, or in those of a mask."""
        rows = (options or {}).get("reset_mask", slice(None))
        observations, infos = self.env.reset(seed=seed, options=options)
        self._started[rows] = time.perf_counter()
        return observations, infos

    def step(self, actions: Tokens) -> tuple[Tokens, Any, Any, Any, dict[str, Any]]:
        """Steps every row, and writes a line for each episode that ends.

        Raises:
            RunError: If the file cannot be written.
        """
        same_step = self._base.autoreset_mode is AutoresetMode.SAME_STEP
        # In that mode the rows that end have new ones after the step.
        problems = self._base.problems if same_step else ()
        observations, rewards, terminations, truncations, infos = self.env.step(actions)
        ended = (terminations | truncations).nonzero()[0]
        if ended.size:
            problems = problems or self._base.problems
            last = infos["final_obs"] if same_step else observations
            columns = infos["final_info"] if same_step else infos
            now = time.perf_counter()
            rows = [
                describe_episode(
                    self._base.task,
                    problems[row],
                    last[row],
                    _row_of(columns, row),
                    reward=rewards[row],
                    terminated=terminations[row],
                    truncated=truncations[row],
                    steps=None,
                    seconds=now - self._started[row],
                    gold=self._gold,
                )
                for row in ended.tolist()
            ]
            append_lines(self._path, rows)
            self._started[ended] = now
        return observations, rewards, terminations, truncations, infos


def _row_of(columns: dict[str, Any], row: int) -> dict[str, Any]:
    """Returns one row's info from those of all rows, see Gymnasium's vector environments."""
    return {
        key: values[row]
        for key, values in columns.items()
        if not key.startswith("_") and columns[f"_{key}"][row]
    }
