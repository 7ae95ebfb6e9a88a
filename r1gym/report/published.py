"""What the DeepSeek-R1 report shows of R1-Zero, to lay beside a run that is one.

Section 2.2.4 (v1): pass@1 on AIME 2024 from 15.6 % to 71.0 % in Figure 2, 86.7 % by majority vote;
in Figure 3 the mean length grows through training, from hundreds to thousands of tokens. These
words and numbers are what is drawn. Left out: a tracing of the figures, whose points are not
published.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from r1gym.agents.learner import Learner
from r1gym.agents.trained import find_algorithm
from r1gym.recipes.stage import Kind
from r1gym.report.course import trained
from r1gym.report.stages import StageView

ZERO = "R1-Zero"


def is_zero(stages: Sequence[StageView]) -> bool:
    """Returns whether a run is reinforcement learning straight on a base model, by rules alone.

    Fine-tuning before it, several stages of it, a teacher, reward models and a chat model's own
    template each make it something else.
    """
    learned = trained(stages)
    if len(learned) != 1 or any(Kind.EXAMPLES in one.stage.needs.values() for one in stages):
        return False
    stage = learned[0].stage
    if not learned[0].prefix:
        return False
    algorithm = find_algorithm(learned[0].prefix).algorithm
    task = getattr(stage, "tasks", {}).get("train")
    asks_chat = task is not None and str(task.filled().template or "").startswith("chat")
    by_rules = not getattr(stage, "reward_models", None)
    return algorithm.learns_from == Learner.learns_from and by_rules and not asks_chat


def beside() -> str:
    """Returns what Figures 2 and 3 of the report look like, as HTML."""
    accuracy = (
        _dashed(_rise(0.156, 0.71, 0.0, 1.0), "c0", "pass@1, 15.6 % to 71.0 %", 52)
        + _dashed(_rise(0.2, 0.867, 0.0, 1.0), "c1", "majority vote, to 86.7 %", -10)
        + _axis(("0 %", "50 %", "100 %"))
    )
    length = _dashed(_growth(), "c0", "mean length of a response", 112) + _axis(
        ("", "hundreds", "thousands")
    )
    return (
        '<details class="published" open><summary>The same curves in the DeepSeek-R1 report'
        '</summary><div class="charts">'
        f"{_figure('Figure 2: accuracy on AIME 2024', accuracy)}"
        f"{_figure('Figure 3: response length, tokens', length)}</div>"
        '<p class="note">Sketches, drawn from the numbers and words of section 2.2.4 and not '
        "traced; the curves between the ends are ours. There: thousands of steps of a model of 671 "
        "billion parameters on competition problems. What to compare is the direction of each "
        "curve, not its height. Shorter responses at rising accuracy mean that a small model found "
        "less thinking to be enough.</p></details>"
    )


def _rise(start: float, end: float, low: float, high: float) -> list[tuple[float, float]]:
    """Returns a curve that rises fast and then slower."""
    at = [i / 20 for i in range(21)]
    values = [start + (end - start) * (1 - (1 - x) ** 2.2) for x in at]
    return [(x, (value - low) / (high - low)) for x, value in zip(at, values, strict=True)]


def _growth() -> list[tuple[float, float]]:
    return [(i / 20, 0.06 + 0.8 * (i / 20) ** 1.15) for i in range(21)]


def _dashed(points: Sequence[tuple[float, float]], kind: str, name: str, below: float) -> str:
    places = " ".join(f"{62 + 286 * x:.1f},{182 - 168 * y:.1f}" for x, y in points)
    _, end = points[-1]
    down = 182 - 168 * end + below
    return (
        f'<polyline class="{kind}" stroke-dasharray="5 4" points="{places}"/>'
        f'<text x="346" y="{down:.1f}" text-anchor="end">{html.escape(name)}</text>'
    )


def _axis(names: Sequence[str]) -> str:
    parts = ['<text x="346" y="201" text-anchor="end">training steps</text>']
    for i, name in enumerate(names):
        down = 182 - 84 * i
        parts.append(
            f'<line class="grid" x1="62" x2="348" y1="{down}" y2="{down}"/>'
            f'<text x="56" y="{down + 4}" text-anchor="end">{html.escape(name)}</text>'
        )
    return "".join(parts)


def _figure(title: str, inside: str) -> str:
    return (
        f'<figure class="chart"><figcaption>{html.escape(title)}</figcaption>'
        f'<svg viewBox="0 0 360 208" role="img" aria-label="{html.escape(title)}, a sketch">'
        f"{inside}</svg></figure>"
    )
