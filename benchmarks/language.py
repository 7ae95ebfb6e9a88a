"""The language reward's error on labelled texts, and its speed.

The texts are composed of parts whose language is known, so that the label owes nothing to any
identifier. Those marked "dev" were used to set the weights, those marked "held" were not.
Exits with 1 if the mean absolute error of the held texts is above 0.05.

    python benchmarks/language.py [--identifier langdetect]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

from r1gym.core.machine import describe_machine
from r1gym.core.types import Completion, Problem
from r1gym.verifiers.language import Language

CASES = Path(__file__).parent.parent / "tests" / "verifiers" / "cases" / "language.jsonl"
BAR = 0.05
ROUNDS = 3


def main() -> int:
    """Scores every text and prints the errors. Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--identifier", default="py3langid")
    parser.add_argument("--worst", type=int, default=0, help="also print the worst texts")
    arguments = parser.parse_args()
    cases = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    problem = Problem("p", "q", "")
    components = {
        target: Language(target=target, identifier=arguments.identifier)
        for target in {case["target"] for case in cases}
    }

    def score(case: dict[str, str]) -> float:
        return components[case["target"]].score(problem, Completion(case["text"])).value or 0.0

    start = time.perf_counter()
    score(cases[0])
    loading = time.perf_counter() - start
    values = [score(case) for case in cases]
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for case in cases:
            score(case)
        times.append(time.perf_counter() - start)

    errors = defaultdict(list)
    for case, value in zip(cases, values, strict=True):
        error = abs(value - case["share"])
        kind, _, languages = case["note"].partition(" ")
        for group in (case["split"], f"kind {kind}", f"languages {languages}"):
            errors[group].append(error)
    print(describe_machine())
    for group in sorted(errors):
        print(f"{group:28} MAE {statistics.mean(errors[group]):.3f}  ({len(errors[group])} texts)")
    whole = statistics.mean([*errors["dev"], *errors["held"]])
    characters = sum(len(case["text"]) for case in cases)
    best = min(times)
    print(f"{'all':28} MAE {whole:.3f}  ({len(cases)} texts)")
    print(
        f"{arguments.identifier}: {len(cases) / best:,.0f} texts/s, "
        f"{characters / best / 1e6:.2f} million characters/s; first use {loading:.2f} s"
    )
    ranked = sorted(zip(cases, values, strict=True), key=lambda x: -abs(x[1] - x[0]["share"]))
    for case, value in ranked[: arguments.worst]:
        print(f"{value:.2f} for {case['share']:.2f} {case['target']}: {case['text']!r}")
    held = statistics.mean(errors["held"])
    print(f"held {held:.3f}, bar {BAR}: {'met' if held <= BAR else 'MISSED'}")
    return int(held > BAR)


if __name__ == "__main__":
    sys.exit(main())
