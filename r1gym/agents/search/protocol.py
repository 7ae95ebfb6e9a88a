"""What a searcher is: it answers prompts by trying several steps, and tells what that cost.

Prompts are texts, as agents are handed them, and no problems: a searcher cannot see a gold answer.
Left out: a budget in tokens; simulations and the beam's width set it, and `Cost` tells it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from r1gym.agents.search.tree import Node
from r1gym.core.types import Completion


@dataclass(frozen=True)
class Step:
    """A piece of a completion.

    Attributes:
        text: Its text, without an end token.
        token_ids: Its tokens, the end token included when there is one.
        logprobs: Their natural-log probabilities under whoever wrote them; None if unknown.
        ended: Whether it ends the completion.
        sampled: Tokens that were sampled for it, as their writer counts them: those cut off at the
            limit included.
    """

    text: str
    token_ids: tuple[int, ...]
    logprobs: tuple[float, ...] | None = None
    ended: bool = False
    sampled: int = 0

    @property
    def key(self) -> tuple[tuple[int, ...], str]:
        """What equal steps have in common, whatever the log-probabilities of another batch."""
        return self.token_ids, self.text


@dataclass(frozen=True)
class Prefix:
    """A prompt with the steps written behind it so far.

    Attributes:
        prompt: The prompt's text.
        prompt_ids: Its tokens.
        steps: The steps.
    """

    prompt: str
    prompt_ids: tuple[int, ...]
    steps: tuple[Step, ...] = ()

    def __add__(self, step: Step) -> Prefix:
        return Prefix(self.prompt, self.prompt_ids, (*self.steps, step))

    @cached_property
    def token_ids(self) -> tuple[int, ...]:
        """The tokens behind the prompt."""
        return tuple(token for step in self.steps for token in step.token_ids)

    @property
    def sampled(self) -> int:
        """The tokens behind the prompt as their writer counts them, at least one a step."""
        return sum(max(1, step.sampled) for step in self.steps)

    @property
    def ended(self) -> bool:
        """Whether the completion has come to its own end."""
        return bool(self.steps) and self.steps[-1].ended


@dataclass(frozen=True)
class Cost:
    """What an answer cost.

    Attributes:
        tokens: Tokens sampled, those of discarded steps included.
        scored_tokens: Tokens of the steps that a step scorer read, without the prefixes before.
        nodes: Steps that were kept to choose among.
        seconds: Wall-clock seconds; of answers that were searched for together each has its share.
    """

    tokens: int = 0
    scored_tokens: int = 0
    nodes: int = 0
    seconds: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.tokens + other.tokens,
            self.scored_tokens + other.scored_tokens,
            self.nodes + other.nodes,
            self.seconds + other.seconds,
        )


@dataclass(frozen=True)
class Candidate:
    """A whole answer that was found, and the step scorer's value of it."""

    prefix: Prefix
    value: float


@dataclass(frozen=True)
class SearchResult:
    """What a search found.

    Attributes:
        completion: The answer.
        cost: What it cost.
        candidates: All answers that were found, the best first; the first is the answer.
        root: The tree; None where there is none.
    """

    completion: Completion
    cost: Cost
    candidates: tuple[Candidate, ...]
    root: Node[Step] | None = None


class Searcher(Protocol):
    """Answers prompts by search."""

    def search(self, prompts: Sequence[str], max_tokens: int, seed: int) -> list[SearchResult]:
        """Returns an answer to each prompt, in order.

        Args:
            prompts: The texts that a policy is shown, templates included.
            max_tokens: The most tokens of an answer.
            seed: The only source of randomness.
        """
