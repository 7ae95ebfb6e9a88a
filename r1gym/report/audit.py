"""An audit in the terminal: graders side by side, disagreements, and rates of a labelled file."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from r1gym.inspection.audit import Audit, Rates
from r1gym.inspection.audit.labels import Rate

_MOST_SHOWN = 30
_LONGEST = 60
_SAYS = {"none": "no opinion"}
_SAID = ("right", "wrong", "none", "failed")
_CONDITION = {
    "disagreements": (
        "These rates hold among responses on which graders differ or fail, and for those alone: "
        "they compare graders. How often a grader is wrong on all responses, a sample of all rows "
        "tells (--sample 200)."
    ),
    "sample": "These rates hold for the responses of the file that the sample was drawn from.",
}


def print_audit(found: Audit) -> None:
    """Prints what each grader said, the kinds of disagreement, and the first disagreements."""
    console = Console()
    for name, why in found.missing.items():
        console.print(Text(f"Left out    {name}: {why}"))
    if found.without_gold:
        console.print(f"Left out    {found.without_gold} rows without a gold answer")
    if found.unjudged:
        of = found.responses + found.unjudged
        console.print(
            f"Stopped     after {found.responses} of {of} responses; all below is of those"
        )
    console.print(_counts(found))
    for name, count in (+found.cut_short).items():
        console.print(Text(f"Cut short   {name}: {count} took longer than --deadline, and failed"))
    if found.disagreements:
        console.print(_kinds(found))
        _print_disagreements(console, found)
    if found.out is not None:
        print(f"For labelling  {found.out}")


def print_rates(rates: Rates) -> None:
    """Prints how often each grader was wrong, and what that is conditional on."""
    console = Console()
    table = Table("grader", caption="shares with 95 % intervals; silent: failed or no opinion")
    for title in ("false positives", "false negatives", "silent"):
        table.add_column(title, justify="right")
    for name, false_positive in rates.false_positive.items():
        cells = (_rate(false_positive), _rate(rates.false_negative[name]))
        table.add_row(name, *cells, str(rates.silent[name]))
    console.print(
        f"{rates.right + rates.wrong} labelled rows: {rates.right} right, {rates.wrong} wrong; "
        f"{rates.unlabelled} without a label"
    )
    console.print(table)
    console.print(_CONDITION[rates.drawn])


def _counts(found: Audit) -> Table:
    table = Table("grader", caption=f"{found.responses} responses")
    for title in ("right", "wrong", "no opinion", "failed"):
        table.add_column(title, justify="right")
    for name, said in found.said.items():
        table.add_row(name, *(str(said[what]) for what in _SAID))
    return table


def _kinds(found: Audit) -> Table:
    table = Table("kind of disagreement")
    table.add_column("count", justify="right")
    for kind, count in found.kinds.most_common():
        table.add_row(kind, str(count))
    return table


def _print_disagreements(console: Console, found: Audit) -> None:
    for judged in found.disagreements[:_MOST_SHOWN]:
        answer = "none found" if judged.answer is None else judged.answer
        gold = " or ".join(judged.stored.problem.golds)
        console.print(
            Text(f"{judged.stored.id}  {judged.kind}: gold {_short(gold)}, answer {_short(answer)}")
        )
        for name, opinion in judged.opinions.items():
            reason = f"  {_short(opinion.reason)}" if opinion.reason else ""
            console.print(Text(f"    {name:<12} {_SAYS.get(opinion.says, opinion.says)}{reason}"))
    if (more := len(found.disagreements) - _MOST_SHOWN) > 0:
        console.print(f"and {more} more in the file")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."


def _rate(rate: Rate) -> str:
    if not rate.of:
        return "none labelled"
    low, high = rate.interval
    return f"{rate.wrong}/{rate.of}: {rate.wrong / rate.of:.1%} [{low:.1%}, {high:.1%}]"
