"""How a step's problems are played and scored: in shards, by this process, now or ahead.

A rollout that is sampled ahead is played by a thread while the step before it trains, with the
weights from before that step, and so is its scoring. It is waited for before the engine is sent
other weights, so that nothing depends on how fast anything is. Left out: more than one step ahead.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from r1gym.agents.learner_config import LearnerConfig
from r1gym.core.seeds import mixed
from r1gym.core.types import Episode, Problem, Trajectory, Turn
from r1gym.envs.task import TokenTask
from r1gym.models.world import World
from r1gym.rollout.engine import RolloutEngine, Sampling
from r1gym.rollout.play import play

Shard = tuple[tuple[int, ...], Sequence[Problem]]
"""What its seed is told by, and its problems."""
Played = tuple[list[Episode], dict[str, float]]
"""Scored trajectories, and how long it took."""


@dataclass(frozen=True)
class Player:
    """Plays problems, and scores what was said.

    Attributes:
        engine: What samples.
        task: What is played.
        config: How many trajectories a problem, in how many shards.
        sampling: How to sample.
        seed: The learner's seed.
    """

    engine: RolloutEngine
    task: TokenTask
    config: LearnerConfig
    sampling: Sampling
    seed: int

    def play(
        self, problems: Sequence[Problem], key: tuple[int, int], world: World, everywhere: bool
    ) -> Played:
        """Plays and scores this process's share of a step's problems.

        A shard is scored, in a thread, while the next one is played.

        Args:
            problems: All problems.
            key: The step, and which sampling of it.
            world: The processes.
            everywhere: Whether each process has a share; if not, process 0 has all.
        """
        started = time.perf_counter()
        *first, last = self._shards(problems, world, everywhere) or [((), ())]
        scored: list[Future[list[Episode]]] = []
        with ThreadPoolExecutor(1, "scoring") as scorer:
            for shard in first:
                said = self._said(shard, key)
                scored.append(scorer.submit(self.task.score_trajectories, said))
            said = self._said(last, key)
            sampled = time.perf_counter()
            episodes = [episode for part in scored for episode in part.result()]
        episodes += self.task.score_trajectories(said)  # here, where Ctrl-C reaches it
        times = {
            "time/sampling_seconds": sampled - started,
            "time/scoring_seconds": time.perf_counter() - sampled,
        }
        return episodes, times

    def _said(self, shard: Shard, key: tuple[int, int]) -> list[Trajectory]:
        """Plays a shard's problems; a process may have none."""
        number, problems = shard
        if not problems:
            return []
        groups = play(
            self.engine, self.task, problems, self.config.group_size, self.sampling,
            mixed(self.seed, *key, *number),
        )  # fmt: skip
        return [one for group in groups for one in group]

    def _shards(
        self, problems: Sequence[Problem], world: World, everywhere: bool
    ) -> Sequence[Shard]:
        """Returns this process's shards of the problems, each with its part of the seed."""
        count = max(1, min(self.config.shards or world.size, len(problems)))
        ends = [len(problems) * number // count for number in range(count + 1)]
        shards = [
            ((number,) if count > 1 else (), problems[ends[number - 1] : ends[number]])
            for number in range(1, count + 1)
        ]
        if everywhere:
            return world.share(shards)
        return shards if world.rank == 0 else []


class Ahead:
    """The next step's first sampling, which a thread does while this step trains."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._problems: list[Problem] = []
        self._played: Future[Played] | None = None
        self._saved: list[Any] = []

    def start(
        self, player: Player, problems: list[Problem], step: int, world: World, everywhere: bool
    ) -> None:
        """Has a step's problems played from now on; it takes what `Player.play` takes."""
        self._problems = problems
        self._pool = self._pool or ThreadPoolExecutor(1, "sampling-ahead")
        self._played = self._pool.submit(player.play, problems, (step, 0), world, everywhere)

    def wait(self) -> None:
        """Waits until all is played, before the engine gets other weights."""
        if self._played is not None:
            self._played.exception()

    def take(
        self, player: Player, problems: Sequence[Problem], leads: bool = True
    ) -> Played | None:
        """Returns what was played of problems ahead; None if nothing was.

        What a checkpoint brought back is scored again, by process 0, which has played it all.
        """
        if (played := self._played) is not None:
            self._played = None
            return played.result()
        if saved := self._saved:
            self._saved = []
            if not leads:
                return [], {}
            started, size = time.perf_counter(), player.config.group_size
            said = [_restored(row, problems[n // size]) for n, row in enumerate(saved)]
            episodes = player.task.score_trajectories(said)
            seconds = time.perf_counter() - started
            return episodes, {"time/sampling_seconds": 0.0, "time/scoring_seconds": seconds}
        return None

    @property
    def problems(self) -> list[Problem]:
        """The problems that were drawn ahead, until they are taken."""
        return self._problems

    def drawn(self) -> list[Problem]:
        """Returns the problems that were drawn ahead, once."""
        problems, self._problems = self._problems, []
        return problems

    def state(self) -> list[Any]:
        """Returns what was said, as plain data, when all is played."""
        if self._played is None:
            return self._saved
        return [_plain(episode.trajectory) for episode in self._played.result()[0]]

    def load_state(self, state: list[Any]) -> None:
        """Goes on from what `state` returned."""
        self._saved = state


def _plain(said: Trajectory) -> list[Any]:
    turns = [[t.text, t.token_ids, t.logprobs, t.truncated] for t in said.turns]
    return [said.version, said.prompt_ids, turns]


def _restored(row: list[Any], problem: Problem) -> Trajectory:
    version, prompt_ids, turns = row
    return Trajectory(problem, tuple(Turn(*turn) for turn in turns), prompt_ids, version)
