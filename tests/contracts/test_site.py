"""The site as it is built: every link has its target, and pages fit a phone and a desk."""

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.report.browser import needs_chromium, rendered, rendered_all

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
LACKING = [name for name in ("sphinx", "furo", "myst_parser") if find_spec(name) is None]
SHOWN = (  # a page of every kind
    "index", "generated/environments/math-v0", "generated/commands/train", "tutorials/own-agent",
    "generated/families/index", "claims", "r1",
)  # fmt: skip


class Links(HTMLParser):
    """Where a page's links, pictures, styles and scripts lead, and which places it has itself."""

    def __init__(self, page):
        super().__init__()
        self.leads, self.places = set(), set()
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.leads |= {given[name] for name in ("href", "src") if given.get(name)}
        self.places |= {given[name] for name in ("id", "name") if given.get(name)}


def broken(folder):
    """Returns the links of all pages below a folder, each with its page, that end nowhere."""
    pages = {path.resolve(): Links(path) for path in folder.rglob("*.html")}
    found = []
    for page, links in pages.items():
        for lead in links.leads:
            if re.match(r"[a-z]+:|//", lead):
                continue
            place, _, anchor = lead.partition("#")
            path = (page.parent / unquote(place.partition("?")[0])).resolve() if place else page
            ends = path.is_file() and (
                not anchor or path not in pages or unquote(anchor) in pages[path].places
            )
            if not ends:
                found.append(f"{page.relative_to(folder.resolve())}: {lead}")
    return found


def build(home):
    """Returns the built site; the tree is linked, so that generated pages are none of ours."""
    home.mkdir()
    shutil.copytree(
        ROOT / "docs",
        home / "docs",
        ignore=shutil.ignore_patterns("_build", "generated", "__pycache__"),
    )
    for path in ROOT.iterdir():
        if path.name != "docs" and not path.name.startswith("."):
            (home / path.name).symlink_to(path)
    words = ["-m", "sphinx", "-q", "-W", "--keep-going", home / "docs", home / "site"]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return home / "site"


@pytest.mark.timeout(600)  # for a machine that is busy: it takes 40 s of one core
@needs_chromium
@pytest.mark.skipif(bool(LACKING), reason=f"no {', '.join(LACKING)}: pip install -e '.[docs]'")
def test_every_link_of_the_site_has_its_target_and_pages_fit(tmp_path):
    site = build(tmp_path / "tree")
    assert broken(site) == []
    pages = [site / f"{name}.html" for name in SHOWN]
    for (page, width), found in rendered_all(pages, tmp_path, (390, 1280)).items():
        assert found["faults"] == [] and found["wide"] == [], (page.name, width, found)
        assert found["scrolls"] <= found["width"], (page.name, width)
        assert found["pictures"] == 0, (page.name, width)


def test_a_link_that_ends_nowhere_would_be_found(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.html").write_text(
        '<h1 id="top"></h1><a href="#top"></a><a href="../b.html#x%20y"></a><a href="http://c">'
        '</a><a href="#lost"></a><a href="../b.html#z"></a><img src="no.png"><a href="../b.html">'
    )
    (tmp_path / "b.html").write_text('<p id="x y"><a href="in/a.html?q=1#top"></a><a href="in">')
    assert sorted(broken(tmp_path)) == [
        "b.html: in", "in/a.html: #lost", "in/a.html: ../b.html#z", "in/a.html: no.png",
    ]  # fmt: skip


@needs_chromium
def test_what_is_too_wide_or_missing_would_be_seen(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        "<html><head></head><body><p>fits</p><img src='none.png' alt='nothing'>"
        "<pre style='overflow:auto'>" + "wide " * 200 + "</pre></body></html>"
    )
    found = rendered(page, tmp_path, 390)
    assert found["pictures"] == 1 and found["wide"] == [] and "none.png" in found["faults"][0]
    page.write_text("<html><head></head><body><p style='width:900px'>wide</p></body></html>")
    found = rendered(page, tmp_path, 390)
    assert found["wide"] and found["scrolls"] > 390 and not found["faults"]


@needs_chromium
def test_two_screens_stand_before_the_readmes_table_of_figures(tmp_path):
    from markdown_it import MarkdownIt

    text = (ROOT / "README.md").read_text("utf-8").partition("\n## How fast")[0]
    style = (
        "<style>body{margin:0 auto;width:830px;font:16px/1.5 Helvetica,Arial,sans-serif}"
        "p,table,pre{margin:0 0 16px}td,th{padding:6px 13px}pre{padding:16px;overflow:auto;"
        "font-size:85%;line-height:1.45}h1{margin:32px 0 16px}</style>"
    )
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    html = html.replace('src="docs', f'src="{ROOT.as_uri()}/docs')
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><html><head>{style}</head><body>{html}</body></html>")
    found = rendered(page, tmp_path, 1280)
    assert 800 < found["height"] <= 2 * 800 and found["pictures"] == 0
