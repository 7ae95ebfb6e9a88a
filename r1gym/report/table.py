"""Evaluations as a table in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from r1gym.core.errors import RunError
from r1gym.evaluation.measures import LENGTH
from r1gym.evaluation.results import load_results
from r1gym.recipes.ledger import Ledger
from r1gym.recipes.run_view import load_run
from r1gym.report.stages import evaluations_of, stages_of, tables_of

Summary = Mapping[str, Any]
_OWN = "the run's own"
_MANY = 8  # questions; of fewer it may be chance that all samples of each are alike
_GREEDY = (
    "all samples of each question are one text, so pass@k and cons@k repeat pass@1: the model is "
    'that sure, or its server is greedy (`transformers serve` samples where "do_sample" is true in '
    "the model's generation_config.json)"
)


def rows(results: Sequence[Summary]) -> list[tuple[str, list[str]]]:
    """Returns the lines of a table with one column for each evaluation: a name and its cells."""
    measures = [
        ("pass@1", [_estimate(r["pass_at"]["1"]) for r in results]),
        *(
            (
                (f"pass@{_most(results)}", [_estimate(r["pass_at"][str(_k(r))]) for r in results]),
                (f"cons@{results[-1]['samples']}", [_estimate(r["cons_at"]) for r in results]),
            )
            if _most(results) > 1
            else ()
        ),
        ("tokens a response", [f"{r['mean_length']:.1f}" for r in results]),
    ]
    levels = sorted({level for r in results for level in r["by_level"]})
    for level in levels:
        cells = [_percent(r["by_level"].get(level)) for r in results]
        # Rows of a file that say no level have the level 0.
        measures.append((f"pass@1, {level.removesuffix(' 0')}", cells))
    return measures


def print_evaluated(results: Sequence[Summary]) -> None:
    """Prints what `r1gym eval` found: of the run's own problems, or of suites."""
    if any(result["suite"] for result in results):
        print_suites(results)
    else:
        print_results(results)


def suite_rows(results: Sequence[Summary]) -> tuple[list[str], list[list[str]]]:
    """Returns the heads and the rows of a table with one row for each evaluation."""
    names = list(dict.fromkeys(name for r in results for name in _measures(r)))
    lines = [
        [
            r["suite"] or _OWN, r["split"], f"{r['step']}", f"{r['questions']} x {r['samples']}",
            *(_cell(name, _measures(r).get(name)) for name in names),
        ]
        for r in results
    ]  # fmt: skip
    return ["suite", "split", "steps", "asked", *names], lines


def suite_notes(results: Sequence[Summary]) -> list[str]:
    """Returns what there is to say of a table of suites, a line each."""
    notes = [
        "asked: questions x samples, which are the k; in brackets: 95 % intervals over questions; "
        "mean length in tokens"
    ]
    for result in results:
        name, failed = result["suite"] or _OWN, result.get("failed", 0)
        if rating := result.get("rating"):
            notes.append(f"{name}: {_rated(rating)}")
        if told := _told(result):
            notes.append(f"{name}: {told}")
        if _greedy(result):
            notes.append(f"{name}: {_GREEDY}")
        if changed := result["changed"]:
            notes.append(f"{name}: " + ", ".join(f"{k} {v}" for k, v in changed.items()))
        if failed:
            of = result["questions"] * result["samples"]
            notes.append(f"{name}: {failed} of {of} could not be graded and count in no estimate")
    return notes


def _greedy(result: Summary) -> bool:
    """Tells an evaluation that was to be sampled, and whose samples are copies of each other."""
    alike = result.get("shares", {}).get("alike", 0) == 1 and result["questions"] >= _MANY
    is_perfect = result["pass_at"]["1"]["mean"] == 1  # a model that is sure, and rightly
    return bool(alike and not is_perfect and result["config"]["temperature"] > 0)


def _rated(rating: Summary) -> str:
    """Returns a rating with what moves it."""
    _, first, last, _ = rating["orders"]
    return (
        f"rating {rating['rating']:.0f} [{rating['low']:.0f}, {rating['high']:.0f}] over "
        f"{rating['contests']} contests, beats {100 * rating['share']:.1f} % of competitors; "
        f"by the order of submissions from {first:.0f} to {last:.0f}"
    )


def _told(result: Summary) -> str:
    """Returns what was cut off or could not be read, and how far another seed would be away."""
    shares = result.get("shares", {})
    found = [
        f"{100 * share:.1f} % {what}"
        for name, what in (("truncated", "cut off"), ("unparseable", "without a readable answer"))
        if (share := shares.get(name))
    ]
    if spread := result.get("seeds"):
        half = spread["mean"]["high"] - spread["mean"]["mean"]
        found.append(
            f"other seeds: pass@1 within {100 * half:.1f} points; with one sample a question it "
            f"moves by {100 * spread['deviation']:.1f} (a standard deviation)"
        )
    return ", ".join(found)


