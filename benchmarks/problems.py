"""Problems a second on one core, family by family: items of the training split, drawn by number.

An item costs its seeding, the draws that fall into other splits or to other seeds, and for programs
its hidden tests. Then what a trainer's next problem costs in a large file and in a mixture with it,
after the first of a pass. Exits with 1 if a bar is missed: 20,000 a second for arithmetic, 1,000
for the median family, 1 ms for the next problem.

    python benchmarks/problems.py [family or group ...]
"""

from __future__ import annotations

import statistics
import sys
import time

from r1gym.core.machine import describe_machine
from r1gym.core.types import Problem
from r1gym.problems.families import FAMILIES, members
from r1gym.problems.mixture import MixedProblems
from r1gym.problems.problem_set import ProblemSet, ProceduralProblems
from r1gym.problems.stored import StoredProblems

SECONDS, ROUNDS = 0.1, 3
ROWS, NEXT = 400_000, 1_000


def rate(name: str, level: int) -> float:
    """Returns items a second, the best of a few short rounds."""
    problems = ProceduralProblems({name: [level]})
    problems[0]
    number, best = 1, 0.0
    for _ in range(ROUNDS):
        started, first = time.perf_counter(), number
        while (elapsed := time.perf_counter() - started) < SECONDS:
            problems[number]
            number += 1
        best = max(best, (number - first) / elapsed)
    return best


def next_problem(problems: ProblemSet) -> tuple[float, float]:
    """Returns the seconds of the first problem of a pass, and of each of those after it."""
    started = time.perf_counter()
    problems[problems.order(0, 0)[0]]
    first = time.perf_counter() - started
    started = time.perf_counter()
    for position in range(1, NEXT + 1):
        problems[problems.order(0, 0)[position]]
    return first, (time.perf_counter() - started) / NEXT


def passes() -> bool:
    """Prints what the next problem costs. Returns whether the bar is met."""
    rows = StoredProblems([Problem(str(n), f"{n}+1?", str(n + 1)) for n in range(ROWS)])
    drawn = ProceduralProblems({"arithmetic": [1]})
    mixed = MixedProblems([(rows, 1.0), (drawn, 1.0)])
    met = True
    for name, problems in (("rows", rows), ("draws", drawn), ("mixture", mixed)):
        first, then = next_problem(problems)
        print(f"{name:8} first {1e3 * first:7.2f} ms, then {1e3 * then:7.4f} ms (bar 1)")
        met = met and then < 1e-3
    return met


def main() -> int:
    """Prints a line for each family. Returns the exit status."""
    print(describe_machine())
    asked = [name for word in sys.argv[1:] for name in members(word) or (word,)]
    medians = {}
    for name in asked or FAMILIES.names():
        rates = [rate(name, level) for level in range(1, FAMILIES.get(name).levels + 1)]
        medians[name] = statistics.median(rates)
        print(f"{name:26} " + " ".join(f"{value:9,.0f}" for value in rates))
    median = statistics.median(medians.values())
    print(f"median family {median:,.0f}/s (bar 1,000)")
    met = median >= 1000
    if "arithmetic" in medians:
        print(f"arithmetic    {medians['arithmetic']:,.0f}/s (bar 20,000)")
        met = met and medians["arithmetic"] >= 20_000
    met = passes() and met
    print(f"bars {'met' if met else 'MISSED'}")
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
