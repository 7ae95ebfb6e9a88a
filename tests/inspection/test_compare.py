import pytest

from r1gym.core.errors import RunError, UnknownNameError
from r1gym.inspection.compare import compare
from tests.evaluation.evaluated import stored


def test_the_second_against_the_first_question_by_question(tmp_path):
    stored(tmp_path / "a", [["0", "0"], ["1", "x"], ["x", "x"], ["3", "3"]])
    stored(tmp_path / "b", [["0", "0"], ["1", "1"], ["2", "x"], ["x", "x"]])
    [found] = compare(str(tmp_path / "a"), str(tmp_path / "b"))
    assert (found.suite, found.questions, found.samples) == ("sums", 4, (2, 2))
    assert (found.first.mean, found.second.mean) == (0.625, 0.625)
    assert (found.paired.better, found.paired.worse, found.paired.equal) == (2, 1, 1)
    assert found.paired.difference.mean == 0 and found.paired.p > 0.5
    assert found.tokens == (5, 5)


def test_the_newest_evaluation_with_nothing_changed_counts(tmp_path):
    stored(tmp_path / "a", [["0"], ["1"]])
    stored(tmp_path / "b", [["x"], ["x"]], step=3)
    stored(tmp_path / "b", [["0"], ["x"]], step=7)
    stored(tmp_path / "b", [["0"], ["1"]], step=9, changed={"seed": 1})
    [found] = compare(str(tmp_path / "a"), str(tmp_path / "b"))
    assert found.second.mean == 0.5
    named = stored(tmp_path / "c", [["x"], ["x"]])["file"]
    assert compare(str(tmp_path / "a"), named, ["sums"])[0].second.mean == 0


def test_what_cannot_be_compared_is_said_in_a_line(tmp_path):
    stored(tmp_path / "a", [["0"]])
    stored(tmp_path / "b", [["0"]], suite="other")
    a, b = str(tmp_path / "a"), str(tmp_path / "b")
    with pytest.raises(RunError, match=r"no evaluation in common: sums \(test\) and other"):
        compare(a, b)
    with pytest.raises(RunError, match="holds no evaluation: r1gym eval"):
        compare(a, str(tmp_path / "nothing"))
    with pytest.raises(UnknownNameError, match="no evaluation in .* 'othr'. Did you mean 'other'"):
        compare(b, b, ["othr"])
    (tmp_path / "a/evals/sums/test-step-000000.jsonl").write_text("torn")
    with pytest.raises(RunError, match="is broken .*: delete it"):
        compare(a, a)
