"""The KL in the reward against the KL in the loss (the long report's A.3): accuracy and length."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from r1gym.agents.grpo.config import GRPOConfig
from r1gym.claims.experiment import Found
from r1gym.claims.experiments.learnt import FAST, learn, look
from r1gym.claims.materials import base


def run(folder: Path, seed: int, coefficient: float = 0.05, steps: int = 60) -> Found:
    """GRPO from R1-Zero's base without a KL, with it in the loss, and with it in the reward.

    In the reward it is the KL of all tokens of an answer, of which a long answer has more; in the
    loss each token has its own. About 1.5 minutes a seed; the base, 2 minutes, is made once.

    Args:
        folder: Where the base lies, beside it.
        seed: The seed of questions and sampling.
        coefficient: The KL's weight, in both places.
        steps: GRPO steps of 16 questions x 8.

    Returns:
        For each of ``none``, ``loss`` and ``reward`` its name: pass@1 at temperature 1 of 128 test
        questions; ``length_...``: tokens of an answer; ``kl_...``: the KL a token to the base in
        the last ten steps. ``shorter``: by how many tokens answers are shorter with the KL in the
        reward than with it in the loss; ``shortens``: than without any. ``costs``: accuracy with it
        in the loss less accuracy with it in the reward.
    """
    held = replace(FAST, steps=steps, kl_coef=coefficient, kl="k1")
    ways: dict[str, GRPOConfig] = {
        "none": replace(FAST, steps=steps),
        "loss": replace(held, kl="k3"),
        "reward": replace(held, kl_in="reward"),
    }
    start, found = base(folder), dict[str, float]()
    for name, config in ways.items():
        learnt = learn(start, config, seed)
        after = look(learnt.policy)
        found |= {name: after.pass_at[1].mean, f"length_{name}": after.mean_length}
        if name != "none":
            kl = learnt.course("train/kl")[-10:]
            found[f"kl_{name}"] = sum(kl) / len(kl)
    return {
        **found,
        "shorter": found["length_loss"] - found["length_reward"],
        "shortens": found["length_none"] - found["length_reward"],
        "costs": found["loss"] - found["reward"],
    }
