"""The code problems of parsing: gold against second solvers, tests against wrong solutions."""

from tests.problems.code.contract import *  # noqa: F403
from tests.problems.code.second import parsing as second  # noqa: F401
