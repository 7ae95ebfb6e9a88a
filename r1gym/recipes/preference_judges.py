"""Who says which of two responses is better, and whether one is good: judges by name.

    {"type": "rule", "verifier": {"type": "small_talk", "measure": "quality"}, "noise": 0.1}
    {"type": "endpoint", "model": "Qwen/Qwen3-32B", "base_url": "http://localhost:8000/v1"}

A rule stands in where the true quality is known, so that what a reward model learns, and what
hacks it, can be measured against it; its noise makes it as fallible as people are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from r1gym.core.checks import check_mapping, check_one_of, check_share
from r1gym.core.errors import ConfigError
from r1gym.core.registry import Registry
from r1gym.core.types import Completion, Problem, Score
from r1gym.models.scoring import PARTS, graded_part
from r1gym.verifiers.component import Component
from r1gym.verifiers.execution import score_safely
from r1gym.verifiers.judge.pairwise import PairwiseJudge
from r1gym.verifiers.judge.reply import JudgeFailure

_BETTER, _MUCH_BETTER = 0.1, 0.4  # differences of a rule's values


@dataclass(frozen=True)
class Judgement:
    """What a judge said.

    Attributes:
        value: How much better the first of two responses is, from 2 to -2, or whether one is good,
            1 or 0; None if the judge failed.
        reason: Why it failed.
    """

    value: float | None
    reason: str = ""


class PreferenceJudge(Protocol):
    """Judges responses. The same arguments get the same judgement, as far as an endpoint does that.

    Attributes:
        concurrency: How many judgements may be asked for at once, from threads.
    """

    concurrency: int

    def compare(
        self, problem: Problem, first: Completion, second: Completion, seed: int, number: int
    ) -> Judgement:
        """Returns which of two responses is better.

        Args:
            problem: What was asked.
            first: One response.
            second: The other.
            seed: The pair's own seed, whichever comes first.
            number: The number of this judgement among those of the pair.
        """

    def label(self, problem: Problem, completion: Completion, seed: int) -> Judgement:
        """Returns whether a response is good."""


class RuleJudge:
    """A verifier's values, with a share of wrong labels.

    A response is better if its value is higher by 0.1, and much better by 0.4; it is good if the
    verifier calls it correct.

    Args:
        verifier: The verifier: its name, or a mapping with its ``type`` and options.
        noise: The share of pairs, or of labels, that are turned round, drawn by their seeds.

    Raises:
        R1GymError: If there is no such verifier, or a value is not allowed.
    """

    concurrency = 1

    def __init__(self, *, verifier: str | Mapping[str, Any], noise: float = 0.0) -> None:
        spec = {"type": verifier} if isinstance(verifier, str) else verifier
        is_spec = isinstance(spec, Mapping) and isinstance(spec.get("type"), str)
        if not is_spec or "weight" in spec:
            raise ConfigError(
                "The verifier of a rule is a name, or a mapping with its type and options, not "
                f"{verifier!r:.80}."
            )
        self._component = Component.build("rule", {**spec, "weight": 1.0})
        self._noise = check_share("The noise of a rule", noise)

    def compare(
        self, problem: Problem, first: Completion, second: Completion, seed: int, number: int
    ) -> Judgement:
        """Returns which of two responses has the higher value, the same at every number."""
        scores = [self._score(problem, one) for one in (first, second)]
        for score in scores:
            if score.value is None:
                return Judgement(None, score.reason)
        difference = (scores[0].value or 0.0) - (scores[1].value or 0.0)
        size = abs(difference) + 1e-9
        value = 2.0 if size >= _MUCH_BETTER else float(size >= _BETTER)
        turned = -1 if self._is_wrong(seed) else 1
        return Judgement(turned * (value if difference > 0 else -value))

    def label(self, problem: Problem, completion: Completion, seed: int) -> Judgement:
        """Returns whether the verifier calls a response correct."""
        return labelled(self._score(problem, completion), self._is_wrong(seed))

    def _score(self, problem: Problem, completion: Completion) -> Score:
        return score_safely("rule", self._component.verifier, problem, completion)

    def _is_wrong(self, seed: int) -> bool:
        return bool(np.random.default_rng(seed).random() < self._noise)


def labelled(score: Score, turned: bool = False) -> Judgement:
    """Returns a score as a label: good from a value of 0.5 up."""
    if score.value is None:
        return Judgement(None, score.reason)
    return Judgement(float((score.value >= 0.5) is not turned))


class EndpointJudge:
    """A language model behind an OpenAI-compatible endpoint, see `PairwiseJudge`.

    Args:
        part: What it is shown: the ``"summary"`` after the thinking, or the whole ``"response"``.
        options: Those of the reward ``judge``; ``rubric`` is ``"helpfulness"`` or
            ``"harmlessness"``.
    """

    def __init__(self, *, part: str = "summary", **options: Any) -> None:
        self._part = check_one_of("The part that a judge sees", part, PARTS)
        self._pairs = PairwiseJudge(**options)
        self._single = Component.build(
            "judge",
            {"rubric": "helpfulness", "structured": False, **options}
            | {"type": "judge", "weight": 1.0},
        )
        self.concurrency = self._pairs.concurrency

    def compare(
        self, problem: Problem, first: Completion, second: Completion, seed: int, number: int
    ) -> Judgement:
        """Returns what the model says."""
        one, other = (graded_part(response.text, self._part) for response in (first, second))
        try:
            return Judgement(self._pairs.compare(problem.question, one, other, number))
        except JudgeFailure as failure:
            return Judgement(None, str(failure))

    def label(self, problem: Problem, completion: Completion, seed: int) -> Judgement:
        """Returns whether the model grades a response 6 or better of 10."""
        return labelled(score_safely("judge", self._single.verifier, problem, completion))


JUDGES: Registry[Callable[..., PreferenceJudge]] = Registry(
    "preference judge",
    group="r1gym.preference_judges",
    wants="a class or a function that makes a judge of preferences",
    fits=callable,
    built_in={
        "rule": "r1gym.recipes.preference_judges:RuleJudge",
        "endpoint": "r1gym.recipes.preference_judges:EndpointJudge [judge]",
    },
)
"""Judges by name; each is called with the other keys of its specification."""


def make_judge(spec: Mapping[str, Any]) -> PreferenceJudge:
    """Returns the judge that a mapping describes: its ``type``, and options.

    Raises:
        R1GymError: If there is no such judge, or it does not take the options.
    """
    such_as = "{'type': 'endpoint', 'model': 'Qwen/Qwen3-32B'}"
    options = dict(check_mapping("The judge of preferences", spec, such_as))
    kind = options.pop("type", None)
    if not isinstance(kind, str):
        raise ConfigError(f"The judge of preferences needs a type, as in {such_as}.")
    try:
        return JUDGES.get(kind)(**options)
    except TypeError as error:
        why = str(error).rpartition("() ")[2]
        raise ConfigError(f"The judge {kind!r} does not take these options: {why}.") from error
