import json

import pytest

from r1gym.core.errors import RunError
from r1gym.core.types import Completion, Episode, Problem, Score, Verdict
from r1gym.evaluation.results import (
    folder_of,
    load_result,
    load_results,
    load_rows,
    result_path,
    save_result,
    stored_results,
)
from r1gym.evaluation.runner import EvalConfig, summarise_episodes
from r1gym.verifiers import RewardSum

CONFIG = EvalConfig(questions=1, samples=2)


def result(*values):
    problem = Problem("p", "1+1", "2")
    kinds = {1: Verdict.CORRECT, 0: Verdict.WRONG, None: Verdict.INFRA_ERROR}
    group = [
        Episode.single(problem, Completion("<answer>2</answer>", (1,)), Score(v, kinds[v]))
        for v in values
    ]
    return summarise_episodes([group], len(values), RewardSum({"accuracy": 1.0}))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"split":1,"step":4}'])
def test_a_broken_evaluation_is_named(tmp_path, content):
    path = tmp_path / "evals" / "test-step-000004.json"
    assert load_result(tmp_path, "test", 4) is None
    path.parent.mkdir()
    path.write_bytes(content)
    for read in (
        lambda: load_result(tmp_path, "test", 4),
        lambda: load_results(tmp_path, "test"),
        lambda: stored_results(tmp_path),
    ):
        with pytest.raises(RunError, match=r"test-step-000004.json is broken: delete") as caught:
            read()
        assert "\n" not in str(caught.value)


def test_evaluations_are_kept_by_suite_split_and_step(tmp_path):
    keys = [
        ("", "test", 0, None), ("", "test", 8, None), ("", "test", 8, {"samples": 9}),
        ("", "train", 8, None), ("a", "all", 8, None), ("b", "test", 0, None),
        ("b", "test", 8, None), ("b", "test", 8, {"seed": 1}), ("b", "test", 8, {"seed": 2}),
    ]  # fmt: skip
    for suite, split, step, changed in reversed(keys):
        save_result(tmp_path, split, step, CONFIG, result(1, 0), suite, changed=changed)
    found = [(s["suite"], s["split"], s["step"], s["changed"]) for s in stored_results(tmp_path)]
    assert found[:7] == [(*key[:3], key[3] or {}) for key in keys[:7]]
    assert sorted(map(str, found)) == sorted(str((*key[:3], key[3] or {})) for key in keys)
    assert [s["step"] for s in load_results(tmp_path, "test")] == [0, 8]
    assert [s["step"] for s in load_results(tmp_path, "test", "b")] == [0, 8]
    assert {s["suite"] for s in stored_results(tmp_path, "b")} == {"b"}
    assert load_result(tmp_path, "test", 8, "b", {"seed": 1})["changed"] == {"seed": 1}
    assert load_result(tmp_path, "test", 8, "a") is None


def test_older_runs_have_the_settings_in_the_names(tmp_path):
    """Their summaries name neither a suite nor what was changed."""
    own = save_result(tmp_path, "test", 4, CONFIG, result(1, 0))
    summary = json.loads(own.read_text())
    for name in ("suite", "changed"):
        del summary[name]
    own.write_text(json.dumps(summary))
    labelled = own.with_name("test-4x2-temperature-0.6-top-p-0.95-seed-0-step-000004.json")
    labelled.write_text(json.dumps(summary))
    assert [s["step"] for s in load_results(tmp_path, "test")] == [4]
    first, second = stored_results(tmp_path)
    assert (first["suite"], first["changed"]) == ("", {})
    assert second["changed"] == second["config"]


def test_files_are_plain_json_where_nothing_was_graded(tmp_path):
    path = save_result(tmp_path, "test", 4, CONFIG, result(None, None))

    def refuse(word):
        raise AssertionError(word)

    summary = json.loads(path.read_text(), parse_constant=refuse)
    assert summary["pass_at"]["1"] == {"mean": None, "low": None, "high": None}
    assert (summary["failed"], summary["cons_at"]["mean"]) == (2, None)


def test_what_a_kill_left_is_no_evaluation(tmp_path):
    path = save_result(tmp_path, "test", 4, CONFIG, result(1, 0), "a")
    path.with_name(".test-step-000005.json.draft").write_text("{")
    path.with_name("test-step-000006.jsonl").write_text("{")
    assert [s["step"] for s in stored_results(tmp_path)] == [4]


def test_names_of_files_are_short_whatever_was_changed(tmp_path):
    path = result_path(tmp_path, "test", 4, "a", {"problems": "x" * 500})
    assert path.parent == tmp_path / "evals" / "a"
    assert len(path.name) < 40
    assert path != result_path(tmp_path, "test", 4, "a", {"problems": "y" * 500})


def test_completions_come_back_as_rows(tmp_path):
    path = save_result(tmp_path, "test", 4, CONFIG, result(1, 0), "a")
    summary = load_result(tmp_path, "test", 4, "a")
    assert [row["verdict"] for row in load_rows(summary)] == ["correct", "wrong"]
    assert folder_of(summary) == tmp_path
    path.with_suffix(".jsonl").write_text("{}\n")
    with pytest.raises(RunError, match="is broken .1 lines.: delete"):
        load_rows(summary)
