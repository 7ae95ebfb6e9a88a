"""The embedded base model: a tiny language model pretrained on solutions of mixed quality.

It stands for DeepSeek-V3-Base: it can reason step by step and seldom does. The corpus is made of
training-split problems with solutions in two styles, worked steps and bare answers; some steps,
answers and tags are wrong, as on the web. Early on most solutions show their steps, so that the
model learns to calculate; the last part of pretraining is mostly bare answers, which is what the
model then prefers. After this nothing shows it a correct solution again.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from r1gym.core.checks import check_least, check_most
from r1gym.core.types import Problem
from r1gym.envs.embedded_tokenizers import TAGS
from r1gym.recipes.embedded_base import EmbeddedBase, Families, SolvedProblems
from r1gym.recipes.worked_solutions import worked_steps

_SHARES = (
    "steps_share", "late_steps_share", "late_part", "step_noise", "random_answers", "broken_tags"
)  # fmt: skip
_FIRST_SEED = 2**31  # far from the seeds of runs: GRPO draws its problems anew


@dataclass(frozen=True)
class BaseConfig(EmbeddedBase):
    """The embedded base model of R1-Zero and its corpus."""

    steps_share: float = 0.85
    """Share of solutions that show their steps, in the first part of pretraining."""
    late_steps_share: float = 0.41
    """The same share in the last part."""
    late_part: float = 0.12
    """The last part of pretraining, as a share of the whole."""
    step_noise: float = 0.02
    """Probability that a step's result is wrong; later steps build on it."""
    random_answers: float = 0.3
    """Share of bare answers that are random numbers."""
    broken_tags: float = 0.4
    """Share of solutions that lack one of the four tags."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_least(self, dict.fromkeys(_SHARES, 0), "base.")
        check_most(self, dict.fromkeys(_SHARES, 1), "base.")

    def corpus(self, families: Families) -> BaseCorpus:
        """Returns the corpus."""
        return BaseCorpus(self, families)

    def describe(self, families: Families) -> str:
        """Returns how it is made, and how much of its corpus is wrong."""
        shares = self.corpus(families).describe()
        wrong = [f"{shares[f'{part}/wrong_answer']:.0%}" for part in ("early", "late")]
        broken = [f"{shares[f'{part}/broken_tags']:.0%}" for part in ("early", "late")]
        return (
            f"A Llama of {self.layers} layers and width {self.hidden_size}, pretrained here on "
            f"{self.sft.steps * self.sft.batch_size:,} problems of the training split with "
            f"solutions of mixed quality. In the first {1 - self.late_part:.0%} of pretraining "
            f"{self.steps_share:.0%} of the solutions show their steps, in the rest "
            f"{self.late_steps_share:.0%}; the others are bare answers, {self.random_answers:.0%} "
            f"of them random numbers. A step is wrong with probability {self.step_noise:.0%}. So "
            f"{wrong[0]} of the early and {wrong[1]} of the late solutions end in a wrong answer, "
            f"and {broken[0]} and {broken[1]} lack one of the four tags."
        )


@dataclass(frozen=True)
class Document:
    """One example of the corpus.

    Attributes:
        problem: The problem it solves.
        text: The solution, as the model should have written it.
        is_wrong: Whether its final answer is wrong.
        is_broken: Whether it lacks a tag.
    """

    problem: Problem
    text: str
    is_wrong: bool
    is_broken: bool


class BaseCorpus(SolvedProblems):
    """The pretraining corpus: example i is a function of the seed and i.

    Args:
        config: The corpus's shares and the seed.
        families: Task families with their levels; only the training split is used.
    """

    def __init__(self, config: BaseConfig, families: Families) -> None:
        super().__init__(config, families, _FIRST_SEED, config.late_part)
        self.config = config

    def solved(self, index: int) -> tuple[Problem, str]:
        """Returns the problem and the text of example `index`."""
        document = self.document(index)
        return document.problem, document.text

    def document(self, index: int) -> Document:
        """Returns example `index`."""
        config, problem = self.config, self._problems[index]
        seed = np.random.SeedSequence([config.seed, index, 1]).generate_state(1, np.uint64)
        rng = random.Random(int(seed[0]))
        late = index >= self._late_from
        if rng.random() < (config.late_steps_share if late else config.steps_share):
            steps, answer = worked_steps(problem.question, rng, config.step_noise)
            thinking = "\n".join(steps)
        else:
            guess = rng.random() < config.random_answers
            thinking, answer = "", str(rng.randint(0, 99)) if guess else problem.answer
        tags = list(TAGS)
        is_broken = rng.random() < config.broken_tags
        if is_broken:
            tags[rng.randrange(4)] = ""
        text = f"{tags[0]}{thinking}{tags[1]}{tags[2]}{answer}{tags[3]}"
        return Document(problem, text, is_wrong=answer != problem.answer, is_broken=is_broken)

    def describe(self, sample: int = 2000) -> dict[str, float]:
        """Returns shares of wrong answers and broken tags, early and late in the corpus."""
        parts = {"early": range(sample), "late": range(self._late_from, self._late_from + sample)}
        shares = {}
        for part, indices in parts.items():
            documents = [self.document(index) for index in indices]
            shares[f"{part}/wrong_answer"] = sum(d.is_wrong for d in documents) / sample
            shares[f"{part}/broken_tags"] = sum(d.is_broken for d in documents) / sample
        return shares
