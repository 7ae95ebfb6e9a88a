"""What a verifier is, and the registry that names resolve through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from r1gym.core.registry import Registry
from r1gym.core.types import Completion, Problem, Score


class Verifier(Protocol):
    """A reward component.

    `score` is total and deterministic: any text in, a Score out, from any thread, in bounded time.
    A failure of its own is a verdict (``verifier_error``, ``infra_error``, ``judge_failed``), never
    a value of 0 and never an exception. The gold answer scores 1, an empty answer 0.
    """

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns the score of `completion` as an answer to `problem`."""


VERIFIERS: Registry[Callable[[], Verifier]] = Registry("reward", group="r1gym.verifiers")

Factory = TypeVar("Factory", bound=Callable[[], Verifier])


def register_verifier(name: str) -> Callable[[Factory], Factory]:
    """Returns a class decorator that makes a verifier available as a reward called `name`.

    Args:
        name: The name that users write in ``rewards={name: weight}``.

    Raises:
        ConfigError: If another verifier has the name.

    Example:
        >>> @register_verifier("terseness")
        ... class Terseness:
        ...     def score(self, problem, completion):
        ...         return Score(1 / (1 + len(completion.text)), Verdict.CORRECT)
    """

    def add(factory: Factory) -> Factory:
        VERIFIERS.register(name)(factory)
        return factory

    return add
