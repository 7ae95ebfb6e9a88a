"""The notebooks run from top to bottom, and what they show is what they print."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "notebooks"


@pytest.fixture(autouse=True)
def _generators(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(ROOT / "docs")
    monkeypatch.chdir(tmp_path)


def test_the_environment_and_the_agent():
    from _generate.notebooks import run

    said = run(FOLDER / "environment_and_agent.ipynb")
    assert "User: Compute" in said[1] and "reward 1.1 terminated True" in said[2]
    assert re.findall(r"(?m)(\d\.\d) +(\w+)", said[3])[:2] == [("1.1", "correct")] * 2
    means = [float(mean) for mean in re.findall(r"episodes +(\d\.\d+)", said[5])]
    assert means[0] < 0.6 < 0.8 < means[-1]
    assert float(said[5].split()[-1]) > 0.95


@pytest.mark.slow
def test_r1_zero_learns():
    from _generate.notebooks import run

    said = run(FOLDER / "r1_zero.ipynb")
    right = [float(share) for share in re.findall(r"right (\d\.\d+)", said[3])]
    assert right[-1] > right[0] + 0.2
    assert said[4].count("pass@1") == 2


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda p: p.stem)
def test_a_notebook_can_be_opened_and_has_its_outputs(path):
    book = json.loads(path.read_text("utf-8"))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in book["cells"]}) == len(book["cells"])
    assert book["metadata"]["kernelspec"]["name"] == "python3"
    for cell in book["cells"]:
        if cell["cell_type"] == "code" and "print(" in "".join(cell["source"]):
            assert cell["outputs"], "".join(cell["source"])


def test_outputs_are_kept_as_jupyter_keeps_them(tmp_path):
    from _generate.notebooks import page, run, store_outputs

    path = tmp_path / "small.ipynb"
    cells = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# Small"]},
        {
            "cell_type": "code", "id": "b", "metadata": {}, "execution_count": None,
            "outputs": [], "source": ["x = 6\n", "print(x * 7)"],
        },
    ]  # fmt: skip
    path.write_text(
        json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    store_outputs(path, run(path))
    [_, code] = json.loads(path.read_text("utf-8"))["cells"]
    assert code["outputs"] == [{"name": "stdout", "output_type": "stream", "text": ["42\n"]}]
    text = page(path)
    assert text.startswith("# Small") and "```text\n42\n```" in text
