"""Reflection (2.2.4): it grows by itself, and whether it helps, on a task where checking pays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from r1gym.agents.grpo import GRPO
from r1gym.claims.experiment import Found
from r1gym.claims.experiments.guesses import FAMILIES, WAIT, GuessesBase, tries_of
from r1gym.claims.experiments.learnt import FAST
from r1gym.claims.materials import pause, shared
from r1gym.core.types import Episode, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.evaluation.runner import EvalConfig, evaluate
from r1gym.models.policy import Policy
from r1gym.recipes.embedded_base import make_base
from r1gym.rollout.embedded import EmbeddedEngine

_MAX_TOKENS = 144  # four tries
_LEAST_WAITS = 1e-3  # of a base that has none, for a finite growth


def run(folder: Path, seed: int, checks: bool = True, steps: int = 100) -> Found:
    """GRPO on accuracy alone, from a base that guesses at equations and seldom tries again.

    Reflection is the word "wait", behind which the base guesses once more. A minute and a half a
    seed; the base, 4 minutes, is made once. At temperature 1, on 128 test questions x 8. Right
    answers are rare, and without the KL to the base, or at three times the rate, their noise costs
    the base its arithmetic: then it waits and checks nothing.

    Args:
        folder: Where the base lies, beside it.
        seed: The seed of questions and sampling.
        checks: Whether the base puts its guesses into the equation, so that it can know.
        steps: GRPO steps of 16 questions x 16.

    Returns:
        ``waits_before``, ``waits_after``, ``growth``: the word, times an answer, and how many times
        as often after training. ``before``, ``after``, ``gain``: accuracy. ``with``, ``without``:
        accuracy after training of answers with the word and without it, and ``share`` of those
        with; ``with_LEVEL``, ``without_LEVEL`` by level. ``first_guess``: the accuracy after
        training if every first guess had been the answer; ``pays``: how much more that is.
        ``again_if_wrong``, ``again_if_right``: how often another try follows a check that fails and
        one that does not, and ``before_again_if_wrong``. ``length_before``, ``length_after``.
        ``waits``, ``accuracy``: the course of training.
    """
    home = shared(folder) / f"base-guesses-{'with' if checks else 'without'}-checks"
    policy = make_base(GuessesBase(checks=checks), FAMILIES, home, wait=pause)
    before, waits, accuracy = look(policy), list[float](), list[float]()

    def note(_: object, rollout: object, metrics: dict[str, float]) -> None:
        episodes: Sequence[Episode] = rollout.episodes  # type: ignore[attr-defined]
        waits.append(_waits(episodes))
        accuracy.append(metrics["rollout/accuracy"])

    config = replace(
        FAST, steps=steps, questions=16, group_size=16, learning_rate=1.5e-4,
        max_tokens=_MAX_TOKENS, kl_coef=0.01, refresh_reference_every=steps + 1,
    )  # fmt: skip
    trainer = GRPO(policy, TokenTask(_spec("train", seed)), config, seed)
    trainer.learn([note], progress_bar=False)
    after = look(policy)
    old, new = told(before), told(after)
    return {
        **new,
        "waits_before": old["waits"],
        "waits_after": new["waits"],
        "growth": new["waits"] / max(old["waits"], _LEAST_WAITS),
        "before": old["right"],
        "after": new["right"],
        "gain": new["right"] - old["right"],
        "pays": new["right"] - new["first_guess"],
        "before_again_if_wrong": old["again_if_wrong"],
        "length_before": old["length"],
        "length_after": new["length"],
        "waits": waits,
        "accuracy": accuracy,
    }


def look(policy: Policy) -> list[Episode]:
    """Returns answers to test questions, at temperature 1."""
    config = EvalConfig(128, 8, temperature=1.0, top_p=1.0)
    return evaluate(EmbeddedEngine(policy, 2048), TokenTask(_spec("test", 0)), config).episodes


def _spec(split: str, seed: int) -> TaskSpec:
    return TaskSpec(
        problems={"equations": [1, 2]}, split=split, problem_seed=seed, rewards={"accuracy": 1.0},
        max_tokens=_MAX_TOKENS,
    )  # fmt: skip


def told(episodes: Sequence[Episode]) -> dict[str, float]:
    """Returns what answers tell of reflection."""
    sides = {
        name: [one for one in episodes if (WAIT in one.completion.text) is has]
        for name, has in (("with", True), ("without", False))
    }
    levels = sorted({one.problem.level for one in episodes})
    said = [tries_of(one.completion.text) for one in episodes]
    tries = [one for row in said for one in row]
    firsts = [
        str(row[0].guess) == one.problem.answer for row, one in zip(said, episodes, strict=True)
    ]
    return {
        "right": _right(episodes),
        "waits": _waits(episodes),
        "share": len(sides["with"]) / len(episodes),
        "length": sum(one.trajectory.policy_tokens for one in episodes) / len(episodes),
        "first_guess": sum(firsts) / len(firsts),
        "again_if_wrong": _mean([one.again for one in tries if not one.passes]),
        "again_if_right": _mean([one.again for one in tries if one.passes]),
        **{name: _right(side) for name, side in sides.items()},
        **{
            f"{name}_{level}": _right([one for one in side if one.problem.level == level])
            for name, side in sides.items()
            for level in levels
        },
    }


def _right(episodes: Sequence[Episode]) -> float:
    return _mean([one.score.verdict is Verdict.CORRECT for one in episodes])


def _waits(episodes: Sequence[Episode]) -> float:
    return sum(one.completion.text.count(WAIT) for one in episodes) / len(episodes)


def _mean(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
