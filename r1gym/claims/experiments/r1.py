"""All of R1 on the embedded bilingual model: the five shapes of the stage table, and the hack."""

from __future__ import annotations

from pathlib import Path

from r1gym.claims.experiment import Found
from r1gym.claims.materials import shared
from r1gym.core.run import read_metrics
from r1gym.evaluation.hacking import find_hack
from r1gym.recipes import recipe
from r1gym.recipes.r1 import R1
from r1gym.recipes.stage_table import load_table

_PHASES = ("r1", "longer")


def run(folder: Path, seed: int) -> Found:
    """The recipe r1 with its longer preference phase, as `make r1` runs it.

    About 12 minutes a seed, the base included.

    Returns:
        For each bound of a shape its value, by the shape's letter and a number (``a1``, ``a2``,
        ...), and ``a`` to ``e``: 1 where the shape passed. ``proxy_risen``: how much the reward
        model rose over the preference phases; ``quality_fall``, ``general_fall``: how far true
        quality and correctness of general answers fell from their best.
    """
    home = recipe.run(R1(name=f"r1-{seed}", seed=seed), shared(folder))
    table = load_table(home)
    assert table is not None
    found: dict[str, float] = {}
    for shape in table["shapes"]:
        letter = shape["name"][0]
        if shape["passed"] is not None:
            found[letter] = float(shape["passed"])
        for number, bound in enumerate(shape["bounds"], 1):
            found[f"{letter}{number}"] = bound["value"]
    rows = [row for phase in _PHASES for row in read_metrics(home / phase) if row["step"]]
    for name in ("quality", "general"):
        hack = find_hack(
            [row["rollout/helpful"] for row in rows], [row[f"rollout/{name}"] for row in rows]
        )
        found |= {f"{name}_fall": hack.fall, "proxy_risen": hack.proxy_risen}
    return found
