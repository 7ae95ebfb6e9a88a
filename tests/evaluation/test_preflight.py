import pytest

import r1gym  # noqa: F401
from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Episode, Problem, Score, Verdict
from r1gym.envs.task import task_of
from r1gym.evaluation.preflight import (
    Check,
    Status,
    check_variance,
    examine,
    golds,
    is_fit,
    stop_unless_fit,
)
from r1gym.evaluation.preflight.golds import Trial, other_answer, try_problem
from r1gym.evaluation.preflight.grading import check_speed
from r1gym.evaluation.preflight.replay import check_replay
from r1gym.evaluation.preflight.sample import right_text, sample
from r1gym.evaluation.preflight.tokens import check_tokenizer
from r1gym.verifiers.accuracy import Accuracy
from tests.evaluation.checking import check_named, make, problem_file, register, statuses  # noqa: F401


@pytest.mark.parametrize("template", [None, "r1", "Q: {question}\nA: <think>\n"])
def test_all_is_well(template):
    found = examine(make(template=template, max_tokens=128))
    assert statuses(found) == dict.fromkeys(
        ("gold answers", "changed golds", "template", "tokenizer", "seed replay", "verification"),
        Status.OK,
    )
    assert is_fit(found)
    stop_unless_fit(found)


@pytest.mark.parametrize(
    ("gold", "other"),
    [("7", "8"), ("-19", "-10"), ("0.25", "0.26"), ("x=3", "-1729.5"), ("\\infty", "-1729.5")],
)
def test_another_answer_is_another_number(gold, other):
    assert other_answer(gold) == other


@pytest.mark.parametrize(
    ("template", "start"),
    [
        ("short", "<think>"),
        ("r1", "<think>"),
        ("{question} <think>\n", "s"),
        ("{question} <think></think>", "<think>"),
    ],
)
def test_a_right_completion_goes_on_where_the_template_ends(template, start):
    text = right_text(task_of(make(template=template, rewards={"accuracy": 1.0})), "42", "so")
    assert text == f"{start.removesuffix('s')}so</think><answer>42</answer>"


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

        register("exact", score)
        check = examine(make(rewards={"exact": 1.0}))[0]
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


class TestTokenizer:
    def test_what_does_not_come_back(self, tmp_path):
        path = problem_file(tmp_path, [("How far is 3 → 5?", "2")] * 3)
        check = check_tokenizer(task_of(make(problems=path, split="all")))
        assert check.status is Status.FAIL
        assert (
            "problems.jsonl:1: '→ 5?" in check.detail and "comes back as '\ufffd 5?" in check.detail
        )

    def test_an_answer_that_does_not_come_back(self, tmp_path):
        path = problem_file(tmp_path, [("Two thirds?", "⅔")])
        check = check_tokenizer(task_of(make(problems=path, split="all")))
        assert check.status is Status.FAIL and "comes back as" in check.detail

    def test_no_room_for_the_answer(self, tmp_path):
        assert check_tokenizer(task_of(make(max_tokens=5))).status is Status.FAIL
        rows = [("1+1", "2"), ("What is 2**60?", str(2**60))]
        task = task_of(make(problems=problem_file(tmp_path, rows), split="all", max_tokens=16))
        check = check_tokenizer(task)
        assert check.status is Status.WARNING
        assert check.detail.startswith("1 of 2 gold answers with their tags are longer")

    def test_an_end_token_that_is_text(self, monkeypatch):
        task = task_of(make())
        monkeypatch.setattr(task.tokenizer, "eos_id", task.tokenizer.encode("x")[0])
        check = check_tokenizer(task)
        assert check.status is Status.FAIL and "is none" in check.detail

    def test_end_tokens_in_a_chat_template(self, tmp_path):
        from r1gym.models.policy import new_tiny_policy, save_policy

        save_policy(new_tiny_policy(32, 1, 2, 48, 128, seed=0), tmp_path)
        changes = {"tokenizer": str(tmp_path), "split": "all"}
        path = problem_file(tmp_path, [("1+1", "2")])
        chat = task_of(make(problems=path, template="User: {question}<eos>Bot: ", **changes))
        assert chat.tokenizer.eos_id in chat.encode_prompt(chat.problem_set[0])
        assert check_tokenizer(chat).status is Status.OK
        path = problem_file(tmp_path, [("1+1<eos>", "2")])
        check = check_tokenizer(task_of(make(problems=path, **changes)))
        assert check.detail == "problem problems.jsonl:1 holds the end token"

    def test_a_prompt_without_room(self):
        check = check_tokenizer(task_of(make(window=70, max_tokens=64)))
        assert check.status is Status.FAIL and "do not fit window=70" in check.detail


