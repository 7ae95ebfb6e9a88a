"""What the language reward does and costs: the ablation of the long report's B.6, in small.

GRPO from an embedded bilingual base with the reward of accuracy and format alone, and with the
language reward beside it. The base's English steps are wrong in one of five, its Chinese ones in
one of a hundred, so that there is a reason to mix. Purity is the share of words of the target
language at temperature 1. The bars, over all seeds: purity falls by at least 0.08 without the
reward and reaches at least 0.92 with it, and accuracy with it is within 0.03 of that without. Then
half of the questions in Chinese, each to be thought about in its own language: reported, with the
aim of 0.95 in both. Exits with 1 if a bar is missed.

    python benchmarks/language_reward.py [--seeds 0 1 2 3 4] [--jobs 2] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch is loaded

import torch

from r1gym.agents.grpo import GRPO
from r1gym.core.files import write_text
from r1gym.core.machine import describe_machine
from r1gym.core.types import Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.evaluation.estimators import estimate
from r1gym.evaluation.runner import EvalConfig, evaluate
from r1gym.models.policy import Policy
from r1gym.recipes.bilingual import BilingualBase
from r1gym.recipes.embedded_base import make_base
from r1gym.recipes.r1_defaults import FAMILIES, REASONING, zero_rl
from r1gym.rollout.embedded import EmbeddedEngine

CHINESE = {
    "small-arithmetic-zh": {"levels": [2, 3], "weight": 40},
    "small-equations-zh": {"levels": [1, 2], "weight": 22},
}
BOTH = f"{REASONING} small-arithmetic-zh:2-3 small-equations-zh:1-2"
FALL, REACH, COST, AIM = 0.08, 0.92, 0.03, 0.95


@dataclass(frozen=True)
class Arm:
    """One training run.

    Attributes:
        seed: Its seed.
        rewarded: Whether the language reward is paid.
        both: Whether half of the questions are Chinese.
    """

    seed: int
    rewarded: bool
    both: bool = False

    def spec(self, split: str) -> TaskSpec:
        """Returns the task; without the reward the language is only watched."""
        language = {"weight": float(self.rewarded), "target": "question"}
        return TaskSpec(
            problems=BOTH if self.both else REASONING,
            split=split,
            problem_seed=self.seed if split == "train" else 0,
            rewards={"accuracy": 1.0, "format": 0.1, "language": language},
            tokenizer="bilingual",
            max_tokens=64,
        )


def base_for(both: bool, runs: Path) -> Policy:
    """Returns the base model; one that reads Chinese questions has seen some."""
    families = FAMILIES | CHINESE if both else FAMILIES
    return make_base(
        BilingualBase(english_slips=0.2), families, runs / f"base-{'both' if both else 'english'}"
    )


def look(policy: Policy, arm: Arm) -> dict[str, float]:
    """Returns purity by the language of the question at temperature 1, and accuracy at 0.6."""
    task = TokenTask(arm.spec("test"))
    engine = EmbeddedEngine(policy)
    mixed = evaluate(engine, task, EvalConfig(samples=4, temperature=1.0, top_p=1.0))
    purity: dict[str, list[float]] = {"english": [], "chinese": []}
    for episode in mixed.episodes:
        value = episode.score.parts["language"].value
        asked = "chinese" if "-zh" in episode.problem.family else "english"
        thinks = episode.score.parts["language"].verdict is not Verdict.UNPARSEABLE
        if value is not None and thinks:
            purity[asked].append(value)
    found = {asked: sum(v) / len(v) for asked, v in purity.items() if v}
    return {**found, "accuracy": evaluate(engine, task, EvalConfig(samples=4)).pass_at[1].mean}


def play(arm: Arm, runs: Path) -> dict[str, Any]:
    """Trains one arm, unless that was done before. Returns what was found before and after."""
    path = runs / f"{'both' if arm.both else 'english'}-{arm.rewarded}-{arm.seed}.json"
    if path.exists():
        return dict(json.loads(path.read_text("utf-8")))
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    policy = base_for(arm.both, runs)
    before = look(policy, arm)
    GRPO(policy, TokenTask(arm.spec("train")), zero_rl(), arm.seed).learn()
    found = {"before": before, "after": look(policy, arm)}
    write_text(path, json.dumps(found, indent=1) + "\n")
    return found


def tell(found: Mapping[Arm, dict[str, Any]], seeds: Sequence[int], both: bool) -> list[str]:
    """Prints the arms of one setting. Returns the bars that were missed."""
    asked = ("english", "chinese") if both else ("english",)
    for arm, one in found.items():
        if arm.both == both:
            cells = [
                f"{a} {one['before'][a]:.3f} -> {one['after'][a]:.3f}" for a in (*asked, "accuracy")
            ]
            reward = "with" if arm.rewarded else "without"
            print(f"seed {arm.seed}, {reward:7} the reward: " + ", ".join(cells), flush=True)
    pairs = [(found[Arm(s, False, both)], found[Arm(s, True, both)]) for s in seeds]
    cost = estimate([a["after"]["accuracy"] - b["after"]["accuracy"] for a, b in pairs])
    print(f"accuracy costs {cost.mean:+.3f} [{cost.low:+.3f}, {cost.high:+.3f}] over seeds")
    reached = min(b["after"][a] for _, b in pairs for a in asked)
    if both:
        print(f"aim of {AIM} in both languages: {'met' if reached >= AIM else 'missed'}")
        return []
    falls = [a["before"]["english"] - a["after"]["english"] for a, _ in pairs]
    bars = {
        f"falls by {FALL} without": min(falls) >= FALL,
        f"reaches {REACH} with": reached >= REACH,
        f"accuracy within {COST}": abs(cost.mean) <= COST,
    }
    return [bar for bar, met in bars.items() if not met]


def main() -> int:
    """Plays all arms."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where finished arms are kept")
    options = parser.parse_args()
    print(describe_machine())
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        runs = options.folder or Path(folder)
        for both in (False, True):
            base_for(both, runs)  # once, before the workers ask for it
            arms = [Arm(s, r, both) for s in options.seeds for r in (False, True)]
            with ProcessPoolExecutor(options.jobs) as pool:
                found = dict(zip(arms, pool.map(play, arms, [runs] * len(arms)), strict=True))
            missed += tell(found, options.seeds, both)
    print(f"missed: {', '.join(missed)}" if missed else "all bars are met")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
