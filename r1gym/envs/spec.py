"""What a task is, written once: for environments, for agents, for recipes, and on disk.

Whoever builds a task takes a `TaskSpec`; the keyword arguments of ``gym.make("r1/...")`` are its
fields. None means the id's own value where there is an id, and else the default below.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import gymnasium as gym

from r1gym.core.checks import check_flag, check_one_of, check_text, check_whole, shown
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.plain import plain
from r1gym.verifiers import DEFAULT_REWARDS, RewardSpec

# Where neither the spec nor an id says anything. A template is then the tokenizer's own, a window
# large enough, and there is neither a curriculum nor a second turn.
_DEFAULTS: dict[str, Any] = {
    "split": "train",
    "problem_seed": 0,
    "rewards": DEFAULT_REWARDS,
    "tokenizer": "tiny",
    "max_tokens": 64,
}


_TEXTS = {
    "env": "the id of an environment",
    "problems": "families with levels, such as 'arithmetic:1-2', or a file, such as 'mine.jsonl'",
    "split": "'train', 'validation', 'test' or 'all'",
    "tokenizer": "'tiny', a folder or a Hugging Face id",
}
_WHOLE = {"problem_seed": 0, "max_tokens": 1, "window": 1}  # with the least of each


@dataclass(frozen=True)
class TaskSpec:
    """A problem set with the tokenizer, template, limits, turns and reward that make it an MDP.

    Attributes:
        env: An environment's id, whose own values stand wherever this has None; empty for none.
        problems: Task families with their levels, or a file; a mapping or a text, see
            `r1gym.problems.loaders.load_problems`.
        split: ``"train"``, ``"validation"`` or ``"test"``; for a file also ``"all"``.
        problem_seed: The seed of procedural problems. It is no part of ``reset(seed=...)``, which
            decides only which of the problems come up.
        rewards: Names of reward components with their weights, see `r1gym.RewardSum`.
        tokenizer: ``"tiny"``, a local folder or a Hugging Face id.
        template: A template's name or text, see `r1gym.envs.templates`; None for the tokenizer's
            own.
        max_tokens: The most tokens of a turn of the policy's, the end token included.
        at_limit: What an episode's end at `max_tokens` is to agents: ``"truncate"``, so that those
            with a value function take the value of what would have followed for its return, or
            ``"terminate"``: nothing follows. None is the former. Completions are scored alike.
        window: The tokens that an observation holds, prompt and all turns. None makes room for the
            longest prompt of a file, or for the longest that the task families promise.
        curriculum: Opens the levels one by one: ``{"start": 1, "raise_at": 0.7, "window": 64,
            "review": 0.2}``, see `r1gym.problems.curriculum.Curriculum`. None for all at once.
        categorical: Whether the observation space is a ``MultiDiscrete``, whose entries agents such
            as Stable-Baselines3's encode one-hot, in place of a ``Box`` of numbers. The
            observations themselves are the same. For small windows and vocabularies.
        interaction: What follows when the policy has ended its turn: a name, ``"try_again"``, or
            ``{"type": "try_again", "turns": 2}``, see `r1gym.envs.interactions`. None for a single
            turn.

    Raises:
        ConfigError: If a value is of a wrong kind.

    Example:
        >>> spec = TaskSpec(env="r1/Countdown-v0", max_tokens=128)
        >>> spec.filled().problems
        {'countdown': [1, 2, 3]}
        >>> TaskSpec.from_json(spec.to_json()) == spec
        True
    """

    env: str = ""
    problems: Mapping[str, Any] | str | None = None
    split: str | None = None
    problem_seed: int | None = None
    rewards: RewardSpec | None = None
    tokenizer: str | None = None
    template: str | None = None
    max_tokens: int | None = None
    at_limit: str | None = None
    window: int | None = None
    curriculum: Mapping[str, Any] | None = None
    categorical: bool | None = None
    interaction: Any = None

    def __post_init__(self) -> None:
        for name in (*_TEXTS, *_WHOLE, "at_limit", "categorical"):
            if (value := getattr(self, name)) is not None:
                object.__setattr__(self, name, _checked(name, value))
        for name in ("rewards", "curriculum", "interaction"):
            value = getattr(self, name)
            if isinstance(value, Mapping):  # one form, however it was written down
                object.__setattr__(self, name, plain(value))

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """Returns a spec of settings by name, none of which is left open by None.

        `gymnasium.make` puts what it is given in the place of the id's own value, so that a None
        would stand for something else there.

        Raises:
            UnknownNameError: If there is no such setting.
            ConfigError: If a value is of a wrong kind.
        """
        for name, value in settings.items():
            if name not in _FIELDS:
                raise UnknownNameError("argument of the environment", str(name), _FIELDS)
            if value is None and name not in _MAY_BE_NONE:
                _checked(name, value)
        return cls(**settings)

    def settings(self) -> dict[str, Any]:
        """Returns what is not left to the id, without the id: keywords of ``gym.make``."""
        return {
            name: value
            for name in _FIELDS
            if name != "env" and (value := getattr(self, name)) is not None
        }

    def filled(self) -> Self:
        """Returns the spec with the id's own values, and then the defaults, in place of None.

        Raises:
            ConfigError: If there is no environment of that id.
        """
        own = own_settings(self.env) if self.env else {}
        known = {name: own[name] for name in _FIELDS if own.get(name) is not None}
        return replace(self, **(_DEFAULTS | known | self.settings()))

    def make(self, **options: Any) -> gym.Env[Any, Any]:
        """Returns the environment.

        Args:
            options: What else it takes, such as ``render_mode``.

        Raises:
            ConfigError: If there is no id, or it is another kind of environment.
            R1GymError: If a value is not allowed.
        """
        try:
            with _explained(self.env):
                return gym.make(self.env, disable_env_checker=True, **self.settings(), **options)
        except TypeError as error:  # another environment takes no problems
            raise ConfigError(f"{self.env!r} is not a token environment of r1gym.") from error

    def to_json(self) -> dict[str, Any]:
        """Returns plain JSON values, without what is left to the id.

        Raises:
            ConfigError: If a value has no such form, as a function has none.
        """
        found = plain({"env": self.env} | self.settings())
        for name, value in found.items():
            try:
                json.dumps(value, allow_nan=False)
            except (TypeError, ValueError) as error:
                raise ConfigError(
                    f"{name} cannot be written down ({error}): give it by a name, not "
                    f"{shown(value)}."
                ) from error
        return dict(found)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Returns the spec that `to_json` wrote."""
        return cls.of(found)


_FIELDS = tuple(field.name for field in fields(TaskSpec))
_MAY_BE_NONE = ("template", "window", "curriculum", "interaction")


def _checked(name: str, value: object) -> object:
    """Returns a value of a spec as it is kept, if it is of the right kind."""
    if name == "categorical":
        return check_flag(name, value)
    if name == "at_limit":
        return check_one_of(name, value, ("truncate", "terminate"))
    if name in _WHOLE:
        return check_whole(name, value, least=_WHOLE[name])
    if name == "problems" and isinstance(value, Mapping):
        return plain(value)
    if name == "rewards":
        raise ConfigError("rewards must be names of components with their weights, not None.")
    return check_text(name, value, _TEXTS[name])


def own_settings(name: str) -> dict[str, Any]:
    """Returns the keyword arguments that an environment's id stands for.

    Raises:
        ConfigError: If there is no such id.
    """
    with _explained(name):
        return dict(gym.spec(name).kwargs)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except gym.error.Error as error:
        raise ConfigError(f"The environment {name!r} cannot be made: {error}") from error
    except ModuleNotFoundError as error:  # an id may name a module, and any word with a colon does
        raise ConfigError(f"The environment {name!r} cannot be made: {error}.") from error
