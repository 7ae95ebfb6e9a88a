"""What models answered, in the terminal: one answer token by token, or several side by side.

A token's probability stands below it, in a column of its own, so that neither runs into the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from r1gym.core.printable import printable
from r1gym.core.types import Score
from r1gym.inspection.play import Played, Sample

_COLOURS = ((0.9, "green"), (0.5, "yellow"), (0.0, "red"))
_LABEL = 12  # columns of what stands before a line
_NARROWEST = 36  # columns of an answer beside another


def print_played(played: Sequence[Played]) -> None:
    """Prints what was asked and answered: a single answer with all its tokens, more as cards."""
    console = Console(highlight=False)
    first, width = played[0], console.width
    if len(played) == 1 and len(first.samples) == 1:
        print_episode(first, console)
        return
    console.print(Text.assemble("question    ", (printable(first.problem.question), "bold")))
    if first.problem.answer:
        console.print(Text(f"gold        {printable(first.problem.answer)}"))
    rows = list(zip(*(one.samples for one in played), strict=True))
    cards = [_card(one, sample) for row in rows for one, sample in zip(played, row, strict=True)]
    across = _across(len(played), len(rows), width)
    for start in range(0, len(cards), across):
        table = Table.grid(expand=True)
        for _ in range(across):
            table.add_column(ratio=1)
        table.add_row(*cards[start : start + across])
        console.print(table)
    for one in played if first.problem.answer else ():
        console.print(Text(f"{one.name}: {_tally(one.samples)}"))
    _legend(console, any(one.samples[0].probabilities is None for one in played))


def _across(models: int, samples: int, width: int) -> int:
    """Returns how many answers stand side by side: a model a column, if that leaves them room."""
    most = max(1, width // _NARROWEST)
    if models > 1:
        return models if models <= most else 1
    return min(samples, most)


def _card(played: Played, sample: Sample) -> RenderableType:
    text = Text()
    pairs = zip(sample.tokens or (), sample.probabilities or (), strict=True)
    for token, probability in pairs if sample.tokens else ():
        text.append(printable(token), style=_colour(probability))
    if sample.tokens is None:
        text.append(printable(sample.trajectory.completion.text))
    verdict = "" if sample.score is None else f"{sample.score.verdict}, {_paid(sample.score)}, "
    is_right = sample.score is not None and sample.score.verdict == "correct"
    style = "dim" if sample.score is None else "green" if is_right else "red"
    cut = ", cut off" if sample.trajectory.truncated else ""
    footer = Text(f"{verdict}{sample.length} tokens{cut}")
    return Panel(
        text, title=Text(played.name), subtitle=footer, border_style=style, title_align="left",
        subtitle_align="left",
    )  # fmt: skip


def _tally(samples: Sequence[Sample]) -> str:
    scores = [one.score for one in samples if one.score is not None]
    right = sum(score.verdict == "correct" for score in scores)
    mean = sum(one.length for one in samples) / len(samples)
    return f"{right} of {len(samples)} right, {mean:.1f} tokens on average"


def print_episode(played: Played, console: Console | None = None) -> None:
    """Prints the prompt, each token with its probability, the text, and the reward's parts."""
    console = console or Console(highlight=False)
    [sample] = played.samples
    console.print(Text.assemble("model       ", played.name))
    console.print(Text.assemble("prompt      ", (printable(played.prompt), "bold")))
    if sample.tokens is not None and sample.probabilities is not None:
        for line in token_lines(sample.tokens, sample.probabilities, console.width):
            console.print(line, soft_wrap=True)
    _print_text(console, sample)
    _print_score(console, played, sample)
    _legend(console, sample.probabilities is None)


def token_lines(
    tokens: Sequence[str], probabilities: Sequence[float], width: int
) -> Iterator[Text]:
    """Yields lines of tokens, each with a line of their probabilities in percent below it.

    Args:
        tokens: The text of each token.
        probabilities: The probability of each.
        width: Columns of a line.
    """
    names = ("tokens", "percent")
    above, below = Text(), Text()
    for token, probability in zip(tokens, probabilities, strict=True):
        shown, percent = _visible(token), f"{100 * probability:.0f}"
        room = max(cell_len(shown), len(percent)) + 1
        if above and above.cell_len + room > width - _LABEL:
            yield from _labelled(names, above, below)
            names, above, below = ("", ""), Text(), Text()
        colour = _colour(probability)
        above.append(shown, style=f"bold {colour}").append(" " * (room - cell_len(shown)))
        below.append(percent, style=f"dim {colour}").append(" " * (room - len(percent)))
    yield from _labelled(names, above, below)


def _labelled(names: Sequence[str], *lines: Text) -> Iterator[Text]:
    for name, line in zip(names, lines, strict=True):
        line.rstrip()
        yield Text(f"{name:<{_LABEL}}").append_text(line)


def _visible(token: str) -> str:
    """Returns a token as it can be told from its neighbours: blanks and line ends are signs."""
    return printable(token).replace("\n", "⏎").replace("\t", "⇥").replace(" ", "␣")


def _colour(probability: float) -> str:
    return next(colour for least, colour in _COLOURS if probability >= least)


def _print_text(console: Console, sample: Sample) -> None:
    text = Text("completion  ")
    if sample.tokens is None:
        text.append(_indented(sample.trajectory.completion.text))
    for token, probability in zip(sample.tokens or (), sample.probabilities or (), strict=True):
        text.append(_indented(token), style=_colour(probability))
    console.print(text)


def _indented(text: str) -> str:
    return printable(text).replace("\n", f"\n{'':{_LABEL}}")


def _print_score(console: Console, played: Played, sample: Sample) -> None:
    if sample.score is None:
        console.print(Text("reward      not graded: give --answer with the question"))
        return
    for name, part in sample.score.parts.items():
        value = "unknown" if part.value is None else f"{part.value:g}"
        # Reasons quote the completion, which may hold anything: no markup.
        console.print(Text(f"{name:<12}{value}  {part.verdict.value}  {printable(part.reason)}"))
    console.print(
        Text(f"{'reward':<12}{_value(sample.score)}  the right answer is {played.problem.answer}")
    )


def _paid(score: Score) -> str:
    return f"reward {_value(score)}"


def _value(score: Score) -> str:
    return "unknown" if score.value is None else f"{score.value:g}"


def _legend(console: Console, is_hidden: bool) -> None:
    if is_hidden:
        console.print(Text("an endpoint gives no probabilities of our tokens", style="dim"))
        return
    console.print(
        "each token's probability: "
        "[green]at least 90 %[/], [yellow]at least 50 %[/], [red]below 50 %[/]"
    )
