"""Evaluates anything on suites: every suite is made ready first, then asked, and kept when done."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from r1gym.agents.progress import progress_bar
from r1gym.core.errors import ConfigError
from r1gym.core.files import only_process, write_text
from r1gym.evaluation.harness_results import read_results
from r1gym.evaluation.results import stored_results
from r1gym.evaluation.suite_runner import Cost, ReadySuite, evaluate_suite, make_ready
from r1gym.evaluation.suites import Suite, suite_named
from r1gym.inspection.targets import How, Target, open_target
from r1gym.recipes.progress import Stopper

_WHOSE = "model.json"  # beside evaluations that are no run's


@dataclass(frozen=True)
class Asked:
    """What a suite is about to take.

    Attributes:
        suite: Its name.
        cost: What it takes at most, and 0 of what is stored or done already.
        usual: The mean length of this target's completions so far; None if there are none.
        rate: Tokens that it has sampled a second; None if nothing says it.
    """

    suite: str
    cost: Cost
    usual: float | None = None
    rate: float | None = None


def evaluate_suites(
    target: str | Path,
    suites: Sequence[str | Suite],
    changes: Mapping[str, Any] | None = None,
    seed: int = 0,
    how: How | None = None,
    before: Callable[[Sequence[Asked]], None] | None = None,
) -> list[dict[str, Any]]:
    """Evaluates a run's newest policy, a model or an endpoint on suites, and saves what it found.

    All of them are made ready before the first is evaluated, and each is saved when it is done:
    after an interruption the same call goes on with the questions that are left.

    Args:
        target: What is evaluated, see `r1gym.inspection.targets`.
        suites: The suites, their names, or paths of files of problems.
        changes: Settings in place of the suites' own, see `r1gym.evaluation.suites.Suite.changed`.
        seed: Seed of the sampling.
        how: How the target is opened.
        before: Is told what is about to be asked, when all suites are ready.

    Returns:
        A summary for each suite, as `r1gym.evaluation.results.stored_results` gives them.

    Raises:
        RunError: If the folder holds no run, or the run no checkpoint yet.
        R1GymError: If there is no such suite, its data cannot be had, or a setting is not allowed.
    """
    found = [suite_named(one) if isinstance(one, str) else one for one in suites]
    chosen = list({suite.name: suite for suite in found}.values())
    changes = dict(changes or {})
    if elsewhere := [suite for suite in chosen if suite.results]:
        return _read_elsewhere(str(target), chosen, elsewhere, changes, how or How())
    for suite in chosen:
        suite.changed(changes)  # before a model is loaded
    with open_target(str(target), how) as opened:
        ready = [_ready(suite, opened, changes, seed) for suite in chosen]
        for one in ready:
            one.check_context(opened.context)
        with only_process(opened.folder), Stopper() as stopper:
            _check_same_model(opened)
            if before is not None:
                before([_asked(opened, one) for one in ready])
            return [_evaluate(opened, one, stopper) for one in ready]


def _ready(suite: Suite, target: Target, changes: Mapping[str, Any], seed: int) -> ReadySuite:
    return make_ready(
        suite, target.tokenizer, target.template, changes, seed, changed=target.changed
    )


def _asked(target: Target, ready: ReadySuite) -> Asked:
    if ready.stored(target.folder, target.step) is not None:
        return Asked(ready.suite.name, Cost(0, 0, 0, 0))
    earlier = stored_results(target.folder)
    tokens = [one["mean_length"] * one["questions"] * one["samples"] for one in earlier]
    count = sum(one["questions"] * one["samples"] for one in earlier)
    timed = [
        (total, seconds)
        for total, one in zip(tokens, earlier, strict=True)
        if (seconds := one.get("seconds", {}).get("sampling")) and not one.get("resumed")
    ]
    rate = sum(total for total, _ in timed) / sum(s for _, s in timed) if timed else None
    usual = sum(tokens) / count if count else None
    done = len(ready.journal(target.folder, target.step).done)
    return Asked(ready.suite.name, ready.cost(done), usual, rate)


def _evaluate(target: Target, ready: ReadySuite, stopper: Stopper) -> dict[str, Any]:
    folder, step, name = target.folder, target.step, ready.suite.name
    if (saved := ready.stored(folder, step)) is not None:
        return saved
    with progress_bar(name, len(ready.problems), unit="q") as bar:

        def done(count: int) -> None:
            bar.update(count)
            if bar.n < len(ready.problems):
                stopper.check(f"question {bar.n} of {name}")

        return evaluate_suite(target.engine, ready, folder, step, done)


def _check_same_model(target: Target) -> None:
    """Writes down whose evaluations a folder holds.

    Raises:
        ConfigError: If it holds those of another model, or of this one before it changed.
    """
    path, text = target.folder / _WHOSE, json.dumps(dict(target.about), indent=2) + "\n"
    if not target.about:
        return
    if not path.exists():
        write_text(path, text)
    elif (before := path.read_text("utf-8")) != text:
        whose = re.search(r'"(?:model|endpoint)": "(.*)"', before)
        raise ConfigError(
            f"{target.folder} holds evaluations of {whose[1] if whose else 'another model'}, and "
            f"{target.name} is another model by that name, or has changed since: give --out FOLDER "
            "for its own, or delete that folder."
        )


def _read_elsewhere(
    target: str,
    chosen: Sequence[Suite],
    elsewhere: Sequence[Suite],
    changes: Mapping[str, Any],
    how: How,
) -> list[dict[str, Any]]:
    """Stores what a harness of its own has found."""
    [suite, *more] = elsewhere
    if more or len(chosen) > 1:
        raise ConfigError(f"The suite {suite.name!r} is read from a file: evaluate it by itself.")
    if set(changes) != {"problems"} or replace(how, folder=None) != How():
        raise ConfigError(
            f"The suite {suite.name!r} is played by a harness of its own, whose results are read: "
            "give --problems RESULTS, and no other setting."
        )
    folder = how.folder or Path(target).expanduser()
    if how.folder is None and not folder.is_dir():
        raise ConfigError(f"{folder} is no folder: give --out FOLDER for what is read.")
    return [read_results(suite, Path(changes["problems"]), folder)]
