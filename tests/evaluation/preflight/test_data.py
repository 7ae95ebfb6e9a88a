"""Questions that are trained on and evaluated on."""

import r1gym  # noqa: F401
from r1gym.evaluation.preflight.check import Status
from r1gym.evaluation.preflight.data import check_words, shared_questions
from r1gym.problems.loaders import load_problems
from r1gym.problems.problem_set import split_of


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


def test_words_in_a_row_that_are_trained_on_are_found(tmp_path):
    question = "If Ann has 3 apples and Ben has 4 apples how many have they?"
    (tmp_path / "b.jsonl").write_text(f'{{"problem": "{question}", "answer": "7"}}')
    test = load_problems(f"{tmp_path}/b.jsonl", "all")
    check = check_words(["x", f"Solve. {question.lower()} Well, 7."], test)
    assert check.status is Status.WARNING and "1 of 1 questions" in check.detail
    assert check_words([question.replace("apples", "pears")], test).status is Status.OK
    drawn = load_problems("arithmetic:1-2", "test")
    assert check_words([question], drawn).status is Status.NOT_CHECKED
