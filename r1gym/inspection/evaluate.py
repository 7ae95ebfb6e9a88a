"""Loads a run's policies again: to evaluate one, or to watch it answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from r1gym.envs.spec import TaskSpec
from r1gym.evaluation.results import stored_results
from r1gym.evaluation.runner import EvalConfig
from r1gym.evaluation.suite_runner import ReadySuite, evaluate_suite, make_ready
from r1gym.evaluation.suites import Suite, suite_named
from r1gym.models.fit import context_length
from r1gym.models.policy import Policy
from r1gym.recipes.progress import progress_bar
from r1gym.recipes.run_view import RunView, load_run
from r1gym.recipes.workplace import Workplace


@dataclass(frozen=True)
class Opened:
    """A run with a policy of it, and the place to work with both.

    Attributes:
        view: The run.
        at: Its workplace.
        policy: The policy.
        step: How many steps it was trained for.
    """

    view: RunView
    at: Workplace
    policy: Policy
    step: int

    def spec(self, split: str) -> TaskSpec:
        """Returns the task of a split, in the policy's tokens."""
        return replace(self.view.task(split), tokenizer=self.policy.tokenizer.name)

    @property
    def template(self) -> str | None:
        """The template that the policy was trained with; None for its tokenizer's own."""
        return next((spec.filled().template for spec in self.view.tasks.values()), None)


@contextmanager
def open_run(folder: Path, base: bool = False, device: str = "") -> Iterator[Opened]:
    """Yields a run with its newest policy.

    Args:
        folder: The run's folder.
        base: Load the model that training started from instead.
        device: Where to put it; empty for the device that it was trained on.

    Raises:
        RunError: If the folder holds no run, or the run no checkpoint yet.
    """
    view = load_run(folder)
    settings = view.config
    if device:
        settings = replace(settings, device=device)
    model, step = (view.start(), 0) if base else view.model()
    with Workplace(settings, folder) as at:
        yield Opened(view, at, at.policy(model), step)


def evaluate_run(folder: Path, split: str, options: EvalConfig, device: str = "") -> dict[str, Any]:
    """Evaluates a run's newest policy and saves what it found in the run's folder.

    Returns:
        The evaluation's summary, as `r1gym.evaluation.results.stored_results` gives it.
    """
    with open_run(folder, device=device) as run:
        # The run's own evaluations are what its page compares: none of another kind replaces them.
        own, asked = asdict(run.view.config.eval), asdict(options)
        changed = {name: value for name, value in asked.items() if value != own[name]}

        def stored() -> dict[str, Any] | None:
            alike = {"split": split, "step": run.step, "config": asked}
            return next((s for s in stored_results(folder, "") if {**s, **alike} == s), None)

        if (summary := stored()) is None:
            task = run.at.task(run.spec(split))
            rows = run.view.config.rows
            run.at.evaluate(run.policy, task, run.step, rows, options, changed, split)
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
    with open_run(folder, device=device) as run:
        tokenizer, rows = run.policy.tokenizer.name, run.view.config.rows
        ready = [make_ready(s, tokenizer, run.template, changes, seed) for s in chosen]
        for one in ready:
            one.check_context(context_length(run.policy.model))
        return [_evaluate_suite(run, one, rows) for one in ready]


def _evaluate_suite(run: Opened, ready: ReadySuite, rows: int) -> dict[str, Any]:
    folder, step = run.view.folder, run.step
    if (saved := ready.stored(folder, step)) is not None:
        return saved
    with progress_bar(ready.suite.name, len(ready.problems), unit="q") as bar:
        return evaluate_suite(run.at.engine(run.policy, rows), ready, folder, step, bar.update)
