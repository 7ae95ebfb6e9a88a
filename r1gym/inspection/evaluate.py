"""Loads a run's policies again: to evaluate one, or to watch it answer."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from r1gym.core.errors import RunError
from r1gym.evaluation.results import load_result, save_result
from r1gym.evaluation.runner import EvalConfig, evaluate
from r1gym.models.checkpoint import latest_checkpoint
from r1gym.models.policy import Policy, load_policy
from r1gym.recipes.progress import progress_bar
from r1gym.recipes.r1_zero import R1ZeroConfig, base_of, load_config, make_task
from r1gym.rollout.embedded import EmbeddedEngine


def load_run_policy(
    folder: Path, base: bool = False, device: str = ""
) -> tuple[R1ZeroConfig, Policy, int]:
    """Returns a run's configuration, its newest policy and that policy's training step.

    Args:
        folder: The run's folder.
        base: Load the model that training started from instead.
        device: Where to put it; empty for the device that it was trained on.

    Raises:
        RunError: If the folder holds no run, or the run no checkpoint yet.
    """
    config = load_config(folder)
    torch.set_num_threads(config.threads)
    torch.set_flush_denormal(True)
    device = device or config.device
    if base and config.model != "tiny":
        return config, load_policy(config.model, device, config.dtype), 0
    home = base_of(config, folder) if base else folder
    checkpoint = latest_checkpoint(home / "checkpoints")
    if checkpoint is None:
        raise RunError(f"{home} has no checkpoint yet; train it first: r1gym train.")
    policy = load_policy(str(checkpoint), device, config.dtype)
    return config, policy, 0 if base else int(checkpoint.name.removeprefix("step-"))


def evaluate_run(folder: Path, split: str, options: EvalConfig, device: str = "") -> dict[str, Any]:
    """Evaluates a run's newest policy and saves what it found in the run's folder.

    Returns:
        The evaluation's summary, as `load_result` gives it.
    """
    config, policy, step = load_run_policy(folder, device=device)
    task = make_task(config, policy.tokenizer.name, split)
    # The run's own evaluations are what its page compares: none of another kind replaces them.
    label = "" if options == config.eval else _label(options)
    saved = load_result(folder, split, step, label)
    if saved is not None and saved["config"] == asdict(options):
        return saved
    with progress_bar("Evaluation", min(options.questions, len(task.problem_set)), unit="q") as bar:
        result = evaluate(
            EmbeddedEngine(policy, config.grpo.rollout_rows), task, options, bar.update
        )
    save_result(folder, split, step, options, result, label)
    summary = load_result(folder, split, step, label)
    assert summary is not None
    return summary


def _label(options: EvalConfig) -> str:
    return (
        f"-{options.questions}x{options.samples}-temperature-{options.temperature:g}"
        f"-top-p-{options.top_p:g}-seed-{options.seed}"
    )
