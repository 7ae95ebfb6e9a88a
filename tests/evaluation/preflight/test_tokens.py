"""Texts come back from the tokenizer, and there is room for them."""

import r1gym  # noqa: F401
from r1gym.envs.task import task_of
from r1gym.evaluation.preflight import (
    Status,
)
from r1gym.evaluation.preflight.tokens import check_tokenizer
from tests.evaluation.checking import make, problem_file


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
