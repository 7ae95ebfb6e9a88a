from collections import Counter

from r1gym.report.questions import asked_of, card, chosen, side_by_side
from tests.evaluation.evaluated import stored
from tests.report.test_page import Outline


def asked(folder, before, after):
    results = [stored(folder, before), stored(folder, after, step=7)]
    return asked_of(results, ["Before", "After"])


def test_the_same_question_by_both_with_its_gold(tmp_path):
    found = asked(tmp_path, [["x", "0"], ["1", "1"]], [["0", "0"], ["x", "1"]])
    assert [one.kind for one in found] == ["wrong → right", "right → wrong"]
    assert [(side.right, side.samples) for side in found[0].sides] == [(1, 2), (2, 2)]
    text = side_by_side(found)
    Outline(text)
    assert "Gold answer: <b>0</b>" in text and "Before, 1 of 2 right" in text
    assert "2 of 2 test questions, by the first of 2 completions of each" in text
    assert 'data-first="0"' in text and "1 wrong to right, 1 right to wrong" in text


def test_each_kind_has_its_share_and_at_least_one(tmp_path):
    n = 60
    before = [["x"] if i < 50 else [str(i)] for i in range(n)]
    after = [["x"] if 40 <= i < 51 else [str(i)] for i in range(n)]
    few = chosen(asked(tmp_path, before, after))
    kinds = Counter(one.kind for one in few)
    assert sum(kinds.values()) <= 12 and len(kinds) == 4
    assert kinds["wrong → right"] >= 5 and kinds["right → wrong"] == 1


def test_questions_that_only_one_was_asked_are_left_out(tmp_path):
    assert len(asked(tmp_path, [["0"], ["1"], ["2"]], [["0"], ["1"]])) == 2


def test_one_evaluation_or_lost_completions_have_nothing_to_lay_side_by_side(tmp_path):
    one = stored(tmp_path, [["0"]])
    assert asked_of([one], ["Before"]) == [] and side_by_side([]) == ""
    other = stored(tmp_path, [["0"]], step=7)
    next((tmp_path / "evals" / "sums").glob("*7.jsonl")).unlink()
    assert asked_of([one, other], ["Before", "After"]) == []


def test_texts_are_escaped():
    text = card("<i>?", "<b>", [("<u>", "<script>", "wrong")], "<s>")
    Outline(text)
    assert "&lt;i&gt;?" in text and "<script>" not in text and "<u>" not in text
