import re

import pytest


def test_a_model_that_is_no_run_needs_a_suite(command, tmp_path):
    for target, line in (
        ("smollm2", "smollm2 holds no run, and a model has no problems of its own"),
        (tmp_path, "holds no run: there is no config.json"),
        ("http://localhost:1/v1 --suites math", "Say which model of http://localhost:1/v1"),
        ("http://localhost:1/v1 --suites math --model m --device cpu", "--device is for models"),
        ("http://localhost:1/v1 --suites math --model m --engine ray", "--engine is for models"),
    ):
        code, output, errors = command("eval", *str(target).split())
        assert (code, output) == (1, "") and line in errors and errors.count("\n") == 1


def test_results_of_another_harness_are_stored_beside(command, run_copy, tmp_path):
    path = tmp_path / "report.json"
    path.write_text('{"submitted_ids": ["a", "b"], "resolved_ids": ["a"], "error_ids": []}')
    code, output, _ = command("eval", run_copy, "--suites", "swe_verified", "--problems", path)
    assert code == 0 and "swe_verified" in output and "50.0 %" in output
    assert (run_copy / "evals/swe_verified/all-step-000000.json").exists()


def test_eval_on_suites(command, run_copy):
    words = ("eval", run_copy, "--suites", "math", "countdown", "--questions", 4)
    words += ("--samples", 2, "--max-tokens", 12)
    code, output, _ = command(*words)
    assert code == 0
    assert re.search(r"math +4 +4 .*\ntest +x 2", output) and "countdown" in output
    assert "math: samples 2, questions 4, max_tokens 12" in " ".join(output.split())
    _, again, errors = command(*words)
    assert output.endswith(again)  # it is stored, and read again
    assert errors == "math: stored already\ncountdown: stored already\n"
    assert "Before" not in output


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("--suites mth", "There is no suite 'mth'. Did you mean 'math'?"),
        ("--problems x.jsonl", "--problems is for suites: give --suites NAME, or leave it out."),
        ("--max-tokens 9", "--max-tokens is for suites: give --suites NAME, or leave it out."),
        ("--suites math --problems x.jsonl", "The suite 'math' brings its own problems"),
        (
            "--suites aime24 gsm8k --problems x.jsonl",
            "--problems holds the data of one suite",
        ),
        ("--suites aime24 --problems x.jsonl", "x.jsonl cannot be read"),
        (
            "--suites math --samples 0",
            "The suite 'math': samples must be a whole number of",
        ),
        ("--suites math --samples many", "--samples INT is expected, not 'many'."),
        ("--suites math --split all", "There is no split 'all'."),
        ("--suites math --seed -1", "seed must be at least 0, not -1."),
        ("--suites math --max-tokens 9000", "The suite 'math': The longest prompt has"),
        ("--suites", "--suites needs a name, or the path of a file"),
        ("--suites math --model m", "--model is a model's name at an endpoint"),
        ("--suites math --engine vlm", "There is no engine 'vlm'"),
        ("--suites math --options {}", "--options are an engine's"),
        ("--suites math --options [1]", "--options must be an object"),
        ("--suites math --judge {", "--judge must be JSON, not '{'"),
        ("--suites math --price 1", "--price takes two numbers"),
        ("--suites math --prompt short", "prompt must hold the field {question}"),
        ("--suites simpleqa --window 2024", "window must be two days"),
        ("--suites swe_verified", "give --problems RESULTS, and no other setting"),
        (
            "--suites swe_verified --problems results.json --dtype bfloat16",
            "give --problems RESULTS, and no other setting",
        ),
        ("--suites swe_verified math", "is read from a file: evaluate it by itself"),
        ("--suites swe_verified --problems no.json", "no.json could not be used"),
    ],
)
def test_wrong_suites(command, run_copy, words, line):
    before = sorted((run_copy / "evals").rglob("*"))
    code, output, errors = command("eval", run_copy, *words.split())
    assert (code in (1, 2), output) == (True, "")
    assert line in errors and errors.count("\n") == 1
    assert sorted((run_copy / "evals").rglob("*")) == before
