from tests.evaluation.evaluated import stored


def test_two_evaluations_question_by_question(command, tmp_path):
    stored(tmp_path / "a", [["0"], ["x"]])
    stored(tmp_path / "b", [["0"], ["1"]])
    page = tmp_path / "page.html"
    code, output, _ = command("compare", tmp_path / "a", tmp_path / "b", "--page", page)
    assert code == 0 and "better on 1, worse on 0, the same on 1" in output
    assert output.endswith(f"Wrote {page}\n") and page.exists()
    code, output, errors = command("compare", tmp_path / "a", tmp_path / "b", "--suites", "math")
    assert (code, output) == (1, "") and "'math'" in errors and errors.count("\n") == 1
