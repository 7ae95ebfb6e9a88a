def test_a_run_is_reported(command, run_copy):
    code, output, _ = command("report", run_copy)
    assert code == 0 and output == f"Wrote {run_copy / 'report.html'}\n"
