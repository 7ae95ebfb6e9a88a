"""A function as a reward: ``(problem, completion) -> number``, for those that keep nothing.

Left out: a deadline. What may hang belongs into a class that has one.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from r1gym.core.checks import shown
from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.protocol import Verifier

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_RIGHT_ABOVE = 0.5  # as graders are read


def as_factory(found: Callable[..., Any]) -> Callable[..., Verifier]:
    """Returns what makes the verifier of a function that scores; anything else as it is.

    Args:
        found: A class or a function that makes a verifier, or a function of a problem and a
            completion that returns a `Score`, a number or a truth value. Its further arguments,
            which have defaults, are the reward's options.

    Raises:
        ConfigError: If it is neither, by the arguments that it needs.
    """
    if isinstance(found, type | FunctionFactory):
        return found
    signature = inspect.signature(found)
    needed = [
        parameter
        for parameter in signature.parameters.values()
        if parameter.kind in _POSITIONAL and parameter.default is parameter.empty
    ]
    if len(needed) not in (0, 2):
        raise ConfigError(
            f"The function {_name(found)}{signature} is no reward: it must take (problem, "
            "completion), and options that have defaults."
        )
    return FunctionFactory(found) if needed else found


def _name(function: object) -> str:
    return getattr(function, "__name__", type(function).__name__)  # a partial has none


class FunctionFactory:
    """Makes verifiers of a function, with options.

    Args:
        function: The function.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        signature = inspect.signature(function)
        self.function = function
        self.__doc__, self.__name__ = function.__doc__, _name(function)
        options = [*signature.parameters.values()][2:]
        self.__signature__ = signature.replace(parameters=options)

    def __call__(self, **options: Any) -> FunctionVerifier:
        """Returns the verifier."""
        self.__signature__.bind(**options)  # an option without a default may be missing
        return FunctionVerifier(self.function, options)


class FunctionVerifier:
    """Scores with a function.

    Args:
        function: It is called with the problem, the completion and the options.
        options: Keyword arguments.
    """

    def __init__(self, function: Callable[..., Any], options: Mapping[str, Any]) -> None:
        self._function, self._options = function, dict(options)

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns what the function says; a number above 0.5 has the verdict correct.

        Raises:
            TypeError: If it says neither a score, a finite number nor a truth value.
        """
        said = self._function(problem, completion, **self._options)
        if isinstance(said, Score):
            return said
        value = float(said) if isinstance(said, bool) else said
        try:
            score = Score(value, Verdict.CORRECT)
        except (TypeError, ValueError) as error:
            raise TypeError(
                f"it returned {shown(said)}, and not a finite number, a truth value or a Score"
            ) from error
        is_right = (score.value or 0.0) > _RIGHT_ABOVE
        return score if is_right else Score(value, Verdict.WRONG)
