"""The same GRPO by r1gym and by TRL's GRPOTrainer, each in a process of its own, measured in turns.

What benchmarks of the two share: they say what is trained and which bars there are.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# No torch up here: a child's peak memory would start from that of the process that started it.

SIDES = ("r1gym", "trl")
Figures = dict[str, list[dict[str, float]]]


@dataclass(frozen=True)
class Setup:
    """What both train, and how.

    Attributes:
        task: The fields of the task's `TaskSpec`, but for ``max_tokens``.
        warmup: Updates that do not count.
        lora_rank: Rank of adapters that are trained; 0 for all weights.
        dtype: The type that they compute in; optimisers step in float32.
    """

    task: dict[str, Any]
    questions: int
    group_size: int
    max_tokens: int
    learning_rate: float
    kl_coef: float
    warmup: int
    lora_rank: int = 0
    dtype: str = "float32"

    def make_task(self) -> Any:
        """Returns the task that both train on."""
        from r1gym.envs.spec import TaskSpec
        from r1gym.envs.task import TokenTask

        return TokenTask(TaskSpec(**self.task, max_tokens=self.max_tokens))


class Meter:
    """Measures each update after the warm-up, from the end of the one before."""

    def __init__(self, warmup: int) -> None:
        self.updates: list[dict[str, float]] = []
        self._warmup = warmup
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
        if self._seen > self._warmup:
            took = {"wall": wall - self._start[0], "cpu": cpu - self._start[1]}
            self.updates.append(took | {"tokens": self._tokens})
        self._tokens, self._start = 0, (wall, cpu)


def run_ours(setup: Setup, model: str, updates: int, meter: Meter) -> None:
    """Trains with r1gym."""
    from r1gym.agents.episodes import Rollout
    from r1gym.agents.grpo.config import GRPOConfig
    from r1gym.agents.grpo.trainer import GRPO
    from r1gym.models.adapters import add_lora
    from r1gym.models.lora import LoRASettings
    from r1gym.models.policy import load_policy

    policy = load_policy(model, dtype=setup.dtype)
    if setup.lora_rank:
        add_lora(policy.model, LoRASettings(rank=setup.lora_rank))
    config = GRPOConfig(
        steps=updates,
        questions=setup.questions,
        group_size=setup.group_size,
        max_tokens=setup.max_tokens,
        learning_rate=setup.learning_rate,
        warmup_steps=0,
        kl_coef=setup.kl_coef,
    )

    def after_update(trainer: GRPO, rollout: Rollout, metrics: dict[str, float]) -> None:
        meter.count(sum(len(episode.completion.token_ids) for episode in rollout.episodes))
        meter.end_update()

    GRPO(policy, setup.make_task(), config).learn([after_update], progress_bar=False)


def run_trl(setup: Setup, model: str, updates: int, meter: Meter) -> None:
    """Trains with TRL, set up for the same mathematics and without what it need not do."""
    from datasets import Dataset
    from transformers import AutoTokenizer, TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    from r1gym.core.types import Completion
    from r1gym.envs.templates import dress

    task = setup.make_task()
    problems = [task.problem_set[i] for i in range(setup.questions * updates)]
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
            per_device_train_batch_size=setup.questions * setup.group_size,
            gradient_accumulation_steps=1,
            num_generations=setup.group_size,
            max_completion_length=setup.max_tokens,
            temperature=1.0,
            loss_type="grpo",
            beta=setup.kl_coef,
            use_bias_correction_kl=False,
            learning_rate=setup.learning_rate,
            lr_scheduler_type="constant",
            max_grad_norm=1.0,
            shuffle_dataset=False,
            use_cpu=True,
            bf16=setup.dtype == "bfloat16",  # autocast, with weights in float32
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
            peft_config=_adapter(setup.lora_rank),
        ).train()


def _adapter(rank: int) -> Any:
    """Returns what TRL is told of adapters; None for none."""
    if not rank:
        return None
    from peft import LoraConfig

    return LoraConfig(
        r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM"
    )


def work(setup: Setup, side: str, model: str, updates: int, result: str) -> None:
    """The body of a child process: trains and writes down what it measured."""
    meter = Meter(setup.warmup)
    runner = run_ours if side == "r1gym" else run_trl
    runner(setup, model, setup.warmup + updates, meter)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / (2**20 if sys.platform == "darwin" else 2**10)
    Path(result).write_text(json.dumps({"updates": meter.updates, "peak": megabytes}), "utf-8")


def set_threads(threads: int) -> None:
    """Sets a child process's threads."""
    import torch

    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)


def spawn(script: str, job: str, threads: int, words: Sequence[str]) -> dict[str, Any]:
    """Runs a job of a script in a child process. Returns what it measured; nothing if nothing.

    Args:
        script: The script, which knows the options ``--job``, ``--threads`` and ``--result``.
        job: What it is to do.
        threads: Its threads.
        words: More options.
    """
    with tempfile.TemporaryDirectory() as scratch:
        result = Path(scratch) / "result.json"
        environment = os.environ | {
            "OMP_WAIT_POLICY": "PASSIVE",
            "OMP_NUM_THREADS": str(threads),
            "TOKENIZERS_PARALLELISM": "false",
            "HF_HUB_OFFLINE": "1",
        }
        command = [sys.executable, script, "--job", job, "--threads", str(threads)]
        command += ["--result", str(result), *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{job} failed:\n{done.stderr[-4000:]}")
        return json.loads(result.read_text("utf-8")) if result.exists() else {}


def measure(
    script: str, sides: Sequence[str], rounds: int, threads: int, words: Sequence[str]
) -> Figures:
    """Runs the rounds, each side first in turns. Returns each side's figures, round by round."""
    figures: Figures = {side: [] for side in sides}
    for number in range(rounds):
        for side in sides if number % 2 == 0 else sides[::-1]:
            figures[side].append(_summary(spawn(script, side, threads, words)))
            cells = "  ".join(f"{value:9,.3f} {key}" for key, value in figures[side][-1].items())
            print(f"round {number + 1} {side:6} {cells}", flush=True)
    return figures


def _summary(measured: dict[str, Any]) -> dict[str, float]:
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


def compare(figures: Figures, bars: dict[str, float]) -> bool:
    """Prints medians and ratios. Returns True if every bar was met.

    Args:
        figures: Both sides' figures.
        bars: What a ratio must be, by the figure's name; the others have none.
    """
    met = True
    for label, key, more_is_better in (
        ("useful tokens/s", "tokens/s", True),
        ("CPU s per update", "CPU s", False),
        ("CPU s per token", "tokens/CPU s", True),
        ("wall s per update", "wall s", False),
        ("peak memory, MB", "MB", False),
    ):
        ours, theirs = ([row[key] for row in figures[side]] for side in SIDES)
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        verdict = ""
        if (bar := bars.get(key)) is not None:
            is_met = ratio >= bar if more_is_better else ratio <= bar
            met &= is_met
            sign = "at least" if more_is_better else "at most"
            verdict = f"bar {sign} {bar:g}: {'met' if is_met else 'MISSED'}"
        print(
            f"{label:18} r1gym {statistics.median(ours):9,.3f}   "
            f"TRL {statistics.median(theirs):9,.3f}   ratio {ratio:6.3f}   {verdict}"
        )
    return met
