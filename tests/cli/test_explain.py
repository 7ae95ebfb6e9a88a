import pytest


def test_a_model_writes_what_is_explained(command, micro_run):
    code, output, _ = command("explain", "--target", micro_run, "--problem", 1)
    assert code == 0 and "model        micro, step 4" in output and "completion " in output
    code, output, _ = command(
        "explain", "--target", micro_run, "--question", "1+1", "--answer", "2", "--temperature", 0
    )
    assert code == 0 and "gold answer  2" in output


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("--target runs/x --question 1+1", "--question needs its gold answer"),
        ("--target runs/x --problem 1", "holds no run"),
        ("7 --target runs/x --problem 1", "A completion is for a completion that is given"),
        ("--target runs/x --file x --problem 1", "--file is for a completion that is given"),
        ("--target http://x/v1 --problem 1", "Say which model of http://x/v1"),
        ("7 --answer 7 --seed 3", "--seed is for a model that writes the completion"),
        ("7 --answer 7 --max-tokens 3", "--max-tokens is for a model"),
        ("7 --answer 7 --model m", "--model is for a model that writes"),
    ],
)
def test_what_contradicts_itself_is_one_line(command, words, line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, output, errors = command("explain", *words.split())
    assert (code, output) == (1, "")
    assert line in errors and errors.count("\n") == 1
