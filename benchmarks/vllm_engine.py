"""vLLM and the embedded engine train the same tiny model: is it the same learning?

Both run R1-Zero on r1/Math-v0 from one base, whose attention heads have a size that vLLM has
kernels for on a CPU, at three seeds. The bars: the intervals of pass@1 on the test split overlap at
each seed, and after each sync no log-probability of the canary differs by more than 1e-3 nats.
Exits with 1 if one is missed. It needs vLLM: `make bench-vllm`, or

    .venv-vllm/bin/python benchmarks/vllm_engine.py [--seeds 0 1 2] [--steps 40] [--server]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as `r1gym train` does, before torch is loaded

from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.sft import SFTConfig
from r1gym.core.machine import describe_machine
from r1gym.core.run import read_metrics
from r1gym.evaluation.results import load_results
from r1gym.evaluation.runner import EvalConfig
from r1gym.recipes.base import BaseConfig
from r1gym.recipes.r1_zero import R1Zero
from r1gym.recipes.recipe import run

BOUND = 1e-3
BASE = BaseConfig(heads=2, sft=SFTConfig(steps=400))


def train(engine: str, seed: int, steps: int, runs: Path) -> dict[str, Any]:
    """Trains once and returns the figures."""
    recipe = R1Zero(
        name=f"{engine}-{seed}",
        seed=seed,
        engine=engine,
        engine_options={} if engine == "embedded" else {"kv_cache_gib": 0.5},
        problems="arithmetic:2-3",
        base=BASE,
        learner=GRPOConfig(steps=steps, questions=8, learning_rate=2e-4),
        eval=EvalConfig(questions=128, samples=4),
        eval_every=0,
        show_every=0,
    )
    folder = run(recipe, runs)
    before, after = (result["pass_at"]["1"] for result in load_results(folder, "test"))
    rows = read_metrics(folder)
    return {
        "before": before["mean"],
        "after": after["mean"],
        "low": after["low"],
        "high": after["high"],
        "gap": max(row.get("train/sync_gap", 0.0) for row in rows),
        "engine_gap": max(row.get("train/engine_gap_max", 0.0) for row in rows),
        "kl": max(row.get("train/engine_kl", 0.0) for row in rows),
        "sampling": sum(row["time/sampling_seconds"] for row in rows) / len(rows),
    }


def shown(found: dict[str, Any]) -> str:
    """Returns a run's figures in a line."""
    return (
        f"pass@1 {found['before']:.3f} -> {found['after']:.3f} "
        f"[{found['low']:.3f}, {found['high']:.3f}], largest gap after a sync {found['gap']:.1e}, "
        f"of a rollout {found['engine_gap']:.1e}, KL at most {found['kl']:.1e}, "
        f"{found['sampling']:.2f} s of sampling a step"
    )


def main() -> None:
    """Trains, prints and compares."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--server", action="store_true", help="vllm_server in place of vllm")
    options = parser.parse_args()
    other = "vllm_server" if options.server else "vllm"
    print(describe_machine(), flush=True)
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in options.seeds:
            found = {}
            for engine in ("embedded", other):
                started = time.perf_counter()
                found[engine] = train(engine, seed, options.steps, Path(folder))
                took = time.perf_counter() - started
                print(f"seed {seed}, {engine}: {shown(found[engine])}; {took:.0f} s", flush=True)
            ours, theirs = found["embedded"], found[other]
            if ours["low"] > theirs["high"] or theirs["low"] > ours["high"]:
                missed.append(f"seed {seed}: the intervals lie apart")
            if not theirs["gap"] <= BOUND:
                missed.append(f"seed {seed}: a gap of {theirs['gap']:.1e}")
    print("\n".join(missed) or "All bars are met.")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
