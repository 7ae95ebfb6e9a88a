"""The code problems of grids: gold against second solvers, tests against wrong solutions."""

from tests.problems.code.contract import *  # noqa: F403
from tests.problems.code.second import grids as second  # noqa: F401
