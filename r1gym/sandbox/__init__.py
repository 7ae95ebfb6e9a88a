"""Runs untrusted code against tests: verdicts from kernel facts, on Docker or without a daemon."""

from r1gym.sandbox.backends import close_all
from r1gym.sandbox.docker import DockerBackend
from r1gym.sandbox.errors import SandboxError
from r1gym.sandbox.execution import execute
from r1gym.sandbox.limits import Limits
from r1gym.sandbox.local import LocalBackend
from r1gym.sandbox.pool import Pool
from r1gym.sandbox.runner.languages import LANGUAGES
from r1gym.sandbox.tester import Submission, run_many, run_tests
from r1gym.sandbox.verdicts import Execution, RunVerdict, TestReport, TestResult

__all__ = [
    "LANGUAGES",
    "DockerBackend",
    "Execution",
    "Limits",
    "LocalBackend",
    "Pool",
    "RunVerdict",
    "SandboxError",
    "Submission",
    "TestReport",
    "TestResult",
    "close_all",
    "execute",
    "run_many",
    "run_tests",
]
