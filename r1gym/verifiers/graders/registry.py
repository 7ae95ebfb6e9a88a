"""The names of graders, and how a worker process is put around each of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from r1gym.core.errors import ConfigError
from r1gym.core.objects import load_object
from r1gym.core.registry import Registry
from r1gym.verifiers.component import Component
from r1gym.verifiers.graders.function import FunctionGrader
from r1gym.verifiers.protocol import Verifier
from r1gym.verifiers.reward import RewardSpec, RewardSum

OURS = "r1gym"

# A function `(response, gold)` whose result `read_result` understands, or a class of verifiers.
GRADERS: Registry[Callable[..., Any]] = Registry(
    "grader",
    group="r1gym.graders",
    built_in={
        OURS: "r1gym.verifiers.reward:RewardSum",
        "math-verify": "r1gym.verifiers.graders.math_verify:math_verify [math-verify]",
        "sympy": "r1gym.verifiers.second_opinion:Sympy [math-verify]",
    },
)


def make_grader(
    grader: str | Callable[..., Any],
    rewards: RewardSpec,
    template: str = "",
    deadline: float = 15.0,
) -> Verifier:
    """Returns a grader as a verifier, in workers unless it is ours.

    Args:
        grader: A registered name, the place of a function, ``"module:function"``, or the function.
        rewards: The reward that stands for the grader ``"r1gym"``.
        template: The text that prompts were dressed in, with ``{question}`` in it; empty for none.
        deadline: Seconds that another grader may take for one response.

    Raises:
        UnknownNameError: If there is no such grader.
        ConfigError: If it cannot be loaded, or workers could not import it.
    """
    if grader == OURS:
        reward = RewardSum(rewards)
        return reward.for_template(template) if template else reward
    options = {"place": _place(grader), "deadline": deadline}
    name = grader if isinstance(grader, str) else grader.__name__
    component = _component(name, options)
    return component.for_template(template).verifier if template else component.verifier


def _component(name: str, options: Mapping[str, Any]) -> Component:
    return Component.build(name, {"weight": 1.0, **options}, FunctionGrader)


def _place(grader: str | Callable[..., Any]) -> str:
    """Returns where workers find a grader, ``"module:name"``.

    Raises:
        ConfigError: If they could not.
    """
    if isinstance(grader, str) and ":" in grader:
        load_object(grader, "grader")
        return grader
    found = GRADERS.get(grader) if isinstance(grader, str) else grader
    if inspect.ismodule(found) or not callable(found):
        raise ConfigError(f"The grader {grader!r} is no function and no class: {found!r:.80}.")
    module, name = getattr(found, "__module__", "__main__"), getattr(found, "__qualname__", "<>")
    if module == "__main__" or "<" in name:
        raise ConfigError(
            f"Worker processes must import the grader {grader!r}: define it at the top level of a "
            "module, a .py file of its own."
        )
    return f"{module}:{name}"
