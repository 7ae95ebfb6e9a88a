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
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from machine import describe_machine

# No torch up here: a child's peak memory would start from that of the process that started it.

QUESTIONS, GROUP_SIZE, MAX_TOKENS = 16, 16, 64
LEARNING_RATE, KL_COEF = 1e-4, 0.001
LEVELS = (1, 2, 3, 4)
WARMUP = 3  # updates that do not count
PRETRAINING_STEPS = 250
BAR_SPEED, BAR_CPU, BAR_MEMORY = 2.0, 0.5, 1.0

Update = dict[str, float]


class Meter:
    """Measures each update after the warm-up, from the end of the one before."""

    def __init__(self) -> None:
        self.updates: list[Update] = []
        self._seen = 0
        self._tokens = 0
        self._start = (time.perf_counter(), time.process_time())

    def count(self, tokens: int) -> None:
        """Adds useful tokens to the current update."""
        self._tokens += tokens

    def end_update(self) -> None:
        """Closes the current update."""
        wall, cpu = time.perf_counter(), time.process_time()
        self._seen += 1
        if self._seen > WARMUP:
            self.updates.append(
                {
                    "wall": wall - self._start[0],
                    "cpu": cpu - self._start[1],
                    "tokens": self._tokens,
                }
            )
        self._tokens, self._start = 0, (wall, cpu)


def make_task() -> Any:
    """Returns the task that both train on."""
    from r1gym.envs.spec import TaskSpec
    from r1gym.envs.task import TokenTask

    return TokenTask(TaskSpec(problems={"arithmetic": LEVELS}, max_tokens=MAX_TOKENS))


def run_ours(model: str, updates: int, meter: Meter) -> None:
    """Trains with r1gym."""
    from r1gym.agents.episodes import Rollout
    from r1gym.agents.grpo.config import GRPOConfig
    from r1gym.agents.grpo.trainer import GRPO
    from r1gym.models.policy import load_policy

    config = GRPOConfig(
        steps=updates,
        questions=QUESTIONS,
        group_size=GROUP_SIZE,
        max_tokens=MAX_TOKENS,
        learning_rate=LEARNING_RATE,
        warmup_steps=0,
        kl_coef=KL_COEF,
    )

    def after_update(trainer: GRPO, rollout: Rollout, metrics: dict[str, float]) -> None:
        meter.count(sum(len(episode.completion.token_ids) for episode in rollout.episodes))
        meter.end_update()

    GRPO(load_policy(model), make_task(), config).learn(callbacks=[after_update])


def run_trl(model: str, updates: int, meter: Meter) -> None:
    """Trains with TRL, set up for the same mathematics and without what it need not do."""
    from datasets import Dataset
    from transformers import AutoTokenizer, TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    from r1gym.core.types import Completion
    from r1gym.envs.templates import dress

    task = make_task()
    problems = [task.problem_set[i] for i in range(QUESTIONS * updates)]
    tokenizer = AutoTokenizer.from_pretrained(model)

    def reward(
        completions: list[str], completion_ids: list[list[int]], index: list[int], **_: Any
    ) -> list[float]:
        meter.count(sum(map(len, completion_ids)))
        rewards = []
        for text, ids, i in zip(completions, completion_ids, index, strict=True):
            completion = Completion(text, truncated=tokenizer.eos_token_id not in ids)
            rewards.append(task.score(problems[i], completion).value)
        return rewards

    class EndOfUpdate(TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, *args: Any, **kwargs: Any) -> None:
            meter.end_update()

    with tempfile.TemporaryDirectory() as scratch:
        config = GRPOConfig(
            output_dir=scratch,
            max_steps=updates,
            per_device_train_batch_size=QUESTIONS * GROUP_SIZE,
            gradient_accumulation_steps=1,
            num_generations=GROUP_SIZE,
            max_completion_length=MAX_TOKENS,
            temperature=1.0,
            loss_type="grpo",
            beta=KL_COEF,
            use_bias_correction_kl=False,
            learning_rate=LEARNING_RATE,
            lr_scheduler_type="constant",
            max_grad_norm=1.0,
            shuffle_dataset=False,
            use_cpu=True,
            bf16=False,
            gradient_checkpointing=False,  # its default is on, which is slower
            model_init_kwargs={"dtype": "float32"},
            dataloader_num_workers=0,
            disable_tqdm=True,
            logging_strategy="no",
            save_strategy="no",
            report_to="none",
        )
        prompts = [dress(task.template, problem.question) for problem in problems]
        GRPOTrainer(
            model=model,
            reward_funcs=reward,
            args=config,
            train_dataset=Dataset.from_dict({"prompt": prompts, "index": range(len(prompts))}),
            processing_class=tokenizer,
            callbacks=[EndOfUpdate()],
        ).train()


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


