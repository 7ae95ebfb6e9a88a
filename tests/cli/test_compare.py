from tests.evaluation.evaluated import stored


def test_two_evaluations_question_by_question(command, tmp_path):
    stored(tmp_path / "a", [["0"], ["x"]])
    stored(tmp_path / "b", [["0"], ["1"]])
    code, output, _ = command("compare", tmp_path / "a", tmp_path / "b")
    assert code == 0 and "better on 1, worse on 0, the same on 1" in output
    code, output, errors = command("compare", tmp_path / "a", tmp_path / "b", "--suites", "math")
    assert (code, output) == (1, "") and "'math'" in errors and errors.count("\n") == 1
