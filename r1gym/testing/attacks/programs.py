"""Programs that pass without an answer, and tests that let anything pass."""

from __future__ import annotations

from typing import Any

from r1gym.core.types import Problem
from r1gym.testing.attacks.attack import Attack

_FORGED, _VACUOUS = "forged program", "vacuous tests"
_SQUARE: list[dict[str, Any]] = [
    {"type": "call", "fn": "square", "args": [number], "expected": number * number}
    for number in (3, 12, 101)
]
_DOUBLE = [
    {"type": "stdin", "input": f"{number}\n", "output": f"{2 * number}\n"}
    for number in (3, 12, 101)
]
CALL = Problem("square", "Write square(n).", "", metadata={"tests": _SQUARE})
STDIN = Problem("double", "Read n, print 2*n.", "", metadata={"tests": _DOUBLE})
RIGHT_PROGRAMS = {
    CALL: "```python\ndef square(n):\n    return n * n\n```",
    STDIN: "```python\nprint(2 * int(input()))\n```",
}

_ALWAYS_EQUAL = """\
class Any(int):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
def square(n): return Any(7)"""

_CALLS = {
    "always-equal": _ALWAYS_EQUAL,
    "always-equal-object": _ALWAYS_EQUAL.replace("(int)", "").replace("Any(7)", "Any()"),
    "exit-0": "import sys\nsys.exit(0)",
    "exit-in-call": "import os\ndef square(n): os._exit(0)",
    "system-exit": "def square(n): raise SystemExit(0)",
    "no-function": "",
    "other-function": "def cube(n): return n ** 3",
    "constant": "def square(n): return 9",
    "true": "def square(n): return True",
    "none": "def square(n): pass",
    "text": "def square(n): return str(n * n)",
    "generator": "def square(n): yield n * n",
    "patched-builtins": "import builtins\nbuiltins.all = builtins.any = lambda *a: True\n"
    "def square(n): return 0",
    "patched-json": "import json\njson.dumps = lambda *a, **k: 'true'\ndef square(n): return 0",
    "claims": "print('3 passed', 'OK', 'accepted')\ndef square(n): return 0",
    "reads-frames": "import sys\ndef square(n):\n"
    "    return sys._getframe(1).f_locals.get('expected', 0)",
}
_STDIN = {
    "silent": "",
    "echo": "print(input())",
    "constant-output": "print(6)",
    "claims-accepted": "print('accepted')",
    "all-numbers": "for i in range(300): print(i)",
    "right-then-crash": "print(2 * int(input())); 1 / 0",
    "exit-early": "import os; os._exit(0)",
    "claims-on-stderr": "import sys; print(6, file=sys.stderr)",
    "not-python": "2 * n",
}
_TESTS: dict[str, Any] = {
    "none": None,
    "no-tests": [],
    "empty-text": "",
    "empty-test": [{}],
    "blank-assert": [""],
    "assert-true": ["assert True"],
    "pass": ["pass"],
    "silence": [{"type": "stdin", "input": "1\n", "output": ""}],
    "blank-output": [{"type": "stdin", "input": "1\n", "output": " \n"}] * 2,
}

PROGRAMS: tuple[Attack, ...] = (
    *(
        Attack(f"{_FORGED}/{name}", _FORGED, problem, f"```python\n{code}\n```")
        for problem, programs in ((CALL, _CALLS), (STDIN, _STDIN))
        for name, code in programs.items()
    ),
    *(
        Attack(
            f"{_VACUOUS}/{name}",
            _VACUOUS,
            Problem(name, "Write anything.", "", metadata={"tests": tests}),
            "```python\npass\n```",
            refusable=True,
        )
        for name, tests in _TESTS.items()
    ),
)
