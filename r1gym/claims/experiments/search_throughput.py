"""How fast leaves are written, against plain sampling by the same engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from r1gym.agents.search.expansion import Expander
from r1gym.agents.search.mcts import MCTS
from r1gym.agents.search.protocol import Prefix, Step
from r1gym.agents.search.steps import Cut
from r1gym.agents.search.writers import EngineWriter
from r1gym.claims.experiment import Found
from r1gym.claims.experiments.search_common import STEPS, Asked, ask, likelihood, student
from r1gym.models.policy import Policy
from r1gym.models.step_scorer import StepScorer
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling
from r1gym.rollout.play import complete

_CHILDREN, _SIMULATIONS = 4, 4


class Halfway:
    """A step scorer that takes no time."""

    name = "halfway"

    def score(
        self, prompts: Sequence[Sequence[int]], steps: Sequence[Sequence[Sequence[int]]]
    ) -> list[list[float]]:
        """Returns the same value for all steps."""
        return [[0.5] * len(one) for one in steps]


class Timed:
    """A writer whose own seconds are counted."""

    def __init__(self, writer: EngineWriter) -> None:
        self._writer, self.seconds = writer, 0.0
        self.begin, self.completion = writer.begin, writer.completion

    def write(
        self, prefixes: Sequence[Prefix], n: int, cut: Cut, most: int, seed: int
    ) -> list[list[Step]]:
        """Writes as the writer does."""
        started = time.process_time()
        found = self._writer.write(prefixes, n, cut, most, seed)
        self.seconds += time.process_time() - started
        return found


def run(folder: Path, seed: int, questions: int = 256, steps: int = 300, rounds: int = 3) -> Found:
    """Tokens a second of plain sampling and of the leaves of as many trees, in turns.

    Less than a minute. Both write four answers, or steps, behind each prompt, 256 questions side by
    side; seconds are those of the process's own time, and ratios the medians of the rounds.

    Returns:
        ``plain``: tokens a second of plain sampling. ``leaves``: the writing of leaves, as a share
        of it. ``search``: the same with the walks through the trees. ``scored``: with R1-Zero's
        likelihood as the step scorer too.
    """
    asked, policy = ask("test", questions), student(folder, seed, steps)
    scorer = likelihood(folder, asked)
    found = [_round(asked, policy, scorer, number) for number in range(rounds)]
    plain = [one[0] for one in found]
    shares = [[rate / one[0] for rate in one[1:]] for one in found]
    leaves, search, scored = (median(column) for column in zip(*shares, strict=True))
    return {"plain": median(plain), "leaves": leaves, "search": search, "scored": scored}


def _round(
    asked: Asked, policy: Policy, scorer: StepScorer, seed: int
) -> tuple[float, float, float, float]:
    """Returns tokens a second: plain, the leaves alone, the search, and with scores."""
    engine = EmbeddedEngine(policy)
    ids = [policy.tokenizer.encode(prompt, special=True) for prompt in asked.prompts]
    sampling = Sampling(asked.task.max_tokens)

    def sample() -> int:
        groups = complete(engine, ids, _CHILDREN, sampling, seed)
        return sum(len(turn.token_ids) for group in groups for turn in group)

    timed = Timed(EngineWriter(engine, policy.tokenizer))

    def search(scorer: StepScorer) -> int:
        tree = MCTS(Expander(timed, scorer, STEPS), simulations=_SIMULATIONS, children=_CHILDREN)
        found = tree.search(asked.prompts, asked.task.max_tokens, seed)
        return sum(one.cost.tokens for one in found)

    (plain, plain_s), (bare, bare_s) = _timed(sample), _timed(lambda: search(Halfway()))
    leaves = bare / timed.seconds
    scored, scored_s = _timed(lambda: search(scorer))
    return plain / plain_s, leaves, bare / bare_s, scored / scored_s


def _timed(work: Callable[[], int]) -> tuple[int, float]:
    """Returns the tokens of some work, and its seconds of this process's own time."""
    started = time.process_time()
    tokens = work()
    return tokens, time.process_time() - started
