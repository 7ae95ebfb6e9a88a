"""How far labels by roll-outs are from the truth: the report's second limit of PRMs (4.2)."""

from __future__ import annotations

import time
from pathlib import Path

from r1gym.agents.prm.calibration import step_quality
from r1gym.agents.prm.labels import exact_labels, monte_carlo_labels
from r1gym.claims.experiment import Found
from r1gym.claims.experiments.prm_parts import sampled
from r1gym.claims.materials import middling, task
from r1gym.models.policy import load_policy
from r1gym.rollout.embedded import EmbeddedEngine


def run(
    folder: Path, seed: int, questions: int = 400, samples: int = 4, rollouts: int = 4
) -> Found:
    """Steps of a policy of middling accuracy, labelled by its roll-outs and by the exact rule.

    About half a minute a seed; the policy, 1.5 minutes a seed, is made once.

    Returns:
        ``right_called_wrong`` and ``wrong_called_right``: the errors of the Monte-Carlo labels, a
        step counting as right if at least half of its roll-outs are; ``f1`` of wrong steps,
        ``first_error_f1``, ``calibration_error``. ``steps``, ``right_share`` of them, ``accuracy``
        of the policy; ``tokens`` sampled for a label, and ``seconds`` for all.
    """
    model, asked = middling(folder, seed), task("train", seed)
    found = sampled(model, asked, questions, samples, seed)
    engine = EmbeddedEngine(load_policy(model), 2048)
    begun = time.process_time()
    by_rollouts = monte_carlo_labels(engine, asked, found.solutions, rollouts, seed)
    seconds = time.process_time() - begun
    exact = exact_labels(asked, found.solutions)
    truth = [[float(label or 0) for label in row] for row in exact]
    quality = step_quality(by_rollouts.labels, truth)
    return {
        "right_called_wrong": quality.right_called_wrong,
        "wrong_called_right": quality.wrong_called_right,
        "f1": quality.f1,
        "first_error_f1": quality.first_error_f1,
        "calibration_error": quality.calibration_error,
        "steps": quality.steps,
        "right_share": sum(map(sum, truth)) / quality.steps,
        "accuracy": found.accuracy,
        "tokens": by_rollouts.tokens / max(1, by_rollouts.prefixes),
        "seconds": seconds,
    }
