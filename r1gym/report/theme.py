"""What every page looks like and does: one style, one script, both inside the page.

Colours follow the reader's choice of light or dark; nothing is wider than a phone but tables, which
scroll by themselves. Without the script all that it steps through stands one below the other, and
charts are drawings. Left out: fonts, pictures and scripts from elsewhere.
"""

from __future__ import annotations

import html

STYLE = """
:root { color-scheme: light dark; --ink: #1a202c; --soft: #4a5568; --line: #d9dfe8; --page: #fff;
  --card: #f6f8fb; --good: #1f6f46; --bad: #9b2c2c; --c0: #2b6cb0; --c1: #c05621; --c2: #276749;
  --c3: #6b46c1; --c4: #718096; --c5: #b83280; --flag: #fff6e5; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #a6b0c0; --line: #384152;
  --page: #14181f; --card: #1d232d; --good: #68d391; --bad: #fc8181; --c0: #63b3ed; --c1: #f6ad55;
  --c2: #68d391; --c3: #b794f4; --c4: #a0aec0; --c5: #f687b3; --flag: #33290f; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 66rem; margin: 0 auto; color: var(--ink);
  padding: 1.5rem 1rem 4rem; background: var(--page); overflow-wrap: break-word; }
code, dd, h1, p, li { overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.2; } h1 { margin: .2rem 0 .6rem; } h2 { margin: 2.6rem 0 .6rem; }
a { color: var(--c0); } .note, .eyebrow { color: var(--soft); } .note { font-size: .88rem; }
.eyebrow { margin: 0; } code { white-space: pre-wrap; font-size: .9em; }
.correct { color: var(--good); font-weight: 600; } .other { color: var(--bad); font-weight: 600; }
table { border-collapse: collapse; } tr { border-bottom: 1px solid var(--line); }
td, th { padding: .25rem .9rem .25rem 0; text-align: left; }
td + td, th + th { text-align: right; } .left :is(td, th) { text-align: left; vertical-align: top; }
.samples :is(td, th) { text-align: left; vertical-align: top; }
.samples td { min-width: 4rem; }
.wide, .scrolled { overflow-x: auto; }
.wide td, .wide th { white-space: nowrap; overflow-wrap: normal; }
.wide td code { display: block; min-width: 14rem; }
mark { background: #f6e05e88; color: inherit; }
.figures { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); }
.figures div { background: var(--card); border-radius: .6rem; padding: .9rem 1.1rem; }
.figures b { display: block; font-size: 2.3rem; line-height: 1.15; letter-spacing: -.02em; }
.figures small { color: var(--soft); display: block; }
.told { border-left: 4px solid var(--good); background: var(--card); padding: .6rem 1rem;
  border-radius: .3rem; margin: 1rem 0; } .told.flag { border-color: var(--c1);
  background: var(--flag); } .told ul { margin: .3rem 0; padding-left: 1.2rem; }
.charts { display: grid; gap: 1.2rem 1.6rem; margin-top: .8rem;
  grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); }
.chart { margin: 0; position: relative; min-width: 0; } figcaption { font-weight: 600; }
.chart svg { width: 100%; display: block; touch-action: pan-y; border-radius: .3rem; }
.chart text { font-size: 11px; fill: var(--soft); } .chart .grid { stroke: var(--line); }
.chart .mark { stroke: var(--soft); stroke-dasharray: 3 3; } .chart text.mark { stroke: none; }
.chart polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
.chart .raw { stroke-width: 1; opacity: .3; } .hair { stroke: none; }
.legend { font-size: .85rem; min-height: 1.3rem; } .legend span { margin-right: .9rem; }
.legend span::before { content: ""; display: inline-block; width: .8rem; height: .2rem;
  background: currentColor; margin-right: .35rem; vertical-align: middle; }
.legend .c0 { color: var(--c0); } .legend .c1 { color: var(--c1); } .legend .c2 { color: var(--c2);}
.legend .c3 { color: var(--c3); } .legend .c4 { color: var(--c4); } .legend .c5 { color: var(--c5);}
polyline.c0 { stroke: var(--c0); } polyline.c1 { stroke: var(--c1); }
polyline.c2 { stroke: var(--c2); } polyline.c3 { stroke: var(--c3); }
polyline.c4 { stroke: var(--c4); } polyline.c5 { stroke: var(--c5); }
circle.c0 { fill: var(--c0); } circle.c1 { fill: var(--c1); } circle.c2 { fill: var(--c2); }
circle.c3 { fill: var(--c3); } circle.c4 { fill: var(--c4); } circle.c5 { fill: var(--c5); }
.tip { position: absolute; pointer-events: none; background: var(--ink); color: var(--page);
  font-size: .8rem; padding: .25rem .55rem; border-radius: .3rem; white-space: pre; z-index: 1; }
.sides { display: grid; gap: .8rem; margin: .5rem 0;
  grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); }
.side { background: var(--card); border-top: 3px solid var(--bad); border-radius: .3rem;
  padding: .5rem .8rem; min-width: 0; } .side.right { border-top-color: var(--good); }
.side h4 { margin: 0 0 .3rem; font-size: .85rem; } .side code { display: block;
  max-height: 22rem; overflow-y: auto; }
.asked { font-size: 1.1rem; font-weight: 600; margin: .4rem 0 .1rem; white-space: pre-wrap; }
.bar { display: none; gap: .8rem; align-items: center; margin: .6rem 0; }
.js .bar { display: flex; } button { font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--line); border-radius: .4rem; padding: .3rem .9rem; cursor: pointer; }
.kind { border: 1px solid var(--line); border-radius: 1rem; padding: 0 .6rem; font-size: .85rem;
  display: inline-block; } .members td { vertical-align: top; } .members code { max-height: 7.5rem;
  overflow-y: auto; display: block; }
.members td:first-child { width: 99%; } .members td + td { white-space: nowrap; }

.worth { display: block; height: .35rem; border-radius: .2rem; background: var(--good);
  margin-left: auto; } .worth.less { background: var(--bad); }
.strip { display: grid; gap: .6rem; padding: 0; list-style: none; counter-reset: stage;
  grid-template-columns: repeat(auto-fill, minmax(min(13.5rem, 100%), 1fr)); }
.strip li { border: 1px solid var(--line); border-left: 4px solid var(--c0); border-radius: .3rem;
  padding: .5rem .7rem; font-size: .85rem; }
.strip li::before { counter-increment: stage; content: counter(stage) ". "; color: var(--soft);
  float: left; margin-right: .3rem; } .strip .todo { border-left-color: var(--line); }
.strip strong { display: block; } .strip dl { margin: .3rem 0 0; display: grid; gap: 0 .5rem;
  grid-template-columns: max-content 1fr; } .strip dd { margin: 0; min-width: 0; }
.strip dt, .strip .todo { color: var(--soft); } td small { color: var(--soft); display: block; }
.failed { color: var(--bad); font-weight: 600; } .passed { color: var(--good); font-weight: 600; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; min-width: 0; }
@media (max-width: 40rem) { .facts { grid-template-columns: 1fr; } .facts dt { margin-top: .4rem; }
  .wide :is(td, th) { white-space: normal; } .wide td code { min-width: 0; }
  .members, .samples, :is(.members, .samples) :is(tbody, tr, td) { display: block; }
  .members td:first-child { width: auto; } .heads { display: none !important; }
  :is(.members, .samples) tr { padding: .5rem 0; } :is(.members, .samples) td { padding: 0;
  text-align: left; } td[data-head]::before { content: attr(data-head) " ";
  color: var(--soft); } .members .worth { margin-left: 0; } }
"""

