"""Pages as a reader's browser shows them, at the width of a phone and of a desk."""

import shutil

import pytest

from r1gym.report.overlaid import write_overlaid
from r1gym.report.page import write_report
from tests.report.browser import needs_chromium, rendered
from tests.report.test_page import Outline

pytestmark = [needs_chromium, pytest.mark.slow]


@pytest.fixture
def pages(run_copy):
    other = run_copy.parent / "other"
    shutil.copytree(run_copy, other)
    return [write_report(run_copy), write_overlaid([run_copy, other])]


def test_pages_fit_a_phone_and_their_script_runs(pages, tmp_path):
    for page in pages:
        for width in (390, 1280):
            found = rendered(page, tmp_path, width)
            assert found["faults"] == [] and found["wide"] == [], (page.name, width, found)
            assert found["scrolls"] <= found["width"], (page.name, width)
            assert found["steppers"] == found["shown"] > 0 and found["broken"] == 0
            assert found["charts"] > 3 and all("step" in t or "k " in t for t in found["tips"])
        for target in Outline(page.read_text()).references:
            assert (page.parent / target).exists(), target


def test_a_broken_script_and_a_wide_table_would_be_seen(pages, tmp_path):
    text = pages[0].read_text().replace("parts.forEach", "nothing.forEach")
    pages[0].write_text(text.replace("</h1>", '</h1><p style="width:900px">wide</p>'))
    found = rendered(pages[0], tmp_path, 390)
    assert "nothing is not defined" in found["faults"][0]
    assert found["wide"] and found["scrolls"] > 390
