"""Tests that an idle program passes are found."""

import pytest

import r1gym  # noqa: F401
from r1gym.core.types import Problem, Score, Verdict
from r1gym.envs.task import task_of
from r1gym.evaluation.preflight import (
    Status,
)
from r1gym.evaluation.preflight.sample import sample
from r1gym.evaluation.preflight.tests import check_tests, idle_programs
from r1gym.sandbox import SandboxError
from r1gym.sandbox.backends import pool_of
from r1gym.verifiers import ANY_DOMAIN
from tests.evaluation.checking import ADD, ADDING, make, problem_file, stdin


class TestTests:
    def checked(self, tmp_path, tests, gold=ADD, **fields):
        row = ("Write a program", gold, {"tests": tests, **fields})
        env = make(problems=problem_file(tmp_path, [row]), split="all", rewards=ANY_DOMAIN)
        return check_tests(task_of(env), sample(task_of(env)))

    @pytest.fixture(autouse=True)
    def sandboxed(self):
        try:
            pool_of("auto")
        except SandboxError as error:
            pytest.skip(str(error))

    def test_those_that_tell_programs_apart(self, tmp_path):
        assert self.checked(tmp_path, ADDING).status is Status.OK
        calls = [{"type": "call", "fn": "f", "args": [i], "expected": i} for i in (1, 2)]
        assert self.checked(tmp_path, calls).status is Status.OK

    @pytest.mark.parametrize(
        ("tests", "what"),
        [
            (stdin(("1", "yes"), ("2", "yes")), "one that gives the first expected output"),
            (stdin(("1", ""), ("2", "")), "an empty program"),
            (
                [{"type": "call", "fn": "f", "args": [1], "expected": [1]}],
                "one that gives the first expected output",
            ),
        ],
    )
    def test_those_that_do_not(self, tmp_path, tests, what):
        check = self.checked(tmp_path, tests)
        assert check.status is Status.FAIL
        assert f"problems.jsonl:1 by {what}" in check.detail
        assert "add tests" in check.detail

    def test_without_a_sandbox_they_are_not_checked(self, tmp_path, monkeypatch):
        from r1gym.verifiers.code import Code

        def score(self, pairs):
            return [Score(None, Verdict.INFRA_ERROR, "there is no sandbox")] * len(pairs)

        monkeypatch.setattr(Code, "score_batch", score)
        check = self.checked(tmp_path, stdin(("1", "yes"), ("2", "yes")))
        assert check.status is Status.WARNING and "a constant program passes" in check.detail
        check = self.checked(tmp_path, ADDING)
        assert (check.status, check.detail) == (
            Status.NOT_CHECKED, "programs cannot be run: there is no sandbox",
        )  # fmt: skip


def test_of_other_languages_the_empty_program_is_tried():
    problem = Problem("p", "", "", metadata={"tests": ADDING, "language": "cpp"})
    assert idle_programs(problem) == [("an empty program", "")]
