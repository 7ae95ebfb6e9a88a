"""The reward: a weighted sum of components, and itself a verifier.

One component whose grader failed makes the whole sum unknown (value None): paying the rest would
be a smaller reward for the same completion. Left out until they have a user: gating of one
component by another, and batches that run in workers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.protocol import VERIFIERS, Verifier


class RewardSum:
    """A weighted sum of reward components, looked up by name.

    Args:
        weights: Component names with their weights, for example
            ``{"accuracy": 1.0, "format": 0.1}``. The sum has the verdict of ``accuracy``, or else
            that of the first component.

    Raises:
        UnknownNameError: If no component has one of the names.
        ConfigError: If there is no component, or a weight is not a finite number.
    """

    def __init__(self, weights: Mapping[str, float]) -> None:
        if not weights:
            raise ConfigError("A reward needs at least one component, such as {'accuracy': 1.0}.")
        for name, weight in weights.items():
            if isinstance(weight, bool) or not isinstance(weight, int | float):
                raise ConfigError(
                    f"The weight of reward {name!r} must be a number, not {weight!r}."
                )
            if not math.isfinite(weight):
                raise ConfigError(f"The weight of reward {name!r} must be finite, not {weight!r}.")
        self.weights = dict(weights)
        self._components: dict[str, Verifier] = {name: VERIFIERS.get(name)() for name in weights}

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns the weighted sum, with each component's own score in ``parts``."""
        parts = {
            name: _score_safely(name, component, problem, completion)
            for name, component in self._components.items()
        }
        for part in parts.values():
            if part.value is None:
                return Score(None, part.verdict, part.reason, parts)
        total = sum(self.weights[name] * (part.value or 0.0) for name, part in parts.items())
        main = parts.get("accuracy") or next(iter(parts.values()))
        return Score(total, main.verdict, main.reason, parts)


def _score_safely(
    name: str, component: Verifier, problem: Problem, completion: Completion
) -> Score:
    """Scores with one component; an exception becomes a verdict: no run dies of a plugin."""
    try:
        score = component.score(problem, completion)
    except Exception as error:
        reason = f"reward {name!r} raised {type(error).__name__}: {error}"
        return Score(None, Verdict.VERIFIER_ERROR, reason)
    if not isinstance(score, Score):
        reason = f"reward {name!r} returned {type(score).__name__}, not a Score"
        return Score(None, Verdict.VERIFIER_ERROR, reason)
    return score
