"""The reward: a weighted sum of components, and itself a verifier.

One component whose grader failed makes the whole sum unknown (value None): paying the rest would
be a smaller reward for the same completion. So it is even if a closed gate keeps that component
out: a judge that is down must not leave the wrong answers paid and the right ones masked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.component import Component, ComponentSpec
from r1gym.verifiers.execution import Pair, score_batch_safely, score_safely
from r1gym.verifiers.response import opening_of, with_opening

RewardSpec = Mapping[str, ComponentSpec]
DEFAULT_REWARDS: RewardSpec = {"accuracy": 1.0, "format": 0.1}  # the report's rules, 2.2.2
# The same where every problem says which verifier judges it.
ANY_DOMAIN: RewardSpec = {"accuracy": {"type": "auto", "weight": 1.0}, "format": 0.1}


class RewardSum:
    """A weighted sum of reward components, looked up by name.

    Args:
        rewards: Component names with their weights, for example
            ``{"accuracy": 1.0, "format": 0.1}``. A mapping in place of a number has the ``weight``,
            perhaps ``requires`` (another component's name: this one counts only if that one counts
            and is above 0), perhaps ``type`` (the registered name, if this one is free), and the
            options of the component's constructor, all of them JSON values:
            ``{"accuracy": 1.0, "language": {"weight": 0.2, "target": "en"}}``. The sum has the
            verdict of ``accuracy``, or else that of the first component.

    Attributes:
        rewards: What it was made from. A sum is copied and pickled as this alone, so that no
            component needs to be.
        components: Each component with its weight, gate and options, by name.
        opening: What the template leaves open, for every component to read; empty for nothing.

    Raises:
        UnknownNameError: If no component has one of the names.
        ConfigError: If there is no component, a weight is not a finite number, `requires` leads
            nowhere or in a circle, or a component refuses its options.

    Example:
        >>> reward = RewardSum({"accuracy": 1.0, "format": {"weight": 0.1, "requires": "accuracy"}})
        >>> problem = Problem("p", "Compute 6*7", "42")
        >>> reward.score(problem, Completion("<think>.</think><answer>42</answer>")).value
        1.1
        >>> reward.score(problem, Completion("<think>.</think><answer>41</answer>")).value
        0.0
    """

    def __init__(self, rewards: RewardSpec) -> None:
        if not isinstance(rewards, Mapping) or not rewards:
            raise ConfigError("A reward needs at least one component, such as {'accuracy': 1.0}.")
        self.rewards = dict(rewards)
        self.template: str | None = None
        self.opening = ""
        self.components = {name: Component.build(name, spec) for name, spec in rewards.items()}
        self._gates = {name: _gates_of(name, self.components) for name in self.components}

    def for_template(self, template: str) -> RewardSum:
        """Returns this sum with each component fit for a prompt template.

        Every component is handed completions with the tag in front that the template leaves open,
        such as ``<think>``: see `r1gym.verifiers.response`.

        Args:
            template: The template's text, with ``{question}`` in it.

        Raises:
            ConfigError: If a component could never be earned under it.
        """
        fitted = RewardSum.__new__(RewardSum)
        vars(fitted).update(vars(self), template=template, opening=opening_of(template))
        fitted.components = {
            name: part.for_template(template) for name, part in self.components.items()
        }
        return fitted

    def __reduce__(self) -> tuple[Any, ...]:
        return _remake, (self.rewards, self.template)

    @property
    def main(self) -> Component:
        """The component whose verdict is that of the sum: ``accuracy``, or else the first."""
        return self.components.get("accuracy") or next(iter(self.components.values()))

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns the weighted sum, with each component's own score in ``parts``."""
        response = with_opening(completion, self.opening)
        return self.combine(
            {
                name: score_safely(name, part.verifier, problem, response)
                for name, part in self.components.items()
            }
        )

    def score_batch(self, pairs: Sequence[Pair]) -> list[Score]:
        """Returns what `score` returns for each pair of problem and completion, in order.

        Components that wait or that run in workers take many pairs at a time.
        """
        names = list(self.components)
        pairs = [(problem, with_opening(text, self.opening)) for problem, text in pairs]
        columns = [
            score_batch_safely(name, part.verifier, pairs) for name, part in self.components.items()
        ]
        return [
            self.combine(dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)
        ]

    def score_part(self, name: str, problem: Problem, completion: Completion) -> Score:
        """Returns one component's own score."""
        response = with_opening(completion, self.opening)
        return score_safely(name, self.components[name].verifier, problem, response)

    def combine(self, parts: Mapping[str, Score]) -> Score:
        """Returns the weighted sum of the components' own scores."""
        total = 0.0
        for name, part in parts.items():
            if part.value is None:
                return Score(None, part.verdict, part.reason, parts)
            gates = self._gates[name]
            if not gates or all((parts[gate].value or 0.0) > 0 for gate in gates):
                total += self.components[name].weight * part.value
        if not math.isfinite(total):
            return Score(None, Verdict.VERIFIER_ERROR, "the sum of rewards is not finite", parts)
        main = parts.get("accuracy") or next(iter(parts.values()))
        return Score(total, main.verdict, main.reason, parts)


def _remake(rewards: RewardSpec, template: str | None) -> RewardSum:
    reward = RewardSum(rewards)
    return reward if template is None else reward.for_template(template)


def _gates_of(name: str, components: Mapping[str, Component]) -> tuple[str, ...]:
    """Returns the components that must be above 0 for one to count: the chain of `requires`."""
    chain: list[str] = []
    gate = components[name].requires
    while gate is not None:
        if gate not in components:
            raise ConfigError(
                f"Reward {[name, *chain][-1]!r} requires {gate!r}, which is not in the sum: "
                f"it has {', '.join(components)}."
            )
        if gate == name or gate in chain:
            circle = " -> ".join([name, *chain, gate])
            raise ConfigError(f"The rewards require each other in a circle: {circle}.")
        chain.append(gate)
        gate = components[gate].requires
    return tuple(chain)
