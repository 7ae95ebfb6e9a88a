from r1gym.evaluation.results import load_results
from r1gym.report.table import (
    print_evaluated,
    print_results,
    print_run,
    rows,
    suite_notes,
    suite_rows,
)


def summary(step, by_level, k=4):
    estimate = {"mean": 0.125, "low": 0.1, "high": 0.15}
    return {
        "split": "test",
        "step": step,
        "config": {"questions": 8, "samples": k, "temperature": 0.6, "top_p": 0.95},
        "pass_at": {"1": estimate, str(k): estimate | {"mean": 0.5}},
        "cons_at": estimate | {"mean": 1.0},
        "questions": 8,
        "samples": k,
        "mean_length": 12.34,
        "by_level": by_level,
    }


def test_rows_have_a_cell_for_each_evaluation():
    results = [summary(0, {"arithmetic 1": 0.5}), summary(7, {"arithmetic 2": 0.25, "mine 0": 1})]
    assert rows(results) == [
        ("pass@1", ["12.5 % [10.0, 15.0]"] * 2),
        ("pass@4", ["50.0 % [10.0, 15.0]"] * 2),
        ("cons@4", ["100.0 % [10.0, 15.0]"] * 2),
        ("tokens a response", ["12.3"] * 2),
        ("pass@1, arithmetic 1", ["50.0 %", ""]),
        ("pass@1, arithmetic 2", ["", "25.0 %"]),
        ("pass@1, mine", ["", "100.0 %"]),
    ]


def test_the_table_names_its_columns_and_how_it_was_made(capsys):
    print_results([summary(0, {}), summary(7, {})])
    text = " ".join(capsys.readouterr().out.split())
    assert "before" in text and "after 7 steps" in text
    assert (
        "8 different questions of the test split, 4 samples each" in text
        and "95 % interval" in text
    )


def test_a_finished_run_says_where_everything_is(micro_run, capsys):
    print_run(micro_run, micro_run / "report.html")
    text = capsys.readouterr().out
    assert str(micro_run / "report.html") in text
    assert str(micro_run / "checkpoints" / "step-000004") in text
    assert f"r1gym play {micro_run}" in text
    assert [result["step"] for result in load_results(micro_run, "test")] == [0, 4]


def of_suite(name, **changes):
    estimate = {"mean": 0.125, "low": 0.1, "high": 0.15}
    measures = {"pass@1": estimate, "cons@k": estimate | {"mean": 0.5}, "mean length": estimate}
    kept = {"suite": name, "split": "all", "step": 7, "changed": {}, "measures": measures}
    return summary(7, {}) | kept | changes


def test_a_row_a_suite():
    one = of_suite("one")
    two = of_suite("two", measures={"pass@4": one["measures"]["pass@1"]})
    own = summary(0, {}) | {"suite": "", "changed": {}}
    heads, lines = suite_rows([one, two, own])
    measures = ["pass@1", "cons@k", "mean length", "pass@4", "pass@k"]
    assert heads == ["suite", "split", "steps", "asked", *measures]
    assert lines[0][:6] == [
        "one",
        "all",
        "7",
        "8 x 4",
        "12.5 % [10.0, 15.0]",
        "50.0 % [10.0, 15.0]",
    ]
    assert lines[0][6:] == ["0.1", "", ""]
    assert lines[1][4:] == ["", "", "", "12.5 % [10.0, 15.0]", ""]
    assert lines[2] == ["the run's own", "test", "0", "8 x 4", "12.5 % [10.0, 15.0]",
                        "100.0 % [10.0, 15.0]", "12.3", "", "50.0 % [10.0, 15.0]"]  # fmt: skip


def test_what_was_changed_and_what_failed_is_said():
    notes = suite_notes([of_suite("one", changed={"samples": 2, "seed": 3}, failed=5)])
    assert notes[1:] == [
        "one: samples 2, seed 3",
        "one: 5 of 32 could not be graded and count in no estimate",
    ]


def test_samples_that_are_copies_are_said():
    alike = of_suite("one", shares={"alike": 1.0})
    [note] = suite_notes([alike])[1:]
    assert note.startswith("one: all samples of each question are one text, so pass@k and cons@k")
    greedy = alike | {"config": alike["config"] | {"temperature": 0.0}}
    few = alike | {"questions": 7}
    perfect = alike | {"pass_at": {"1": {"mean": 1.0, "low": 0.7, "high": 1.0}}}
    assert suite_notes([greedy, few, perfect, of_suite("one", shares={"alike": 0.9})])[1:] == []


def test_nothing_graded_is_no_number(capsys):
    none = {"mean": None, "low": None, "high": None}
    print_evaluated([of_suite("one", measures={"pass@1": none})])
    assert "none graded" in capsys.readouterr().out
    results = [summary(7, {}) | {"suite": "", "cons_at": none}]
    print_evaluated(results)
    assert "none graded" in capsys.readouterr().out


def test_rows_of_long_names_fit_a_terminal(capsys):
    names = ("gpqa_diamond", "livecodebench", "countdown")
    estimate = {"mean": 0.875, "low": 0.75, "high": 0.95}
    measures = dict.fromkeys(("pass@1", "pass@k", "cons@k"), estimate)
    measures["mean length"] = {"mean": 12345.6}
    print_evaluated([of_suite(name, measures=measures, step=12000) for name in names])
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    assert text.count("[75.0, 95.0]") == 9 and all(name in text for name in names)
