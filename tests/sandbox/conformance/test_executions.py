"""The cases of `execute`: a backend passes them, and what is wrong with one is told."""

import pytest

from r1gym.sandbox.conformance import EXECUTIONS, ExecutionCase, check, run_executions


@pytest.mark.parametrize("backend", ["local", "docker"])
def test_a_backend_brings_all_output_back(backend, request):
    pool = request.getfixturevalue(backend)
    cases = [case for case in EXECUTIONS if case.language in pool.layers["languages"]]
    assert len(cases) >= 20
    assert {r.case.name: r.fault for r in run_executions(pool, cases) if r.fault} == {}


def test_check_tells_which_execution_is_wrong(local, capsys):
    cases = [
        ExecutionCase("right", "print(1)", b"1\n"),
        ExecutionCase("liar", "print(1)", b"2\n"),
        ExecutionCase("quiet", "pass", stderr=b"warned"),
        ExecutionCase("zero", "pass", status=4),
        ExecutionCase("slow", "pass", failure="time_limit"),
    ]
    assert not check(local, [], cases)
    text = capsys.readouterr().out
    assert "FAILED     liar: stdout b'1\\n', not b'2\\n'" in text
    assert "FAILED     quiet: stderr b'' without b'warned'" in text
    assert "FAILED     zero: status 0, not 4" in text
    assert "FAILED     slow: None, not time_limit" in text
    assert "1 of 5 right" in text
