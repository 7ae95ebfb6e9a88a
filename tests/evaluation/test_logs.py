import json
import os

from r1gym.evaluation.logs import harness_results, harness_samples, inspect_log, log_name
from r1gym.evaluation.results import load_rows
from tests.evaluation.evaluated import stored


def test_a_log_of_inspect(tmp_path):
    summary = stored(tmp_path, [["0", "x"], ["1", "1"]])
    log = inspect_log(summary, load_rows(summary), "me/model")
    assert (log["version"], log["status"], log["eval"]["task"]) == (2, "success", "sums")
    assert log["eval"]["config"]["epochs"] == 2 and log["results"]["total_samples"] == 4
    metrics = log["results"]["scores"][0]["metrics"]
    assert metrics["accuracy"]["value"] == 0.75 and metrics["stderr"]["value"] == 0.25
    assert [(s["id"], s["epoch"], s["scores"]["r1gym"]["value"]) for s in log["samples"]] == [
        ("q0", 1, "C"), ("q0", 2, "I"), ("q1", 1, "C"), ("q1", 2, "C"),
    ]  # fmt: skip
    first = log["samples"][0]
    assert first["output"]["choices"][0]["message"]["content"] == "<answer>0</answer>"
    assert first["target"] == ["0"] and first["output"]["usage"]["output_tokens"] == 5
    json.dumps(log, allow_nan=False)


def test_a_name_has_what_inspect_parses(tmp_path):
    summary = stored(tmp_path, [["0"]]) | {"suite": "my_own set", "seconds": {"sampling": 60.0}}
    os.utime(summary["file"], (0, 3600))
    log = inspect_log(summary, load_rows(summary), "m")
    assert log["stats"] == log["stats"] | {
        "started_at": "1970-01-01T00:59:00+00:00", "completed_at": "1970-01-01T01:00:00+00:00",
    }  # fmt: skip
    date, task, made = log_name(log).split("_")
    assert (date, task, made) == ("1970-01-01T00-59-00+00-00", "my-own-set", log["eval"]["eval_id"])


def test_results_of_the_harness(tmp_path):
    summary = stored(tmp_path, [["0", "x"], ["1", "1"]])
    rows = load_rows(summary)
    found = harness_results([summary], [rows], "me/model")
    assert found["results"]["sums"] == {
        "alias": "sums", "exact_match,none": 0.75, "exact_match_stderr,none": 0.25,
    }  # fmt: skip
    assert found["n-samples"]["sums"] == {"original": 2, "effective": 2}
    assert found["configs"]["sums"]["repeats"] == 2
    lines = harness_samples(summary, rows)
    assert [(line["doc_id"], line["exact_match"]) for line in lines] == [(0, 0.5), (1, 1.0)]
    assert lines[0]["resps"] == [["<answer>0</answer>", "<answer>x</answer>"]]
    json.dumps([found, lines], allow_nan=False)
