"""The noisy reward: another component's verdict, turned round at set rates.

What training makes of a verifier that errs: with false positives at the rate f and false negatives
at the rate m the expected reward is f + (1 - m - f) times the true one, so that nothing is to be
learnt where the true-positive rate 1 - m equals f, and the opposite beyond. A reward by chance is
the case of two rates that add up to 1. Left out: noise that depends on what was answered; a judge
or a reward model brings its own.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from r1gym.core.checks import check_share, check_whole, shown
from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.component import Component
from r1gym.verifiers.execution import Pair, score_batch_safely
from r1gym.verifiers.protocol import register_verifier
from r1gym.verifiers.scope import KEYS

_OF_SUMS = ("weight", "requires", *KEYS)
_FIELDS = frozenset({"choices", "tests", "verifier"})  # of problems, for who does not say


@register_verifier("noisy")
class Noisy:
    """Pays what another component pays, but errs at set rates.

    Whether it errs is drawn from the seed, the question and the completion's text: the same text
    always gets the same verdict, so that no second try undoes an error, and a policy that has found
    a false positive may go on with it. An answer that could not be graded stays so. The true score
    is in ``parts``, under the component's name, and its mean is logged as
    ``rollout/NAME/COMPONENT``; ``info`` has ``flipped`` and ``true_value``. Verdicts are the noisy
    ones: put the component itself into the sum with the weight 0, as ``accuracy``, for a sum whose
    verdict, and so its evaluations, are true.

    Args:
        component: The component that judges: a name, or a mapping with its ``type`` and options.
        false_positive: The share of what it does not call correct that is paid 1.
        false_negative: The share of what it calls correct that is paid 0.
        seed: The seed of the errors.

    Raises:
        UnknownNameError: If there is no such component.
        ConfigError: If a rate is no share, or the component refuses its options.

    Example:
        >>> problem, right = Problem("p", "Compute 6*7", "42"), Completion("<answer>42</answer>")
        >>> score = Noisy(false_negative=1.0).score(problem, right)
        >>> score.value, score.reason, score.parts["accuracy"].value
        (0.0, 'turned round, a false negative: accuracy found it correct', 1.0)
    """

    def __init__(
        self,
        *,
        component: str | Mapping[str, Any] = "accuracy",
        false_positive: float = 0.0,
        false_negative: float = 0.0,
        seed: int = 0,
    ) -> None:
        self.false_positive = check_share("false_positive", false_positive)
        self.false_negative = check_share("false_negative", false_negative)
        self.seed = check_whole("seed", seed, least=0)
        self._inner = _component(component)

    @property
    def reads(self) -> frozenset[str]:
        """What the component reads, but its gold: that is asked for every gold, and errs once."""
        return frozenset(getattr(self._inner.bare, "reads", _FIELDS)) - {"answer"}

    def component_for(self, problem: Problem) -> Component | Score:
        """Returns the component that judges a problem, for those who check golds."""
        further = getattr(self._inner.bare, "component_for", None)
        return self._inner if further is None else further(problem)

    def for_template(self, template: str) -> Noisy:
        """Returns the reward for completions of a prompt template.

        Raises:
            ConfigError: If the component could never pay under it.
        """
        fitted = copy.copy(self)
        fitted._inner = self._inner.for_template(template)
        return fitted

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns the component's score, or its opposite."""
        return self.score_batch([(problem, completion)])[0]

    def score_batch(self, pairs: Sequence[Pair]) -> list[Score]:
        """Returns what `score` returns for each pair, in order."""
        scores = score_batch_safely(self._inner.name, self._inner.verifier, pairs)
        return [self._noised(*pair, score) for pair, score in zip(pairs, scores, strict=True)]

    def same_answer(self, problem: Problem, one: str, other: str) -> bool:
        """Returns whether two answers are the same to the component."""
        same = getattr(self._inner.bare, "same_answer", None)
        return one == other if same is None else bool(same(problem, one, other))

    def _noised(self, problem: Problem, completion: Completion, score: Score) -> Score:
        if score.value is None:
            return score
        name, is_right = self._inner.name, score.verdict is Verdict.CORRECT
        rate = self.false_negative if is_right else self.false_positive
        flipped = _drawn(self.seed, problem.question, completion.text) < rate
        known: dict[str, Any] = {
            "parts": {name: score},
            "info": {**score.info, "flipped": flipped, "true_value": score.value},
        }
        if not flipped:
            return Score(score.value, score.verdict, score.reason, **known)
        kind = "negative" if is_right else "positive"
        why = f"turned round, a false {kind}: {name} found it {score.verdict.value}"
        why += f" ({score.reason})" if score.reason else ""
        verdict = Verdict.WRONG if is_right else Verdict.CORRECT
        return Score(0.0 if is_right else 1.0, verdict, why, **known)


def _component(given: object) -> Component:
    options = {"type": given} if isinstance(given, str) else given
    if not isinstance(options, Mapping) or not isinstance(kind := options.get("type"), str):
        raise ConfigError(
            "component must be a component's name, or a mapping such as {'type': 'judge', "
            f"'model': 'Qwen/Qwen3-32B'}}, not {shown(given)}."
        )
    if taken := [option for option in _OF_SUMS if option in options]:
        raise ConfigError(
            f"The component of 'noisy' must not hold {taken[0]!r}: give it to 'noisy' itself."
        )
    return Component.build(kind, {**options, "weight": 1.0})


def _drawn(seed: int, question: str, text: str) -> float:
    """Returns a number from 0 up to 1 that these three decide."""
    said = "\0".join((str(seed), question, text)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(said, digest_size=6).digest()) / 2**48
