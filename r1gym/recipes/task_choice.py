"""What a run's options say about its problems and rewards, and what stands where they say nothing.

An environment's id has problems and rewards of its own, and they count unless others are given.
`r1/Math-v0`, the default, differs in two ways: its rewards are those of any domain, so that a file
of problems may name verifiers, and the tiny model gets of its problems only those that it is
pretrained on. No torch here: rescoring does without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r1gym.core.errors import ConfigError, RunError
from r1gym.core.run import read_config
from r1gym.envs.task import task_of
from r1gym.problems.problem_set import ProblemSet
from r1gym.problems.problem_text import is_file, parse_problems
from r1gym.recipes.environments import make_environment, registered_settings
from r1gym.verifiers import ANY_DOMAIN, DEFAULT_REWARDS, RewardSpec

DEFAULT_ENV = "r1/Math-v0"
TINY_PROBLEMS = "arithmetic:2-5 equations:1-3"
_CHOSEN: Mapping[str, Any] = {
    **dict.fromkeys(("env", "model", "problems", "eval_problems", "template"), ""),
    "rewards": None,
    "grpo": {"max_tokens": 1},
}
_TINY_FAMILIES = {"arithmetic", "equations"}  # `worked_solutions` has solutions of these


@dataclass(frozen=True)
class TaskChoice:
    """Problems and rewards, decided.

    Attributes:
        env: The environment's id.
        problems: Task families with their levels, or a file; empty for the environment's own.
        eval_problems: A file to evaluate on; empty for a split of `problems`.
        rewards: The reward components.
        template: The prompt template; empty for the tokenizer's own.
        max_tokens: The most tokens of a completion.
    """

    env: str
    problems: str
    eval_problems: str
    rewards: RewardSpec
    template: str
    max_tokens: int

    @classmethod
    def of(cls, plain: Mapping[str, Any], max_tokens: int) -> TaskChoice:
        """Decides what the settings of a run leave open.

        Args:
            plain: ``env``, ``model``, ``problems``, ``eval_problems``, ``rewards``, ``template``.
            max_tokens: The most tokens of a completion.

        Raises:
            ConfigError: If the environment does not exist.
        """
        env, problems, rewards = plain["env"], plain["problems"], plain["rewards"]
        if env == DEFAULT_ENV and not problems and plain["model"] == "tiny":
            problems = TINY_PROBLEMS
        if rewards is None:
            own = registered_settings(env)
            rewards = ANY_DOMAIN if env == DEFAULT_ENV else own.get("rewards", DEFAULT_REWARDS)
        return cls(env, problems, plain["eval_problems"], rewards, plain["template"], max_tokens)

    def settings(self, split: str, seed: int, tokenizer: str) -> dict[str, Any]:
        """Returns the keyword arguments of the environment on one split."""
        problems, split = self._source(split)
        settings = {"problems": parse_problems(problems)} if problems else {}
        return {
            **settings,
            "split": split,
            "problem_seed": seed,
            "rewards": self.rewards,
            "tokenizer": tokenizer,
            "template": self.template or None,
            "max_tokens": self.max_tokens,
        }

    def drawn(self, split: str, seed: int) -> ProblemSet:
        """Returns the procedural problems of a split, as a run with `seed` drew them."""
        chosen = {"problems": parse_problems(self.problems)} if self.problems else {}
        env = make_environment(self.env, split=split, problem_seed=seed, **chosen)
        return task_of(env).problem_set

    def tiny_families(self) -> dict[str, tuple[int, ...]]:
        """Returns the families that the tiny model is to be pretrained on.

        Raises:
            ConfigError: If there are problems that it has no solutions of.
        """
        families = parse_problems(self.problems) if self.problems else self.env
        unknown = (
            [name for name in families if name not in _TINY_FAMILIES]
            if isinstance(families, dict)
            else [families]
        )
        if isinstance(families, str) or unknown:
            raise ConfigError(
                f"The tiny model is pretrained on arithmetic and equations and does not know "
                f"{unknown[0]}: train another with --model FOLDER or --model HUB_ID, or this one "
                f"with --problems '{TINY_PROBLEMS}'."
            )
        return families

    def _source(self, split: str) -> tuple[str, str]:
        """Returns where a split's problems come from, and which split of that."""
        if not self.eval_problems or (split != "test" and not is_file(self.problems)):
            return self.problems, split
        # A file with another for evaluation is trained on whole: nothing of it is left to validate.
        return (self.problems if split == "train" else self.eval_problems), "all"


def read_choice(folder: Path) -> TaskChoice:
    """Returns the choice of a run of `r1gym train`.

    Raises:
        RunError: If the folder holds no run, or one of another version.
        ConfigError: If it holds another kind of run, or its environment does not exist.
    """
    plain = read_recipe(folder, "r1_zero", "r1gym train")
    check_kinds(folder, plain, _CHOSEN)
    return TaskChoice.of(plain, plain["grpo"]["max_tokens"])


def read_recipe(folder: Path, recipe: str, command: str) -> dict[str, Any]:
    """Returns the settings of a folder's run, which must be of a recipe.

    Raises:
        RunError: If the folder holds no run.
        ConfigError: If it holds another kind of run.
    """
    plain = read_config(folder)
    if plain.pop("recipe", None) != recipe:
        raise ConfigError(f"{folder} holds no run of `{command}`.")
    return plain


def check_kinds(
    folder: Path, plain: Mapping[str, Any], like: Mapping[str, Any], prefix: str = ""
) -> None:
    """Checks that settings read from a file are of the kinds that they were written with.

    Args:
        folder: The run's folder, for the message.
        plain: The settings.
        like: Settings of the right kinds; None stands for a mapping or nothing.
        prefix: What stands before their names.

    Raises:
        RunError: If one is missing or of another kind.
    """
    for name, model in like.items():
        if name not in plain:
            raise other_version(folder, f"{prefix}{name} is missing")
        found = plain[name]
        if isinstance(model, Mapping) and isinstance(found, Mapping):
            check_kinds(folder, found, model, f"{prefix}{name}.")
        elif not _is_like(found, model):
            raise RunError(
                f"{folder / 'config.json'} is broken: {prefix}{name} cannot be {found!r:.60}. "
                "Bring the file back, or delete the folder to start anew."
            )


def _is_like(found: object, model: object) -> bool:
    if model is None:
        return found is None or isinstance(found, Mapping)
    return type(found) is type(model) or (type(model) is float and type(found) is int)


def other_version(folder: Path, error: object) -> RunError:
    """Returns the error for settings that this version of r1gym does not have."""
    return RunError(
        f"{folder} was made by another version of r1gym, whose settings differ ({error})."
    )
