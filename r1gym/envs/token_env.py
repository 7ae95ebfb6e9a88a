"""Reasoning as reinforcement learning: the state is the text so far, the action the next token.

Nothing is paid until the episode ends; then the text is scored by rules. Left out on purpose: a
`reward_range`, shaping and partial credit (what is not checkable by rule gets hacked).
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import gymnasium as gym
import numpy as np
from gymnasium.error import InvalidAction, ResetNeeded

from r1gym.core.errors import ConfigError
from r1gym.core.printable import printable
from r1gym.core.types import Completion, Problem, Score, Trajectory, Turn
from r1gym.envs.copies import CopiedWhole
from r1gym.envs.interactions import Interaction
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import Tokens, TokenTask, spec_of
from r1gym.envs.tokenizers import Tokenizer
from r1gym.problems.curriculum import Progress
from r1gym.problems.problem_set import ProblemSet


@dataclass(frozen=True, slots=True, eq=False)
class EnvState:
    """A snapshot of a TokenEnv, to be handed back to `restore_state` and to nothing else."""

    tokenizer: str
    problem: Problem
    turns: tuple[Turn, ...]
    observation: Tokens
    prompt_length: int
    finished: bool
    rng: Mapping[str, Any]
    rng_seed: int
    progress: Progress


class TokenEnv(CopiedWhole, gym.Env[Tokens, int]):
    """One problem an episode, one token a step.

    Observations are one row of whole numbers: the tokens of prompt and completion, padded on the
    right, and in the last slot how many of them are valid (`r1gym.envs.task.split_observation`
    takes them apart). The end token terminates an episode and `max_tokens` truncates it, or
    terminates it as well (`at_limit`). Every
    reward before is 0.0.

    ``reset`` takes ``options={"problem": i}`` for the i-th problem of the set; its info holds
    ``problem_id``, ``family``, ``level`` and ``prompt``. The info of the last step holds
    ``completion`` (text), ``verdict/<name>`` and ``reward/<name>`` (unweighted) for each reward
    component, what a component measured besides (``tests/accuracy``: verdict, time and memory of
    each test that a program was run on), and ``masked``. If a grader failed, nothing is known about
    the completion: the reward is 0.0, ``masked`` is True, the component has a ``reason/<name>`` in
    place of a ``reward/<name>``, and a learner should drop the episode. The gold answer and the
    tests of a program are in no observation and in no info.

    With an `interaction` an episode has several turns. When the policy has ended one, the tokens of
    an answer are put behind it and the policy goes on after them; the end token of a turn stays in
    the observation, a truncated turn has none. The episode ends with the last turn, or when there
    is no answer, and pays that turn's reward. The info of a turn's last step holds, besides what it
    tells of the completion: ``turn`` (from 1), ``agent_mask`` (for each token of the window whether
    the policy wrote it) and, if there is another turn, ``feedback``.

    Args:
        spec: The task, see `TaskSpec`; or its fields as keywords, as `gymnasium.make` takes them.
        render_mode: ``"ansi"`` or ``"human"`` (writes to standard output), or None.
        settings: Fields of the spec.

    Raises:
        R1GymError: If a name is unknown, a value is not allowed, or the file cannot be used.

    Example:
        >>> import gymnasium as gym
        >>> import r1gym
        >>> env = gym.make("r1/Math-v0", problems={"arithmetic": [1]})
        >>> observation, info = env.reset(seed=0)
        >>> info["prompt"]
        'User: Compute 2+8. Assistant:'
        >>> for token in env.unwrapped.tokenizer.encode("<answer>10</answer>") + [1]:
        ...     observation, reward, terminated, truncated, info = env.step(token)
        >>> reward, terminated, info["verdict/accuracy"], info["verdict/format"]
        (1.0, True, 'correct', 'wrong')
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi", "human"], "render_fps": 30}  # noqa: RUF012

    def __init__(
        self, spec: TaskSpec | None = None, *, render_mode: str | None = None, **settings: Any
    ) -> None:
        # Not checked: Gymnasium warns of an unknown mode, and Stable-Baselines3 tries one first.
        self.render_mode = render_mode
        self._take(TokenTask(spec_of(spec, settings)))

    def _take(self, task: TokenTask) -> None:
        self.task = task
        # Gymnasium types a space by its NumPy scalar, agents pass plain ints as well.
        self.action_space = cast("gym.Space[int]", task.action_space)
        self.observation_space = task.observation_space
        self._vocab_size = task.tokenizer.vocab_size
        self._ends = frozenset(task.tokenizer.end_ids)
        self._problem: Problem | None = None
        self._observation: Tokens = np.zeros(task.window + 1, dtype=np.int64)
        self._turns: tuple[Turn, ...] = ()  # those that have ended, and the answers to them
        self._length = self._prompt_length = self._turn_start = self._limit = 0
        self._finished = True
        self._written = 0

    def converse(self, interaction: Interaction) -> None:
        """Gives the environment an interaction, before its first episode.

        Raises:
            ConfigError: If it has one already, or an episode has begun.
        """
        if self._problem is not None:
            raise ConfigError("An episode has begun: give the interaction before the first reset.")
        self._take(self.task.with_interaction(interaction))

    @property
    def problem(self) -> Problem:
        """Returns the problem of the current episode, gold answer included."""
        if self._problem is None:
            raise ResetNeeded("There is no episode yet: call reset() first.")
        return self._problem

    @property
    def problem_set(self) -> ProblemSet:
        """Returns the problems that episodes are drawn from."""
        return self.task.problem_set

    @property
    def tokenizer(self) -> Tokenizer:
        """Returns the tokenizer of observations and actions."""
        return self.task.tokenizer

    @property
    def prompt_ids(self) -> tuple[int, ...]:
        """Returns the tokens of the current episode's prompt."""
        return tuple(self._observation[: self._prompt_length].tolist())

    @property
    def completion_ids(self) -> list[int]:
        """Returns the tokens of the current turn so far."""
        ids: list[int] = self._observation[self._turn_start : self._length].tolist()
        return ids

    @property
    def written_ids(self) -> list[int]:
        """Returns all tokens after the prompt so far, of every turn and of the answers to them."""
        ids: list[int] = self._observation[self._prompt_length : self._length].tolist()
        return ids

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Tokens, dict[str, Any]]:
        """Starts an episode.

        Args:
            seed: Seeds the choice of this problem and the following ones.
            options: ``{"problem": i}`` for the i-th problem of the set.

        Raises:
            UnknownNameError: If there is an option other than ``problem``.
            ConfigError: If the set has no such problem, or its prompt does not fit the window.
        """
        super().reset(seed=seed)
        problem = self.task.pick_problem(options, self.np_random)
        self._begin(problem, self.task.start(problem, self._observation), ())
        self._finished = False
        if self.render_mode == "human":
            self._write_anew()
        return self._observation.copy(), self.task.describe(problem)

    def step(self, action: int) -> tuple[Tokens, float, bool, bool, dict[str, Any]]:
        """Appends one token.

        Raises:
            InvalidAction: If the action is not a whole number below the vocabulary's size.
            ResetNeeded: If there is no running episode.
        """
        if self._finished:
            raise ResetNeeded("There is no running episode: call reset() before step().")
        try:
            token = operator.index(action)
        except TypeError:
            token = -1
        if not 0 <= token < self._vocab_size:
            raise InvalidAction(
                f"An action must be a whole number from 0 to {self._vocab_size - 1}, "
                f"not {action!r}."
            )
        observation, length = self._observation, self._length + 1
        observation[length - 1] = token
        observation[-1] = self._length = length
        self._finished = token in self._ends or length == self._limit
        if self.render_mode == "human":
            self._write_new_text()
        if not self._finished:
            return observation.copy(), 0.0, False, False, {}
        terminated = token in self._ends
        so_far = self._end_turn(truncated=not terminated)
        score = self.score(so_far.problem, so_far.completion)
        reward, info, answer = self.task.end_turn(so_far, score)
        if answer is not None:
            self._go_on(answer)
            return observation.copy(), 0.0, False, False, info
        terminated |= self.task.terminates_at_limit
        return observation.copy(), reward, terminated, not terminated, info

    def _end_turn(self, *, truncated: bool) -> Trajectory:
        ids = self.completion_ids
        self._turns += (Turn(self.tokenizer.decode(ids), tuple(ids), None, truncated),)
        if self.task.interaction is None:  # nobody asks for the prompt's tokens, which take time
            return Trajectory(self.problem, self._turns)
        return self.trajectory

    def _go_on(self, answer: Turn) -> None:
        """Puts the answer to a turn behind it."""
        self._turns += (answer,)
        start, self._length = self._length, self._length + len(answer.token_ids)
        self._observation[start : self._length] = answer.token_ids
        self._observation[-1] = self._turn_start = self._length
        self._limit = self._length + self.task.max_tokens
        self._finished = False
        if self.render_mode == "human":
            self._write_anew()

    @property
    def trajectory(self) -> Trajectory:
        """Returns the turns that have ended in the current episode."""
        return Trajectory(self.problem, self._turns, self.prompt_ids)

    def score(self, problem: Problem, completion: Completion | str) -> Score:
        """Returns the score of a whole completion: what its tokens earn when stepped."""
        return self.task.score(problem, completion)

    def clone_state(self) -> EnvState:
        """Returns a snapshot that `restore_state` brings back, any number of times.

        It holds the episode, the random generator and the curriculum's progress, and serves every
        environment of the same specification.

        Raises:
            ResetNeeded: If there is no episode yet.
        """
        observation = self._observation.copy()
        observation.flags.writeable = False
        return EnvState(
            tokenizer=self.tokenizer.name,
            problem=self.problem,
            turns=self._turns,
            observation=observation,
            prompt_length=self._prompt_length,
            finished=self._finished,
            rng=self.np_random.bit_generator.state,
            rng_seed=self.np_random_seed,
            progress=self.task.progress,
        )

    def restore_state(self, state: EnvState) -> None:
        """Goes back to a snapshot of this environment or of one like it.

        Raises:
            ConfigError: If the snapshot has another tokenizer or window.
        """
        window = len(state.observation) - 1
        if (state.tokenizer, window) != (self.tokenizer.name, self.task.window):
            raise ConfigError(
                f"The state has tokenizer {state.tokenizer!r} and window {window}, this "
                f"environment {self.tokenizer.name!r} and {self.task.window}."
            )
        self._observation[:] = state.observation
        self._begin(state.problem, state.prompt_length, state.turns)
        self._finished = state.finished
        self.np_random.bit_generator.state = state.rng
        self._np_random_seed = state.rng_seed
        self.task.progress = state.progress
        if self.render_mode == "human":
            self._write_anew()

    def render(self) -> str | None:
        """Returns the text so far (``"ansi"``), or nothing: ``"human"`` writes as it goes.

        Raises:
            ResetNeeded: If there is no episode yet.
        """
        problem = self.problem
        if self.render_mode not in self.metadata["render_modes"]:
            gym.logger.warn("render() shows nothing without a render mode, 'ansi' or 'human'.")
        if self.render_mode != "ansi":
            return None
        return str(self.task.describe(problem)["prompt"]) + self._completion_text()

    def _begin(self, problem: Problem, prompt_length: int, turns: tuple[Turn, ...]) -> None:
        self._problem, self._turns = problem, turns
        self._prompt_length = self._turn_start = prompt_length
        if turns and len(turns) % 2 == 0:  # a turn is being written
            self._turn_start += sum(len(turn.token_ids) for turn in turns)
        elif turns:  # the last one has ended
            self._turn_start += sum(len(turn.token_ids) for turn in turns[:-1])
        self._length = int(self._observation[-1])
        self._limit = self._turn_start + self.task.max_tokens

    def _completion_text(self) -> str:
        return self.tokenizer.decode(self.written_ids)

    def _write_anew(self) -> None:
        self._written = 0
        sys.stdout.write(printable(str(self.task.describe(self.problem)["prompt"])))
        self._write_new_text()

    def _write_new_text(self) -> None:
        """Writes what the completion has gained, as somebody typing would."""
        text = self._completion_text()
        if not self._finished:
            # The last characters may be the first bytes of one that its next token completes.
            text = text.rstrip("\N{REPLACEMENT CHARACTER}")
        sys.stdout.write(printable(text[self._written :]) + ("\n" if self._finished else ""))
        sys.stdout.flush()
        self._written = max(self._written, len(text))
