import shutil


def test_a_run_is_reported(command, run_copy):
    code, output, _ = command("report", run_copy)
    assert code == 0 and output == f"Wrote {run_copy / 'report.html'}\n"


def test_several_runs_are_reported_on_one_page(command, run_copy, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(run_copy, other)
    code, output, _ = command("report", run_copy, other)
    assert code == 0 and output == f"Wrote {run_copy.parent / 'report-micro-other.html'}\n"
    code, _, errors = command("report", run_copy, run_copy)
    assert code == 1 and errors == "r1gym: A run is named twice: name each of them once.\n"