SCRIPT = """
document.documentElement.classList.add("js");
for (const box of document.querySelectorAll(".steps")) {
  const parts = [...box.querySelectorAll(":scope > .step")], at = box.querySelector(".at");
  let now = Number(box.dataset.first || 0);
  const show = (to) => {
    now = (to + parts.length) % parts.length;
    parts.forEach((part, i) => { part.hidden = i !== now; });
    at.textContent = (now + 1) + " of " + parts.length;
  };
  for (const button of box.querySelectorAll(".bar button")) {
    button.addEventListener("click", () => show(now + Number(button.dataset.by)));
  }
  show(now);
}
const told = (value, unit) => {
  if (unit === "%") return (100 * value).toFixed(1).replace(/[.]0$/, "") + " %";
  const size = Math.abs(value), digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 4;
  const text = value.toLocaleString("en", { maximumFractionDigits: digits });
  return unit ? text + " " + unit : text;
};
for (const svg of document.querySelectorAll("svg[data-chart]")) {
  const { x: word, unit, box, inside, doubles, lines } = JSON.parse(svg.dataset.chart);
  const figure = svg.parentElement, tip = figure.querySelector(".tip");
  const hair = svg.querySelector(".hair"), scale = doubles ? Math.log2 : (value) => value;
  const first = scale(box[0]), reach = scale(box[1]) - first;
  const across = (x) => inside[0] + (scale(x) - first) / reach * (inside[1] - inside[0]);
  const places = [...new Set(lines.flatMap((line) => line.points.map((p) => p[0])))];
  places.sort((a, b) => a - b);
  let now = -1;
  const hide = () => { tip.hidden = true; hair.style.stroke = "none"; };
  const near = (points, x) => points.reduce((a, b) =>
    Math.abs(b[0] - x) < Math.abs(a[0] - x) ? b : a);
  const show = (i) => {
    now = Math.max(0, Math.min(places.length - 1, i));
    const x = places[now], at = across(x), room = svg.clientWidth / 360;
    const gap = (box[1] - box[0]) / 20;
    const rows = lines.map((line) => [line.name, near(line.points, x)])
      .filter(([, point]) => Math.abs(point[0] - x) <= gap)
      .map(([name, point]) => name + "  " + told(point[1], unit));
    tip.textContent = [word + " " + told(x, ""), ...rows].join("\\n");
    tip.hidden = false;
    hair.setAttribute("x1", at); hair.setAttribute("x2", at); hair.style.stroke = "var(--soft)";
    const left = at * room + 12, most = figure.clientWidth - tip.offsetWidth;
    tip.style.left = Math.max(0, left > most ? at * room - tip.offsetWidth - 12 : left) + "px";
    tip.style.top = svg.offsetTop + 18 + "px";
  };
  const find = (event) => {
    const frame = svg.getBoundingClientRect();
    const seen = (event.clientX - frame.left) / frame.width * 360;
    let best = 0;
    places.forEach((x, i) => {
      if (Math.abs(across(x) - seen) < Math.abs(across(places[best]) - seen)) best = i;
    });
    show(best);
  };
  svg.addEventListener("pointermove", find);
  svg.addEventListener("pointerdown", find);
  svg.addEventListener("pointerleave", hide);
  svg.addEventListener("blur", hide);
  svg.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) { event.preventDefault(); show(now + by); }
  });
}
"""


def wrap(title: str, body: str) -> str:
    """Returns a page of a body.

    Args:
        title: What the window is called, as text.
        body: What is in it, as HTML.
    """
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{STYLE}</style></head>"
        f"<body>{body}<script>{SCRIPT}</script></body></html>\n"
    )


def stepped(parts: list[str], first: int = 0) -> str:
    """Returns parts of which one is shown at a time, with buttons; without scripts all of them.

    Args:
        parts: HTML.
        first: The number of the one that is shown first.
    """
    shown = "".join(f'<article class="step">{part}</article>' for part in parts)
    if len(parts) < 2:
        return shown
    return (
        f'<div class="steps" data-first="{first}"><div class="bar">'
        '<button type="button" data-by="-1">&#8249; Previous</button><span class="at"></span>'
        f'<button type="button" data-by="1">Next &#8250;</button></div>{shown}</div>'
    )
