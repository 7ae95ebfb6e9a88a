"""Samples completions of a problem set and estimates pass@1, pass@k, cons@k (report section 3).

What samples is any engine, or whatever else has `Sampler.sample`; what was found is rows, see
`r1gym.evaluation.rows`. With a journal an evaluation that was cut short goes on with the questions
that are left, and finds what it would have found: a question's seed is that of its batch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

from r1gym.core.checks import check_fields, check_least
from r1gym.core.seeds import mixed
from r1gym.core.types import Episode, Problem, Trajectory
from r1gym.envs.task import TokenTask
from r1gym.evaluation.estimators import Estimate
from r1gym.evaluation.journal import Journal
from r1gym.evaluation.measures import SHARES, measure, pass_by, spread_of
from r1gym.evaluation.rows import Row, question_rows, questions_of
from r1gym.evaluation.seeds import Spread
from r1gym.models.fit import check_lengths
from r1gym.problems.problem_set import ProblemSet
from r1gym.rollout.engine import RolloutEngine, Sampling
from r1gym.rollout.play import play
from r1gym.verifiers import RewardSum

_BATCH = 32  # the most questions sampled together
_TOGETHER = 512  # completions sampled together: of many samples a question, fewer questions


@dataclass(frozen=True)
class EvalConfig:
    """How a policy is evaluated; temperature and top-p are the report's (section 3)."""

    questions: int = 256
    """The first n different questions of the split."""
    samples: int = 16
    """Completions a question."""
    temperature: float = 0.6
    """Sampling temperature."""
    top_p: float = 0.95
    """Nucleus."""
    seed: int = 0
    """Seed of the sampling."""

    def __post_init__(self) -> None:
        check_fields(self, "eval.")
        check_least(self, {"questions": 1, "samples": 1, "seed": 0})
        Sampling(1, self.temperature, self.top_p)  # checks these two


@dataclass(frozen=True)
class EvalResult:
    """What an evaluation found.

    Attributes:
        pass_at: pass@k by k, for powers of two up to the number of samples.
        cons_at: cons@samples: majority vote.
        samples: Completions a question.
        mean_length: Mean tokens of a completion.
        by_level: pass@1 by family and level, such as ``"arithmetic 3"``.
        by_domain: pass@1 by subject, of problems that have one.
        shares: The shares of completions that were cut off, that hold no answer, and that could not
            be graded; of several samples also ``"alike"``, the share of questions whose completions
            are all one text.
        failed: Completions that could not be graded; they count in no estimate.
        spread: How far pass@1 moves with the seed; None if nothing tells.
        rows: Every completion with its score, question by question.
        episodes: Every completion with its tokens, but for those of questions that a journal had.
        seconds: What ``"sampling"`` took, and what all the ``"other"`` work beside it; without the
            questions that a journal had.
    """

    pass_at: dict[int, Estimate]
    cons_at: Estimate
    samples: int
    mean_length: float
    by_level: dict[str, float]
    by_domain: dict[str, float]
    shares: dict[str, float]
    failed: int
    spread: Spread | None
    rows: list[Row]
    episodes: list[Episode] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


@runtime_checkable
class Sampler(Protocol):
    """Samples completions of problems, by whatever means; an engine is played in its place."""

    @property
    def most_tokens(self) -> int | None:
        """The most tokens of a prompt with what is written after it; None for no limit."""

    def at_once(self, n: int) -> int:
        """Returns how many questions are sampled together, `n` times each; a kill costs as many."""

    def sample(
        self, task: TokenTask, problems: Sequence[Problem], n: int, sampling: Sampling, seed: int
    ) -> list[list[tuple[Trajectory, int]]]:
        """Returns `n` trajectories a problem, each with the number of tokens that were written."""


def evaluate(
    engine: RolloutEngine | Sampler,
    task: TokenTask,
    config: EvalConfig,
    progress: Callable[[int], None] | None = None,
    journal: Journal | None = None,
) -> EvalResult:
    """Evaluates a policy on the first questions of a task's problem set.

    Args:
        engine: Samples the completions.
        task: Holds the problems and the reward; correct is what accuracy calls so.
        config: How many questions and samples, and how to sample.
        progress: Called with the number of questions done since the last call.
        journal: Has the questions that are done, and is told of the others.

    Raises:
        ConfigError: If a prompt and its completion are longer than the model's context.
    """
    count = min(config.questions, len(task.problem_set))
    problems = first_distinct(task.problem_set, count)
    return evaluate_on(engine, task, problems, config, progress, journal)


