"""Pages in headless Chromium: their scripts' errors, what is wider than the window, their pictures.

A page is given a script that, once everything has run, writes what it found into its root, from
where the page that frames it hands it on to `--dump-dom`. One process takes any number of pages.
"""

import json
import os
import re
import shutil
import subprocess
from html import unescape

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), None)
# CI has one, or something is wrong.
_MAY_LACK = CHROMIUM is None and not os.environ.get("R1GYM_REQUIRE_CHROMIUM")
needs_chromium = pytest.mark.skipif(_MAY_LACK, reason="there is no Chromium to render with")

# Of the script, and of what a page asks for and does not get.
_ERRORS = """<script>
window.faults = [];
const lacked = (one) => "lacks " + (one.src ?? one.href);
addEventListener("error", (e) => faults.push(e.message || lacked(e.target)), true);
</script>"""
# What lies outside the window on purpose, or is scrolled inside it.
_APART = ".wide, .scrolled, aside, pre, .table-wrapper, p:has(> img)"
_LOOK = """<script>
addEventListener("load", () => {
  for (const button of document.querySelectorAll("button")) button.click();
  for (const svg of document.querySelectorAll("svg[data-chart]")) {
    const at = svg.getBoundingClientRect();
    const middle = { clientX: at.x + at.width / 2, clientY: at.y };
    svg.dispatchEvent(new PointerEvent("pointermove", middle));
  }
  const wide = [...document.querySelectorAll("body *")].filter((one) =>
    one.getBoundingClientRect().right > innerWidth + 1 && !one.closest("APART"));
  document.documentElement.dataset.found = JSON.stringify({
    faults, width: innerWidth, scrolls: document.documentElement.scrollWidth,
    height: document.body.scrollHeight,
    wide: wide.slice(0, 5).map((one) => one.tagName + "." + one.className),
    tips: [...document.querySelectorAll(".tip")].map((one) => one.hidden ? "" : one.textContent),
    outside: [...document.querySelectorAll(".tip:not([hidden])")].filter((one) => {
      const at = one.getBoundingClientRect();
      const of = one.parentElement.querySelector("svg").getBoundingClientRect();
      return at.top < of.top || at.bottom > of.bottom;
    }).length,
    charts: document.querySelectorAll("svg[data-chart]").length,
    shown: document.querySelectorAll(".steps > .step:not([hidden])").length,
    steppers: document.querySelectorAll(".steps").length,
    pictures: [...document.images].filter((one) => !one.naturalWidth || !one.alt).length,
    broken: [...document.querySelectorAll('a[href^="#"]')].filter((one) =>
      !document.getElementById(one.hash.slice(1))).length,
  });
});
</script>""".replace("APART", _APART)
# A window cannot be as narrow as a phone, and a frame can.
_FRAMES = """<script>
const all = [];
let left = COUNT;
function got(frame, place) {
  all[place] = JSON.parse(frame.contentDocument.documentElement.dataset.found);
  left -= 1;
  if (!left) document.documentElement.dataset.all = JSON.stringify(all);
}
</script>"""


def rendered(page, folder, width):
    """Returns what a browser finds in a page that is framed at a width in CSS pixels."""
    return rendered_all([page], folder, [width])[page, width]


def rendered_all(pages, folder, widths):
    """Returns what a browser finds in pages at widths in CSS pixels, by page and width.

    Each page is copied beside itself, where what it names by its place is found.
    """
    places = [(page, width) for page in pages for width in widths]
    copies = {page: _watched(page) for page in pages}
    frames = "".join(
        f'<iframe src="{copies[page].as_uri()}" width="{width}" height="844" '
        f'onload="got(this, {place})"></iframe>'
        for place, (page, width) in enumerate(places)
    )
    outer = folder / "frames.html"
    outer.write_text(_FRAMES.replace("COUNT", str(len(places))) + frames, "utf-8")
    words = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
        "--virtual-time-budget=4000", f"--user-data-dir={folder / 'profile'}", "--dump-dom",
        outer.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True)
    for copy in copies.values():
        copy.unlink()
    found = re.search(r'data-all="([^"]*)"', done.stdout)
    assert found, done.stderr[-2000:]
    return dict(zip(places, json.loads(unescape(found[1])), strict=True))


def _watched(page):
    """Returns a copy of a page that says what is found in it."""
    text = page.read_text("utf-8")
    text = text.replace("<head>", f"<head>{_ERRORS}", 1).replace("</body>", f"{_LOOK}</body>")
    copy = page.with_name(f"watched-{page.name}")
    copy.write_text(text, "utf-8")
    return copy
