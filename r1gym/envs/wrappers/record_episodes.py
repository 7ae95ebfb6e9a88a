"""A file with one JSON line an episode, to be read by people and by programs.

Lines are only appended, by any number of environments and processes in turn: a kill cuts short at
most the last one, and whoever writes next begins a new line. Left out: a guard against power
failure (fsync), episodes that are reset before they end, and `restore_state`, after which reward
and steps are still those of all that was stepped since the reset.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.utils import RecordConstructorArgs

from r1gym.core.files import explained
from r1gym.core.types import Problem
from r1gym.envs.copies import CopiedWhole
from r1gym.envs.task import TokenTask
from r1gym.envs.wrappers.episode import question_tokens, token_env


class RecordEpisodes(CopiedWhole, gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Appends one JSON line to a file for each episode that ends.

    A line has ``problem_id``, ``family``, ``level``, ``prompt``, ``completion`` and its
    ``token_ids`` (of a conversation, all that follows the first prompt), ``reward``, ``rewards``
    and ``verdicts`` of the components, ``masked``, ``terminated``, ``truncated``, ``steps``,
    ``seconds`` and ``time``; within a `MultiTurn` also ``turn`` and ``agent_mask``, of a
    `ProcessReward` inside also ``process_rewards``, those of each step that paid.

    Args:
        env: A token environment.
        path: The file; folders that do not exist are made. What is in it stays.
        gold: Whether to write the gold answer as well, as ``answer``.

    Raises:
        ConfigError: If it is another environment.
        RunError: If the file cannot be written.

    Example:
        >>> import tempfile
        >>> import gymnasium as gym
        >>> import r1gym
        >>> from r1gym.envs.wrappers import WholeAnswer
        >>> path = Path(tempfile.mkdtemp()) / "episodes.jsonl"
        >>> env = RecordEpisodes(WholeAnswer(gym.make("r1/Math-v0")), path)
        >>> observation, info = env.reset(seed=0)
        >>> _ = env.step("<answer>-1</answer>")
        >>> row = json.loads(path.read_text())
        >>> row["completion"], row["reward"], row["verdicts"]["accuracy"]
        ('<answer>-1</answer>', 0.0, 'wrong')
    """

    same_task = True

    def __init__(
        self, env: gym.Env[Any, Any], path: str | os.PathLike[str], gold: bool = False
    ) -> None:
        RecordConstructorArgs.__init__(self, path=os.fspath(path), gold=gold)
        gym.Wrapper.__init__(self, env)
        self._base = token_env(env)
        self._path = Path(path).expanduser()
        self._gold = gold
        append_lines(self._path, [])
        self._begin()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Starts an episode."""
        observation, info = self.env.reset(seed=seed, options=options)
        self._begin()
        return observation, info

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Steps the environment, and writes a line if the episode ends.

        Raises:
            RunError: If the file cannot be written.
        """
        observation, reward, terminated, truncated, info = self.env.step(action)
        reward = float(reward)
        self._reward += reward
        self._steps += 1
        if "process_reward" in info:
            self._process_rewards.append(info["process_reward"])
        if terminated or truncated:
            row = describe_episode(
                self._base.task,
                self._base.problem,
                self._base.clone_state().observation,
                info,
                reward=self._reward,
                terminated=terminated,
                truncated=truncated,
                steps=self._steps,
                seconds=time.perf_counter() - self._started,
                gold=self._gold,
            )
            if self._process_rewards:
                row["process_rewards"] = self._process_rewards
            append_lines(self._path, [row])
        return observation, reward, terminated, truncated, info

    def _begin(self) -> None:
        self._started = time.perf_counter()
        self._reward, self._steps = 0.0, 0
        self._process_rewards: list[float] = []


def describe_episode(
    task: TokenTask,
    problem: Problem,
    observation: np.ndarray[Any, np.dtype[np.int64]],
    info: Mapping[str, Any],
    *,
    reward: float,
    terminated: bool,
    truncated: bool,
    steps: int | None,
    seconds: float,
    gold: bool,
) -> dict[str, Any]:
    """Returns the line of an episode.

    Args:
        task: The environment's task.
        problem: The episode's problem.
        observation: The last observation.
        info: The last info.
        reward: The sum of its rewards.
        terminated: Whether the end token ended it.
        truncated: Whether the token limit did.
        steps: The number of its steps; None for one a token.
        seconds: How long it took.
        gold: Whether the gold answer is in it.
    """
    start, end = question_tokens(task, problem), int(observation[-1])
    ids = observation[start:end].tolist()
    row = task.describe(problem) | {
        "completion": task.tokenizer.decode(ids),
        "token_ids": ids,
        "reward": float(reward),
        "rewards": _named("reward/", info),
        "verdicts": _named("verdict/", info),
        "masked": bool(info["masked"]),
        "terminated": bool(terminated),
        "truncated": bool(truncated),
        "steps": len(ids) if steps is None else steps,
        "seconds": round(float(seconds), 6),
        "time": round(time.time(), 3),
    }
    if "turn" in info:
        row |= {"turn": int(info["turn"]), "agent_mask": info["agent_mask"][start:end].tolist()}
    if gold:
        row["answer"] = problem.answer
        if problem.other_answers:
            row["other_answers"] = list(problem.other_answers)
    return row


def append_lines(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Appends rows to a file of JSON lines, while no other writer is at it.

    Raises:
        RunError: If the file cannot be written.
    """
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if data and file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":  # a kill has cut the last line short
                    data = b"\n" + data
            while data:  # a full disk takes a part, and raises the next time
                data = data[file.write(data) :]


def _named(prefix: str, info: Mapping[str, Any]) -> dict[str, Any]:
    values = {k.removeprefix(prefix): v for k, v in info.items() if k.startswith(prefix)}
    return {name: v if isinstance(v, str) else float(v) for name, v in values.items()}
