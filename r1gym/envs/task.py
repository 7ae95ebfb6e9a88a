"""What every door to the reward shares: problems to prompts, tokens to completions to scores.

The single environment, the vector environment and agents that sample whole completions all start
and end episodes here, so the same tokens earn the same reward whichever way they come.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self, cast

import gymnasium as gym
import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Discrete

from r1gym.core.checks import check_whole, half_a_character, shown
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Episode, Problem, Score, Trajectory, Turn, Verdict
from r1gym.envs.interactions import Interaction, load_interaction
from r1gym.envs.spec import TaskSpec
from r1gym.envs.templates import dress, encode_prompt, encode_turn, load_template
from r1gym.envs.token_space import TokenSpace, space_of
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.problems.curriculum import (
    Curriculum,
    Progress,
    choose_level,
    choose_problem,
    read_progress,
    record,
)
from r1gym.problems.loaders import load_problems
from r1gym.problems.problem_set import LeveledProblems, check_families
from r1gym.verifiers import RewardSum

Tokens = npt.NDArray[np.int64]
_MOST_TOKENS = 2**24  # in a window; an observation of more would take over 128 MiB


def pay(trajectory: Trajectory, score: Score) -> tuple[float, dict[str, Any]]:
    """Returns the reward and the info of the last step of an episode, or of a turn.

    A reward that is unknown because a grader failed pays 0.0 with ``info["masked"]`` set, and
    ``info["reason/<name>"]`` says why. What a component measured stands under its own keys, such as
    ``info["tests/accuracy"]``.
    """
    problem = trajectory.problem
    info: dict[str, Any] = {
        "completion": trajectory.turns[-1].text,
        "masked": score.value is None,
    }
    for name, part in score.parts.items():
        for key, value in part.info.items():
            info[f"{key}/{name}"] = value
        info[f"verdict/{name}"] = str(part.verdict)  # a fifth of what its `value` takes
        if part.value is not None:
            info[f"reward/{name}"] = part.value
        else:
            info[f"reason/{name}"] = _without_gold(part.reason, problem)
    return score.value or 0.0, info


def turn_info(trajectory: Trajectory, window: int, answer: Turn | None = None) -> dict[str, Any]:
    """Returns what the last step of a turn tells besides, where there may be several.

    Args:
        trajectory: The prompt and the turns, the one that ended included.
        window: Tokens of an observation.
        answer: What follows, if there is another turn.
    """
    mask = np.zeros(window, np.bool_)
    start, written = len(trajectory.prompt_ids), trajectory.mask
    mask[start : start + len(written)] = written
    info: dict[str, Any] = {"turn": len(trajectory.turns) // 2 + 1, "agent_mask": mask}
    return info if answer is None else info | {"feedback": answer.text}


def spec_of(spec: TaskSpec | None, settings: Mapping[str, Any]) -> TaskSpec:
    """Returns the spec that an environment is made with: one, or its fields by name.

    Raises:
        ConfigError: If it is both, or something else.
        UnknownNameError: If there is no such field.
    """
    if spec is None:
        if "env" in settings:
            raise UnknownNameError("argument of the environment", "env", ())
        return TaskSpec.of(settings)
    if not isinstance(spec, TaskSpec) or settings:
        raise ConfigError(
            f"An environment takes a TaskSpec or its fields as keywords, not {shown(spec)} with "
            f"{shown(dict(settings))}."
        )
    return spec


def _without_gold(reason: str, problem: Problem) -> str:
    """Returns a reason without the gold answers, which the error of a component may quote."""
    for gold in (problem.answer, *problem.other_answers):
        if text := str(gold).strip():
            reason = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", "(gold)", reason)
    return reason


class TokenTask:
    """A problem set with the tokenizer, template, limits, turns and reward that make it an MDP.

    Args:
        spec: What it is.

    Raises:
        R1GymError: If a name is unknown, a value is not allowed, or the file cannot be used.

    Attributes:
        spec: The spec, with nothing left to an id.
        max_tokens: The most tokens of a turn.
        terminates_at_limit: Whether an episode that reaches them is terminated, not truncated.
        interaction: What answers the policy's turns; None for a single turn.
        turns: The most turns of the policy's in an episode.
        room: The most tokens that follow a prompt, all turns and the answers to them.
        window: The tokens of an observation.
    """

    def __init__(self, spec: TaskSpec) -> None:
        self.spec = spec = replace(spec.filled(), env="")
        known = spec.settings()
        if spec.problems is None:
            raise ConfigError("problems are missing: give families, such as {'arithmetic': [1]}.")
        self.max_tokens: int = known["max_tokens"]
        self.terminates_at_limit = spec.at_limit == "terminate"
        self.problem_set = load_problems(spec.problems, known["split"], known["problem_seed"])
        self.curriculum: Curriculum | None = None
        self.progress = Progress(0)  # of the curriculum
        if spec.curriculum is not None:
            self.curriculum = Curriculum.of(spec.curriculum, self.problem_set)
            self.progress = Progress(self.curriculum.start)
        reward = RewardSum(known["rewards"])
        check_families(self.problem_set, reward)
        self.tokenizer = load_tokenizer(known["tokenizer"])
        self.template = load_template(spec.template, self.tokenizer)
        self.reward = reward.for_template(self.template)
        self.problem_set.check(self.reward)
        self._converse(load_interaction(spec.interaction))

    def _converse(self, interaction: Interaction | None) -> None:
        """Sets the turns, and what they leave of the window; both are read at every episode.

        Raises:
            ConfigError: If the window is too small for any episode, or too large.
        """
        self.interaction = interaction
        self.turns, answers = 1, 0
        if interaction is not None:
            self.turns, answers = interaction.turns, interaction.feedback_tokens
            self._encode_turn("-", ended=True)  # a chat template may refuse a second turn
        self.room = self.turns * self.max_tokens + (self.turns - 1) * answers
        self.window = self.spec.window or self._longest_prompt() + self.room
        check_whole("window", self.window, least=self.room + 1)
        if self.window > _MOST_TOKENS:
            raise ConfigError(
                f"The window has {self.window} tokens, more than {_MOST_TOKENS}: lower max_tokens "
                "or window."
            )

    def with_interaction(self, interaction: Interaction) -> Self:
        """Returns this task with turns; a window that was left open grows with them.

        Raises:
            ConfigError: If it has an interaction already.
        """
        if self.interaction is not None:
            raise ConfigError("The task has an interaction already: leave out one of the two.")
        task = copy.copy(self)
        task.spec = replace(self.spec, interaction=interaction)
        task._converse(interaction)
        return task

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # Nothing of a task changes but the curriculum's progress, which is replaced and not written
        # to; so copies share a file's problems and a judge's cache.
        return copy.copy(self)

    def _longest_prompt(self) -> int:
        return self.problem_set.longest(
            lambda question: encode_prompt(self.tokenizer, self.template, question)
        )

    @property
    def action_space(self) -> Discrete:
        """Returns the space of tokens."""
        return Discrete(self.tokenizer.vocab_size)

    @property
    def observation_space(self) -> TokenSpace:
        """Returns the space of windows, each with the number of its valid tokens at the end."""
        return space_of(self.window, self.tokenizer.vocab_size, self.spec.categorical)

    def encode_prompt(self, problem: Problem) -> list[int]:
        """Returns the token ids of a problem's prompt.

        Raises:
            ConfigError: If the prompt leaves no room for a completion of `max_tokens`, or holds
                half a character.
        """
        if (half := half_a_character(problem.question)) is not None:
            raise ConfigError(
                f"The question of problem {problem.id} holds half a character ({half!r}), which no "
                "tokenizer reads: mend the text."
            )
        ids = encode_prompt(self.tokenizer, self.template, problem.question)
        if len(ids) + self.room > self.window:
            turns = f" in {self.interaction.turns} turns" if self.interaction else ""
            raise ConfigError(
                f"The prompt of problem {problem.id} has {len(ids)} tokens, which with "
                f"max_tokens={self.max_tokens}{turns} do not fit window={self.window}; "
                f"pass window={len(ids) + self.room} or more."
            )
        return ids

    def pick_problem(self, options: Mapping[str, Any] | None, rng: np.random.Generator) -> Problem:
        """Returns the problem that the reset options ask for, or else a random one.

        With a curriculum a random one is of an open level.

        Raises:
            UnknownNameError: If there is an option other than ``problem``.
            ConfigError: If the set has no problem of that number.
        """
        size = len(self.problem_set)
        options = check_options(options)
        for name in options:
            if name != "problem":
                raise UnknownNameError("reset option", name, ("problem",))
        if not options:
            if self.curriculum is None:
                return self.problem_set[int(rng.integers(size))]
            level = choose_level(self.curriculum, self.progress, rng)
            problems = cast("LeveledProblems", self.problem_set)
            return problems[choose_problem(problems, level, rng)]
        number = options["problem"]
        return self.problem_set[
            check_whole("The reset option 'problem'", number, least=0, most=size - 1)
        ]

    def start(self, problem: Problem, observation: Tokens) -> int:
        """Writes a problem's first observation in place. Returns the length of its prompt."""
        ids = self.encode_prompt(problem)
        observation.fill(self.tokenizer.pad_id)
        observation[: len(ids)] = ids
        observation[-1] = len(ids)
        return len(ids)

    def describe(self, problem: Problem) -> dict[str, Any]:
        """Returns the info of a reset. The gold answer is not in it."""
        return {
            "problem_id": problem.id,
            "family": problem.family,
            "level": problem.level,
            "prompt": dress(self.template, problem.question),
        }

    def record(self, problem: Problem, score: Score) -> None:
        """Tells the curriculum, if there is one, how an episode ended; ungraded ones do not count.

        Environments do so at the end of an episode. Agents that sample whole completions do it for
        those they train on, in a fixed order.
        """
        if self.curriculum is not None and score.value is not None:
            correct = score.verdict is Verdict.CORRECT
            self.progress = record(self.curriculum, self.progress, problem.level, correct)

    @property
    def curriculum_state(self) -> dict[str, Any] | None:
        """Returns the curriculum's progress as JSON values; None without a curriculum."""
        return None if self.curriculum is None else self.progress.to_json()

    def restore_curriculum(self, state: Mapping[str, Any] | None) -> None:
        """Goes back to a saved `curriculum_state`.

        Raises:
            ConfigError: If it is of another curriculum, or one of the two has none.
        """
        if (state is None) is not (self.curriculum is None):
            raise ConfigError("The saved state has a curriculum or has none, unlike this task.")
        if self.curriculum is not None and state is not None:
            self.progress = read_progress(self.curriculum, state)

    def end_turn(
        self, so_far: Trajectory, score: Score
    ) -> tuple[float, dict[str, Any], Turn | None]:
        """Returns what a turn's last step pays, its info, and the answer if there is another turn.

        Args:
            so_far: The prompt and the turns, the one that ended included.
            score: The score of that turn.
        """
        if self.interaction is None:
            self.record(so_far.problem, score)
            return *pay(so_far, score), None
        answer = self.answer_to(so_far, score)
        if answer is None:
            score = self.paid(so_far, score)
            self.record(so_far.problem, score)
        reward, info = pay(so_far, score)
        info |= turn_info(so_far, self.window, answer)
        return reward if answer is None else 0.0, info, answer

    def answer_to(self, so_far: Trajectory, score: Score) -> Turn | None:
        """Returns what follows a turn of the policy's; None if it was the last.

        Args:
            so_far: The turns, that one included.
            score: The score of that turn.

        Raises:
            ConfigError: If the interaction answers with no text, or with too long a one.
        """
        interaction = self.interaction
        if interaction is None or len(so_far.turns) + 1 >= 2 * self.turns:
            return None
        text = interaction.respond(so_far, score)
        if text is None:
            return None
        if not isinstance(text, str):
            raise ConfigError(f"A feedback must be a text or None, not {text!r}.")
        ended = so_far.turns[-1].token_ids[-1:]
        text, ids = self._encode_turn(text, bool(ended) and ended[0] in self.tokenizer.end_ids)
        if len(ids) > interaction.feedback_tokens:
            raise ConfigError(
                f"A feedback has {len(ids)} tokens, more than feedback_tokens="
                f"{interaction.feedback_tokens}: pass more, with a larger window, or shorten it."
            )
        return Turn(text, tuple(ids))

    def _encode_turn(self, said: str, ended: bool) -> tuple[str, list[int]]:
        return encode_turn(self.tokenizer, self.template, said, self.reward.opening, ended)

    def paid(self, trajectory: Trajectory, score: Score) -> Score:
        """Returns what a whole trajectory is paid, given the score of its last turn.

        Turns before the last pay nothing; each costs the interaction's discount.
        """
        discount = 1.0 if self.interaction is None else self.interaction.discount
        if discount == 1.0 or len(trajectory.turns) == 1 or score.value is None:
            return score
        value = discount ** (len(trajectory.turns) // 2) * score.value
        return Score(value, score.verdict, score.reason, score.parts, score.info)

    def score_trajectories(self, trajectories: Sequence[Trajectory]) -> list[Episode]:
        """Returns trajectories with what they are paid, in order."""
        open_ = [t for t in trajectories if t.graded is None]
        scores = iter(self.score_batch([(t.problem, t.completion) for t in open_]))
        return [Episode(t, self.paid(t, t.graded or next(scores))) for t in trajectories]

    def score(self, problem: Problem, completion: Completion | str) -> Score:
        """Returns the reward sum of a completion, with the components' scores in ``parts``."""
        if isinstance(completion, str):
            completion = Completion(completion)
        return self.reward.score(problem, completion)

    def score_batch(self, pairs: Sequence[tuple[Problem, Completion]]) -> list[Score]:
        """Returns what `score` returns for each problem with its completion, in order."""
        return self.reward.score_batch(pairs)


def check_options(options: object) -> dict[str, Any]:
    """Returns the options of a reset as a dictionary of one's own.

    Raises:
        ConfigError: If they are no mapping.
    """
    if options is None:
        return {}
    if not isinstance(options, Mapping):
        raise ConfigError(f"Reset options must be a mapping, not {shown(options)}.")
    return dict(options)


def task_of(env: gym.Env[Any, Any]) -> TokenTask:
    """Returns the task of a token environment, through whatever wrappers it has.

    Raises:
        ConfigError: If it is another environment.
    """
    if isinstance(env, str):  # as agents that learn take them
        raise ConfigError(f"{env!r} is a name: give the environment, gym.make({env!r}).")
    task = getattr(getattr(env, "unwrapped", None), "task", None)
    if not isinstance(task, TokenTask):
        raise ConfigError(f"{env} is not a token environment of r1gym.")
    return task


def split_observation(observation: Tokens) -> tuple[Tokens, Tokens]:
    """Returns views of the token window and of the number of valid tokens in it, in any shape."""
    return observation[..., :-1], observation[..., -1]
