"""Gold answers are right, others wrong, and what problems bring is read."""

import pytest

import r1gym  # noqa: F401
from r1gym.core.types import Score, Verdict
from r1gym.envs.task import task_of
from r1gym.evaluation.preflight import (
    Status,
    examine,
    golds,
)
from r1gym.evaluation.preflight.golds import Trial, other_answer, try_problem
from r1gym.evaluation.preflight.sample import sample
from r1gym.verifiers.accuracy import Accuracy
from tests.evaluation.checking import (
    ADD,
    ADDING,
    check_named,
    make,
    problem_file,
    register,
)


@pytest.mark.parametrize(
    ("gold", "other"),
    [("7", "8"), ("-19", "-10"), ("0.25", "0.26"), ("x=3", "-1729.5"), ("\\infty", "-1729.5")],
)
def test_another_answer_is_another_number(gold, other):
    assert other_answer(gold) == other


class TestGold:
    def test_a_gold_answer_that_does_not_pass(self, monkeypatch):
        def score(self, problem, completion):
            return Score(0.0, Verdict.WRONG, "no such thing")

        monkeypatch.setattr(Accuracy, "score", score)
        check = examine(make())[0]
        assert check.status is Status.FAIL
        assert "is not scored 1: no such thing" in check.detail and "/train/0/" in check.detail

    def test_a_wrong_answer_that_passes(self, monkeypatch):
        def lenient(self, problem, completion):
            return Score(float("<answer></" not in completion.text), Verdict.CORRECT)

        monkeypatch.setattr(Accuracy, "score", lenient)
        check = examine(make())[0]
        assert check.status is Status.FAIL
        assert check.detail.startswith("a wrong answer is scored as ")

    def test_an_empty_answer_that_passes(self, monkeypatch):
        real = Accuracy.score

        def lenient(self, problem, completion):
            if "<answer></" in completion.text:
                return Score(1.0, Verdict.CORRECT)
            return real(self, problem, completion)

        monkeypatch.setattr(Accuracy, "score", lenient)
        assert examine(make())[0].status is Status.FAIL

    def test_a_component_that_fails(self):
        register("broken", lambda *_: Score(None, Verdict.INFRA_ERROR, "it is down"))
        check = examine(make(rewards={"accuracy": 1.0, "broken": 0.1}))[0]
        assert check.status is Status.FAIL and "cannot be graded: it is down" in check.detail

    def test_a_reward_that_does_not_look_at_the_answer(self):
        check = examine(make(rewards={"format": 1.0}))[0]
        assert (check.status, check.detail) == (
            Status.WARNING,
            "right and wrong answers are not told apart by this reward",
        )

    def test_a_reward_of_ones_own(self):
        def score(problem, completion):
            right = f"<answer>{problem.answer}</answer>" in completion.text
            return Score(float(right), Verdict.CORRECT if right else Verdict.WRONG)

        register("to-the-letter", score)
        check = examine(make(rewards={"to-the-letter": 1.0}))[0]
        assert check.status is Status.OK and "earn more" in check.detail


def test_a_format_reward_that_the_template_does_not_fit():
    wrong = Score(0.0, Verdict.WRONG, "nothing ever fits")
    task = task_of(make())
    trials = [try_problem(task, sample(task)[0])]
    parts = dict(trials[0].right.parts) | {"format": wrong}
    spoiled = Trial(trials[0].problem, Score(1.0, Verdict.CORRECT, "", parts), (), (0.1, 0.1))
    check = golds.check_format(task, [spoiled])
    assert check.status is Status.FAIL and check.detail.endswith("reward: nothing ever fits")
    assert golds.check_format(task, trials).status is Status.OK


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


def test_a_gold_that_does_not_match_itself_among_many(tmp_path):
    rows = [(f"1+{i}", str(1 + i)) for i in range(20)] + [("So?", "</think>")]
    check = examine(make(problems=problem_file(tmp_path, rows), split="all"))[0]
    assert check.status is Status.FAIL and "problems.jsonl:21 is not scored 1" in check.detail


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