def evaluate_on(
    engine: RolloutEngine | Sampler,
    task: TokenTask,
    problems: Sequence[Problem],
    config: EvalConfig,
    progress: Callable[[int], None] | None = None,
    journal: Journal | None = None,
) -> EvalResult:
    """Evaluates a policy on problems; see `evaluate`."""
    sampling = Sampling(task.max_tokens, config.temperature, config.top_p)
    lengths = [len(task.encode_prompt(problem)) for problem in problems]
    check_lengths(engine.most_tokens, lengths, task.room)  # before the first costs any time
    done = {} if journal is None else dict(journal.done)
    started, sampled = time.perf_counter(), 0.0
    episodes: list[Episode] = []
    batch = max(1, min(_BATCH, _TOGETHER // config.samples))
    if isinstance(engine, Sampler):
        batch = engine.at_once(config.samples)
    for start in range(0, len(problems), batch):
        numbers = range(start, min(start + batch, len(problems)))
        if any(number not in done for number in numbers):
            chunk, seed = problems[start : start + batch], mixed(config.seed, start)
            before = time.perf_counter()
            groups = sampled_by(engine, task, chunk, config.samples, sampling, seed)
            sampled += time.perf_counter() - before
            scored = task.score_trajectories([one for group in groups for one, _ in group])
            episodes += scored
            for place, (number, group) in enumerate(zip(numbers, groups, strict=True)):
                of_question = scored[place * config.samples : (place + 1) * config.samples]
                rows = question_rows(of_question, task.reward, [tokens for _, tokens in group])
                if journal is not None and number not in done:
                    journal.add(number, rows)
                done.setdefault(number, rows)
        if progress is not None:
            progress(len(numbers))
    result = summarise([done[number] for number in range(len(problems))], config.samples)
    other = time.perf_counter() - started - sampled
    return replace(result, episodes=episodes, seconds={"sampling": sampled, "other": other})


def sampled_by(
    engine: RolloutEngine | Sampler,
    task: TokenTask,
    problems: Sequence[Problem],
    n: int,
    sampling: Sampling,
    seed: int,
) -> list[list[tuple[Trajectory, int]]]:
    """Returns what `Sampler.sample` does, of an engine too."""
    if isinstance(engine, Sampler):
        return engine.sample(task, problems, n, sampling, seed)
    played = play(engine, task, problems, n, sampling, seed)
    return [[(one, one.policy_tokens) for one in group] for group in played]


def first_distinct(problems: ProblemSet, count: int) -> list[Problem]:
    """Returns the first problems with different questions: repeats would narrow the intervals.

    A small procedural set may have fewer than `count`; the search ends after 20 times as many.
    """
    found: dict[str, Problem] = {}
    for i in range(min(len(problems), 20 * count)):
        problem = problems[i]
        found.setdefault(problem.question, problem)
        if len(found) == count:
            break
    return list(found.values())


def summarise(groups: Sequence[Sequence[Row]], samples: int) -> EvalResult:
    """Estimates from the rows of each question."""
    rows = [row for group in groups for row in group]
    questions = questions_of(rows, samples)
    ks = [2**i for i in range(samples.bit_length()) if 2**i <= samples]
    return EvalResult(
        pass_at={k: measure(f"pass@{k}", questions) for k in ks},
        cons_at=measure("cons@k", questions),
        samples=samples,
        mean_length=sum(row["tokens"] for row in rows) / len(rows),
        by_level=pass_by(questions, lambda question: question.cell),
        by_domain=pass_by(questions, lambda question: question.domain),
        shares={name: measure(name, questions).mean for name in SHARES} | _alike(groups, samples),
        failed=sum(row["reward"] is None for row in rows),
        spread=spread_of(questions),
        rows=rows,
    )


def _alike(groups: Sequence[Sequence[Row]], samples: int) -> dict[str, float]:
    alike = [len({row["completion"] for row in group}) == 1 for group in groups]
    return {"alike": sum(alike) / len(alike)} if samples > 1 else {}


def summarise_episodes(
    groups: Sequence[Sequence[Episode]], samples: int, reward: RewardSum
) -> EvalResult:
    """Estimates from groups of episodes that a reward has scored, each of the same question."""
    return summarise([question_rows(group, reward) for group in groups], samples)
