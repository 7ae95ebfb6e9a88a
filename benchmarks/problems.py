"""Problems a second on one core, family by family: items of the training split, drawn by number.

An item costs its seeding, the draws that fall into other splits or to other seeds, and for programs
its hidden tests. Exits with 1 if a bar is missed: 20,000 a second for arithmetic, 1,000 for the
median family.

    python benchmarks/problems.py [family or group ...]
"""

from __future__ import annotations

import statistics
import sys
import time

from machine import describe_machine

from r1gym.problems.families import FAMILIES, members
from r1gym.problems.problem_set import ProceduralProblems

SECONDS, ROUNDS = 0.1, 3


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
    print(f"bars {'met' if met else 'MISSED'}")
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
