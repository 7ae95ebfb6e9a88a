"""Which module a failed Python submission lacked: for the reason that people read, no verdict."""

from __future__ import annotations

import re
import sys

from r1gym.sandbox.verdicts import RunVerdict, TestResult

_LACKING = re.compile(r"^ModuleNotFoundError: No module named '([\w.]{1,64})'", re.MULTILINE)


def missing(result: TestResult, code: str) -> str:
    """Returns a line on the module that a test failed for want of, empty if there is none.

    The name comes from what the submission wrote, so it counts only where its source imports it:
    then it can carry nothing of a test's input to where the line is shown.

    Args:
        result: How the test ended.
        code: The submission's source.
    """
    if result.verdict is not RunVerdict.RUNTIME_ERROR:
        return ""
    found = _LACKING.findall(result.stderr)
    name = found[-1] if found else ""
    if not name or name.partition(".")[0] in sys.stdlib_module_names:
        return ""
    asked = rf"^[^#\n]*\b(?:import|from)\b[^#\n]*\b{re.escape(name)}\b"
    if not re.search(asked, code, re.MULTILINE):
        return ""
    return f"the sandbox has no module {name}"
