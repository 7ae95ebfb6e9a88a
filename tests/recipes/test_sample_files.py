import pytest

from r1gym.core.errors import RunError
from r1gym.core.types import Completion, Episode, Problem, Score, Verdict
from r1gym.recipes.examples import ExampleRow
from r1gym.recipes.sample_files import read_sampled, read_selected, write_sampled, write_selected
from r1gym.recipes.selection import MOST_SHOWN, Selection

PROBLEMS = [Problem(f"p/{n}", f"{n}+1", str(n + 1)) for n in range(5)]
RIGHT, WRONG = Score(1.1, Verdict.CORRECT), Score(0.0, Verdict.WRONG, "no")
FAILED = Score(None, Verdict.JUDGE_FAILED, "nobody there")


def episode(place, text, score, truncated=False):
    return Episode.single(PROBLEMS[place], Completion(text, truncated=truncated), score)


def test_samples_come_back_as_they_were(tmp_path):
    groups = [
        [episode(3, "先3", RIGHT), episode(3, "b", WRONG, truncated=True)],
        [episode(1, "c", FAILED), episode(1, "d", RIGHT)],
    ]
    path = tmp_path / "one.json"
    write_sampled(path, [3, 1], groups)
    assert "先3" in path.read_text("utf-8")
    assert read_sampled(path, [3, 1], PROBLEMS.__getitem__) == groups
    assert read_sampled(path, [3, 2], PROBLEMS.__getitem__) is None
    assert read_sampled(tmp_path / "two.json", [3, 1], PROBLEMS.__getitem__) is None


def test_of_wrong_ones_some_are_kept_to_read(tmp_path):
    count = MOST_SHOWN + 5
    groups = [[episode(0, "a", score) for score in (WRONG, FAILED, RIGHT)] for _ in range(count)]
    write_sampled(tmp_path / "one.json", [0] * count, groups)
    found = read_sampled(tmp_path / "one.json", [0] * count, PROBLEMS.__getitem__)
    texts = [[one.completion.text for one in group] for group in found]
    assert texts == [["a"] * 3] * MOST_SHOWN + [["", "", "a"]] * 5


def test_a_selection_is_that_of_what_decided_it(tmp_path):
    made = Selection([ExampleRow("1+1", "2", level=3)], dropped=[{"why": "wrong"}])
    made.counts["kept"] = 1
    path = tmp_path / "one.json"
    write_selected(path, {"filters": {"a": (1, 2)}}, made)
    assert read_selected(path, {"filters": {"a": (1, 2)}}) == made
    assert read_selected(path, {"filters": {"a": [1, 3]}}) is None
    assert read_selected(tmp_path / "two.json", {}) is None


@pytest.mark.parametrize("text", ["{", "[]", '{"by": 1}', '{"by": {}, "rows": [{"x": 1}]}'])
def test_a_broken_file_is_one_line(text, tmp_path):
    path = tmp_path / "one.json"
    path.write_text(text)
    with pytest.raises(RunError, match="one.json is broken .*: delete it") as caught:
        read_selected(path, {})
        read_sampled(path, [], PROBLEMS.__getitem__)
    assert "\n" not in str(caught.value)