def work(job: str, model: str, updates: int, threads: int, result: str) -> None:
    """The body of a child process."""
    import torch

    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    if job == "pretrain":
        pretrain(model)
        return
    meter = Meter()
    runner: Callable[[str, int, Meter], None] = run_ours if job == "r1gym" else run_trl
    runner(model, WARMUP + updates, meter)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / (2**20 if sys.platform == "darwin" else 2**10)
    Path(result).write_text(json.dumps({"updates": meter.updates, "peak": megabytes}), "utf-8")


def spawn(job: str, model: Path, updates: int, threads: int) -> dict[str, Any]:
    """Runs a job in a child process and returns what it measured."""
    with tempfile.TemporaryDirectory() as scratch:
        result = Path(scratch) / "result.json"
        environment = os.environ | {
            "OMP_WAIT_POLICY": "PASSIVE",
            "OMP_NUM_THREADS": str(threads),
            "TOKENIZERS_PARALLELISM": "false",
            "HF_HUB_OFFLINE": "1",
        }
        command = [sys.executable, __file__, "--job", job, "--model", str(model)]
        command += ["--updates", str(updates), "--threads", str(threads), "--result", str(result)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{job} failed:\n{done.stderr[-4000:]}")
        return json.loads(result.read_text("utf-8")) if result.exists() else {}


def summarise(measured: dict[str, Any]) -> dict[str, float]:
    """Returns one round's figures."""
    updates = measured["updates"]
    total = {key: sum(update[key] for update in updates) for key in ("wall", "cpu", "tokens")}
    return {
        "tokens/s": total["tokens"] / total["wall"],
        "tokens/CPU s": total["tokens"] / total["cpu"],
        "wall s": total["wall"] / len(updates),
        "CPU s": total["cpu"] / len(updates),
        "tokens": total["tokens"] / len(updates),
        "MB": measured["peak"],
    }


def compare(model: Path, rounds: int, updates: int, threads: int) -> bool:
    """Runs the rounds and prints medians and ratios. Returns True if every bar was met."""
    print(describe_machine())
    print(f"{QUESTIONS} questions x {GROUP_SIZE}, at most {MAX_TOKENS} tokens")
    print(f"{updates} updates a round, {threads} thread(s) each")
    figures: dict[str, list[dict[str, float]]] = {"r1gym": [], "trl": []}
    for number, (name, rows) in itertools.product(range(rounds), figures.items()):
        rows.append(summarise(spawn(name, model, updates, threads)))
        cells = "  ".join(f"{value:9,.3f} {key}" for key, value in rows[-1].items())
        print(f"round {number + 1} {name:6} {cells}", flush=True)
    met = True
    for label, key, bar, more_is_better in (
        ("useful tokens/s", "tokens/s", BAR_SPEED, True),
        ("CPU s per update", "CPU s", BAR_CPU, False),
        ("CPU s per token", "tokens/CPU s", None, True),
        ("wall s per update", "wall s", None, False),
        ("peak memory, MB", "MB", BAR_MEMORY, False),
    ):
        ours, theirs = ([row[key] for row in rows] for rows in figures.values())
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        verdict = ""
        if bar is not None:
            is_met = ratio >= bar if more_is_better else ratio <= bar
            met &= is_met
            sign = "at least" if more_is_better else "at most"
            verdict = f"bar {sign} {bar:g}: {'met' if is_met else 'MISSED'}"
        print(
            f"{label:18} r1gym {statistics.median(ours):9,.3f}   "
            f"TRL {statistics.median(theirs):9,.3f}   ratio {ratio:6.3f}   {verdict}"
        )
    return met


def main() -> int:
    """Parses the command line. Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--model", type=Path, help="a folder that save_policy wrote")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--updates", type=int, default=15, help="updates that count, each round")
    parser.add_argument("--threads", type=int, default=1, help="threads of each of the two")
    parser.add_argument("--job", choices=("pretrain", "r1gym", "trl"), help=argparse.SUPPRESS)
    parser.add_argument("--result", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        work(options.job, str(options.model), options.updates, options.threads, options.result)
        return 0
    sizes = (options.rounds, options.updates, options.threads)
    if options.model:
        return int(not compare(options.model, *sizes))
    with tempfile.TemporaryDirectory() as scratch:
        spawn("pretrain", Path(scratch), 0, options.threads)
        return int(not compare(Path(scratch), *sizes))


if __name__ == "__main__":
    sys.exit(main())
