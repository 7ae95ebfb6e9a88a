"""`r1gym explain`: a completion that is given, or one that a model writes now."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

import tyro

from r1gym.cli.values import json_object
from r1gym.core.errors import ConfigError
from r1gym.core.extras import needs
from r1gym.core.types import Completion
from r1gym.inspection import explain as recipe
from r1gym.verifiers import ANY_DOMAIN
from r1gym.verifiers.component import ComponentSpec

_PROBLEMS = "arithmetic:2-5 equations:1-3"
_OF_A_TARGET = (
    "model",
    "engine",
    "options",
    "temperature",
    "max_tokens",
    "seed",
    "device",
    "dtype",
)


@dataclass(frozen=True)
class Explain:
    """Explain what a completion earns: its final answer, and every component's verdict."""

    completion: tyro.conf.Positional[str] = "-"
    """The completion's text; - reads standard input."""
    target: str = ""
    """Let this model write the completion: a run, a checkpoint, a model or an endpoint."""
    file: str = ""
    """Read the completion from this file."""
    question: str = ""
    """The question, of a problem of your own."""
    answer: str = ""
    """Its gold answer."""
    problems: str = ""
    """Task families with their levels, or a .jsonl file, for --problem; empty for those of the run
    that --target names, or arithmetic:2-5 equations:1-3."""
    problem: int | None = None
    """Number of one of these problems."""
    split: str = ""
    """Their split; empty for the test split of families and for the whole of a file."""
    rewards: dict[str, ComponentSpec] | None = None
    """Reward components with their weights, or with JSON: {"weight": 0.2, "target": "en"}; if not
    given, those of the run that --target names, or accuracy auto and format 0.1."""
    template: str = ""
    """Prompt template, if the reward depends on it."""
    truncated: bool = False
    """The completion was cut off by the token limit."""
    model: str = ""
    """The model's name, where --target is an endpoint."""
    engine: str = ""
    """What samples from the target; empty for the run's own, or the embedded one."""
    options: str = ""
    """Options of that engine or of the endpoint, as JSON."""
    temperature: float = 0.6
    """Sampling temperature of the target."""
    max_tokens: int = 0
    """The most tokens that the target writes; 0 for as many as in its run, or 512."""
    seed: int = 0
    """Seed of the target's sampling."""
    device: str = ""
    """Torch device of the target."""
    dtype: Literal["", "float32", "bfloat16"] = ""
    """Type of the target's weights; empty for the one it was trained in, or float32."""


def explain(options: Explain) -> recipe.Explanation:
    """Returns the scored completion."""
    if options.target:
        return _answered(options)
    _refuse(options, _OF_A_TARGET, "is for a model that writes the completion: give --target MODEL")
    problem = recipe.choose_problem(
        options.question,
        options.answer,
        options.problems or _PROBLEMS,
        options.problem,
        options.split,
    )
    text = recipe.read_completion(options.completion, options.file)
    completion = Completion(text, truncated=options.truncated)
    rewards = ANY_DOMAIN if options.rewards is None else options.rewards
    return recipe.explain(problem, completion, rewards, options.template)


def _answered(options: Explain) -> recipe.Explanation:
    others = ("completion", "file", "split", "truncated")
    _refuse(options, others, "is for a completion that is given, and --target writes one now")
    if options.question and not options.answer:
        raise ConfigError("--question needs its gold answer to be graded: give --answer.")
    with needs("train", "r1gym explain --target"):
        play: Any = import_module("r1gym.inspection.play")
        answered: Any = import_module("r1gym.inspection.answered")
        targets: Any = import_module("r1gym.inspection.targets")
    asking = play.Asking(
        options.problem, options.question, options.answer, options.problems, options.rewards,
        options.template, options.max_tokens, 1, options.temperature, 1.0, options.seed,
    )  # fmt: skip
    extra = json_object("options", options.options) if options.options else None
    how = targets.How(options.model, options.engine, extra, options.device, dtype=options.dtype)
    found: recipe.Explanation = answered.explain_answer(options.target, asking, how)
    return found


def _refuse(options: Explain, names: tuple[str, ...], why: str) -> None:
    default = Explain()
    for name in names:
        if getattr(options, name) != getattr(default, name):
            shown = "A completion" if name == "completion" else f"--{name.replace('_', '-')}"
            raise ConfigError(f"{shown} {why}.")
