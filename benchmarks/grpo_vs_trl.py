"""r1gym's GRPO against TRL's GRPOTrainer: useful tokens per second, CPU time and peak memory.

Both train the same tiny model on the same questions with the same reward, loss, learning rate and
number of threads, each in a process of its own, in turns. Start-up and the first updates do not
count. A useful token is a completion's token up to and including its end token. The bars: at least
twice TRL's useful tokens per second, at most half its CPU time per update, and no more than its
peak memory. Exits with 1 if one is missed.

    python benchmarks/grpo_vs_trl.py                  # pretrains a model for half a minute first
    python benchmarks/grpo_vs_trl.py --model FOLDER   # takes this one
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from against_trl import SIDES, Setup, compare, measure, set_threads, spawn, work

from r1gym.core.machine import describe_machine

LEVELS = (1, 2, 3, 4)
SETUP = Setup(
    task={"problems": {"arithmetic": LEVELS}},
    questions=16, group_size=16, max_tokens=64, learning_rate=1e-4, kl_coef=0.001, warmup=3,
)  # fmt: skip
PRETRAINING_STEPS = 250
BARS = {"tokens/s": 2.0, "CPU s": 0.5, "MB": 1.0}


def pretrain(folder: str) -> None:
    """Writes a tiny model whose completions mostly show steps, so that lengths are realistic."""
    from r1gym.agents.sft import SFTConfig
    from r1gym.models.policy import save_policy
    from r1gym.recipes.base import BaseConfig
    from r1gym.recipes.embedded_base import make_base

    config = BaseConfig(
        hidden_size=64, layers=3, heads=4, feed_forward=192, late_part=0.0,
        sft=SFTConfig(steps=PRETRAINING_STEPS),
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as scratch:
        policy = make_base(config, {"arithmetic": LEVELS}, Path(scratch))
    save_policy(policy, Path(folder))


def both(model: Path, options: argparse.Namespace) -> int:
    """Runs the rounds. Returns the exit status."""
    print(describe_machine())
    print(f"{SETUP.questions} questions x {SETUP.group_size}, at most {SETUP.max_tokens} tokens")
    print(f"{options.updates} updates a round, {options.threads} thread(s) each", flush=True)
    words = ["--model", str(model), "--updates", str(options.updates)]
    figures = measure(__file__, SIDES, options.rounds, options.threads, words)
    return int(not compare(figures, BARS))


def main() -> int:
    """Parses the command line. Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--model", type=Path, help="a folder that save_policy wrote")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--updates", type=int, default=15, help="updates that count, each round")
    parser.add_argument("--threads", type=int, default=1, help="threads of each of the two")
    parser.add_argument("--job", choices=("pretrain", *SIDES), help=argparse.SUPPRESS)
    parser.add_argument("--result", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        set_threads(options.threads)
        if options.job == "pretrain":
            pretrain(str(options.model))
        else:
            work(SETUP, options.job, str(options.model), options.updates, options.result)
        return 0
    if options.model:
        return both(options.model, options)
    with tempfile.TemporaryDirectory() as scratch:
        spawn(__file__, "pretrain", options.threads, ["--model", scratch])
        return both(Path(scratch), options)


if __name__ == "__main__":
    sys.exit(main())
