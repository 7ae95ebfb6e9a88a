import re

import pytest


def test_eval_on_suites(command, run_copy):
    words = ("eval", run_copy, "--suite", "math", "--suite", "countdown", "--questions", 4)
    words += ("--samples", 2, "--max-tokens", 12)
    code, output, _ = command(*words)
    assert code == 0
    assert re.search(r"math +4 +4 .*\ntest +x 2", output) and "countdown" in output
    assert "math: samples 2, questions 4, max_tokens 12" in " ".join(output.split())
    assert output.endswith(command(*words)[1])  # it is stored, and read again
    assert "Before" not in output


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("--suite mth", "There is no suite 'mth'. Did you mean 'math'?"),
        ("--problems x.jsonl", "--problems is for suites: give --suite NAME, or leave it out."),
        ("--max-tokens 9", "--max-tokens is for suites: give --suite NAME, or leave it out."),
        ("--suite math --problems x.jsonl", "The suite 'math' brings its own problems"),
        (
            "--suite aime24 --suite gsm8k --problems x.jsonl",
            "--problems holds the data of one suite",
        ),
        ("--suite aime24 --problems x.jsonl", "x.jsonl cannot be read"),
        (
            "--suite math --samples 0",
            "The suite 'math': samples must be a whole number of",
        ),
        ("--suite math --samples many", "--samples INT is expected, not 'many'."),
        ("--suite math --split all", "There is no split 'all'."),
        ("--suite math --seed -1", "seed must be at least 0, not -1."),
        ("--suite math --max-tokens 9000", "The suite 'math': The longest prompt has"),
        ("--suite", "Missing value for argument '--suite'."),
    ],
)
def test_wrong_suites(command, run_copy, words, line):
    before = sorted((run_copy / "evals").rglob("*"))
    code, output, errors = command("eval", run_copy, *words.split())
    assert (code in (1, 2), output) == (True, "")
    assert line in errors and errors.count("\n") == 1
    assert sorted((run_copy / "evals").rglob("*")) == before
