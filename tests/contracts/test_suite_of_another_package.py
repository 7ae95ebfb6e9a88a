"""A suite from outside: the package of docs/evaluation.md, one file and one entry point."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from r1gym.report.page import write_report

PAGE = (Path(__file__).parents[2] / "docs/evaluation.md").read_text("utf-8")


@pytest.fixture
def packages(tmp_path):
    """A folder in which the page's package is installed."""
    folder = tmp_path / "site"
    page = PAGE.partition("## A suite of yours")[2]
    source, _, rest = page.partition("```py\n")[2].partition("```")
    made = tomllib.loads(rest.partition("```toml\n")[2].partition("```")[0])
    [(group, points)] = made["project"]["entry-points"].items()
    info = folder / f"my_suites-{made['project']['version']}.dist-info"
    info.mkdir(parents=True)
    (folder / f"{made['tool']['setuptools']['py-modules'][0]}.py").write_text(source)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-suites\nVersion: 0.1\n")
    lines = [f"[{group}]", *(f"{name} = {place}" for name, place in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
    return folder


def r1gym(packages, *words):
    path = os.pathsep.join([str(packages), str(Path(__file__).parents[2])])
    return subprocess.run(
        [sys.executable, "-c", "from r1gym.cli import main; main()", *map(str, words)],
        env=os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_suite_of_another_package_works_by_its_name(packages, run_copy):
    done = r1gym(packages, "eval", run_copy, "--suite", "sums")
    assert done.returncode == 0, done.stderr
    assert re.search(r"suite +mean *\nsplit +steps +asked", done.stdout), done.stdout
    for cell in ("sums", "32", "x 4", "pass@4", "cons@k"):
        assert cell in done.stdout
    assert (run_copy / "evals/sums/test-step-000004.json").exists()
    rows = (run_copy / "evals/sums/test-step-000004.jsonl").read_text().splitlines()
    assert len(rows) == 32 * 4
    assert "sums" in r1gym(packages, "list").stdout
    assert "<td>sums</td>" in write_report(run_copy).read_text()


def test_what_is_no_suite_is_refused_in_a_line(packages, run_copy):
    (packages / "my_suites.py").write_text("sums = {'name': 'sums'}\n")
    done = r1gym(packages, "eval", run_copy, "--suite", "sums")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "r1gym: The suite 'sums' of the package my-suites 0.1 is of type dict: its entry point "
        "must name a Suite.\n"
    )
