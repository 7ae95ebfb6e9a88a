"""Step scorers: what says how good the beginning of a solution is, for reranking and for search.

A process reward model (Lightman et al. 2023, arXiv 2305.20050) is one, a policy's own likelihood
another, which takes no training. Scorers read the tokens that a policy wrote, cut into steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from typing import Any, Protocol

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.registry import Registry
from r1gym.envs.tokenizers import Tokenizer, token_difference

Steps = Sequence[Sequence[int]]
"""A completion's token ids, cut into steps; joined, they are the completion."""


class Speech(Protocol):
    """In which words a policy is asked and answers; a `TokenTask` says it."""

    @property
    def tokenizer(self) -> Tokenizer:
        """The policy's tokenizer."""

    @property
    def template(self) -> str:
        """The prompt template, with ``{question}`` in it."""


class StepScorer(Protocol):
    """Scores the beginnings of solutions."""

    name: str

    def score(self, prompts: Sequence[Sequence[int]], steps: Sequence[Steps]) -> list[list[float]]:
        """Returns for each completion a value from 0 to 1 for each of its steps.

        A step's value is that of all that is written up to its end: higher is better.

        Args:
            prompts: Token ids of each completion's prompt; those of one prompt may be many.
            steps: The completions, or beginnings of some.
        """


STEP_SCORERS: Registry[Callable[..., StepScorer]] = Registry(
    "step scorer",
    group="r1gym.step_scorers",
    built_in={
        "calibrated_likelihood": "r1gym.models.step_calibrated:CalibratedLikelihood [train]",
        "exact": "r1gym.models.step_exact:ExactSteps [train]",
        "likelihood": "r1gym.models.step_likelihood:LikelihoodScorer [train]",
        "token_classifier": "r1gym.models.step_classifier:TokenClassifierScorer [train]",
    },
    wants="a class or a function that makes a step scorer of a task",
    fits=callable,
)
"""Step scorers by name. Each is called with the task that it is for and its options."""


def make_step_scorer(
    name: str, task: Speech, options: Mapping[str, Any] | None = None
) -> StepScorer:
    """Returns a new step scorer for a task.

    Args:
        name: The scorer's name.
        task: The task whose completions it scores, or what else has a tokenizer and a template.
        options: Keyword arguments of its own.

    Raises:
        UnknownNameError: If there is no such scorer, or it has no such option.
        ConfigError: If an option is missing, or a value is not allowed.
    """
    factory, options = STEP_SCORERS.get(name), options or {}
    taken = list(signature(factory).parameters.values())[1:]
    if all(one.kind is not one.VAR_KEYWORD for one in taken):
        known = [one.name for one in taken]
        if unknown := [one for one in options if one not in known]:
            raise UnknownNameError(f"option of the step scorer {name!r}", unknown[0], known)
        needed = [one.name for one in taken if one.default is one.empty]
        if lacking := [one for one in needed if one not in options]:
            raise ConfigError(f"The step scorer {name!r} needs the option {lacking[0]!r}: give it.")
    return factory(task, **options)


def question_of(task: Speech, prompt: Sequence[int]) -> str:
    """Returns the question within a prompt of a task, as its template tells it."""
    text = task.tokenizer.decode(prompt)
    before, _, after = task.template.partition("{question}")
    start = text.find(before)  # what a tokenizer puts before a text may stand there
    text = text[start + len(before) :] if start >= 0 else text
    end = text.rfind(after)
    return text[:end] if after and end >= 0 else text


def check_speech(task: Speech, tokenizer: Tokenizer, model: str) -> None:
    """Checks that a scorer's model speaks the tokens of the task.

    Raises:
        ConfigError: If it does not.
    """
    if why := token_difference(task.tokenizer, tokenizer):
        raise ConfigError(
            f"The step scorer's model {model!r} reads other tokens than those of the task "
            f"({task.tokenizer.name}): {why}. Give one that was made for this policy."
        )
