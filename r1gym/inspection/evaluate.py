"""Loads a run's policies again: to evaluate one, or to watch it answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from r1gym.core.errors import RunError
from r1gym.core.run import checkpoint_step
from r1gym.envs.spec import TaskSpec
from r1gym.evaluation.results import stored_results
from r1gym.evaluation.runner import EvalConfig
from r1gym.models.policy import Policy
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
def open_run(
    folder: Path,
    base: bool = False,
    device: str = "",
    checkpoint: str = "",
    dtype: str = "",
) -> Iterator[Opened]:
    """Yields a run with its newest policy.

    Args:
        folder: The run's folder.
        base: Load the model that training started from instead.
        device: Where to put it; empty for the device that it was trained on.
        checkpoint: Load this one of its checkpoints instead; empty for the newest.
        dtype: The type of its weights; empty for the one that it was trained in.

    Raises:
        RunError: If the folder holds no run, or the run no checkpoint yet.
    """
    view = load_run(folder)
    settings = view.config
    if device:
        settings = replace(settings, device=device)
    if dtype:
        settings = replace(settings, dtype=dtype)
    if base:
        model, step = _base_of(view), 0
    elif checkpoint:
        model, step = checkpoint, checkpoint_step(Path(checkpoint))
    else:
        model, step = view.model()
    with Workplace(settings, folder) as at:
        yield Opened(view, at, at.policy(model), step)


def _base_of(view: RunView) -> str:
    """Returns what a run's model was trained from, which may be of another run.

    Raises:
        RunError: If there is nothing yet, or it was left behind where the run comes from.
    """
    model = view.start()
    if "checkpoints" in Path(model).parts and not Path(model).exists():
        home = Path(model).parent.parent.name
        raise RunError(
            f"{view.folder} was trained from {model}, which is not there: bring the folder {home} "
            "from beside the original run."
        )
    return model


def evaluate_run(
    folder: Path,
    split: str,
    options: EvalConfig,
    device: str = "",
    checkpoint: str = "",
    base: bool = False,
) -> dict[str, Any]:
    """Evaluates a run's newest policy, or a checkpoint, and saves what it found in its folder.

    Returns:
        The evaluation's summary, as `r1gym.evaluation.results.stored_results` gives it.
    """
    with open_run(folder, base, device, checkpoint) as run:
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
