import re

from r1gym.inspection.compare import compare
from r1gym.report.compare_page import labels, page_path, write_compared
from tests.evaluation.evaluated import stored


def page(tmp_path, first, second):
    stored(tmp_path / "a", first)
    stored(tmp_path / "b", second)
    found = compare(str(tmp_path / "a"), str(tmp_path / "b"))
    return write_compared(found, tmp_path / "page.html").read_text()


def test_flips_both_ways_with_their_completions(tmp_path):
    text = page(
        tmp_path, [["0", "0"], ["1", "x"], ["<b>", "x"]], [["x", "0"], ["1", "1"], ["2", "2"]]
    )
    assert "Better now: 2 questions" in text and "Worse now: 1 question<" in text
    assert "sums 1: 0 of 2 right, then 2 of 2" in text and "2 of 2 right, then 1 of 2" in text
    assert "&lt;answer&gt;&lt;b&gt;&lt;/answer&gt;" in text and "<b>" not in text.split("<h3>")[1]
    assert "The right answer: <strong>2</strong>" in text
    assert "better on 2" in text and "+33.3 points" in text
    # what is shown of a question is what flipped: a wrong answer against a right one
    worse = text.split("Worse now")[1]
    assert worse.index('<div class="right">') < worse.index('<div class="wrong">')


def test_the_page_needs_nothing_from_outside(tmp_path):
    text = page(tmp_path, [["0"]], [["0"]])
    assert not re.findall(r"(?:src|href)=|url\(|@import", text)
    assert "prefers-color-scheme: dark" in text and text.count("No question.") == 2
    assert "width=device-width" in text


def test_no_more_than_some_are_shown(tmp_path):
    text = page(tmp_path, [["x"]] * 50, [[str(n)] for n in range(50)])
    assert text.count("<details") == 40 and "10 more are in the files below" in text
    assert text.count("<details open") == 3


def test_names_lose_their_folders_where_they_still_differ():
    assert labels(("runs/a before training", "runs/a after training")) == (
        "a before training", "a after training",
    )  # fmt: skip
    assert labels(("x/model", "y/model")) == ("x/model", "y/model")
    assert labels(("runs/a", "http://h/v1")) == ("a", "http://h/v1")
    assert labels(("runs/a/", "b")) == ("runs/a/", "b")


def test_where_it_lies():
    assert str(page_path("runs/a", "http://h:1/v1")) == "runs/compare-a-http-h-1-v1.html"
    assert str(page_path("runs/a", "")) == "runs/compare-a.html"
