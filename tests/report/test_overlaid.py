import json
import re
import shutil

import pytest

from r1gym.core.errors import ConfigError, RunError
from r1gym.report.overlaid import write_overlaid
from r1gym.report.page import write_report
from tests.report.test_page import Outline


@pytest.fixture
def two(run_copy):
    other = run_copy.parent / "other"
    shutil.copytree(run_copy, other)
    config = json.loads((other / "config.json").read_text())
    config |= {"name": "other", "seed": 3}
    config["grpo"]["learning_rate"] = 0.25
    (other / "config.json").write_text(json.dumps(config))
    return [run_copy, other]


def test_runs_lie_over_each_other_with_what_differs(two):
    write_report(two[0])
    page = write_overlaid(two)
    assert page == two[0].parent / "report-micro-other.html"
    text = page.read_text()
    outline = Outline(text)
    assert outline.references == ["micro/report.html"]  # the other one has no page yet
    for part in ("<td>seed</td><td>0</td><td>3</td>", "<td>grpo.learning_rate</td>", "0.25"):
        assert part in text, part
    assert "other against micro, pass@1 on the same 8 questions: +0.0 points" in text
    assert "The same question, answered by each" in text
    charts = re.findall(r"<figcaption>([^<]+)", text)
    assert {"Accuracy", "Response length", "Reward", "Entropy", "pass@k"} <= set(charts)
    assert text.count('<span class="c1">other</span>') == len(charts)


def test_runs_that_were_told_the_same_say_so(two):
    config = json.loads((two[0] / "config.json").read_text()) | {"name": "other"}
    (two[1] / "config.json").write_text(json.dumps(config))
    assert "They were told the same" in write_overlaid(two).read_text()


def test_equal_names_are_told_apart_by_their_folders(run_copy, tmp_path):
    other = tmp_path / "elsewhere" / run_copy.name
    shutil.copytree(run_copy, other)
    text = write_overlaid([run_copy, other]).read_text()
    assert "runs/micro" in text and "elsewhere/micro" in text


def test_what_cannot_be_laid_over_each_other(two, tmp_path):
    with pytest.raises(ConfigError, match="named twice"):
        write_overlaid([two[0], two[0]])
    with pytest.raises(ConfigError, match="From 2 to 6 runs"):
        write_overlaid([tmp_path / str(n) for n in range(7)])
    with pytest.raises(RunError, match="holds no run"):
        write_overlaid([two[0], tmp_path / "nothing"])
