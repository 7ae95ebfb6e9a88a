"""A base model that has seen conversations: a wrong answer, what is said to it, another answer.

Web text has them, and the base of R1-Zero has none: without any, reinforcement learning finds too
few right second answers to learn from. The second answers are of the same mixed quality as all.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from r1gym.agents.sft import Example
from r1gym.core.checks import check_least, check_most
from r1gym.core.seeds import mixed
from r1gym.core.types import Problem, Score, Verdict
from r1gym.envs.interactions.try_again import try_again
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.recipes.base import BaseConfig, BaseCorpus
from r1gym.recipes.embedded_base import Families
from r1gym.recipes.worked_solutions import worked_steps

_TRIES = 20  # for a wrong answer; a right one after so many stays


@dataclass(frozen=True)
class ConversingBase(BaseConfig):
    """The embedded base model, with conversations of two turns in its corpus."""

    conversations: float = 0.3
    """Share of the corpus's examples that are second answers."""
    slips: float = 0.4
    """Probability that a step of a first answer is wrong."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_least(self, {"conversations": 0, "slips": 0}, "base.")
        check_most(self, {"conversations": 1, "slips": 1}, "base.")

    def corpus(self, families: Families) -> BaseCorpus:
        """Returns the corpus."""
        return ConversationCorpus(self, families)

    def describe(self, families: Families) -> str:
        """Returns how it is made."""
        return (
            f"{super().describe(families)} Of all examples {self.conversations:.0%} are second "
            "answers, after a wrong one and the request to try again."
        )


class ConversationCorpus(BaseCorpus):
    """The corpus of solutions, some of them second ones.

    Args:
        config: The corpus's shares and the seed.
        families: Task families with their levels; only the training split is used.
    """

    def __init__(self, config: ConversingBase, families: Families) -> None:
        super().__init__(config, families)
        self._conversations, self._slips = config.conversations, config.slips

    def examples(self, start: int) -> Iterator[Example]:
        """Yields prompts and completions as token ids, from example `start` on."""
        tokenizer = load_tokenizer(self.config.tokenizer)
        for index, (prompt, completion) in enumerate(super().examples(start), start):
            rng = random.Random(mixed(self.config.seed, index, 2))
            if rng.random() < self._conversations:
                first, feedback = self.first_turn(self.document(index).problem, rng)
                prompt = [*prompt, *tokenizer.encode(first), tokenizer.eos_id]
                prompt += tokenizer.encode(feedback)
            yield prompt, completion

    def first_turn(self, problem: Problem, rng: random.Random) -> tuple[str, str]:
        """Returns a wrong answer, bare or with its steps, and what is said to it."""
        for _ in range(_TRIES):
            steps, answer = worked_steps(problem.question, rng, self._slips)
            if rng.random() < 0.5:
                steps, answer = [], str(rng.randint(0, 99))
            if answer != problem.answer:
                break
        thinking = "\n".join(steps)
        text = f"<think>{thinking}</think><answer>{answer}</answer>"
        said = try_again(problem, text, Score(0.0, Verdict.WRONG))
        assert said is not None  # there is something to say to whatever is wrong
        return text, said
