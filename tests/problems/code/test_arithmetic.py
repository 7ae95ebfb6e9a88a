"""The code problems of arithmetic: gold against second solvers, tests against wrong solutions."""

from tests.problems.code.contract import *  # noqa: F403
from tests.problems.code.second import arithmetic as second  # noqa: F401
