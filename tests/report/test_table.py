from r1gym.evaluation.results import load_results
from r1gym.report.table import print_results, print_run, rows


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
    results = [summary(0, {"arithmetic 1": 0.5}), summary(7, {"arithmetic 2": 0.25})]
    assert rows(results) == [
        ("pass@1", ["12.5 % [10.0, 15.0]"] * 2),
        ("pass@4", ["50.0 % [10.0, 15.0]"] * 2),
        ("cons@4", ["100.0 % [10.0, 15.0]"] * 2),
        ("tokens a response", ["12.3"] * 2),
        ("pass@1, arithmetic 1", ["50.0 %", ""]),
        ("pass@1, arithmetic 2", ["", "25.0 %"]),
    ]


def test_the_table_names_its_columns_and_how_it_was_made(capsys):
    print_results([summary(0, {}), summary(7, {})])
    text = " ".join(capsys.readouterr().out.split())
    assert "before" in text and "after 7 steps" in text
    assert (
        "8 different questions of the test split, 4 samples each" in text
        and "95 % bootstrap" in text
    )


def test_a_finished_run_says_where_everything_is(micro_run, capsys):
    print_run(micro_run, micro_run / "report.html")
    text = capsys.readouterr().out
    assert str(micro_run / "report.html") in text
    assert str(micro_run / "checkpoints" / "step-000004") in text
    assert f"r1gym play {micro_run}" in text
    assert [result["step"] for result in load_results(micro_run, "test")] == [0, 4]
