"""The code problems of strings: gold against second solvers, tests against wrong solutions."""

from tests.problems.code.contract import *  # noqa: F403
from tests.problems.code.second import strings as second  # noqa: F401
