"""The embedded base model of the recipe ``r1``: it thinks in English and Chinese.

It has what the report's base had, in small: it can reason step by step in words of two languages
and mixes them, it has seen some reflection (a wrong step, a word like "wait", the step again), it
knows some general requests, half of them badly, and some formats are broken. English steps are
wrong more often than Chinese ones, so that accuracy alone gives a reason to mix.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import ClassVar

from r1gym.agents.sft import SFTConfig
from r1gym.core.checks import check_least, check_most
from r1gym.core.seeds import mixed
from r1gym.core.types import Problem
from r1gym.envs.embedded_tokenizers import TAGS
from r1gym.recipes.embedded_base import EmbeddedBase, Families, SolvedProblems
from r1gym.recipes.spoken_solutions import Habits, respond, think

_SHARES = (
    "worked", "late_worked", "late_part", "random_answers", "broken_tags", "english_slips",
    "chinese_slips", "other_language", "mixing", "switching", "reflection", "right_requests",
    "junk", "closers", "offers",
)  # fmt: skip
_FIRST_SEED = 2**31 + 2**16  # far from the seeds of runs


@dataclass(frozen=True)
class BilingualBase(EmbeddedBase):
    """The embedded base model that thinks in two languages."""

    tokenizer: ClassVar[str] = "bilingual"

    worked: float = 0.85
    """Share of solutions that show their steps, in the first part of pretraining."""
    late_worked: float = 0.5
    """The same share in the last part."""
    late_part: float = 0.12
    """The last part of pretraining, as a share of the whole."""
    random_answers: float = 0.3
    """Share of bare answers that are a guess."""
    broken_tags: float = 0.3
    """Share of solutions that lack one of the four tags."""
    english_slips: float = 0.12
    """Probability that a step told in English is wrong; later steps build on it."""
    chinese_slips: float = 0.01
    """The same in Chinese."""
    other_language: float = 0.12
    """Share of chains that start in the other language than the question's."""
    mixing: float = 0.6
    """Share of chains that may change their language."""
    switching: float = 0.12
    """Probability that such a chain changes it at a word."""
    reflection: float = 0.1
    """Probability that a wrong step is noticed and done again."""
    right_requests: float = 0.6
    """Share of general requests that are answered right."""
    junk: float = 0.3
    """Share of general answers with junk."""
    closers: float = 0.3
    """Share of general answers that close politely."""
    offers: float = 0.15
    """Share of general answers that offer more help."""
    sft: SFTConfig = field(default_factory=lambda: SFTConfig(steps=1400))
    """How it is trained."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_least(self, dict.fromkeys(_SHARES, 0), "base.")
        check_most(self, dict.fromkeys(_SHARES, 1), "base.")

    def corpus(self, families: Families) -> BilingualCorpus:
        """Returns the corpus."""
        return BilingualCorpus(self, families)

    def describe(self, families: Families) -> str:
        """Returns how it is made."""
        return (
            f"A Llama of {self.layers} layers and width {self.hidden_size}, pretrained here on "
            f"{self.sft.steps * self.sft.batch_size:,} problems of the training split with "
            f"solutions of mixed quality in English and Chinese. A step is wrong with probability "
            f"{self.english_slips:.0%} in English and {self.chinese_slips:.0%} in Chinese; "
            f"{self.mixing:.0%} of the chains may change their language, and "
            f"{self.other_language:.0%} start in the other one. {self.reflection:.0%} of the wrong "
            f"steps are noticed. {self.broken_tags:.0%} of the solutions lack a tag, and of the "
            f"general requests {self.right_requests:.0%} are answered right."
        )


class BilingualCorpus(SolvedProblems):
    """The corpus: example i is a function of the seed and i.

    Args:
        config: The corpus's shares and the seed.
        families: Task families with their levels; only the training split is used.
    """

    def __init__(self, config: BilingualBase, families: Families) -> None:
        super().__init__(config, families, _FIRST_SEED, config.late_part)
        self.config = config
        self._habits = Habits(
            {"en": config.english_slips, "zh": config.chinese_slips},
            config.other_language, config.mixing, config.switching, config.reflection,
        )  # fmt: skip

    def solved(self, index: int) -> tuple[Problem, str]:
        """Returns the problem and the text of example `index`."""
        config, problem = self.config, self._problems[index]
        rng = random.Random(mixed(config.seed, index, 1))
        if problem.metadata.get("verifier") == "small_talk":
            text = respond(
                problem, rng, config.right_requests, config.junk, config.closers, config.offers
            )
            return problem, text
        late = index >= self._late_from
        if rng.random() < (config.late_worked if late else config.worked):
            thinking, answer = think(problem.question, rng, self._habits)
        else:
            thinking, answer = "", problem.answer
            if rng.random() < config.random_answers:
                answer = str(rng.randint(0, 99))
        tags = list(TAGS)
        if rng.random() < config.broken_tags:
            tags[rng.randrange(4)] = ""
        return problem, f"{tags[0]}{thinking}{tags[1]}{tags[2]}{answer}{tags[3]}"
