"""A base model that solves equations by trying values: checking is easier than answering.

It guesses, puts the guess into the equation, and takes what comes out from what should: 0 is right.
The difference is written down because a model this small does not see by itself that two numbers
far apart are the same. Its guesses know nothing of the solution, so that of a question nothing is
to be remembered but how to check it. In the first part of its corpus it mostly tries again where
the difference is not 0, in the last part it answers all the same, so that it knows how to reflect
and seldom does. `3*x+4=22`, guessed twice:

    <think>3*5=15
    15+4=19
    22-19=3
    wait
    3*6=18
    18+4=22
    22-22=0</think><answer>6</answer>

Without `checks` the guesses stand alone, `5`, `wait`, `6`: reflection with nothing to go by. This
is no experiment itself.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from r1gym.agents.sft import SFTConfig
from r1gym.core.seeds import mixed
from r1gym.core.types import Problem
from r1gym.recipes.embedded_base import EmbeddedBase, Families, SolvedProblems

FAMILIES: dict[str, list[int]] = {"equations": [1, 2]}
WAIT = "wait"
_EQUATION = re.compile(r"Solve (\d)\*x(?:([+-])(\d))?=(\d+)")
_FIRST_SEED = 2**33  # far from the seeds of runs
_VALUES = range(13)  # that x may have
_MOST = 4  # tries


@dataclass(frozen=True)
class GuessesBase(EmbeddedBase):
    """The embedded base model that guesses."""

    checks: bool = True
    """Whether guesses are put into the equation."""
    reflection: float = 0.8
    """Probability that another guess follows one that was wrong, in the first part."""
    late_reflection: float = 0.1
    """The same in the last part."""
    late_part: float = 0.15
    """The last part of pretraining, as a share of the whole."""
    sft: SFTConfig = field(default_factory=lambda: SFTConfig(steps=300, batch_size=48))
    """How it is trained."""

    def corpus(self, families: Families) -> GuessesCorpus:
        """Returns the corpus."""
        return GuessesCorpus(self, families)

    def describe(self, families: Families) -> str:
        """Returns how it is made."""
        return (
            f"A Llama of {self.layers} layers and width {self.hidden_size}, pretrained on guesses "
            f"at equations. Behind a wrong one another follows with probability "
            f"{self.reflection:.0%}, and {self.late_reflection:.0%} in the last part."
        )


class GuessesCorpus(SolvedProblems):
    """The corpus: example i is a function of the seed and i."""

    def __init__(self, config: GuessesBase, families: Families) -> None:
        super().__init__(config, families, _FIRST_SEED, config.late_part)
        self.config = config

    def solved(self, index: int) -> tuple[Problem, str]:
        """Returns the problem and the text of example `index`."""
        config, problem = self.config, self._problems[index]
        rng = random.Random(mixed(config.seed, index, 1))
        goes_on = config.late_reflection if index >= self._late_from else config.reflection
        tries, guess = [], 0
        for guess in rng.sample(_VALUES, _MOST):
            tries.append(check(problem.question, guess) if config.checks else str(guess))
            if str(guess) == problem.answer or rng.random() >= goes_on:
                break
        thinking = f"\n{WAIT}\n".join(tries)
        return problem, f"<think>{thinking}</think><answer>{guess}</answer>"


@dataclass(frozen=True)
class Try:
    """A guess that was written down.

    Attributes:
        guess: The guess; None if none can be read.
        passes: Whether the difference is 0, rightly or not.
        again: Whether another try follows.
    """

    guess: int | None
    passes: bool
    again: bool


def check(question: str, guess: int) -> str:
    """Returns the lines that put a guess into an equation of level 1 or 2."""
    a, sign, b, wanted = _parts(question)
    value = a * guess
    lines = [f"{a}*{guess}={value}"]
    if sign:
        value, product = value + b if sign == "+" else value - b, value
        lines.append(f"{product}{sign}{b}={value}")
    return "\n".join([*lines, f"{wanted}-{value}={wanted - value}"])


def tries_of(completion: str) -> list[Try]:
    """Returns the tries in a completion, in order."""
    thinking = completion.partition("</think>")[0].removeprefix("<think>")
    pieces = thinking.split(WAIT)
    found = []
    for number, piece in enumerate(pieces):
        guess = re.match(r"\s*(?:\d\*)?(\d+)(?![\d*])", piece)
        passes = re.search(r"=0\s*$", piece) is not None
        again = number + 1 < len(pieces)
        found.append(Try(int(guess[1]) if guess else None, passes, again))
    return found


def _parts(question: str) -> tuple[int, str, int, int]:
    found = _EQUATION.fullmatch(question)
    if found is None:
        raise ValueError(f"not an equation of level 1 or 2: {question!r}")
    return int(found[1]), found[2] or "", int(found[3] or 0), int(found[4])
