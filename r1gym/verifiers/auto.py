"""The auto reward: each problem is scored by the verifier that it names itself.

For mixtures: mathematics by equality, code by its tests, multiple choice by its letter, open
questions by a judge (report section 2.3.4), all in one component of a reward sum.

Left out: several verifiers for one problem; that is what a reward sum is for. And scoring the
groups of a batch side by side; each of them uses threads or workers of its own.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from r1gym.core.checks import check_mapping
from r1gym.core.errors import ConfigError, R1GymError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.component import Component
from r1gym.verifiers.execution import Pair, score_batch_safely, score_safely
from r1gym.verifiers.protocol import register_verifier
from r1gym.verifiers.rows import named_verifier
from r1gym.verifiers.scope import KEYS

# Problems may be anyone's data. They must not choose where a key is sent, what a sandbox lets
# through or which model is loaded: of these verifiers they set the options listed and no other.
_LEFT_TO_PROBLEMS = {
    "code": frozenset({"partial"}),
    "judge": frozenset({"rubric"}),
    "reward_model": frozenset({"part"}),
}
_OF_SUMS = ("weight", "requires", *KEYS)
_MOST_BUILT = 64  # verifiers that problems named, with options of their own


@register_verifier("auto")
class Auto:
    """Pays what the verifier named by ``problem.metadata["verifier"]`` pays.

    A problem names it by its name, ``"choice"``, or with options,
    ``{"type": "judge", "rubric": "helpfulness"}``; one that names none is scored by ``code`` if it
    brings tests, and else by ``accuracy``. A verifier is made when a problem first names it. If it
    cannot be made, or could never pay under the prompt template, the score is ``verifier_error``,
    without a value: other problems are not concerned. Verifiers that `options` name are made, and
    refused, at once.

    Args:
        options: Constructor options by verifier name: ``{"judge": {"model": "Qwen/Qwen3-32B"}}``.
            With ``type`` another verifier stands in under the name, with these options alone:
            ``{"judge": {"type": "reward_model", "model": "grader/"}}``.

    Raises:
        UnknownNameError: If `options` name a verifier that does not exist.
        ConfigError: If they are not what that verifier takes.

    Example:
        >>> auto = Auto()
        >>> right = Completion("<answer>B</answer>")
        >>> problem = Problem("p", "Which?", "B", metadata={"verifier": "choice"})
        >>> auto.score(problem, right).value
        1.0
    """

    reads = frozenset({"answer", "choices", "tests", "verifier"})

    def __init__(self, *, options: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        by_name = {} if options is None else options
        such_as = "{'judge': {'model': 'Qwen/Qwen3-32B'}}"
        self._options = dict(check_mapping("The options of 'auto'", by_name, such_as))
        for name, given in self._options.items():
            check_mapping(f"The options of {name!r}", given, "{'model': 'Qwen/Qwen3-32B'}")
        self._template: str | None = None
        self._lock = threading.Lock()
        self._built: dict[str, Component] = {name: self._build(name) for name in self._options}

    def for_template(self, template: str) -> Auto:
        """Returns the reward for completions of a prompt template.

        Raises:
            ConfigError: If a verifier that `options` name could never pay under it.
        """
        fitted = copy.copy(self)
        fitted._template = template
        fitted._lock = threading.Lock()
        fitted._built = {name: part.for_template(template) for name, part in self._built.items()}
        return fitted

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns the score by the verifier that the problem names."""
        found = self.component_for(problem)
        if isinstance(found, Score):
            return found
        return score_safely(found.name, found.verifier, problem, completion)

    def score_batch(self, pairs: Sequence[Pair]) -> list[Score]:
        """Returns what `score` returns for each pair, in order; a verifier gets its own batch."""
        groups: dict[str, list[int]] = {}
        for place, (problem, _) in enumerate(pairs):
            groups.setdefault(_key(problem), []).append(place)
        scores: dict[int, Score] = {}
        for places in groups.values():
            found = self.component_for(pairs[places[0]][0])
            if isinstance(found, Score):
                scores.update(dict.fromkeys(places, found))
                continue
            group = [pairs[place] for place in places]
            made = score_batch_safely(found.name, found.verifier, group)
            scores.update(zip(places, made, strict=True))
        return [scores[place] for place in range(len(pairs))]

    def same_answer(self, problem: Problem, one: str, other: str) -> bool:
        """Returns whether two answers are the same to the verifier that the problem names."""
        found = self.component_for(problem)
        same = None if isinstance(found, Score) else getattr(found.bare, "same_answer", None)
        return one == other if same is None else bool(same(problem, one, other))

    def component_for(self, problem: Problem) -> Component | Score:
        """Returns the component for a problem, or the score that says why there is none."""
        key = _key(problem)
        with self._lock:  # so that threads do not load a model twice
            if key not in self._built:
                try:
                    component = self._build(*_read(problem))
                    if self._template is not None:
                        component = component.for_template(self._template)
                except R1GymError as error:
                    reason = f"problem {problem.id} names a verifier that cannot be used: {error}"
                    return Score(None, Verdict.VERIFIER_ERROR, reason)
                if len(self._built) >= _MOST_BUILT + len(self._options):
                    named = [key for key in self._built if key not in self._options]
                    del self._built[named[0]]
                self._built[key] = component
            return self._built[key]

    def _build(self, name: str, own: Mapping[str, Any] | None = None) -> Component:
        """Returns a verifier by its name, with the options that a problem adds to ours."""
        ours = self._options.get(name, {})
        kind = ours.get("type", name)
        if "auto" in (name, kind):
            raise ConfigError("The reward 'auto' cannot stand for itself: name another verifier.")
        options = {**ours, **(own or {})} if kind == name else {**ours}
        if taken := [option for option in _OF_SUMS if option in options]:
            raise ConfigError(
                f"The options of {name!r} must not hold {taken[0]!r}, which is for 'auto' itself."
            )
        return Component.build(name, {**options, "type": kind, "weight": 1.0})


def _key(problem: Problem) -> str:
    named = named_verifier(problem.metadata)
    return named if isinstance(named, str) else repr(named)


def _read(problem: Problem) -> tuple[str, dict[str, Any]]:
    """Returns the name and the options that a problem gives for its verifier.

    Raises:
        ConfigError: If they are not a name, or not options that problems may set.
    """
    named = named_verifier(problem.metadata)
    if isinstance(named, str):
        return named, {}
    options = dict(named) if isinstance(named, Mapping) else {}
    name = options.pop("type", None)
    if not isinstance(name, str):
        raise ConfigError(
            f"it must be a verifier's name, or a mapping with its type, not {named!r:.80}."
        )
    for option in options:
        if name in _LEFT_TO_PROBLEMS and option not in _LEFT_TO_PROBLEMS[name]:
            raise ConfigError(
                f"a problem must not set the option {option!r} of {name!r}; set it in the options "
                "of the reward 'auto'."
            )
    return name, options
