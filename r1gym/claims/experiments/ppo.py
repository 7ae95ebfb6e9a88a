"""PPO against GRPO at equal tokens (the long report's A.3), and roll-outs in place of a critic."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from statistics import mean

from r1gym.agents.learner_config import LearnerConfig
from r1gym.agents.ppo import PPOConfig
from r1gym.claims.experiment import Found
from r1gym.claims.experiments.learnt import FAST, learn, look
from r1gym.claims.materials import base


def run(folder: Path, seed: int, tokens: int = 120_000, vine: bool = False) -> Found:
    """PPO with lambda 0.95 and 1, and GRPO, from R1-Zero's base at equal numbers of tokens.

    About 1.5 minutes a seed; the base, 2 minutes, is made once. All have the same learning rate for
    the policy and no KL; the critic's is that of the bench's PPO.

    Args:
        folder: Where the base lies, beside it.
        seed: The seed of questions and sampling.
        tokens: Tokens that each samples, with those of roll-outs.
        vine: Whether GRPO with the advantages of steps by roll-outs takes part, twice: at equal
            tokens, and as ``vine_long`` with as many steps as GRPO.

    Returns:
        ``grpo``, ``ppo_095``, ``ppo_1`` (and ``vine``, ``vine_long``): pass@1 at temperature 1 of
        128 test questions. ``behind_095``, ``behind_1``: what GRPO is above PPO. ``gained``: lambda
        1 less lambda 0.95. ``explained_095``, ``explained_1``: the variance of the returns that the
        critic explains in the last ten steps. ``length_...``: tokens of an answer. ``steps_...``.
    """
    shared = {name: getattr(FAST, name) for name in ("questions", "group_size", "warmup_steps")}
    shared |= {"learning_rate": FAST.learning_rate, "kl_coef": 0.0}
    ways: dict[str, LearnerConfig] = {
        "grpo": FAST,
        "ppo_095": PPOConfig(**shared, critic_learning_rate=1e-3, gae_lambda=0.95),
        "ppo_1": PPOConfig(**shared, critic_learning_rate=1e-3, gae_lambda=1.0),
    }
    if vine:
        ways |= {"vine": replace(FAST, advantage="vine")}
    start, found = base(folder), dict[str, float]()
    for name, config in ways.items():
        found |= _told(name, start, config, seed, tokens)
    if vine:
        config = replace(FAST, advantage="vine", steps=int(found["steps_grpo"]))
        found |= _told("vine_long", start, config, seed, 0)
    return {
        **found,
        "behind_095": found["grpo"] - found["ppo_095"],
        "behind_1": found["grpo"] - found["ppo_1"],
        "gained": found["ppo_1"] - found["ppo_095"],
    }


def _told(name: str, start: str, config: LearnerConfig, seed: int, tokens: int) -> dict[str, float]:
    learnt = learn(start, config, seed, tokens=tokens)
    after = look(learnt.policy)
    found = {
        name: after.pass_at[1].mean,
        f"length_{name}": after.mean_length,
        f"steps_{name}": float(len(learnt.rows)),
        f"tokens_{name}": float(learnt.tokens),
    }
    if name.startswith("ppo"):
        explained = learnt.course("train/explained_variance")[-10:]
        found[name.replace("ppo", "explained")] = mean(explained)
    return found
