"""R1-Zero's choice of problems and rewards, as a task for each split.

An environment's id has problems and rewards of its own, and they count unless others are given.
`r1/Math-v0`, the default, differs in two ways: its rewards are those of any domain, so that a file
of problems may name verifiers, and the tiny model gets of its problems only those that it is
pretrained on.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from r1gym.core.errors import ConfigError
from r1gym.envs.embedded_tokenizers import EMBEDDED
from r1gym.envs.packed import loadable
from r1gym.envs.spec import TaskSpec
from r1gym.models.gguf import unpack
from r1gym.problems.problem_text import is_file, parse_problems
from r1gym.verifiers import ANY_DOMAIN, RewardSpec

DEFAULT_ENV = "r1/Math-v0"
TINY = "tiny"
TINY_PROBLEMS = "arithmetic:2-5 equations:1-3"
SPLITS = ("train", "validation", "test")
_TINY_FAMILIES = {"arithmetic", "equations"}  # `worked_solutions` has solutions of these


def choose_tasks(
    env: str,
    problems: str,
    eval_problems: str,
    rewards: RewardSpec | None,
    template: str,
    model: str,
    max_tokens: int,
    seed: int,
) -> dict[str, TaskSpec]:
    """Returns the task of each split.

    Args:
        env: The environment's id.
        problems: Task families with their levels, or a file; empty for the environment's own.
        eval_problems: A file to evaluate on; empty for a split of `problems`.
        rewards: The reward components; None for the environment's own.
        template: The prompt template; empty for the tokenizer's own.
        model: The model, whose tokenizer it is.
        max_tokens: The most tokens of a completion.
        seed: The seed of the training problems.
    """
    if env == DEFAULT_ENV and not problems and model == TINY:
        problems = TINY_PROBLEMS
    if env == DEFAULT_ENV and rewards is None:
        rewards = ANY_DOMAIN
    tasks = {}
    for split in SPLITS:
        source, part = _source(problems, eval_problems, split)
        tasks[split] = TaskSpec(
            env=env,
            problems=source or None,
            split=part,
            problem_seed=seed if split == "train" else 0,
            rewards=rewards,
            tokenizer=tokenizer_of(model),
            template=template or None,
            max_tokens=max_tokens,
        )
    return tasks


def _source(problems: str, eval_problems: str, split: str) -> tuple[str, str]:
    """Returns where a split's problems come from, and which split of that."""
    if not eval_problems or (split != "test" and not is_file(problems)):
        return problems, split
    # A file with another for evaluation is trained on whole: nothing of it is left to validate.
    return (problems if split == "train" else eval_problems), "all"


def tokenizer_of(model: str) -> str:
    """Returns the name of a model's tokenizer: of the model itself, or ``"tiny"``."""
    if model == TINY:
        return TINY
    model = loadable(model)
    path = Path(unpack(model)).expanduser() / "config.json"
    try:
        config: Any = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    except (OSError, ValueError):
        return model  # whoever loads the model says what is wrong with it
    own = config.get("r1gym_tokenizer") if isinstance(config, dict) else None
    return str(own) if own in EMBEDDED else model


def tiny_families(spec: TaskSpec) -> dict[str, tuple[int, ...]]:
    """Returns the families that the tiny model is to be pretrained on.

    Raises:
        ConfigError: If there are problems that it has no solutions of.
    """
    families = spec.problems
    if isinstance(families, str):
        families = parse_problems(families)
    if isinstance(families, Mapping):
        unknown = [name for name in families if name not in _TINY_FAMILIES]
    else:
        unknown = [families or spec.env]
    if unknown or not isinstance(families, Mapping):
        raise ConfigError(
            f"The tiny model is pretrained on arithmetic and equations and does not know "
            f"{unknown[0]}: train another with --model FOLDER or --model HUB_ID, or this one with "
            f"--problems '{TINY_PROBLEMS}'."
        )
    return {name: tuple(levels) for name, levels in families.items()}


def check_known(option: str, problems: str, families: Collection[str]) -> None:
    """Checks that a model that is made here has seen all families that it is to be asked.

    Args:
        option: The setting that names them, for the message.
        problems: Task families with their levels; of a file nothing is known.
        families: Those of its corpus.

    Raises:
        ConfigError: If it has not.
    """
    if is_file(problems):
        return
    for name in parse_problems(problems):
        if name not in families:
            raise ConfigError(
                f"{option}: the model that is made here has never seen {name}: it knows "
                f"{', '.join(families)}. Name some of those, or give a model of yours with --model."
            )
