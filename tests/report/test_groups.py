import json

import pytest

from r1gym.core.errors import RunError
from r1gym.report.groups import opened, read_groups
from tests.report.test_page import Outline


def member(reward, advantage, text="4"):
    verdict = "correct" if reward else "wrong"
    return {"completion": text, "reward": reward, "verdict": verdict, "advantage": advantage}


def write(folder, *groups):
    lines = [
        json.dumps({"step": n, "problem": "2 + 2 <", "answer": "4", "members": members}) + "\n"
        for n, members in enumerate(groups, start=1)
    ]
    (folder / "groups.jsonl").write_text("".join(lines))
    return read_groups(folder)


def test_a_group_has_its_question_answers_rewards_and_advantages(tmp_path):
    [group] = write(tmp_path, [member(0.0, -0.5, "<b>"), member(1.1, 1.5), member(0.0, -0.5)])
    text = opened([group], "GRPO")
    Outline(text)
    assert "GRPO asks one question many times" in text and "2 + 2 &lt;" in text
    assert "1 of 3 right, mean reward 0.37" in text and "&lt;b&gt;" in text
    assert text.index("+1.50") < text.index("-0.50")  # the best first
    assert text.count('class="worth less"') == 2 and 'style="width:4.50rem"' in text


def test_the_first_that_is_shown_taught_something(tmp_path):
    same, mixed = [member(0.0, 0.0)] * 2, [member(0.0, -0.7), member(1.0, 0.7)]
    text = opened(write(tmp_path, same, mixed, mixed), "RLOO")
    assert 'data-first="1"' in text and "the group taught nothing" in text
    assert "GRPO" not in text


def test_many_groups_are_few_on_the_page(tmp_path):
    groups = write(tmp_path, *[[member(1.0, None), member(0.0, None)]] * 30)
    text = opened(groups, "PPO")
    assert text.count("<article") == 8 and "Step 30:" in text
    assert "advantage" not in text.partition("</article>")[0]  # nobody knows them


def test_what_could_not_be_graded_has_no_reward(tmp_path):
    [group] = write(tmp_path, [member(None, 0.0), member(None, 0.0)])
    assert "none could be graded" in opened([group], "GRPO")


def test_a_line_that_a_kill_cut_short_is_left_out_and_a_broken_one_named(tmp_path):
    assert read_groups(tmp_path) == [] and opened([], "GRPO") == ""
    assert len(write(tmp_path, [member(1.0, 0.0)])) == 1
    path = tmp_path / "groups.jsonl"
    path.write_text(path.read_text() + '{"step": 2')
    assert len(read_groups(tmp_path)) == 1
    path.write_text('{"step": 2, "problem": "a"}\n')
    with pytest.raises(RunError, match="line 1, is no group"):
        read_groups(tmp_path)
