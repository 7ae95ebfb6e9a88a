"""Samples completions of a problem set and estimates pass@1, pass@k, cons@k (report section 3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from r1gym.core.checks import check_fields, check_least
from r1gym.core.seeds import mixed
from r1gym.core.types import Episode, Problem, Verdict
from r1gym.envs.task import TokenTask
from r1gym.evaluation.estimators import Estimate, cons_at_k, estimate, pass_at_k
from r1gym.models.fit import check_lengths
from r1gym.problems.problem_set import ProblemSet
from r1gym.rollout.engine import RolloutEngine, Sampling
from r1gym.rollout.play import play
from r1gym.verifiers import RewardSum
from r1gym.verifiers.votes import group_votes

_BATCH = 32  # questions sampled between two reports of progress


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
        mean_length: Mean tokens of a completion.
        by_level: pass@1 by family and level, such as ``"arithmetic 3"``.
        failed: Completions that could not be graded; they count in no estimate.
        episodes: Every completion with its score.
    """

    pass_at: dict[int, Estimate]
    cons_at: Estimate
    samples: int
    mean_length: float
    by_level: dict[str, float]
    failed: int
    episodes: list[Episode]


def evaluate(
    engine: RolloutEngine,
    task: TokenTask,
    config: EvalConfig,
    progress: Callable[[int], None] | None = None,
) -> EvalResult:
    """Evaluates a policy on the first questions of a task's problem set.

    Args:
        engine: Samples the completions.
        task: Holds the problems and the reward; correct is what accuracy calls so.
        config: How many questions and samples, and how to sample.
        progress: Called with the number of questions done since the last call.

    Raises:
        ConfigError: If a prompt and its completion are longer than the model's context.
    """
    sampling = Sampling(task.max_tokens, config.temperature, config.top_p)
    count = min(config.questions, len(task.problem_set))
    problems = first_distinct(task.problem_set, count)
    lengths = [len(task.encode_prompt(problem)) for problem in problems]
    check_lengths(engine.most_tokens, lengths, task.room)  # before the first costs any time
    groups: list[list[Episode]] = []
    for start in range(0, len(problems), _BATCH):
        chunk, seed = problems[start : start + _BATCH], mixed(config.seed, start)
        played = play(engine, task, chunk, config.samples, sampling, seed)
        episodes = task.score_trajectories([one for group in played for one in group])
        groups += [
            episodes[i : i + config.samples] for i in range(0, len(episodes), config.samples)
        ]
        if progress is not None:
            progress(len(chunk))
    return summarise(groups, config.samples, task.reward)


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


def summarise(groups: Sequence[Sequence[Episode]], samples: int, reward: RewardSum) -> EvalResult:
    """Estimates from groups scored by a reward, each of the same question."""
    graded = [[e for e in group if e.score.value is not None] for group in groups]
    graded = [group for group in graded if group]
    correct = [[e.score.verdict is Verdict.CORRECT for e in group] for group in graded]
    ks = [2**i for i in range(samples.bit_length()) if 2**i <= samples]
    pass_at = {
        k: estimate([pass_at_k(len(c), sum(c), min(k, len(c))) for c in correct]) for k in ks
    }
    votes = [group_votes(reward, g[0].problem, [e.completion for e in g]) for g in graded]
    cons_at = estimate([cons_at_k(v, c) for v, c in zip(votes, correct, strict=True)])
    cells: dict[str, list[float]] = {}
    for group, right in zip(graded, correct, strict=True):
        cells.setdefault(_cell(group[0].problem), []).append(sum(right) / len(right))
    episodes = [e for group in groups for e in group]
    lengths = [e.trajectory.policy_tokens for e in episodes]
    return EvalResult(
        pass_at=pass_at,
        cons_at=cons_at,
        samples=samples,
        mean_length=sum(lengths) / len(lengths),
        by_level={cell: sum(v) / len(v) for cell, v in sorted(cells.items())},
        failed=sum(e.score.value is None for e in episodes),
        episodes=episodes,
    )


def _cell(problem: Problem) -> str:
    return f"{problem.family or 'problems'} {problem.level}"
