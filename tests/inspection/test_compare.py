from pathlib import Path

import pytest

from r1gym.core.errors import RunError, UnknownNameError
from r1gym.inspection.compare import compare, place_of
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


def test_a_run_before_its_training_against_itself(tmp_path):
    stored(tmp_path / "a", [["0"], ["x"], ["x"]], step=0)
    stored(tmp_path / "a", [["x"], ["1"], ["2"]], step=9)
    [found] = compare(str(tmp_path / "a"))
    assert found.names == (f"{tmp_path}/a before training", f"{tmp_path}/a after training")
    assert [pair.question for pair in found.gained] == ["Compute 1+0", "Compute 2+0"]
    assert [pair.question for pair in found.lost] == ["Compute 0+0"]
    stored(tmp_path / "b", [["0"]], step=0)
    with pytest.raises(
        RunError, match="no evaluation after training: r1gym eval .*b, or name a second"
    ):
        compare(str(tmp_path / "b"))


def test_the_largest_flips_come_first_and_rows_are_kept(tmp_path):
    stored(tmp_path / "a", [["x", "x"], ["x", "x"], ["2", "2"]])
    stored(tmp_path / "b", [["0", "x"], ["1", "1"], ["2", "2"]])
    [found] = compare(str(tmp_path / "a"), str(tmp_path / "b"))
    assert [(pair.gold, pair.gain) for pair in found.gained] == [("1", 1.0), ("0", 0.5)]
    assert found.lost == [] and found.settings == ()
    first, second = found.gained[1].rows
    assert [row["verdict"] for row in (*first, *second)] == ["wrong", "wrong", "correct", "wrong"]


def test_names_are_those_of_eval(run_copy, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    stored(tmp_path / "runs/eval-me-model", [["0"]])
    stored(tmp_path / "runs/eval-localhost-1-v1-m", [["x"]])
    assert place_of("me/model") == (Path("runs/eval-me-model"), None)
    [found] = compare("me/model", "http://localhost:1/v1", model="m")
    assert found.paired.worse == 1
    checkpoint = run_copy / "checkpoints" / "step-000004"
    assert place_of(str(checkpoint)) == (run_copy, 4)
    with pytest.raises(RunError, match="holds no evaluation of step 2: r1gym eval"):
        compare(str(run_copy), str(checkpoint.with_name("step-000002")))
    assert compare(str(run_copy), str(checkpoint))[0].paired.difference.mean == 0


def test_other_sampling_is_told(tmp_path):
    _, other = (stored(tmp_path / name, [["0"]]) for name in "ab")
    path = Path(other["file"])
    path.write_text(path.read_text().replace('"temperature": 0.6', '"temperature": 0.0'))
    [found] = compare(str(tmp_path / "a"), str(tmp_path / "b"))
    assert found.settings == ("temperature: 0.6, 0.0",)
