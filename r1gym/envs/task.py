"""What every door to the reward shares: problems to prompts, tokens to completions to scores.

The single environment, the vector environment and agents that sample whole completions all start
and end episodes here, so the same tokens earn the same reward whichever way they come.
"""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self, cast

import gymnasium as gym
import numpy as np
import numpy.typing as npt
from gymnasium.spaces import Box, Discrete

from r1gym.core.checks import check_text, check_whole, half_a_character, shown
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.envs.templates import dress, load_template
from r1gym.envs.tokenizers import Tokenizer, load_tokenizer
from r1gym.problems.curriculum import (
    Curriculum,
    Progress,
    choose_level,
    choose_problem,
    read_progress,
    record,
)
from r1gym.problems.loaders import JsonlProblems, load_problems
from r1gym.problems.problem_set import LeveledProblems
from r1gym.verifiers import DEFAULT_REWARDS, RewardSpec, RewardSum

Tokens = npt.NDArray[np.int64]
_NAMED = inspect.Parameter.KEYWORD_ONLY
_MOST_TOKENS = 2**24  # in a window; an observation of more would take over 128 MiB


def encode_prompt(tokenizer: Tokenizer, template: str, question: str) -> list[int]:
    """Returns the token ids of a question in its template, with the tokenizer's BOS if any."""
    return tokenizer.encode(dress(template, question), special=True)


def end_completion(
    tokenizer: Tokenizer, token_ids: Sequence[int], *, truncated: bool
) -> Completion:
    """Returns the completion that these tokens make, the end token included when there is one."""
    return Completion(tokenizer.decode(token_ids), tuple(token_ids), None, truncated)


def pay(problem: Problem, completion: Completion, score: Score) -> tuple[float, dict[str, Any]]:
    """Returns the reward and the info of an episode's last step.

    A reward that is unknown because a grader failed pays 0.0 with ``info["masked"]`` set, and
    ``info["reason/<name>"]`` says why. What a component measured stands under its own keys, such as
    ``info["tests/accuracy"]``.
    """
    info: dict[str, Any] = {"completion": completion.text, "masked": score.value is None}
    for name, part in score.parts.items():
        info.update({f"{key}/{name}": value for key, value in part.info.items()})
        info[f"verdict/{name}"] = part.verdict.value
        if part.value is not None:
            info[f"reward/{name}"] = part.value
        else:
            info[f"reason/{name}"] = _without_gold(part.reason, problem)
    return score.value or 0.0, info


def _without_gold(reason: str, problem: Problem) -> str:
    """Returns a reason without the gold answers, which the error of a component may quote."""
    for gold in (problem.answer, *problem.other_answers):
        if text := str(gold).strip():
            reason = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", "(gold)", reason)
    return reason


