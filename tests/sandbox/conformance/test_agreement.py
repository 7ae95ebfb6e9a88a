"""Programs end in the sandbox as they end in CPython, with the same output."""

import pytest

from r1gym.sandbox.conformance.agreement import disagreements


@pytest.mark.parametrize("backend", ["local", "docker"])
def test_programs_agree_with_cpython(backend, request):
    assert not disagreements(request.getfixturevalue(backend))


def test_a_disagreement_is_told(local):
    (line,) = disagreements(local, [("pid", "import os; print(os.getpid())", "")])
    assert line.startswith("pid: wrong_answer, while CPython ends with 0")
