"""The model card: what was trained, from what, on what, and with which figures.

It is made from the run's folder, so it stands beside the weights from the first checkpoint on. Left
out: what only people know, such as a licence and what the model is good for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import r1gym
from r1gym.core.run import read_config, read_metrics

_SHOWN = {
    "env": "environment", "problems": "problems", "rewards": "rewards", "template": "template",
    "examples": "examples", "given": "brought", "seed": "seed", "dtype": "computed in",
}  # fmt: skip
_FIGURES = ("rollout/", "eval/", "train/")


def model_card(
    run: Path, step: int, start: str = "", evaluations: Sequence[Mapping[str, Any]] = ()
) -> str:
    """Returns the text of a model's README.md.

    Args:
        run: The folder of the run, or of its stage.
        step: How many steps the model was trained for.
        start: The folder or hub id of the model that training began with.
        evaluations: Summaries, as `r1gym.evaluation.results.stored_results` gives them.
    """
    settings = read_config(run)
    recipe = str(settings.get("recipe", "r1gym"))
    facts = list(_facts(settings, step, start))
    head = ["library_name: transformers", "pipeline_tag: text-generation"]
    if _is_hub_id(start):
        head.insert(0, f"base_model: {start}")
    lines = ["---", *head, "tags:", "- r1gym", "- reinforcement-learning", "---", ""]
    lines += [f"# {settings.get('name', run.name)}", ""]
    lines += [f"Trained with r1gym {r1gym.__version__} by the recipe `{recipe}`.", ""]
    lines += _table(("", ""), facts)
    if figures := _figures(run, step):
        lines += ["## The last training step", "", *_table(("", ""), figures)]
    if evaluations:
        lines += ["## Evaluations", "", *_table(_COLUMNS, map(_evaluation, evaluations))]
    lines += [
        "## All settings",
        "",
        "```json",
        json.dumps(_shortened(settings), indent=2),
        "```",
        "",
    ]
    return "\n".join(lines)


def _facts(settings: Mapping[str, Any], step: int, start: str) -> Iterable[tuple[str, str]]:
    yield "trained from", _origin(start)
    algorithm = settings.get("algorithm")
    trained = f"{algorithm}, {step} steps" if algorithm else f"{step} steps"
    yield "trained by", trained if "stage" not in settings else f"{settings['stage']}, {step} steps"
    for name, title in _SHOWN.items():
        if (value := _shortened(settings.get(name))) not in (None, "", {}):
            yield title, value if isinstance(value, str) else json.dumps(value)


def _shortened(value: Any) -> Any:
    """Returns settings with the names of files and folders that lie on this machine alone."""
    if isinstance(value, Mapping):
        return {name: _shortened(one) for name, one in value.items()}
    if isinstance(value, str) and (value.startswith(("/", "~", "./", "../"))):
        return _origin(value)
    return value


def _origin(start: str) -> str:
    """Returns a model's name; of a folder not its path, which is this machine's."""
    if not start:
        return "nothing, it was made here"
    if _is_hub_id(start):
        return start
    path = Path(start)
    if path.name.startswith("step-"):  # a checkpoint of a run, or of a stage before
        return f"{path.parent.parent.name}, {path.name}"
    return path.name


def _is_hub_id(place: str) -> bool:
    return bool(place) and not Path(place).expanduser().exists() and place.count("/") == 1


def _figures(run: Path, step: int) -> list[tuple[str, str]]:
    rows = [row for row in read_metrics(run) if row["step"] <= step]
    last = rows[-1] if rows else {}
    return [(name, f"{value:.4g}") for name, value in last.items() if name.startswith(_FIGURES)]


_COLUMNS = ("suite", "split", "step", "questions", "samples", "pass@1", "interval")

_ESTIMATE = ("mean", "low", "high")


def _evaluation(found: Mapping[str, Any]) -> tuple[str, ...]:
    first = found["pass_at"]["1"]
    mean, low, high = (float("nan") if first[n] is None else first[n] for n in _ESTIMATE)
    shown = (found.get("suite") or "the run's own", found["split"], found["step"])
    counts = (found["questions"], found["samples"])
    return (*map(str, (*shown, *counts)), f"{mean:.3f}", f"{low:.3f} to {high:.3f}")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    cells = [head, ["---"] * len(head), *rows]
    return [*(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in cells), ""]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
