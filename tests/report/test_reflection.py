import json
from typing import ClassVar

import pytest

from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.report.reflection import WORDS, Part, levels_of, marked, reflection, reflective


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


def write(folder, *rows):
    names = ("step", "problem", "completion", "verdict")
    lines = (json.dumps(dict(zip(names, row, strict=True))) for row in rows)
    (folder / "samples.jsonl").write_text("".join(f"{line}\n" for line in lines))


def test_parts_of_training_by_level(tmp_path):
    write(tmp_path, *[(1, f"q{n % 2}", "wait" if n % 2 else "7", "correct") for n in range(8)])
    found = reflection(tmp_path, {"q0": 3, "q1": 5})
    assert [(one.level, one.count, one.share) for one in found] == [
        *[(None, 2, 0.5)] * 4, *[(3, 1, 0.0)] * 4, *[(5, 1, 1.0)] * 4
    ]  # fmt: skip
    assert reflection(tmp_path, {"q0": 3, "q1": 3}) == reflection(tmp_path)


def test_a_few_completions_with_the_words_through_the_training(tmp_path):
    assert reflective(tmp_path) == []
    write(tmp_path, *[(n, "q", "wait" if n % 2 else "7", "wrong") for n in range(20)])
    assert [one.step for one in reflective(tmp_path)] == [1, 7, 13, 19]


def test_words_are_marked_and_nothing_is_html():
    assert marked("<b>Wait, waiter & check") == (
        "&lt;b&gt;<mark>Wait</mark>, waiter &amp; <mark>check</mark>"
    )


class View:
    tasks: ClassVar = {"train": TaskSpec(problems={"arithmetic": [1, 2]})}


def test_levels_are_those_of_the_problems_that_were_drawn(tmp_path):
    problems = TokenTask(View.tasks["train"]).problem_set
    drawn = [problems[n] for n in range(6)]
    rows = [
        {"step": 1, "id": p.id, "problem": p.question, "completion": "", "verdict": "wrong"}
        for p in drawn
    ]
    rows.append(rows[0] | {"id": "elsewhere", "problem": "another"})
    (tmp_path / "samples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert levels_of(View(), tmp_path) == {p.question: p.level for p in drawn}
