import os
from collections import Counter

import pytest

from r1gym.sandbox.conformance import ABUSE, CASES, HONEST, check, leftovers, run_suite
from r1gym.sandbox.conformance.case import CANARY

QUICK = [case for case in CASES if case.language == "python"][::9]


def test_the_suite_is_large_and_names_are_unique():
    assert len(ABUSE) >= 150
    assert len(HONEST) >= 60
    assert max(Counter(case.name for case in CASES).values()) == 1


def test_no_abuse_is_right_when_accepted_with_a_guess():
    """A case that prints what it likes expects a text that it cannot know."""
    for case in ABUSE:
        if "accepted" in case.verdicts:
            assert all("gold" not in str(test.get("output")) for test in case.tests), case.name


@pytest.mark.parametrize("backend", ["local", "docker"])
def test_a_backend_passes_a_part(backend, request):
    pool = request.getfixturevalue(backend)
    wrong = {r.case.name: str(r.report) for r in run_suite(pool, QUICK) if not r.passed}
    assert not wrong


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["local", "docker"])
def test_a_backend_passes_all(backend, request):
    pool = request.getfixturevalue(backend)
    wrong = {r.case.name: str(r.report) for r in run_suite(pool) if not r.passed}
    assert not wrong


def test_check_prints_backend_layers_and_result(local, capsys):
    assert check(local, HONEST[:2], ())
    text = capsys.readouterr().out
    assert "backend    local" in text
    assert "namespaces user pid mount ipc uts net" in text
    assert "2 of 2 right" in text
    assert CANARY not in os.environ.values()


def test_check_tells_what_fails(local, capsys):
    wrong = HONEST[0].__class__("liar", "print(1)", [{"type": "stdin", "output": "2"}])
    assert not check(local, [wrong], ())
    assert "FAILED     liar: wrong_answer, not accepted" in capsys.readouterr().out


def test_leftovers_are_words():
    assert all(isinstance(item, str) for item in leftovers())
