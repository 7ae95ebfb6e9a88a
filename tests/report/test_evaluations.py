import json
import os

from r1gym.evaluation.suite_runner import Cost
from r1gym.inspection.suites import Asked
from r1gym.report.evaluations import as_markdown, cost_lines, write_logs, write_tables
from tests.evaluation.evaluated import stored


def test_what_it_will_cost_is_told_before():
    cost = Cost(30, 1920, 3000, 62_914_560)
    first = Asked("aime24", cost)
    assert cost_lines([first]) == [
        "aime24: 30 questions, 1,920 completions, at most 62.9 M tokens",
    ]
    known = Asked("aime24", cost, usual=1000.0, rate=2000.0)
    assert cost_lines([known], (1.0, 10.0)) == [
        "aime24: 30 questions, 1,920 completions, at most 62.9 M tokens, about 1.9 M if as long as "
        "before, about 16 min, at most 629.34, about 19.39 to pay",
    ]
    assert cost_lines([Asked("x", Cost(0, 0, 0, 0))]) == ["x: stored already"]


def test_a_page_and_markdown_hold_every_evaluation(tmp_path):
    folder = tmp_path / "eval-mine"
    one = stored(folder, [["0", "x"], ["1", "1"]])
    page, markdown = write_tables(folder)
    assert "<td>sums</td>" in page.read_text() and "Evaluations of mine" in page.read_text()
    text = markdown.read_text()
    assert text.startswith("# Evaluations of mine\n\n| suite | split | steps | asked | pass@1 |\n")
    assert "| sums | test | 0 | 2 x 2 | 75.0 % [0.0, 100.0] |" in text
    assert "other seeds: pass@1 within" in text
    assert as_markdown([one]).splitlines()[1] == "| --- | --- | ---: | ---: | ---: |"


def test_logs_of_other_tools_are_files(tmp_path):
    one = stored(tmp_path, [["0", "x"], ["1", "1"]])
    assert write_logs(tmp_path, [one], (), "m") == []
    os.utime(one["file"], (0, 86399))  # dated by when the evaluation was made
    files = write_logs(tmp_path, [one], ("inspect", "lm_eval"), "m")
    names = [path.relative_to(tmp_path / "logs").as_posix() for path in files]
    date = "1970-01-01T23-59-59+00-00"
    assert names[0].startswith(f"inspect/{date}_sums_")  # inspect lists no other names
    assert names[1:] == [f"lm_eval/results_{date}.json", f"lm_eval/samples_sums_{date}.jsonl"]
    assert write_logs(tmp_path, [one], ("inspect", "lm_eval"), "m") == files
    assert json.loads(files[0].read_text())["eval"]["model"] == "m"
    assert len(files[2].read_text().splitlines()) == 2
