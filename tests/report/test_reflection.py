import json

import pytest

from r1gym.report.reflection import WORDS, Part, reflection


@pytest.mark.parametrize(
    "text", ["wait 3 plus 4", "Check it", "5 不对 7", "是5wait得7", "So wrong"]
)
def test_words_of_reflection(text):
    assert WORDS.search(text)


@pytest.mark.parametrize("text", ["waiter", "first 3 plus 4 is 7", "", "button", "先3加4是7"])
def test_other_words(text):
    assert not WORDS.search(text)


def test_parts_of_training(tmp_path):
    assert reflection(tmp_path) == []
    rows = [
        {"problem": "q", "step": step, "completion": text, "verdict": verdict}
        for step, text, verdict in [
            (0, "wait", "wrong"),
            (1, "7", "correct"), (1, "8", "wrong"), (2, "wait 7", "correct"), (2, "7", "correct"),
            (3, "wait", "wrong"), (3, "check 7", "correct"),
            (4, "等等", "wrong"), (4, "but", "wrong"),
        ]
    ]  # fmt: skip
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "samples.jsonl").write_text(text + '{"problem": "q", "step": 5, "comp')
    assert reflection(tmp_path) == [
        Part(1, 1, 2, 0.0, (None, 0.5)),
        Part(2, 2, 2, 0.5, (1.0, 1.0)),
        Part(3, 3, 2, 1.0, (0.5, None)),
        Part(4, 4, 2, 1.0, (0.0, None)),
    ]
    (tmp_path / "samples.jsonl").write_text(json.dumps(rows[1]) + "\n")
    assert reflection(tmp_path) == []
