"""Results that a benchmark's own harness has written: SWE-bench Verified and Aider.

Both are played in repositories, with an editor and tests that are theirs, so nothing is sampled
here: what they found is read, measured as everything else, and stored beside it.

    swe_verified   the report of `swebench.harness.run_evaluation`: lists of instance ids
    aider          the folder of a benchmark run, with a ``.aider.results.json`` an exercise
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from r1gym.core.errors import ProblemFileError, RunError
from r1gym.core.files import explained
from r1gym.core.types import Verdict
from r1gym.evaluation.measures import measure
from r1gym.evaluation.results import Summary, load_result, plain_estimate, save_result
from r1gym.evaluation.rows import Row, questions_of
from r1gym.evaluation.runner import EvalConfig, summarise
from r1gym.evaluation.suites import Suite

_SWE = ("submitted_ids", "resolved_ids", "error_ids")
_AIDER = ("testcase", "tests_outcomes")


@dataclass(frozen=True)
class Played:
    """What became of one exercise.

    Attributes:
        id: Its name.
        solved: Whether its tests passed; None if the harness itself failed.
        tries: How many attempts the tests judged.
    """

    id: str
    solved: bool | None
    tries: int = 1


def read_results(suite: Suite, path: Path, folder: Path) -> Summary:
    """Stores what a harness has written as an evaluation.

    Args:
        suite: The suite; its ``results`` names the harness.
        path: What the harness has written.
        folder: Where evaluations are kept.

    Returns:
        The summary, as it is stored.

    Raises:
        ProblemFileError: If it is something else; the message names the fields.
    """
    played = READERS[suite.results](path.expanduser())
    if not played:
        raise ProblemFileError(f"{path} holds no result.")
    config = EvalConfig(questions=len(played), samples=1)
    result = summarise([[_row(one)] for one in played], 1)
    questions = questions_of(result.rows, 1)
    found = {name: plain_estimate(measure(name, questions)) for name in suite.measures}
    about = {"measures": found, "read_from": str(path)}
    save_result(folder, "all", 0, config, result, suite.name, about=about)
    summary = load_result(folder, "all", 0, suite.name)
    assert summary is not None
    return summary


def swe_report(path: Path) -> list[Played]:
    """Returns what the report of SWE-bench's harness says of each instance.

    Instances whose evaluation ended in an error of the harness are no wrong answers. Those that
    were not submitted, or submitted empty, are.
    """
    found = _object(path, _SWE)
    resolved, errors = set(_ids(path, found, "resolved_ids")), set(_ids(path, found, "error_ids"))
    names = [*_ids(path, found, "submitted_ids"), *_ids(path, found, "incomplete_ids", True)]
    return [
        Played(name, None if name in errors else name in resolved) for name in dict.fromkeys(names)
    ]


def aider_folder(path: Path) -> list[Played]:
    """Returns what Aider's benchmark has found in a folder: solved if the last tests passed."""
    if not path.is_dir():
        raise ProblemFileError(
            f"{path} is no folder: give that of the benchmark run, with a .aider.results.json for "
            "each exercise."
        )
    found = []
    for file in sorted(path.rglob(".aider.results.json")):
        one = _object(file, _AIDER)
        outcomes = one["tests_outcomes"]
        if not isinstance(outcomes, list):
            raise ProblemFileError(f"{file}: tests_outcomes must be a list, not {outcomes!r:.60}.")
        name = file.parent.relative_to(path).as_posix()
        found.append(Played(name, bool(outcomes and outcomes[-1]), max(1, len(outcomes))))
    return found


READERS: dict[str, Callable[[Path], list[Played]]] = {
    "swe_verified": swe_report,
    "aider": aider_folder,
}


def _row(one: Played) -> Row:
    verdict = {None: Verdict.INFRA_ERROR, True: Verdict.CORRECT, False: Verdict.WRONG}[one.solved]
    value = None if one.solved is None else float(one.solved)
    return {
        "id": one.id, "problem": one.id, "answer": "", "completion": "", "tokens": 0,
        "truncated": False, "reward": value, "verdict": verdict.value,
        "reason": f"read from the harness; attempts: {one.tries}", "family": "", "level": 0,
        "vote": None,
    }  # fmt: skip


def _object(path: Path, fields: Sequence[str]) -> Mapping[str, Any]:
    try:
        with explained(path):
            found = json.loads(path.read_bytes())
    except RunError as error:
        raise ProblemFileError(str(error)) from error
    except ValueError as error:
        raise ProblemFileError(f"{path} is not JSON ({error}).") from error
    there = list(found) if isinstance(found, Mapping) else []
    if missing := [field for field in fields if field not in there]:
        raise ProblemFileError(
            f"{path} is no such result: it lacks {', '.join(missing)}; the fields there are "
            f"{', '.join(there) or 'none'}."
        )
    return dict(found)


def _ids(path: Path, found: Mapping[str, Any], field: str, optional: bool = False) -> list[str]:
    names = found.get(field, [] if optional else None)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ProblemFileError(f"{path}: {field} must be a list of instance ids.")
    return names
