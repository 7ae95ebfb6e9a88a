"""Distillation of a small student against its own reinforcement learning, at equal seconds."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from r1gym.agents.distill import DistillConfig, Estimate
from r1gym.agents.learner import Learner
from r1gym.agents.learner_config import LearnerConfig
from r1gym.agents.sft import SFT
from r1gym.agents.trained import find_algorithm
from r1gym.claims.experiment import Found
from r1gym.claims.materials import base, corpus_of, samples, task, teacher
from r1gym.evaluation.runner import EvalConfig, evaluate
from r1gym.models.policy import Policy, load_policy
from r1gym.recipes.distillation import Distillation
from r1gym.rollout.embedded import EmbeddedEngine

_NO_END = 10**9  # steps


class _Enough(Exception):
    """The seconds are used up."""


def run(folder: Path, seed: int, size: str = "w32l2", steps: int = 500) -> Found:
    """A student is fine-tuned on R1-Zero's right samples; its twin learns by GRPO alone, as long.

    About 1.5 minutes a seed; teacher and samples, 3 minutes, are made once. The seconds are those
    of the process's own time, without the teacher's.

    Returns:
        ``base``, ``sft``, ``rl``, ``teacher``: pass@1 at temperature 0.6 of 256 test questions.
        ``lead``: sft less rl. ``base_at_64``, ``sft_at_64``, ``rl_at_64``: pass@64 at temperature 1
        of 128 questions. ``seconds``: what each of the two ways took.
    """
    start, examples = base(folder, size, seed), samples(folder)
    own = time.process_time()
    distilled = load_policy(start)
    fine_tune(distilled, examples, seed, steps)
    seconds = time.process_time() - own
    alone = load_policy(start)
    learn_from_itself(alone, find_algorithm("grpo").config, seed, seconds)
    found: dict[str, float] = {"seconds": seconds}
    models = {"base": load_policy(start), "sft": distilled, "rl": alone}
    for name, policy in {**models, "teacher": load_policy(teacher(folder))}.items():
        engine = EmbeddedEngine(policy, 2048)
        found[name] = evaluate(engine, task("test"), EvalConfig()).pass_at[1].mean
        if name in models:
            wide = EvalConfig(128, 64, temperature=1.0, top_p=1.0)
            found[f"{name}_at_64"] = evaluate(engine, task("test"), wide).pass_at[64].mean
    return {**found, "lead": found["sft"] - found["rl"]}


def fine_tune(policy: Policy, examples: str, seed: int, steps: int) -> int:
    """Fine-tunes on a teacher's samples. Returns how many it saw."""
    config = replace(Distillation().sft, steps=steps)
    SFT(policy, corpus_of(policy, examples, seed), config).learn(progress_bar=False)
    return steps * config.batch_size


def way_of(name: str, teacher: str) -> LearnerConfig:
    """Returns what a student does with its own samples.

    Args:
        name: ``"rl"``, ``"sft_rl"``, ``"on_policy"``, ``"sampled"`` or ``"sft_on_policy"``.
        teacher: The teacher's checkpoint.
    """
    if name in ("rl", "sft_rl"):
        return replace(find_algorithm("grpo").config, steps=_NO_END)
    # Who has been fine-tuned before takes smaller steps.
    rate = 1e-3 if name == "sft_on_policy" else 3e-3
    loss: Estimate = "sampled" if name == "sampled" else "full"
    return DistillConfig(steps=_NO_END, teacher=teacher, loss=loss, learning_rate=rate)


def learn_from_itself(policy: Policy, config: LearnerConfig, seed: int, seconds: float) -> int:
    """Learns until the seconds are used up. Returns the tokens that were sampled."""
    end = time.process_time() + seconds

    def stop(trainer: Learner[Any, Any], *_: Any) -> None:
        if time.process_time() >= end:
            raise _Enough

    config = replace(config, steps=_NO_END)
    engine = EmbeddedEngine(policy, config.rollout_rows)
    algorithm = find_algorithm(config.prefix).algorithm
    trainer = algorithm(policy, task("train", seed), config, seed, engine)
    try:
        trainer.learn([stop], progress_bar=False)
    except _Enough:
        return trainer.tokens
    raise AssertionError("it has no end of its own")
