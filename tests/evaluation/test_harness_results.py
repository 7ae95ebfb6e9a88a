import json

import pytest

from r1gym.core.errors import ProblemFileError
from r1gym.evaluation.harness_results import aider_folder, read_results, swe_report
from r1gym.evaluation.suites import suite_named

REPORT = {
    "total_instances": 5, "submitted_ids": ["a__1", "b__2", "c__3", "d__4"],
    "completed_ids": ["a__1", "b__2"], "resolved_ids": ["a__1"], "unresolved_ids": ["b__2"],
    "error_ids": ["c__3"], "empty_patch_ids": ["d__4"], "incomplete_ids": ["e__5"],
    "schema_version": 2,
}  # fmt: skip


def test_a_report_of_swe_bench(tmp_path):
    path = tmp_path / "model.run.json"
    path.write_text(json.dumps(REPORT))
    played = {one.id: one.solved for one in swe_report(path)}
    assert played == {"a__1": True, "b__2": False, "c__3": None, "d__4": False, "e__5": False}
    summary = read_results(suite_named("swe_verified"), path, tmp_path / "run")
    assert summary["measures"]["pass@1"]["mean"] == 1 / 4
    assert summary["measures"]["failed"]["mean"] == 1 / 5
    assert (summary["questions"], summary["failed"], summary["read_from"]) == (5, 1, str(path))


def test_a_folder_of_aider(tmp_path):
    outcomes = {"python/two-bucket": [False, True], "go/forth": [False, False], "rust/bowling": []}
    for name, found in outcomes.items():
        folder = tmp_path / "run" / name
        folder.mkdir(parents=True)
        row = {"testcase": name, "model": "m", "tests_outcomes": found, "cost": 0.1}
        (folder / ".aider.results.json").write_text(json.dumps(row))
    played = {one.id: (one.solved, one.tries) for one in aider_folder(tmp_path / "run")}
    assert played == {
        "python/two-bucket": (True, 2), "go/forth": (False, 2), "rust/bowling": (False, 1),
    }  # fmt: skip
    summary = read_results(suite_named("aider"), tmp_path / "run", tmp_path / "out")
    assert summary["measures"]["pass@1"]["mean"] == pytest.approx(1 / 3)


def test_what_is_no_result_is_refused_with_its_fields(tmp_path):
    path = tmp_path / "other.json"
    for text, line in (
        (
            '{"resolved": 3}',
            "lacks submitted_ids, resolved_ids, error_ids; the fields there are res",
        ),
        ("[1]", "the fields there are none"),
        ("{", "is not JSON"),
        (json.dumps(REPORT | {"resolved_ids": 3}), "resolved_ids must be a list of instance ids"),
    ):
        path.write_text(text)
        with pytest.raises(ProblemFileError, match=line):
            swe_report(path)
    with pytest.raises(ProblemFileError, match="is no folder"):
        aider_folder(path)
    with pytest.raises(ProblemFileError, match=r"cannot|could not"):
        swe_report(tmp_path / "nothing.json")
    with pytest.raises(ProblemFileError, match="holds no result"):
        read_results(suite_named("aider"), tmp_path, tmp_path)
