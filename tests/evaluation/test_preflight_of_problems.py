import json

import gymnasium as gym
import pytest

import r1gym  # noqa: F401
from r1gym.core.types import Problem, Score, Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask, task_of
from r1gym.evaluation.preflight import (
    Status,
    examine,
)
from r1gym.evaluation.preflight.data import shared_questions
from r1gym.evaluation.preflight.sample import sample, verifier_of
from r1gym.evaluation.preflight.tests import check_tests, idle_programs
from r1gym.problems.loaders import load_problems
from r1gym.problems.problem_set import split_of
from r1gym.sandbox import SandboxError
from r1gym.sandbox.backends import pool_of
from r1gym.verifiers import ANY_DOMAIN
from r1gym.verifiers.accuracy import Accuracy
from r1gym.verifiers.problem_checks import mutated
from tests.evaluation.checking import check_named, make, problem_file, register, statuses  # noqa: F401


@pytest.mark.parametrize(
    ("gold", "other"),
    [
        ("7", "8"), ("9", "1"), ("0.25", "1.25"), ("-19", "-29"), ("x_1=5", "x_1=6"), ("B", "A"),
        ("(A)", "B"), ("Yes", "no"), ("x+y", "-1729.5"), ("H2O", "-1729.5"),
    ],
)  # fmt: skip
def test_a_small_change_makes_another_answer(gold, other):
    assert mutated(gold) == other


class TestMutants:
    @staticmethod
    def lenient(problem, completion):
        """Takes any answer of the gold's length; so an empty one and -1729.5 are wrong."""
        length = len(f"<answer>{problem.answer}</answer>")
        right = completion.text.endswith("</answer>") and completion.text[-length:].startswith("<a")
        return Score(float(right), Verdict.CORRECT if right else Verdict.WRONG)

    def test_one_that_passes(self, tmp_path, monkeypatch):
        rows = [("x?", "x=3"), ("y?", "y=34")]
        env = make(problems=problem_file(tmp_path, rows), split="all")
        assert check_named(examine(env), "changed golds").status is Status.OK
        monkeypatch.setattr(Accuracy, "score", lambda _, *pair: self.lenient(*pair))
        check = check_named(examine(env), "changed golds")
        assert check.status is Status.FAIL
        assert "problems.jsonl:1 ('x?') 'x=4' is paid where the gold is 'x=3'" in check.detail

    def test_several_may_be_right_for_other_verifiers(self, tmp_path):
        register("own", self.lenient, reads=frozenset({"answer"}))
        path = problem_file(tmp_path, [("x?", "x=3")])
        rewards = {"accuracy": {"type": "own", "weight": 1.0}}
        found = examine(make(problems=path, split="all", rewards=rewards))
        assert check_named(found, "changed golds").status is Status.WARNING


def test_every_family_and_verifier_is_tried(tmp_path):
    rows = [(f"1+{i}", str(1 + i)) for i in range(500)]
    rows.insert(77, ("Which?", "C", {"verifier": "choice"}))
    rows.insert(301, ("Where is it?", "none", {"verifier": "path"}))
    env = make(problems=problem_file(tmp_path, rows), split="all", rewards=ANY_DOMAIN)
    task = task_of(env)
    problems = sample(task)
    assert {verifier_of(task, problem) for problem in problems} == {"accuracy", "choice", "path"}
    assert len(problems) == 26
    check = examine(env)[0]
    assert check.status is Status.FAIL and "problems.jsonl:302" in check.detail
    mixed = task_of(gym.make("r1/Mixed-v0"))
    assert len({problem.family for problem in sample(mixed)}) > 40


def test_a_gold_that_does_not_match_itself_among_many(tmp_path):
    rows = [(f"1+{i}", str(1 + i)) for i in range(20)] + [("So?", "</think>")]
    check = examine(make(problems=problem_file(tmp_path, rows), split="all"))[0]
    assert check.status is Status.FAIL and "problems.jsonl:21 is not scored 1" in check.detail


