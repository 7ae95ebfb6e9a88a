"""What the tests of the suite's lists share: each list by itself, without a sandbox."""

from collections import Counter

VERDICTS = {
    "accepted", "wrong_answer", "runtime_error", "compile_error",
    "time_limit", "memory_limit", "output_limit",
}  # fmt: skip


def python(cases):
    return [case for case in cases if case.language == "python"]


def compiles(source):
    """Whether this CPython compiles a source, as bytes of a file."""
    try:
        compile(source.encode(), "main.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
        return False
    return True


def check_list(cases, least):
    """Names come once, verdicts are known ones, and each case has a test to fail."""
    assert len(cases) >= least
    assert max(Counter(case.name for case in cases).values()) == 1
    for case in cases:
        assert case.tests and set(case.verdicts) <= VERDICTS and case.verdicts, case.name
        assert case.limits["cpu_s"] <= 10 and case.limits.get("wall_s", 0) <= 20, case.name
