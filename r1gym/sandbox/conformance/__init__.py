"""The suite every backend must pass: abuse that must fail, honest programs that must not."""

from r1gym.sandbox.conformance.case import ConformanceCase
from r1gym.sandbox.conformance.executions import (
    EXECUTIONS,
    ExecutionCase,
    ExecutionResult,
    run_executions,
)
from r1gym.sandbox.conformance.honest import HONEST
from r1gym.sandbox.conformance.suite import ABUSE, CASES, CaseResult, check, leftovers, run_suite

__all__ = [
    "ABUSE",
    "CASES",
    "EXECUTIONS",
    "HONEST",
    "CaseResult",
    "ConformanceCase",
    "ExecutionCase",
    "ExecutionResult",
    "check",
    "leftovers",
    "run_executions",
    "run_suite",
]
