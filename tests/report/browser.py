"""A page in headless Chromium: its script's errors, what is wider than the window, its pictures.

The page is given a script that, once everything has run, writes what it found into the title, which
`--dump-dom` prints.
"""

import json
import re
import shutil
import subprocess
from html import unescape

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium to render with")

_ERRORS = "<script>window.faults = []; onerror = (m) => { faults.push(m); };</script>"
_LOOK = """<script>
for (const button of document.querySelectorAll("button")) button.click();
for (const svg of document.querySelectorAll("svg[data-chart]")) {
  const at = svg.getBoundingClientRect();
  const middle = { clientX: at.x + at.width / 2, clientY: at.y };
  svg.dispatchEvent(new PointerEvent("pointermove", middle));
}
const wide = [...document.querySelectorAll("body *")].filter((one) =>
  one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".wide, .scrolled"));
document.documentElement.dataset.found = JSON.stringify({
  faults, width: innerWidth, scrolls: document.documentElement.scrollWidth,
  wide: wide.slice(0, 5).map((one) => one.tagName + "." + one.className),
  tips: [...document.querySelectorAll(".tip")].map((one) => one.hidden ? "" : one.textContent),
  charts: document.querySelectorAll("svg[data-chart]").length,
  shown: document.querySelectorAll(".steps > .step:not([hidden])").length,
  steppers: document.querySelectorAll(".steps").length,
  broken: [...document.querySelectorAll('a[href^="#"]')].filter((one) =>
    !document.getElementById(one.hash.slice(1))).length,
});
</script>"""


def rendered(page, folder, width):
    """Returns what a browser finds in a page that is framed at a width in CSS pixels."""
    text = page.read_text("utf-8")
    text = text.replace("<head>", f"<head>{_ERRORS}", 1).replace("</body>", f"{_LOOK}</body>")
    (folder / "framed.html").write_text(text, "utf-8")
    frame = folder / f"frame-{width}.html"  # a window cannot be as narrow as a phone
    frame.write_text(
        f'<iframe src="framed.html" width="{width}" height="844" id="f"></iframe><script>'
        "f.onload = () => { document.documentElement.dataset.found = "
        "f.contentDocument.documentElement.dataset.found; };</script>"
    )
    words = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
        "--virtual-time-budget=4000", f"--user-data-dir={folder / 'profile'}", "--dump-dom",
        frame.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r'data-found="([^"]*)"', done.stdout)
    assert found, done.stderr[-2000:]
    return json.loads(unescape(found[1]))
