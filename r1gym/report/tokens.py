"""A completion token by token, coloured by the probability that each token was sampled with."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from r1gym.inspection.play import Played

_COLOURS = ((0.9, "green"), (0.5, "yellow"), (0.0, "red"))


def print_episode(played: Played) -> None:
    """Prints the prompt, each token with its probability, the text, and the reward's parts."""
    console = Console(highlight=False)
    console.print(Text.assemble("prompt      ", (played.prompt, "bold")))
    steps = Text("tokens      ")
    text = Text("completion  ")
    for token, probability in zip(played.tokens, played.probabilities, strict=True):
        colour = next(colour for least, colour in _COLOURS if probability >= least)
        shown = token.replace("\n", "⏎")
        steps.append(f"{shown}", style=f"bold {colour}")
        steps.append(f"{100 * probability:.0f} ", style=f"dim {colour}")
        text.append(token.replace("\n", "\n            "), style=colour)
    console.print(steps)
    console.print(text)
    for name, part in played.score.parts.items():
        value = "unknown" if part.value is None else f"{part.value:g}"
        # Reasons quote the completion, which may hold anything: no markup.
        console.print(f"{name:<12}{value}  {part.verdict.value}  {part.reason}", markup=False)
    right = played.problem.answer
    console.print(f"{'reward':<12}{played.reward:g}  the right answer is {right}", markup=False)
    console.print(
        "numbers: each token's probability in percent; "
        "[green]at least 90[/], [yellow]at least 50[/], [red]below 50[/]"
    )