class TestReplay:
    def test_a_reward_with_a_will_of_its_own(self):
        calls = []

        def score(problem, completion):
            calls.append(completion)
            return Score(float(len(calls) % 7), Verdict.CORRECT)

        register("moody", score)
        check = check_replay(make(rewards={"moody": 1.0}))
        assert check.status is Status.FAIL
        assert check.detail.startswith("two environments with the same seed differ at token ")

    def test_a_reset_with_a_will_of_its_own(self, monkeypatch):
        from r1gym.envs.task import TokenTask

        numbers = iter(range(1000))
        real = TokenTask.pick_problem

        def pick(self, options, rng):
            return self.problem_set[next(numbers)] if options is None else real(self, options, rng)

        monkeypatch.setattr(TokenTask, "pick_problem", pick)
        check = check_replay(make())
        assert check.status is Status.FAIL and check.detail.endswith("token 0")

    @pytest.mark.parametrize("limit", [1, 2, 8, 64])
    def test_any_limit_will_do(self, limit):
        assert check_replay(make(max_tokens=limit)).status is Status.OK


def test_slow_verifiers():
    task = task_of(make())
    good = try_problem(task, sample(task)[0])

    def timed(*seconds):
        trial = Trial(good.problem, good.right, good.wrong, seconds)
        return check_speed(task, [trial]).status

    assert timed(30.0, 0.01, 0.01) is Status.OK  # the first loads things
    assert timed(0.01, 0.2, 0.2) is Status.FAIL
    assert timed(0.01, 0.01, 0.01, 5.5) is Status.FAIL
    assert "limits 100 and 5000 ms" in check_speed(task, [good]).detail


class Probed:
    def __init__(self, passed):
        self.passed = passed
        self.lines = ("a good response: correct", "a bad response: wrong")


class TestJudges:
    def test_one_that_is_sound_is_asked_little(self):
        asked = []

        def score(problem, completion):
            asked.append(completion)
            return Score(1.0, Verdict.CORRECT)

        register("oracle", score, concurrency=4, probe=lambda self: Probed(True))
        found = examine(make(rewards={"accuracy": 1.0, "oracle": 0.1}))
        assert is_fit(found) and len(asked) == 6
        assert found[-1] == Check(
            "oracle", Status.OK, "a good response: correct; a bad response: wrong"
        )
        assert "no limit" in found[-2].detail

    def test_one_that_fails_is_not_asked_again(self):
        asked = []

        def score(problem, completion):
            asked.append(completion)
            return Score(None, Verdict.JUDGE_FAILED, "down")

        register("oracle", score, concurrency=4, probe=lambda self: Probed(False))
        found = examine(make(rewards={"accuracy": 1.0, "oracle": 0.1}))
        assert statuses(found) == {
            "oracle": Status.FAIL,
            "gold answers": Status.NOT_CHECKED,
            "tokenizer": Status.OK,
            "seed replay": Status.OK,
        }
        assert asked == []
        with pytest.raises(ConfigError, match=r"oracle: a good response: correct; .*r1gym doctor"):
            stop_unless_fit(found)


def test_groups():
    def episode(verdict):
        return Episode.single(Problem("p", "", ""), Completion(""), Score(0.0, verdict))

    right, wrong = episode(Verdict.CORRECT), episode(Verdict.WRONG)
    assert check_variance(0.5, [right, wrong]) == Check(
        "groups", Status.OK, "50% correct, 50% of groups without variance"
    )
    for share, episodes in ((1.0, [right, wrong]), (0.5, [right] * 2), (0.5, [wrong] * 2)):
        assert check_variance(share, episodes).status is Status.WARNING


def test_the_checks_draw_from_no_global_stream():
    import random

    import numpy as np
    import torch

    before = random.getstate(), str(np.random.get_state()), torch.get_rng_state().tolist()
    examine(make())
    assert before == (
        random.getstate(), str(np.random.get_state()), torch.get_rng_state().tolist(),
    )  # fmt: skip
