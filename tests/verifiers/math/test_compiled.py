"""The math verifier runs compiled or as it stands, and says the same either way."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from r1gym.verifiers.math import fold, verify

CASES = Path(__file__).parent / "cases"
# A finder that does not see compiled modules, in the two folders where there are some.
PLAIN = """
import json, sys
from importlib.machinery import FileFinder, SourceFileLoader

def hook(path):
    if not path.endswith(("r1gym/verifiers", "r1gym/verifiers/math")):
        raise ImportError
    return FileFinder(path, (SourceFileLoader, [".py"]))

sys.path_hooks.insert(0, hook)
from r1gym.verifiers.math import fold, verify
from r1gym.verifiers import boxes
assert fold.__file__.endswith(".py") and boxes.__file__.endswith(".py")
scores = [verify(*pair) for pair in json.load(sys.stdin)]
json.dump([(score.value, score.reason) for score in scores], sys.stdout)
"""


@pytest.mark.skipif(fold.__file__.endswith(".py"), reason="nothing is compiled here")
def test_the_source_says_the_same_as_what_was_compiled_from_it():
    lines = [line for path in CASES.glob("*.jsonl") for line in path.read_text().splitlines()]
    cases = [case for case in map(json.loads, lines) if "response" in case]
    pairs = [(case["response"], case["gold"]) for case in cases]
    golds = [gold for _, gold in pairs if len(gold) < 300]
    for shift in (7, 500, 2_000):  # and any kind of answer to any kind of gold
        others = golds[shift:] + golds[:shift]
        pairs += [(f"\\boxed{{{one}}}", other) for one, other in zip(golds, others, strict=True)]
    assert len(pairs) > 15_000
    plain = subprocess.run(
        [sys.executable, "-c", PLAIN], input=json.dumps(pairs), capture_output=True, text=True
    )
    assert plain.returncode == 0, plain.stderr
    compiled = [verify(*pair) for pair in pairs]
    assert json.loads(plain.stdout) == [[score.value, score.reason] for score in compiled]
