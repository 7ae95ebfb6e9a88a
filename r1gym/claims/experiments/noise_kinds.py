"""Four cells of the verifier-noise lab: no errors, one kind of them, the other, and chance."""

from __future__ import annotations

from pathlib import Path

from r1gym.claims.experiment import Found
from r1gym.claims.experiments import noise


def run(folder: Path, seed: int, rate: float = 0.4, steps: int = 40) -> Found:
    """GRPO on an accuracy reward that is sound, pays some wrong answers, or misses some right ones.

    The second and the third know equally much of the truth: their true-positive rate less their
    false-positive rate is one. A fourth knows nothing: it pays right and wrong alike at the rate.
    About 1 minute a seed; the base, 2 minutes, is made once.

    Args:
        folder: Where the base lies, beside it.
        seed: The seed of questions, sampling and errors.
        rate: The rate of errors.
        steps: GRPO steps of 16 questions x 8.

    Returns:
        ``before`` and ``sound``, ``false_positives``, ``false_negatives``, ``chance``: pass@1 at
        temperature 1, of 128 test questions. ``sound_gain`` and so on: what training added.
        ``positives_cost``: what false positives cost more than false negatives.
    """
    kinds = {
        "sound": (0.0, 0.0),
        "false_positives": (rate, 0.0),
        "false_negatives": (0.0, rate),
        "chance": (rate, 1 - rate),
    }
    found: dict[str, float] = {}
    for name, (false_positive, false_negative) in kinds.items():
        cell = noise.run(folder, seed, false_positive, false_negative, steps)
        for said, measure in (("before", "before"), (name, "after"), (f"{name}_gain", "gain")):
            found[said] = float(cell[measure])  # type: ignore[arg-type]
    return {**found, "positives_cost": found["false_negatives"] - found["false_positives"]}
