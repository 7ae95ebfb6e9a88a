"""The native twin of TokenEnv: many episodes in one array, stepped together.

A step is a handful of array operations; only rows whose episode ends, or starts, are handled one
by one, by the same code as the single environment, and those that end together are scored as one
batch. Rendering to a screen is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from gymnasium.error import InvalidAction, ResetNeeded
from gymnasium.utils.seeding import np_random
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from r1gym.core.checks import check_whole, shown
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem, Score, Trajectory, Turn
from r1gym.envs.copies import CopiedWhole
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import Tokens, TokenTask, check_options, spec_of
from r1gym.envs.tokenizers import Tokenizer
from r1gym.problems.problem_set import ProblemSet

_MOST_CELLS = 2**31  # of all observations, 16 GiB

Rewards = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]
Step = tuple[Tokens, Rewards, Flags, Flags, dict[str, Any]]


class TokenVectorEnv(CopiedWhole, VectorEnv[Tokens, Tokens, npt.NDArray[Any]]):
    """`num_envs` token environments behind Gymnasium's vector interface.

    Row i behaves as a TokenEnv that is reset with ``seed + i``. Infos follow Gymnasium's
    convention: an array for each key and a mask ``_key`` of the rows that have it.

    Args:
        num_envs: The number of rows.
        spec: The task, see `TaskSpec`; or its fields as keywords. A curriculum is one for all rows,
            which tell it their results in order.
        autoreset_mode: ``"NextStep"`` (the step after the last one resets and ignores the row's
            action), ``"SameStep"`` (the last observation and info go to ``final_obs`` and
            ``final_info``) or ``"Disabled"`` (reset with ``options={"reset_mask": rows}``).
        copy: If False, observations are the environment's own array, which the next step changes.
            Worth it for long windows, where copying is most of a step's cost.
        render_mode: ``"ansi"`` or None.
        settings: Fields of the spec.

    Raises:
        R1GymError: If a name is unknown, a value is not allowed, or the file cannot be used.
    """

    def __init__(
        self,
        num_envs: int = 1,
        spec: TaskSpec | None = None,
        *,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        copy: bool = True,
        render_mode: str | None = None,
        **settings: Any,
    ) -> None:
        _check_gymnasiums(settings)
        num_envs = check_whole("num_envs", num_envs, least=1)
        if not isinstance(copy, bool):
            raise ConfigError(f"copy must be True or False, not {shown(copy)}.")
        if render_mode is not None and (not isinstance(render_mode, str) or render_mode != "ansi"):
            raise UnknownNameError("render mode", str(render_mode), ("ansi",))
        try:
            self.autoreset_mode = AutoresetMode(autoreset_mode)
        except ValueError as error:
            modes = [mode.value for mode in AutoresetMode]
            raise UnknownNameError("autoreset mode", str(autoreset_mode), modes) from error
        self.task = TokenTask(spec_of(spec, settings))
        if num_envs * (self.task.window + 1) > _MOST_CELLS:
            raise ConfigError(f"num_envs={num_envs} with window={self.task.window} is too large.")
        self.num_envs = num_envs
        self.copy = copy
        self.render_mode = render_mode
        self.metadata = {"render_modes": ["ansi"], "autoreset_mode": self.autoreset_mode}
        self.single_action_space = self.task.action_space
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.single_observation_space = self.task.observation_space
        self.observation_space = batch_space(self.single_observation_space, num_envs)

        shape = (num_envs, self.task.window + 1)
        self._observations: Tokens = np.zeros(shape, dtype=np.int64)
        self._view_observations()
        self._cursors = np.zeros(num_envs, np.int64)  # where in `_flat` each row's next token goes
        self._limits = self._cursors.copy()  # where that is once the row is truncated
        self._safe_steps = 0  # steps in which surely no row reaches its limit
        self._vocab_size, ends = self.tokenizer.vocab_size, self.tokenizer.end_ids
        # Whole arrays: NumPy takes longer to convert a number than to add 64 of them.
        self._ones = np.ones(num_envs, np.int64)
        self._end_ids, *self._more_end_ids = (np.full(num_envs, end) for end in ends)
        # The action of rows that ignore theirs; never an end.
        self._filler = next(i for i in range(len(ends) + 1) if i not in ends)
        self._ended: Rows | None = None  # rows without a running episode; None: all of them
        self._problems: dict[int, Problem] = {}
        self._prompt_lengths = [0] * num_envs
        self._turns: list[tuple[Turn, ...]] = [()] * num_envs
        self._turn_starts = [0] * num_envs
        self._rngs: list[np.random.Generator] = []

    def _view_observations(self) -> None:
        self._flat = self._observations.reshape(-1)
        self._lengths = self._observations[:, -1]

    def __getstate__(self) -> dict[str, Any]:
        # Copied and pickled, a view becomes an array of its own.
        return {k: v for k, v in vars(self).items() if k not in ("_flat", "_lengths")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._view_observations()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Returns the rows' current problems, gold answers included."""
        return tuple(self._problems[row] for row in sorted(self._problems))

    @property
    def problem_set(self) -> ProblemSet:
        """Returns the problems that episodes are drawn from."""
        return self.task.problem_set

    @property
    def tokenizer(self) -> Tokenizer:
        """Returns the tokenizer of observations and actions."""
        return self.task.tokenizer

    def score(self, problem: Problem, completion: Completion | str) -> Score:
        """Returns the score of a whole completion: what its tokens earn when stepped."""
        return self.task.score(problem, completion)

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> tuple[Tokens, dict[str, Any]]:
        """Starts an episode in every row, or in those of a mask.

        Args:
            seed: One seed for row 0, its successors for the others; or one for each row.
            options: ``{"problem": i}`` for the i-th problem of the set in every row, and
                ``{"reset_mask": rows}`` to reset only the rows where the boolean array is True.

        Raises:
            UnknownNameError: If there is another option.
            ConfigError: If the set has no such problem, or the mask or the seeds do not fit.
        """
        seeds = self._spread_seed(seed)
        options = check_options(options)
        rows = self._take_mask(options)
        if not self._rngs:
            if len(rows) < self.num_envs:
                raise ResetNeeded("The first reset must be of every row: leave out reset_mask.")
            self._rngs = [np_random(one)[0] for one in seeds]
        else:
            for row in rows:
                if seeds[row] is not None:
                    self._rngs[row] = np_random(seeds[row])[0]
        infos: dict[str, Any] = {}
        self._start_rows(rows, infos, options)
        ended = np.arange(0) if self._ended is None else self._ended
        self._ended = np.setdiff1d(ended, rows)
        return self._returned_observations(), infos

    def step(self, actions: Tokens) -> Step:
        """Appends one token to every row.

        Raises:
            InvalidAction: If the actions are not `num_envs` whole numbers in the action space.
            ResetNeeded: If a row has no running episode and is not reset by itself.
        """
        resetting = self._ended
        if resetting is None:
            raise ResetNeeded("There is no running episode: call reset() before step().")
        tokens = self._check_actions(actions, resetting)
        self._flat[self._cursors] = tokens
        self._cursors += self._ones
        self._lengths += self._ones
        terminations: Flags = tokens == self._end_ids
        for end_ids in self._more_end_ids:
            terminations |= tokens == end_ids
        self._safe_steps -= 1
        if self._safe_steps >= 0:
            truncations: Flags = np.zeros(self.num_envs, dtype=np.bool_)
            ended = terminations.nonzero()[0]
        else:
            truncations = (self._cursors == self._limits) & ~terminations
            truncations[resetting] = False
            ended = (terminations | truncations).nonzero()[0]
            self._safe_steps = max(0, int((self._limits - self._cursors).min()) - 1)
        rewards: Rewards = np.zeros(self.num_envs)
        infos: dict[str, Any] = {}
        if resetting.size:
            # They were stepped with the others, which harms nothing: the whole row is replaced.
            self._start_rows(resetting.tolist(), infos, {})
        self._ended = ended
        if ended.size:
            self._finish_rows(ended.tolist(), rewards, terminations, truncations, infos)
            if self.task.terminates_at_limit:
                terminations |= truncations
                truncations[:] = False
        return self._returned_observations(), rewards, terminations, truncations, infos

    def render(self) -> tuple[str, ...] | None:
        """Returns the text so far of every row (``"ansi"``), or None without a render mode."""
        if self.render_mode is None:
            return None
        texts = []
        for row, problem in enumerate(self.problems):
            prompt = str(self.task.describe(problem)["prompt"])
            texts.append(prompt + self.tokenizer.decode(self._ids(row, self._prompt_lengths[row])))
        return tuple(texts)

    def _returned_observations(self) -> Tokens:
        return self._observations.copy() if self.copy else self._observations

    def _spread_seed(self, seed: int | Sequence[int | None] | None) -> Sequence[int | None]:
        if seed is None:
            return [None] * self.num_envs
        if isinstance(seed, int | np.integer):
            return [int(seed) + row for row in range(self.num_envs)]
        if isinstance(seed, str | bytes) or not isinstance(seed, Sequence | np.ndarray):
            raise ConfigError(f"seed must be a whole number or a list of them, not {seed!r:.40}.")
        if len(seed) != self.num_envs:
            raise ConfigError(f"{len(seed)} seeds were given for num_envs={self.num_envs}.")
        return seed

    def _take_mask(self, options: dict[str, Any]) -> list[int]:
        """Returns the rows to reset, and takes the mask out of the options."""
        if "reset_mask" not in options:
            return list(range(self.num_envs))
        mask = np.asarray(options.pop("reset_mask"))
        if mask.dtype != np.bool_ or mask.shape != (self.num_envs,) or not mask.any():
            raise ConfigError(
                f"The reset option 'reset_mask' must be a boolean array of shape "
                f"({self.num_envs},) with at least one True."
            )
        rows: list[int] = mask.nonzero()[0].tolist()
        return rows

    def _check_actions(self, actions: Tokens, ignored: Rows) -> Tokens:
        """Returns the actions as tokens; rows that are about to be reset may hold anything."""
        tokens = np.asarray(actions)
        right_type = tokens.dtype == np.int64
        if tokens.shape != (self.num_envs,) or not (right_type or tokens.dtype.kind in "iu"):
            raise InvalidAction(
                f"Actions must be {self.num_envs} whole numbers, not an array of shape "
                f"{tokens.shape} and type {tokens.dtype}."
            )
        if ignored.size or not right_type:
            tokens = tokens.astype(np.int64)
        if ignored.size:
            if self.autoreset_mode is AutoresetMode.DISABLED:
                raise ResetNeeded(
                    f"The episodes of rows {ignored.tolist()} have ended: call "
                    "reset(options={'reset_mask': rows}) before step()."
                )
            tokens[ignored] = self._filler
        # As unsigned numbers negative ones are large: the largest shows what is wrong at both ends.
        row = int(tokens.view(np.uint64).argmax())
        if not 0 <= tokens.item(row) < self._vocab_size:
            raise InvalidAction(
                f"An action must be a whole number from 0 to "
                f"{self._vocab_size - 1}, not {tokens[row]} (row {row})."
            )
        return tokens

    def _start_rows(
        self, rows: Iterable[int], infos: dict[str, Any], options: Mapping[str, Any]
    ) -> None:
        described = []
        for row in rows:
            problem = self.task.pick_problem(options, self._rngs[row])
            length = self.task.start(problem, self._observations[row])
            self._problems[row] = problem
            self._prompt_lengths[row] = self._turn_starts[row] = length
            self._turns[row] = ()
            cursor = row * (self.task.window + 1) + length
            self._cursors[row] = cursor
            self._limits[row] = cursor + self.task.max_tokens
            described.append((row, self.task.describe(problem)))
        self._add_infos(infos, described)

    def _finish_rows(
        self,
        rows: list[int],
        rewards: Rewards,
        terminations: Flags,
        truncations: Flags,
        infos: dict[str, Any],
    ) -> None:
        """Scores the rows whose turn has ended, and ends the episodes of those without another."""
        task = self.task
        ended = [self._end_turn(row, bool(truncations[row])) for row in rows]
        scores = task.score_batch([(t.problem, t.completion) for t in ended])
        finished: list[tuple[int, dict[str, Any]]] = []
        going_on: list[tuple[int, dict[str, Any]]] = []
        for row, so_far, score in zip(rows, ended, scores, strict=True):
            rewards[row], info, answer = task.end_turn(so_far, score)
            (finished if answer is None else going_on).append((row, info))
            if answer is not None:
                self._go_on(row, answer)
                terminations[row] = truncations[row] = False
        if going_on:
            rows = [row for row, _ in finished]
            self._ended = np.array(rows, np.intp)
            self._safe_steps = 0
        if self.autoreset_mode is not AutoresetMode.SAME_STEP or not rows:
            self._add_infos(infos, going_on + finished)
            return
        self._add_infos(infos, going_on)
        self._add_infos(
            infos, [(row, {"final_obs": self._observations[row].copy()}) for row in rows]
        )
        infos["final_info"], infos["_final_info"] = {}, infos["_final_obs"].copy()
        self._add_infos(infos["final_info"], finished)
        self._start_rows(rows, infos, {})
        self._ended = np.arange(0)

    def _add_infos(self, infos: dict[str, Any], added: list[tuple[int, dict[str, Any]]]) -> None:
        """Adds rows' infos, of keys new to `infos`, as Gymnasium's `_add_info` would one by one."""
        columns: dict[str, tuple[npt.NDArray[Any], Flags]] = {}
        for row, info in added:
            for key, value in info.items():
                if key not in columns:
                    if type(value) in (int, float, bool):
                        column = np.zeros(self.num_envs, type(value))
                    else:
                        column = np.empty(self.num_envs, object)  # filled with None
                    columns[key] = column, np.zeros(self.num_envs, np.bool_)
                    infos[key], infos[f"_{key}"] = columns[key]
                column, mask = columns[key]
                column[row] = value
                mask[row] = True

    def _ids(self, row: int, start: int) -> list[int]:
        observation = self._observations[row]
        ids: list[int] = observation[start : observation[-1]].tolist()
        return ids

    def _end_turn(self, row: int, truncated: bool) -> Trajectory:
        ids = self._ids(row, self._turn_starts[row])
        self._turns[row] += (Turn(self.tokenizer.decode(ids), tuple(ids), None, truncated),)
        asked = self.task.interaction is not None  # else nobody reads the prompt's tokens
        prompt = self._observations[row, : self._prompt_lengths[row]].tolist() if asked else ()
        return Trajectory(self._problems[row], self._turns[row], tuple(prompt))

    def _go_on(self, row: int, answer: Turn) -> None:
        """Puts the answer to a row's turn behind it."""
        self._turns[row] += (answer,)
        observation, count = self._observations[row], len(answer.token_ids)
        length = int(observation[-1])
        observation[length : length + count] = answer.token_ids
        observation[-1] = self._turn_starts[row] = length + count
        self._cursors[row] += count
        self._limits[row] = self._cursors[row] + self.task.max_tokens


def _check_gymnasiums(arguments: dict[str, Any]) -> None:
    """Takes out what `gymnasium.make` knows of itself and `gymnasium.make_vec` hands on.

    Raises:
        ConfigError: If a time limit or a checker is asked for.
    """
    limit = arguments.pop("max_episode_steps", None)
    if limit is not None:
        raise ConfigError(
            "The native vector environment has no time limit besides the token limit: make it with "
            f"max_tokens={shown(limit)}, or with vectorization_mode='sync'."
        )
    disabled = arguments.pop("disable_env_checker", None)
    if disabled is not None and disabled is not True:
        raise ConfigError(
            "The native vector environment is not checked at its steps: leave out "
            "disable_env_checker, or make it with vectorization_mode='sync'."
        )
