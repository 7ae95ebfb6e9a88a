"""`r1gym eval`: a run, a model or an endpoint on suites, or a run on its own problems."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro

from r1gym.cli.values import json_object
from r1gym.core.errors import ConfigError
from r1gym.evaluation.results import folder_of
from r1gym.evaluation.runner import EvalConfig
from r1gym.inspection import evaluate as of_a_run
from r1gym.inspection import suites as on_suites
from r1gym.inspection.naming import is_run, means_a_run, run_meant, run_of
from r1gym.inspection.suites import Asked
from r1gym.inspection.targets import How
from r1gym.report.evaluations import cost_lines, write_logs, write_tables
from r1gym.report.table import print_evaluated

_Int = Annotated[int | None, tyro.conf.arg(metavar="INT")]
_Float = Annotated[float | None, tyro.conf.arg(metavar="FLOAT")]
_SAMPLING = ("samples", "questions", "temperature", "top_p")
_OF_SUITES = ("max_tokens", "problems", "prompt", "window")


@dataclass(frozen=True)
class Eval:
    """Evaluate a run's newest checkpoint, a model, or a model behind an endpoint.

    What is not given is the suite's own; without a suite a run is evaluated on its own problems:
    16 samples, 256 questions, the test split, temperature 0.6 and top-p 0.95.
    """

    target: tyro.conf.Positional[str] = "runs/r1-zero"
    """A run's folder, a checkpoint, a model (a folder, a GGUF file, a hub id, smollm2), or an
    endpoint's address."""
    suites: tuple[str, ...] | None = None
    """Suites by name, which `r1gym list` has, or files of problems."""
    base: bool = False
    """Of a run, the model that it was trained from in its place."""
    model: str = ""
    """The model's name at an endpoint."""
    engine: str = ""
    """What samples; empty for the run's own, or the embedded one."""
    options: str = ""
    """Options of the engine or of the endpoint, as JSON: {"concurrency": 32}."""
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
    prompt: str = ""
    """What is said with each question, with {question} in it, in place of the suite's."""
    window: tuple[str, ...] = ()
    """The first and the last day of the problems, such as 2024-08-01 2025-01-31."""
    problems: str = ""
    """A file with the suite's data, where the hub cannot be reached."""
    judge: str = ""
    """Options of the judge, as JSON: {"model": "...", "base_url": "..."}."""
    seed: int = 0
    """Seed of the sampling."""
    device: str = ""
    """Torch device; empty for the one it was trained on."""
    dtype: Literal["", "float32", "bfloat16"] = ""
    """Type of the weights, on suites; empty for the one it was trained in, or float32."""
    out: str = ""
    """Where evaluations are kept; empty for the run's folder, or runs/eval-NAME."""
    logs: tuple[Literal["inspect", "lm_eval"], ...] = ()
    """Write the completions also as other tools' logs."""
    price: tuple[float, ...] = ()
    """What a million tokens cost, of prompts and of completions, for the estimate."""

    def given(self, *names: str) -> dict[str, Any]:
        """Returns those of the settings that were given."""
        return {n: value for n in names if (value := getattr(self, n)) not in (None, "", ())}


def evaluate(options: Eval) -> tuple[Eval, list[dict[str, Any]]]:
    """Returns the summaries of the evaluations: one of the run's own problems, or one a suite."""
    if len(options.price) not in (0, 2):
        raise ConfigError("--price takes two numbers: a million tokens of prompts, of completions.")
    if options.suites is None:
        return options, [_own(options)]
    if not options.suites:
        raise ConfigError("--suites needs a name, or the path of a file: `r1gym list` has names.")
    if options.problems and len(set(options.suites)) > 1:
        raise ConfigError("--problems holds the data of one suite: give one suite with it.")
    changes = options.given(*_SAMPLING, *_OF_SUITES, "split")
    if options.judge:
        changes["judge"] = json_object("judge", options.judge)
    out = Path(options.out).expanduser() if options.out else None
    extra = json_object("options", options.options) if options.options else None
    how = How(
        options.model, options.engine, extra, options.device, out, options.base, options.dtype
    )

    def before(asked: Sequence[Asked]) -> None:
        for line in cost_lines(asked, options.price):
            print(line, file=sys.stderr)

    found = on_suites.evaluate_suites(
        options.target, options.suites, changes, options.seed, how, before
    )
    return options, found


def show(found: tuple[Eval, list[dict[str, Any]]]) -> None:
    """Prints the table; of anything but a run also writes it, as a page and as Markdown."""
    options, results = found
    print_evaluated(results)
    folder = folder_of(results[0])
    if not is_run(str(folder)):
        for path in write_tables(folder):
            print(f"Wrote {path}")
    for path in write_logs(folder, results, options.logs, options.model or options.target):
        print(f"Wrote {path}")


def _own(options: Eval) -> dict[str, Any]:
    """Evaluates a run on its own problems."""
    if options.problems and not means_a_run(options.target):
        raise ConfigError(
            f"What a model is asked is a suite: give --suites {shlex.quote(options.problems)} in "
            "place of --problems, which holds the data of a suite that is named."
        )
    others = options.given(
        *_OF_SUITES, "model", "engine", "options", "judge", "out", "price", "dtype"
    )
    if others:
        name = next(iter(others)).replace("_", "-")
        raise ConfigError(f"--{name} is for suites: give --suites NAME, or leave it out.")
    config = EvalConfig(**options.given(*_SAMPLING), seed=options.seed)
    if not means_a_run(options.target):
        raise ConfigError(
            f"{options.target} holds no run, and a model has no problems of its own: give "
            f"--suites NAME, or the folder of a run.{run_meant(options.target)}"
        )
    folder, checkpoint = run_of(options.target)
    split = options.split or "test"
    return of_a_run.evaluate_run(folder, split, config, options.device, checkpoint, options.base)
