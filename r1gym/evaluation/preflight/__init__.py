"""What must hold before a run is worth its time: one file a topic, one function a check.

The checks draw nothing from a run's random streams: a run that was checked is the same to the bit.
Left out: everything that a configuration refuses by itself, such as unknown names.
"""

from __future__ import annotations

from typing import Any

import gymnasium as gym

from r1gym.envs.task import task_of
from r1gym.evaluation.preflight.check import Check, Status, is_fit, stop_unless_fit
from r1gym.evaluation.preflight.golds import (
    check_fields,
    check_format,
    check_gold,
    check_mutants,
    try_problem,
)
from r1gym.evaluation.preflight.grading import check_judges, check_speed, check_variance
from r1gym.evaluation.preflight.replay import check_replay
from r1gym.evaluation.preflight.sample import brings_tests, sample
from r1gym.evaluation.preflight.tests import check_tests
from r1gym.evaluation.preflight.tokens import check_tokenizer

__all__ = ["Check", "Status", "check_variance", "examine", "is_fit", "stop_unless_fit"]


def examine(env: gym.Env[Any, Any]) -> list[Check]:
    """Makes every check that needs no model.

    Args:
        env: A token environment of the configuration, made for this: it is stepped.
    """
    task = task_of(env)
    judges = check_judges(task)
    if any(check.status is Status.FAIL for check in judges):
        # What scores would wait for it every time.
        waits = Check("gold answers", Status.NOT_CHECKED, "mend what grades them first")
        return [*judges, waits, check_tokenizer(task), check_replay(env)]
    problems = sample(task)
    trials = [try_problem(task, problem) for problem in problems]
    checks = [check_gold(trials)]
    if asked := [problem for problem in problems if not brings_tests(problem)]:
        checks.append(check_mutants(task, asked))
    if any(brings_tests(p) or p.metadata.get("verifier") for p in problems):
        checks.append(check_fields(task, problems))
    if any(map(brings_tests, problems)):
        checks.append(check_tests(task, problems))
    return [
        *checks,
        check_format(task, trials),
        check_tokenizer(task),
        check_replay(env),
        check_speed(task, trials),
        *judges,
    ]
