"""The reward: a weighted sum of components, and itself a verifier.

One component whose grader failed makes the whole sum unknown (value None): paying the rest would
be a smaller reward for the same completion. So it is even if a closed gate keeps that component
out: a judge that is down must not leave the wrong answers paid and the right ones masked. Only a
component that can never pay, of weight 0 and nobody's gate, is watched and masks nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from r1gym.core.checks import shown
from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.component import Component, ComponentSpec
from r1gym.verifiers.execution import Pair, score_batch_safely, score_safely
from r1gym.verifiers.response import opening_of, with_opening
from r1gym.verifiers.scope import nobody_for

RewardSpec = Mapping[str, ComponentSpec]
DEFAULT_REWARDS: RewardSpec = {"accuracy": 1.0, "format": 0.1}  # the report's rules, 2.2.2
# The same where every problem says which verifier judges it.
ANY_DOMAIN: RewardSpec = {"accuracy": {"type": "auto", "weight": 1.0}, "format": 0.1}
_SCORED = (
    "What is scored is a Problem and a Completion, such as Problem('half', 'What is 3/6?', '1/2') "
    "and Completion('<answer>0.5</answer>')."
)


class RewardSum:
    """A weighted sum of reward components, looked up by name.

    Args:
        rewards: Component names with their weights, for example
            ``{"accuracy": 1.0, "format": 0.1}``. A mapping in place of a number has the ``weight``,
            perhaps ``requires`` (another component's name: this one counts only if that one counts
            and is above 0), perhaps ``type`` (the registered name, if this one is free), perhaps
            ``for`` or ``except`` (families of problems that it is, or is not, for), and the options
            of the component's constructor, all of them JSON values:
            ``{"accuracy": 1.0, "language": {"weight": 0.2, "target": "en"}}``. Of the components
            that are for a problem, ``accuracy`` or else the first gives the sum its verdict. One of
            weight 0 that no other requires is only watched: its failure masks nothing.

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
            given = f", and not {shown(rewards)}" if not isinstance(rewards, Mapping) else ""
            raise ConfigError(
                f"A reward needs at least one component, such as {{'accuracy': 1.0}}{given}."
            )
        self.rewards = dict(rewards)
        self.template: str | None = None
        self.opening = ""
        self.components = {name: Component.build(name, spec) for name, spec in rewards.items()}
        self._gates = {name: _gates_of(name, self.components) for name in self.components}
        required = {gate for gates in self._gates.values() for gate in gates}
        self._watched = {n for n, part in self.components.items() if not part.weight} - required

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

    def components_for(self, problem: Problem) -> dict[str, Component]:
        """Returns the components that are for a problem, by name."""
        return {n: part for n, part in self.components.items() if part.scope.holds(problem.family)}

    def main_for(self, problem: Problem) -> Component | None:
        """Returns whose verdict the sum has: ``accuracy``, or else the first; None without any."""
        found = self.components_for(problem)
        return found.get("accuracy") or next(iter(found.values()), None)

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns the weighted sum, with each component's own score in ``parts``.

        Raises:
            ConfigError: If it is given anything but a Problem and a Completion.
        """
        if not isinstance(problem, Problem) or not isinstance(completion, Completion):
            raise ConfigError(_SCORED)
        response = with_opening(completion, self.opening)
        parts = {
            name: score_safely(name, part.verifier, problem, response)
            for name, part in self.components.items()
            if not part.scope.names or part.scope.holds(problem.family)
        }
        return self.combine(parts, problem)

    def score_batch(self, pairs: Sequence[Pair]) -> list[Score]:
        """Returns what `score` returns for each pair of problem and completion, in order.

        Components that wait or that run in workers take many pairs at a time.
        """
        opened = [(problem, with_opening(text, self.opening)) for problem, text in pairs]
        rows: list[dict[str, Score]] = [{} for _ in opened]
        for name, part in self.components.items():
            asked = [i for i, (one, _) in enumerate(opened) if part.scope.holds(one.family)]
            scores = score_batch_safely(name, part.verifier, [opened[i] for i in asked])
            for i, score in zip(asked, scores, strict=True):
                rows[i][name] = score
        return [self.combine(row, problem) for row, (problem, _) in zip(rows, pairs, strict=True)]

    def score_part(self, name: str, problem: Problem, completion: Completion) -> Score:
        """Returns one component's own score."""
        response = with_opening(completion, self.opening)
        return score_safely(name, self.components[name].verifier, problem, response)

    def combine(self, parts: Mapping[str, Score], problem: Problem) -> Score:
        """Returns the weighted sum of the components' own scores.

        Args:
            parts: The scores of the components that are for the problem.
            problem: The problem.
        """
        if not parts:
            scopes = {name: part.scope for name, part in self.components.items()}
            return Score(None, Verdict.VERIFIER_ERROR, nobody_for(problem.family, scopes))
        total = 0.0
        for name, part in parts.items():
            if part.value is None:
                if name in self._watched:
                    continue
                return Score(None, part.verdict, part.reason, parts)
            gates = self._gates[name]
            if not gates or all(g in parts and (parts[g].value or 0.0) > 0 for g in gates):
                total += self.components[name].weight * part.value
        if not math.isfinite(total):
            return Score(None, Verdict.VERIFIER_ERROR, "the sum of rewards is not finite", parts)
        main = _main_of(parts)
        if main is None:
            first = next(iter(parts.values()))
            return Score(None, first.verdict, first.reason, parts)
        return Score(total, main.verdict, main.reason, parts)


def _main_of(parts: Mapping[str, Score]) -> Score | None:
    """Returns the score whose verdict is the sum's; None if none of them is known."""
    main = parts.get("accuracy")
    if main is not None and main.value is not None:
        return main
    return next((part for part in parts.values() if part.value is not None), None)


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
