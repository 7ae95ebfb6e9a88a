"""Where problems come from: names to functions that make a problem set.

A source is a function ``(given, split, seed, **options) -> ProblemSet``. For the mapping
``{"name": given, "option": ...}`` it gets what stands under its name, and the other keys as
options; for the text ``"name:given"`` the part behind the colon. `given` and the options are
whatever the source understands, plain values so that they can be written down.

Another package brings a source with an entry point of the group ``r1gym.problem_sources``; lists of
problems become a set with `r1gym.problems.stored.StoredProblems`, and problems that are made as
they are asked for with `r1gym.problems.problem_set.DrawnProblems`.
"""

from __future__ import annotations

from collections.abc import Callable

from r1gym.core.registry import Registry
from r1gym.problems.problem_set import ProblemSet

SOURCES: Registry[Callable[..., ProblemSet]] = Registry(
    "problem source",
    group="r1gym.problem_sources",
    wants="a function (given, split, seed, **options) that returns a ProblemSet",
    fits=callable,
    built_in={
        "contests": "r1gym.problems.code.contests:ContestProblems",
        "families": "r1gym.problems.problem_set:ProceduralProblems",
        "file": "r1gym.problems.data_sets:load_file",
        "hub": "r1gym.problems.data_sets:load_hub",
        "hf": "r1gym.problems.data_sets:load_hub",
        "mixture": "r1gym.problems.mixture:load_mixture",
        "reasoning_gym": "r1gym.problems.reasoning_gym:ReasoningGymProblems",
    },
)
