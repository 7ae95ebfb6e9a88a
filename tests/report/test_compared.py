from r1gym.inspection.compare import compare
from r1gym.report.compared import lines_of, print_compared
from tests.evaluation.evaluated import stored


def test_both_ways_are_told(tmp_path, capsys):
    stored(tmp_path / "a", [["0", "0"], ["1", "x"], ["x", "x"], ["3", "3"]])
    stored(tmp_path / "b", [["0", "0"], ["1", "1"], ["2", "2"], ["x", "x"]])
    found = compare(str(tmp_path / "a"), str(tmp_path / "b"))
    lines = dict(lines_of(found[0]))
    assert lines["question by question"] == "better on 2, worse on 1, the same on 1"
    assert lines["sample by sample"] == "37.5 % wrong to right, 25.0 % right to wrong"
    assert lines["second - first"].startswith("+12.5 [-") and lines["samples"].startswith("2 and 2")
    print_compared(found)
    text = capsys.readouterr().out
    assert "sums" in text and "p = " in text and "95 % intervals" in text
