"""Graders side by side: ours, other packages', and any function `(response, gold)`.

A grader says whether a response has the gold answer. Other people's may raise, hang or crash, so
all but ours run in worker processes that are killed after a deadline.
"""

from r1gym.verifiers.graders.function import FunctionGrader, no_opinion, read_result
from r1gym.verifiers.graders.registry import GRADERS, make_grader

__all__ = ["GRADERS", "FunctionGrader", "make_grader", "no_opinion", "read_result"]
