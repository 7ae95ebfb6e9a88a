"""`r1gym explain`."""

from __future__ import annotations

from dataclasses import dataclass, field

import tyro

from r1gym.core.types import Completion
from r1gym.inspection import explain as recipe
from r1gym.verifiers import ANY_DOMAIN
from r1gym.verifiers.component import ComponentSpec


@dataclass(frozen=True)
class Explain:
    """Explain what a completion earns: its final answer, and every component's verdict."""

    completion: tyro.conf.Positional[str] = "-"
    """The completion's text; - reads standard input."""
    file: str = ""
    """Read the completion from this file."""
    question: str = ""
    """The question, of a problem of your own."""
    answer: str = ""
    """Its gold answer."""
    problems: str = "arithmetic:2-5 equations:1-3"
    """Task families with their levels, or a .jsonl file, for --problem."""
    problem: int | None = None
    """Number of one of these problems."""
    split: str = ""
    """Their split; empty for the test split of families and for the whole of a file."""
    rewards: dict[str, ComponentSpec] = field(default_factory=lambda: dict(ANY_DOMAIN))
    """Reward components with their weights, or with JSON: {"weight": 0.2, "target": "en"}."""
    template: str = ""
    """Prompt template, if the reward depends on it."""
    truncated: bool = False
    """The completion was cut off by the token limit."""


def explain(options: Explain) -> recipe.Explanation:
    """Returns the scored completion."""
    problem = recipe.choose_problem(
        options.question, options.answer, options.problems, options.problem, options.split
    )
    text = recipe.read_completion(options.completion, options.file)
    completion = Completion(text, truncated=options.truncated)
    return recipe.explain(problem, completion, options.rewards, options.template)
