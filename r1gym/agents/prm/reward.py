"""A step scorer as a reward: what reinforcement learning on a process reward model is paid.

Beside accuracy, with a weight of 0 for either, the score and the truth are logged side by side: a
learned scorer is an imperfect one, and what is trained on it finds out where (report, section 4.2).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from r1gym.agents.prm.rerank import OVER
from r1gym.agents.search.steps import Cut
from r1gym.core.checks import check_mapping, check_text
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.envs.templates import encode_prompt, load_template
from r1gym.envs.tokenizers import Tokenizer, load_tokenizer
from r1gym.models.step_scorer import StepScorer, make_step_scorer
from r1gym.verifiers.protocol import register_verifier


@dataclass(frozen=True)
class _Words:
    """In which words a policy is asked; see `r1gym.models.step_scorer.Speech`."""

    tokenizer: Tokenizer
    template: str


@register_verifier("step_scorer")
class StepReward:
    """Pays what a step scorer makes of a completion; ``correct`` from 0.5 up, ``wrong`` below.

    Its score's ``info`` has ``steps``, the values of the steps, and ``ends``, where each ends in
    tokens. An empty completion is 0.

    Args:
        scorer: The scorer's name.
        options: The scorer's options, such as ``{"model": FOLDER}``.
        over: How the steps' values become one reward: ``"min"``, ``"last"``, ``"product"``,
            ``"mean"``, or ``"sum"``, which pays for every further step.
        cut: Where steps end, such as ``"newline"``.
        tokenizer: The policy's tokenizer; None for that of the scorer's model.

    Raises:
        UnknownNameError: If there is no such scorer, way or option.
        ConfigError: If an option's value is not allowed.
        ModelNotFoundError: If the scorer's model cannot be loaded.
    """

    reads = frozenset[str]()  # it knows no gold
    tells_steps = True  # in its score's info

    def __init__(
        self,
        *,
        scorer: str = "token_classifier",
        options: Mapping[str, Any] | None = None,
        over: str = "min",
        cut: str = "newline",
        tokenizer: str | None = None,
    ) -> None:
        if over not in OVER:
            raise UnknownNameError("way from the steps' values to one", over, OVER)
        self._name = check_text("scorer", scorer, "a step scorer's name")
        self._options = dict(check_mapping("options", options or {}, '{"model": FOLDER}'))
        self._over, self._cut = OVER[over], Cut.of(cut)
        speaks = tokenizer or self._options.get("model")
        if not isinstance(speaks, str):
            raise ConfigError(
                "The reward 'step_scorer' needs to know the policy's tokens: give a tokenizer, "
                "such as {'tokenizer': 'tiny'}, or the folder of the scorer's model in its options."
            )
        self._tokenizer = load_tokenizer(speaks)
        self._speak(load_template(None, self._tokenizer))

    def _speak(self, template: str) -> None:
        self._words = _Words(self._tokenizer, template)
        self._scorer: StepScorer = make_step_scorer(self._name, self._words, self._options)

    def for_template(self, template: str) -> Self:
        """Returns the reward for another prompt template."""
        if template == self._words.template:
            return self
        reward = copy.copy(self)
        reward._speak(template)
        return reward

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns the reward of one completion."""
        return self.score_batch([(problem, completion)])[0]

    def score_batch(self, pairs: Sequence[tuple[Problem, Completion]]) -> list[Score]:
        """Returns the rewards of many completions, in order."""
        words = self._words
        written = [self._ids(completion) for _, completion in pairs]
        places = [i for i, ids in enumerate(written) if ids]
        scores = [Score(0.0, Verdict.UNPARSEABLE, "there is no text to score") for _ in pairs]
        if not places:
            return scores
        asked: dict[str, list[int]] = {}
        for problem, _ in pairs:
            if problem.question not in asked:
                asked[problem.question] = encode_prompt(
                    words.tokenizer, words.template, problem.question
                )
        steps = [self._cut.pieces(words.tokenizer, written[i]) for i in places]
        prompts = [asked[pairs[i][0].question] for i in places]
        values = self._scorer.score(prompts, steps)
        for place, found, cut in zip(places, values, steps, strict=True):
            scores[place] = self._score_of(found, list(map(len, cut)))
        return scores

    def _ids(self, completion: Completion) -> Sequence[int]:
        """Returns the tokens that were sampled, or those of a text that was not."""
        return completion.token_ids or self._tokenizer.encode(completion.written)

    def _score_of(self, values: list[float], lengths: list[int]) -> Score:
        value = float(self._over(values))
        verdict = Verdict.CORRECT if value >= 0.5 else Verdict.WRONG
        ends = [sum(lengths[: i + 1]) for i in range(len(lengths))]
        reason = f"{len(values)} steps, the worst of them {min(values):.3g}"
        return Score(value, verdict, reason, info={"steps": values, "ends": ends})
