"""The code problems of combinatorics: gold against second solvers, tests that reject slips."""

from tests.problems.code.contract import *  # noqa: F403
from tests.problems.code.second import combinatorics as second  # noqa: F401
