import html
import json
import re
from html.parser import HTMLParser

import pytest

from r1gym.core.errors import RunError
from r1gym.evaluation.runner import EvalConfig
from r1gym.inspection.evaluate import evaluate_run
from r1gym.inspection.suites import evaluate_suites
from r1gym.report.page import write_report

_DRAWN = ("line", "polyline", "circle")  # they close themselves


class Outline(HTMLParser):
    """The tags of a page, all of which must be closed, and where its references lead."""

    def __init__(self, page):
        super().__init__()
        self.open, self.seen, self.references = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.seen.append(tag)
        self.references += [value for name, value in attributes if name in ("src", "href")]
        if tag not in ("meta", "img", "br", *_DRAWN):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_carries_all_it_shows(run_copy):
    path = write_report(run_copy)
    assert path == run_copy / "report.html"
    page = path.read_text()
    outline = Outline(page)
    assert not outline.open and outline.seen.count("script") == 1
    assert outline.references and all((run_copy / one).exists() for one in outline.references)
    assert not re.search(r"https?:|//|url\(|@import", page)
    assert (run_copy / "curves.png").read_bytes().startswith(b"\x89PNG")
    for word in ("pass@1", "cons@4", "after 4 steps", "The base model"):
        assert word in page, word


def test_what_a_reader_asks_stands_in_that_order(run_copy):
    page = write_report(run_copy).read_text()
    story = (
        'class="figures"', 'class="told', 'class="strip"', "The same question, before and after",
        "One group opened", "GRPO asks one question many times", "<h2>Curves</h2>",
        "The same curves in the DeepSeek-R1 report", "Completions through the training",
        "How it was made",
    )  # fmt: skip
    places = [page.find(part) for part in story]
    assert -1 not in places and places == sorted(places)
    assert page.count("advantage") > 4 and "too few to see anything" in page


def test_a_run_that_is_not_r1_zero_does_not_say_so(run_copy):
    assert "R1-Zero" in write_report(run_copy).read_text()
    tasks = json.loads((run_copy / "tasks.json").read_text())
    config = json.loads((run_copy / "config.json").read_text())
    config |= {"model": "smollm2", "template": "chat"}
    (run_copy / "config.json").write_text(json.dumps(config))
    for one in tasks.values():
        one |= {"tokenizer": "smollm2", "template": "chat"}
    (run_copy / "tasks.json").write_text(json.dumps(tasks))
    page = write_report(run_copy).read_text()
    assert "R1-Zero" not in page and "DeepSeek-R1 report" not in page
    assert '<p class="eyebrow">Reinforcement learning on ' in page


def test_an_older_run_has_a_page_without_what_it_did_not_keep(run_copy):
    (run_copy / "groups.jsonl").unlink()
    page = write_report(run_copy).read_text()
    assert "One group opened" not in page and "before and after" in page


def test_it_says_how_the_base_was_made_and_how_much_of_it_is_wrong(run_copy):
    text = write_report(run_copy).read_text()
    assert "1,280 problems of the training split" in text
    assert re.search(r"So \d+% of the early and \d+% of the late solutions end in a wrong", text)
    assert "no solution was shown to it" in text


def test_values_are_escaped(run_copy):
    rows = (run_copy / "samples.jsonl").read_text().splitlines()
    row = json.loads(rows[0]) | {"problem": "<b>&", "completion": "<script>alert(1)</script>"}
    (run_copy / "samples.jsonl").write_text("\n".join([json.dumps(row), *rows[1:]]) + "\n")
    config = json.loads((run_copy / "config.json").read_text())
    config |= {"name": "<i>me", "model": "<u>model</u>"}
    (run_copy / "config.json").write_text(json.dumps(config))
    page = write_report(run_copy).read_text()
    Outline(page)
    assert "&lt;b&gt;&amp;" in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;i&gt;me" in page and "&lt;u&gt;model&lt;/u&gt;" in page
    assert not re.search("<(i|u)>", page) and page.count("<script>") == 1


def test_a_run_that_has_only_begun_has_a_page(run_copy):
    for name in ("metrics.jsonl", "samples.jsonl", "groups.jsonl"):
        (run_copy / name).unlink()
    for path in (run_copy / "evals").iterdir():
        path.unlink()
    page = write_report(run_copy).read_text()
    Outline(page)
    assert "Curves" in page and "before and after" not in page


def test_a_folder_without_a_run(tmp_path):
    with pytest.raises(RunError, match="holds no run"):
        write_report(tmp_path)


def test_every_stored_suite_is_shown(run_copy):
    assert "Suites" not in write_report(run_copy).read_text()
    small = {"questions": 4, "samples": 2, "max_tokens": 12}
    evaluate_suites(run_copy, ["math", "countdown"], small)
    evaluate_run(run_copy, "train", EvalConfig(questions=4, samples=2))
    text = write_report(run_copy).read_text()
    Outline(text)
    for cell in ("math", "countdown", "the run's own", "4 x 2", "train"):
        assert f"<td>{html.escape(cell)}</td>" in text, cell
    assert "math: questions 4, samples 2, max_tokens 12" in text
