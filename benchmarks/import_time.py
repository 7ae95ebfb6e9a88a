"""The cost of `import r1gym` against `import gymnasium`, in fresh interpreters.

Exits with 1 if the median ratio is above 1.3.

    python benchmarks/import_time.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys

ROUNDS = 15
BAR = 1.3
CODE = "import time; start = time.perf_counter(); import {0}; print(time.perf_counter() - start)"


def time_import(module: str) -> float:
    """Returns the seconds that a fresh interpreter takes to import a module."""
    command = [sys.executable, "-c", CODE.format(module)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> int:
    """Runs the rounds and prints medians and their ratio. Returns the exit status."""
    for module in ("gymnasium", "r1gym"):  # the first import writes byte code
        time_import(module)
    pairs = [(time_import("gymnasium"), time_import("r1gym")) for _ in range(ROUNDS)]
    for name, times in zip(("gymnasium", "r1gym"), zip(*pairs, strict=True), strict=True):
        print(f"import {name:10} {statistics.median(times) * 1000:7.1f} ms  (median of {ROUNDS})")
    ratio = statistics.median(ours / theirs for theirs, ours in pairs)
    print(f"ratio {ratio:.2f}, bar {BAR}: {'met' if ratio <= BAR else 'MISSED'}")
    return int(ratio > BAR)


if __name__ == "__main__":
    sys.exit(main())