def stdin(*pairs):
    return [{"type": "stdin", "input": given, "output": wanted} for given, wanted in pairs]


ADDING = stdin(("1 2", "3\n"), ("2 2", "4\n"))
ADD = "print(sum(map(int, input().split())))"


class TestFields:
    def found(self, tmp_path, row, **rewards):
        env = make(problems=problem_file(tmp_path, [row]), split="all", rewards=rewards)
        return check_named(examine(env), "tests and verifiers")

    def test_tests_that_nothing_reads(self, tmp_path):
        row = ("Add two numbers", ADD, {"tests": ADDING})
        check = self.found(tmp_path, row, accuracy=1.0)
        assert check.status is Status.FAIL
        assert "problems.jsonl:1 ('Add two numbers'): no component reads its tests" in check.detail
        assert "--rewards accuracy" in check.detail
        assert self.found(tmp_path, row, format=1.0).status is Status.WARNING
        for kind in ("code", "auto"):
            spec = {"type": kind, "weight": 1.0}
            assert self.found(tmp_path, row, accuracy=spec).status is Status.OK

    def test_a_verifier_that_nothing_reads(self, tmp_path):
        row = ("Which?", "B", {"verifier": "choice"})
        check = self.found(tmp_path, row, accuracy=1.0)
        assert check.status is Status.WARNING and "reads its verifier, 'choice'" in check.detail
        assert (
            self.found(tmp_path, row, accuracy={"type": "auto", "weight": 1.0}).status is Status.OK
        )
        assert self.found(tmp_path, row, choice=1.0).status is Status.OK
        same = ("1+1", "2", {"verifier": "accuracy"})
        assert self.found(tmp_path, same, accuracy=1.0).status is Status.OK

    def test_a_plugin_may_read_them(self, tmp_path):
        def score(problem, completion):
            return Score(float(len({**problem.metadata})), Verdict.CORRECT)

        register("own", score)
        row = ("Add two numbers", ADD, {"tests": ADDING})
        assert self.found(tmp_path, row, own=1.0).status is Status.OK


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


def test_rows_that_are_trained_on_are_found_in_mixtures_as_well(tmp_path):
    texts = (f'{{"problem": "What is  {n} + 1?", "answer": "{n + 1}"}}' for n in range(300))
    (tmp_path / "a.jsonl").write_text("\n".join(texts))
    (tmp_path / "b.jsonl").write_text('{"problem": "What is 299 + 1?", "answer": "300"}')
    mixed = load_problems(f"{tmp_path}/a.jsonl*1 arithmetic:1*1000")
    held_out = load_problems(f"{tmp_path}/b.jsonl*1", "all")
    also_mixed = load_problems(f"{tmp_path}/b.jsonl {tmp_path}/b.jsonl", "all")
    drawn = load_problems("arithmetic:1-2")
    assert split_of("What is  299 + 1?") == "train"
    assert shared_questions(mixed, held_out) == ["What is 299 + 1?"]
    assert shared_questions(load_problems(f"{tmp_path}/a.jsonl", "all"), also_mixed)
    assert shared_questions(drawn, load_problems("arithmetic:1-2", "test")) == []
    assert shared_questions(drawn, held_out) == []


def test_a_rare_row_of_a_mixture_is_looked_at(tmp_path):
    rows = [{"problem": f"What is {n}+1?", "answer": n + 1} for n in range(60)]
    for row in rows[::20]:
        row["verifier"] = "choice"
        row["choices"] = ["a", "b"]
        row["answer"] = "A"
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    problems = f"{tmp_path}/a.jsonl*1 arithmetic:1*5000"
    task = TokenTask(TaskSpec(problems=problems, rewards=ANY_DOMAIN))
    kinds = {verifier_of(task, problem) for problem in sample(task)}
    assert kinds == {"accuracy", "choice"}