class TokenTask:
    """A problem set with the tokenizer, template, limits and reward that make it an MDP.

    Args:
        problems: Task families with their levels, or the path of a JSON-lines file.
        split: ``"train"``, ``"validation"`` or ``"test"``; for a file also ``"all"``.
        problem_seed: The seed of procedural problems. It is no part of ``reset(seed=...)``, which
            decides only which of the problems come up.
        rewards: Names of reward components with their weights, see `r1gym.RewardSum`.
        tokenizer: ``"tiny"``, a local folder or a Hugging Face id.
        template: A template's name or text; None for the tokenizer's own.
        max_tokens: The most tokens of a completion, the end token included.
        window: The tokens that an observation holds, prompt and completion. None makes room for
            the longest prompt of a file, or for the longest that the task families promise.
        curriculum: Opens the levels one by one: ``{"start": 1, "raise_at": 0.7, "window": 64,
            "review": 0.2}``, see `r1gym.problems.curriculum.Curriculum`. None for all at once.

    Raises:
        R1GymError: If a name is unknown, a value is not allowed, or the file cannot be used.
    """

    def __init__(
        self,
        problems: Mapping[str, Any] | str,
        split: str = "train",
        problem_seed: int = 0,
        rewards: RewardSpec = DEFAULT_REWARDS,
        tokenizer: str = "tiny",
        template: str | None = None,
        max_tokens: int = 64,
        window: int | None = None,
        curriculum: Mapping[str, Any] | None = None,
    ) -> None:
        self.max_tokens = check_whole("max_tokens", max_tokens, least=1)
        problem_seed = check_whole("problem_seed", problem_seed, least=0)
        split = check_text("split", split, "'train', 'validation', 'test' or 'all'")
        if isinstance(problems, str | Path):
            problems = check_text("problems", problems, "families with levels, or a file")
        tokenizer = check_text("tokenizer", tokenizer, "'tiny', a folder or a Hugging Face id")
        self.problem_set = load_problems(problems, split, problem_seed)
        self.curriculum: Curriculum | None = None
        self.progress = Progress(0)  # of the curriculum
        if curriculum is not None:
            self.curriculum = Curriculum.of(curriculum, self.problem_set)
            self.progress = Progress(self.curriculum.start)
        reward = RewardSum(rewards)
        self.tokenizer = load_tokenizer(tokenizer)
        self.template = load_template(
            self.tokenizer.default_template if template is None else template
        )
        self.reward = reward.for_template(self.template)
        if isinstance(self.problem_set, JsonlProblems):
            self.problem_set.check(self.reward)
        if window is None:
            window = self._longest_prompt() + self.max_tokens
        self.window = check_whole("window", window, least=self.max_tokens + 1)
        if self.window > _MOST_TOKENS:
            raise ConfigError(
                f"The window has {self.window} tokens, more than {_MOST_TOKENS}: lower max_tokens "
                "or window."
            )

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # Nothing of a task changes but the curriculum's progress, which is replaced and not written
        # to; so copies share a file's problems and a judge's cache.
        return copy.copy(self)

    def _longest_prompt(self) -> int:
        if isinstance(self.problem_set, JsonlProblems):
            # Those of every split: a policy trained on one must fit the observations of another.
            questions = self.problem_set.questions
            return max(len(encode_prompt(self.tokenizer, self.template, q)) for q in questions)
        empty = len(encode_prompt(self.tokenizer, self.template, ""))
        return empty + self.problem_set.question_bytes

    @property
    def action_space(self) -> Discrete:
        """Returns the space of tokens."""
        return Discrete(self.tokenizer.vocab_size)

    @property
    def observation_space(self) -> Box[np.int64]:
        """Returns the space of windows, each with the number of its valid tokens at the end."""
        high = np.full(self.window + 1, self.tokenizer.vocab_size - 1, dtype=np.int64)
        high[-1] = self.window
        return Box(np.zeros_like(high), high, dtype=np.int64)

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
        if len(ids) + self.max_tokens > self.window:
            raise ConfigError(
                f"The prompt of problem {problem.id} has {len(ids)} tokens, which with "
                f"max_tokens={self.max_tokens} do not fit window={self.window}; "
                f"pass window={len(ids) + self.max_tokens} or more."
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


def refuse_unknown(arguments: Mapping[str, Any], known: Callable[..., Any]) -> None:
    """Refuses arguments that an environment does not have, with the nearest that it has.

    Raises:
        UnknownNameError: If there is any.
    """
    for name in arguments:
        names = [p.name for p in inspect.signature(known).parameters.values() if p.kind is _NAMED]
        raise UnknownNameError("argument of the environment", name, names)


def task_of(env: gym.Env[Any, Any]) -> TokenTask:
    """Returns the task of a token environment, through whatever wrappers it has.

    Raises:
        ConfigError: If it is another environment.
    """
    task = getattr(env.unwrapped, "task", None)
    if not isinstance(task, TokenTask):
        raise ConfigError(f"{env} is not a token environment of r1gym.")
    return task


def split_observation(observation: Tokens) -> tuple[Tokens, Tokens]:
    """Returns the token window and the number of valid tokens in it.

    Works on one observation and on batches of any shape; both results are views.
    """
    return observation[..., :-1], observation[..., -1]
