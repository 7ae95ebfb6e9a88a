"""Loads a run's policies again: to evaluate one, or to watch it answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from r1gym.core.errors import RunError
from r1gym.evaluation.results import save_result, stored_results
from r1gym.evaluation.runner import EvalConfig, evaluate
from r1gym.evaluation.suite_runner import ReadySuite, evaluate_suite, make_ready
from r1gym.evaluation.suites import Suite, suite_named
from r1gym.models.checkpoint import latest_checkpoint
from r1gym.models.fit import context_length
from r1gym.models.policy import Policy, load_policy
from r1gym.recipes.progress import progress_bar
from r1gym.recipes.r1_zero import R1ZeroConfig, base_of, load_config, make_task
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import RolloutEngine


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
    own = asdict(config.eval)
    changed = {name: value for name, value in asdict(options).items() if value != own[name]}

    def stored() -> dict[str, Any] | None:
        alike = {"split": split, "step": step, "config": asdict(options)}
        found = (s for s in stored_results(folder, "") if {**s, **alike} == s)
        return next(found, None)

    if (saved := stored()) is not None:
        return saved
    with progress_bar("Evaluation", min(options.questions, len(task.problem_set)), unit="q") as bar:
        result = evaluate(
            EmbeddedEngine(policy, config.grpo.rollout_rows), task, options, bar.update
        )
    save_result(folder, split, step, options, result, changed=changed)
    summary = stored()
    assert summary is not None
    return summary


def evaluate_suites(
    folder: Path,
    suites: Sequence[str | Suite],
    changes: Mapping[str, Any] | None = None,
    seed: int = 0,
    device: str = "",
) -> list[dict[str, Any]]:
    """Evaluates a run's newest policy on suites and saves what it found in the run's folder.

    All of them are made ready before the first is evaluated, and each is saved when it is done:
    after an interruption the same call goes on with the suite that was cut short.

    Args:
        folder: The run's folder.
        suites: The suites, or their names.
        changes: Settings in place of the suites' own, see `r1gym.evaluation.suites.Suite.changed`.
        seed: Seed of the sampling.
        device: Where to compute; empty for the device that it was trained on.

    Returns:
        A summary for each suite, as `r1gym.evaluation.results.stored_results` gives them.

    Raises:
        RunError: If the folder holds no run, or the run no checkpoint yet.
        R1GymError: If there is no such suite, its data cannot be had, or a setting is not allowed.
    """
    found = [suite_named(one) if isinstance(one, str) else one for one in suites]
    chosen = list({suite.name: suite for suite in found}.values())
    for suite in chosen:
        suite.changed(changes or {})  # before a model is loaded
    config, policy, step = load_run_policy(folder, device=device)
    ready = [
        make_ready(suite, policy.tokenizer.name, config.template or None, changes, seed)
        for suite in chosen
    ]
    for one in ready:
        one.check_context(context_length(policy.model))
    engine = EmbeddedEngine(policy, config.grpo.rollout_rows)
    return [_evaluate_suite(engine, one, folder, step) for one in ready]


def _evaluate_suite(
    engine: RolloutEngine, ready: ReadySuite, folder: Path, step: int
) -> dict[str, Any]:
    if (saved := ready.stored(folder, step)) is not None:
        return saved
    with progress_bar(ready.suite.name, len(ready.problems), unit="q") as bar:
        return evaluate_suite(engine, ready, folder, step, bar.update)
