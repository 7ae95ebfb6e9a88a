from pathlib import Path

from r1gym.core.types import Problem
from r1gym.evaluation.preflight import Check, Status
from r1gym.inspection.explain import explain
from r1gym.inspection.rescore import Means, Rescored
from r1gym.report.verdicts import print_checks, print_explanation, print_rescored


def test_checks_are_lines(capsys):
    checks = [
        Check(name, status, f"[b]{name}[/b]!") for name, status in zip("abcd", Status, strict=True)
    ]
    print_checks(checks)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        ["a", "ok", "[b]a[/b]!"],
        ["b", "warning", "[b]b[/b]!"],
        ["c", "FAIL", "[b]c[/b]!"],
        ["d", "not", "checked", "[b]d[/b]!"],
    ]


def test_an_explanation_is_shown_as_it_is(capsys):
    problem = Problem("p", "[red]6*7[/red]", "42")
    print_explanation(explain(problem, "<answer>[b]41</answer>"))
    shown = " ".join(capsys.readouterr().out.split())
    for word in ("[red]6*7[/red]", "gold answer 42", "final answer [b]41", "<think> stands 0"):
        assert word in shown
    print_explanation(explain(Problem("p", "6*7", ""), "hm <answer>1</answer>"))
    shown = " ".join(capsys.readouterr().out.split())
    assert "unknown" in shown and "verifier_error" in shown


def test_old_and_new_means_stand_side_by_side(capsys):
    means = {"reward": Means(0.5, 0.25), "accuracy": Means(0.5, None), "low": Means(None, 1.0)}
    files = [
        Rescored(Path("run/samples.jsonl"), 8, means, 3, (0, 1), Path("run/changed.jsonl")),
        Rescored(Path("run/evals/test.jsonl"), 4, {"reward": Means(1, 1)}, 0, (0, 0), None),
    ]
    print_rescored(files)
    output = capsys.readouterr().out
    rows = [[c.strip() for c in line.split("│")[1:-1]] for line in output.splitlines()]
    assert ["reward", "0.500 -> 0.250", "1.000 -> 1.000"] in rows
    assert ["accuracy", "0.500 -> -", ""] in rows and ["low", "- -> 1.000", ""] in rows
    assert ["not graded", "0 -> 1", "0 -> 0"] in rows
    assert ["verdict changed", "3 of 8", "0 of 4"] in rows
    assert output.endswith("Changed     run/changed.jsonl\n")