def print_suites(results: Sequence[Summary]) -> None:
    """Prints evaluations below each other, a row a suite."""
    heads, lines = suite_rows(results)
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("suite\nsplit", no_wrap=True)
    for head in heads[2:]:
        table.add_column(head.replace(" ", "\n"), justify="right")
    for suite, split, *cells in lines:  # two lines each, or most terminals are too narrow
        broken = (cell.replace(" [", "\n[").replace(" x ", "\nx ") for cell in cells)
        table.add_row(*map(Text, (f"{suite}\n{split}", *broken)))
    console = Console()
    console.print(table)
    for note in suite_notes(results):
        console.print(Text(note))


def print_results(results: Sequence[Summary]) -> None:
    """Prints evaluations side by side."""
    config = results[-1]["config"]
    table = Table(
        title=f"{results[-1]['questions']} different questions of the {results[-1]['split']} "
        f"split, {config['samples']} samples each, temperature {config['temperature']}, "
        f"top-p {config['top_p']}",
        caption="in brackets: 95 % intervals over questions",
    )
    table.add_column("")
    for result in results:
        table.add_column(heading(result), justify="right")
    for name, cells in rows(results):
        table.add_row(name, *cells)
    Console().print(table)


def print_run(folder: Path, page: Path) -> None:
    """Prints a finished run's tables and where its files are."""
    view = load_run(folder)
    stages = stages_of(view)
    found = tables_of(stages)
    for table in found:
        print_stage_table(table)
    if results := load_results(folder, "test") if found else evaluations_of(stages):
        print_results(results)
    print(f"Report      {page}")
    if "test" not in view.tasks:  # of no model that one could play with
        last = Ledger(folder).last()
        for name, place in ((last and last.made) or {}).items():
            print(f"Made        {name}: {place}")
        return
    try:
        model, _ = view.model()
    except RunError:  # a recipe that trains none
        return
    print(f"Checkpoint  {model}")
    command = sys.argv[0] if Path(sys.argv[0]).name == "r1gym" else "r1gym"
    print(f"Next        {command} play {folder}")
    print(f"            {command} eval {folder} --samples 64")


_VERDICTS = {
    True: Text("passed", "green"),
    False: Text("failed", "bold red"),
    None: Text("reported"),
}


def print_stage_table(table: Mapping[str, Any]) -> None:
    """Prints the table of a stage, a column for each model, and what was expected of it."""
    shown = Table(caption="percent; below: 95 % intervals over questions")
    shown.add_column("")
    for column in table["columns"]:
        shown.add_column(column["title"], justify="right")
    for row in table["rows"]:
        shown.add_row(Text(row["name"]), *map(_short, row["cells"]))
    console = Console()
    console.print(shown)
    for shape in table.get("shapes", ()):
        word = _VERDICTS[shape["passed"]]
        bounds = "; ".join(
            f"{one['says']}: {'none' if one['value'] is None else format(one['value'], '.3f')}"
            for one in shape["bounds"]
        )
        console.print(Text.assemble(word, f" {shape['name']}: {bounds}"))


def _short(cell: Mapping[str, float | None]) -> str:
    mean, low, high = (cell[name] for name in ("mean", "low", "high"))
    if mean is None or low is None or high is None:
        return "none"
    return f"{100 * mean:.1f}\n{100 * low:.0f}-{100 * high:.0f}"


def heading(result: Summary) -> str:
    """Returns the name of an evaluation's column."""
    of = f" of {result['of']}" if "of" in result else ""
    return "before" if result["step"] == 0 else f"after {result['step']} steps{of}"


def _k(result: Summary) -> int:
    return max(map(int, result["pass_at"]))


def _most(results: Sequence[Summary]) -> int:
    return _k(results[-1])


def _measures(result: Summary) -> Mapping[str, Any]:
    """Returns the measures of an evaluation; the run's own have all."""
    if "measures" in result:
        found: Mapping[str, Any] = result["measures"]
        return found
    return {
        "pass@1": result["pass_at"]["1"],
        "pass@k": result["pass_at"][str(_k(result))],
        "cons@k": result["cons_at"],
        LENGTH: {"mean": result["mean_length"]},
    }


def _cell(name: str, estimate: Mapping[str, Any] | None) -> str:
    if estimate is None:
        return ""
    if name != LENGTH or estimate["mean"] is None:
        return _estimate(estimate)
    return f"{estimate['mean']:.1f}"


def _estimate(estimate: Mapping[str, Any]) -> str:
    if any(estimate[name] is None for name in ("mean", "low", "high")):
        return "none graded"
    mean, low, high = (100 * estimate[name] for name in ("mean", "low", "high"))
    return f"{mean:.1f} % [{low:.1f}, {high:.1f}]"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f} %"
