"""`r1gym eval`, `play` and `report`: looking at a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from r1gym.core.errors import ConfigError
from r1gym.evaluation.runner import EvalConfig
from r1gym.inspection import evaluate as recipe
from r1gym.inspection import play as stage
from r1gym.report import page

_Int = Annotated[int | None, tyro.conf.arg(metavar="INT")]
_Float = Annotated[float | None, tyro.conf.arg(metavar="FLOAT")]
_OF_SUITES = ("max_tokens", "problems")


@dataclass(frozen=True)
class Eval:
    """Evaluate a run's newest checkpoint: pass@1, pass@k and cons@k with intervals.

    What is not given is the suite's own; without a suite it is 16 samples, 256 questions, the test
    split, temperature 0.6 and top-p 0.95.
    """

    run: tyro.conf.Positional[Path] = Path("runs/r1-zero")
    """The run's folder."""
    suite: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """A suite to evaluate on in place of the run's own problems; `r1gym list` names them."""
    samples: _Int = None
    """Completions a question."""
    questions: _Int = None
    """The first n questions of the split."""
    split: str = ""
    """train, validation or test; of a file all."""
    temperature: _Float = None
    """Sampling temperature."""
    top_p: _Float = None
    """Nucleus."""
    max_tokens: _Int = None
    """The most tokens of a completion, in place of the suite's."""
    problems: str = ""
    """A file with the suite's data, where the hub cannot be reached."""
    seed: int = 0
    """Seed of the sampling."""
    device: str = ""
    """Torch device; empty for the one it was trained on."""

    def given(self, *names: str) -> dict[str, Any]:
        """Returns those of the settings that were given."""
        return {n: value for n in names if (value := getattr(self, n)) not in (None, "")}


@dataclass(frozen=True)
class Play:
    """Watch a policy answer one problem, token by token."""

    run: tyro.conf.Positional[Path] = Path("runs/r1-zero")
    """The run's folder."""
    problem: int = 0
    """Number of the problem in the test split."""
    base: bool = False
    """Let the base model answer instead of the trained policy."""
    temperature: float = 0.6
    """Sampling temperature."""
    seed: int = 0
    """Seed of the sampling."""
    device: str = ""
    """Torch device; empty for the one it was trained on."""


@dataclass(frozen=True)
class Report:
    """Draw a run's curves and write its page."""

    run: tyro.conf.Positional[Path] = Path("runs/r1-zero")
    """The run's folder."""


def evaluate(options: Eval) -> list[dict[str, Any]]:
    """Returns the summaries of the evaluations: one of the run's own problems, or one a suite."""
    sampling = options.given("samples", "questions", "temperature", "top_p")
    of_suites = options.given(*_OF_SUITES)
    if not options.suite:
        if of_suites:
            name = next(iter(of_suites)).replace("_", "-")
            raise ConfigError(f"--{name} is for suites: give --suite NAME, or leave it out.")
        config = EvalConfig(**sampling, seed=options.seed)
        return [recipe.evaluate_run(options.run, options.split or "test", config, options.device)]
    if options.problems and len(set(options.suite)) > 1:
        raise ConfigError("--problems holds the data of one suite: give one --suite with it.")
    changes = sampling | of_suites | options.given("split")
    return recipe.evaluate_suites(options.run, options.suite, changes, options.seed, options.device)


def play(options: Play) -> stage.Played:
    """Returns one problem with the policy's answer."""
    return stage.play(
        options.run,
        options.problem,
        options.base,
        options.temperature,
        options.seed,
        options.device,
    )


def report(options: Report) -> None:
    """Writes a run's page and says where."""
    print(f"Wrote {page.write_report(options.run)}")
