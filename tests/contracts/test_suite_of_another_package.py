"""A suite from outside: the package of docs/evaluation.md, one file and one entry point."""

import re

import pytest

from r1gym.report.page import write_report
from tests.contracts.outside import package_of, run_with

COMMAND = """
import sys
from r1gym.cli import main
sys.argv[1:] = {words}
sys.stderr = sys.stdout
try:
    main()
except SystemExit as stop:
    print("exit", stop.code)
"""


@pytest.fixture
def r1gym(tmp_path):
    """Runs `r1gym ...` where the page's package is installed. Returns what it printed."""
    site = tmp_path / "site"
    site.mkdir()
    package_of("evaluation", site)
    return lambda *words: run_with(site, COMMAND.format(words=list(map(str, words))))


def test_a_suite_of_another_package_works_by_its_name(r1gym, run_copy):
    output = r1gym("eval", run_copy, "--suites", "sums")
    assert re.search(r"suite +mean *\nsplit +steps +asked", output), output
    for cell in ("sums", "32", "x 4", "pass@4", "cons@k", "exit 0"):
        assert cell in output
    assert (run_copy / "evals/sums/test-step-000004.json").exists()
    rows = (run_copy / "evals/sums/test-step-000004.jsonl").read_text().splitlines()
    assert len(rows) == 32 * 4
    assert "sums" in r1gym("list")
    assert "<td>sums</td>" in write_report(run_copy).read_text()


def test_what_is_no_suite_is_refused_in_a_line(r1gym, run_copy, tmp_path):
    (tmp_path / "site" / "my_suites.py").write_text("sums = {'name': 'sums'}\n")
    assert r1gym("eval", run_copy, "--suites", "sums") == (
        "r1gym: The suite 'sums' of the package my_suites 1.0 is of type dict: its entry point "
        "must name a Suite.\nexit 1\n"
    )
