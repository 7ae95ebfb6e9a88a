"""Watches a policy answer one problem, through the environment's own steps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from r1gym.core.checks import check_whole
from r1gym.core.types import Problem, Score
from r1gym.envs.task import task_of
from r1gym.inspection.evaluate import open_run
from r1gym.rollout.engine import Sampling
from r1gym.rollout.play import play as sample


@dataclass(frozen=True)
class Played:
    """One problem with an answer to it, token by token.

    Attributes:
        problem: The problem, gold answer included.
        prompt: What the policy was shown.
        tokens: The text of each token; the end token's is a stop sign.
        probabilities: The probability of each token when it was sampled.
        score: The reward with its parts.
        reward: What the environment paid for stepping the tokens.
        step: The training step of the policy.
    """

    problem: Problem
    prompt: str
    tokens: list[str]
    probabilities: list[float]
    score: Score
    reward: float
    step: int


def play(
    folder: Path,
    problem: int = 0,
    base: bool = False,
    temperature: float = 0.6,
    seed: int = 0,
    device: str = "",
) -> Played:
    """Samples one completion and replays it through the environment.

    Args:
        folder: A run's folder.
        problem: Number of the problem in the test split.
        base: Let the base model answer instead of the trained policy.
        temperature: Sampling temperature.
        seed: Seed of the sampling.
        device: Where to compute; empty for the device that it was trained on.
    """
    check_whole("seed", seed, least=0)
    with open_run(folder, base, device) as run:
        env = run.at.environment(run.spec("test"))
        _, info = env.reset(options={"problem": problem})
        task = task_of(env)
        chosen = task.problem_set[problem]
        sampling = Sampling(task.max_tokens, temperature)
        engine = run.at.engine(run.policy)
        [[trajectory]] = sample(engine, task, [chosen], 1, sampling, seed)
    reward = 0.0
    for token, is_own in zip(trajectory.token_ids, trajectory.mask, strict=True):
        if is_own:  # the environment writes the others
            reward = float(env.step(token)[1])
    texts = [task.tokenizer.decode([token]) or "⏹" for token in trajectory.token_ids]
    probabilities = [math.exp(value) for value in trajectory.logprobs or ()]
    [episode] = task.score_trajectories([trajectory])
    return Played(chosen, info["prompt"], texts, probabilities, episode.score, reward, run.step)
