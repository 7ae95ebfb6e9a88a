import pytest


def test_a_run_is_played(command, micro_run):
    code, output, _ = command("play", micro_run, "--problem", 1)
    assert code == 0 and "percent" in output and "micro, step 4" in output


def test_several_stand_side_by_side(command, micro_run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    code, output, _ = command("play", micro_run, "--base", "--samples", 2)
    assert code == 0 and "micro, its base: " in output and "micro, step 4: " in output
    assert output.count("╭") == 4 and "╮╭" in output
    code, output, _ = command(
        "play", micro_run, micro_run / "checkpoints/step-000002", "--question", "1+1"
    )
    assert code == 0 and "micro, step 2" in output and "right" not in output.splitlines()[-2]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("--problem -1", "problem must be a whole number from 0 to 999999, not -1"),
        ("--samples 0", "samples must be"),
        ("--temperature -1", "temperature must be"),
        ("--top-p 2", "top_p must lie in (0, 1]"),
        ("--question 1+1 --problem 3", "leave out --problem and --problems"),
        ("--answer 2", "--answer is that of --question"),
        ("--problems nothing:1", "nothing"),
        ("--model m", "--model is a model's name at an endpoint"),
        ("--options {}", "give --engine NAME"),
        ("--options {", "--options must be JSON, not '{'"),
        ("--engine vlm", "There is no engine 'vlm'"),
        ("--template shrt", "There is no template 'shrt'. Did you mean 'short'?"),
        ("--max-tokens 9000", "lower max_tokens to at most"),
        ("--device gpu", "gpu"),
        ("--seed -1", "seed must be at least 0"),
    ],
)
def test_wrong_words_are_one_line(command, micro_run, words, line):
    code, output, errors = command("play", micro_run, *words.split())
    assert (code in (1, 2), output) == (True, "")
    assert line in errors and errors.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("runs/nothing", "holds no run"),
        ("nobody/nothing", "neither a local folder nor a Hugging Face id that can be reached"),
        ("http://localhost:1/v1", "Say which model of http://localhost:1/v1"),
        ("http://localhost:1/v1 --model m --engine ray", "--engine is for models"),
        ("http://localhost:1/v1 --model m --template r1", "leave out --template"),
        ("http://localhost:1/v1 --model m --base", "no --base"),
        (
            'http://localhost:1/v1 --model m --options {"max_retries":0}',
            "Nobody answers at http://localhost:1/v1",
        ),
    ],
)
def test_wrong_models_are_one_line(command, words, line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, output, errors = command("play", *words.split())
    assert (code, output) == (1, "")
    assert line in errors and errors.count("\n") == 1
