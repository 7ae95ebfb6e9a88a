"""The code problems of stacks: gold against second solvers, tests against wrong solutions."""

from tests.problems.code.contract import *  # noqa: F403
from tests.problems.code.second import stacks as second  # noqa: F401
