"""The code problems of dynamic: gold against second solvers, tests against wrong solutions."""

from tests.problems.code.contract import *  # noqa: F403
from tests.problems.code.second import dynamic as second  # noqa: F401
