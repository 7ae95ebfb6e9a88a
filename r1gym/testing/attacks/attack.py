"""What an attack is, and the short ways in which most of them are written."""

from __future__ import annotations

from dataclasses import dataclass

from r1gym.core.types import Problem

CANARY = "{canary}"  # stands for the path of a file that nobody may create

SUM = Problem("sum", "Compute 6*7.", "42")
HALF = Problem("half", "What is 3/6?", "\\frac{1}{2}")
SQUARE = Problem("square", "Expand (x+1)(x-1).", "x^2-1")
PAIR = Problem("pair", "Solve x^2-3x+2=0.", "\\{1, 2\\}")
CITY = Problem("city", "What is the capital of France?", "\\text{Paris}")
LETTER = Problem("letter", "Which is prime? (A) 4 (B) 5 (C) 6 (D) 8", "B")


@dataclass(frozen=True)
class Attack:
    """A completion that deserves nothing.

    It must not be paid; it must not make the grader raise, fail, hang or die; and the file that
    it tries to create must not come into being. It tries nothing else: no network, no deleting.

    Attributes:
        name: Its name, unique among all.
        kind: What it tries.
        problem: The problem, with its gold answer, and its tests if it wants a program.
        completion: What the policy wrote; `text` puts the path of the canary in.
        opened: Whether the prompt ended with ``<think>``.
        refusable: Whether a grader may raise or fail, since the fault is the problem's.
    """

    name: str
    kind: str
    problem: Problem
    completion: str
    opened: bool = False
    refusable: bool = False

    def text(self, canary: str) -> str:
        """Returns the completion with the path of a canary in it."""
        return self.completion.replace(CANARY, canary)


def boxed(kind: str, problem: Problem, **answers: str) -> tuple[Attack, ...]:
    r"""Returns an attack for each answer, which stands in a ``\boxed{}``."""
    return written(kind, problem, **{name: f"So \\boxed{{{a}}}." for name, a in answers.items()})


def tagged(kind: str, problem: Problem, **answers: str) -> tuple[Attack, ...]:
    """Returns an attack for each answer, which stands between the tags of the report's template."""
    return written(
        kind, problem, **{n: f"<think></think><answer>{a}</answer>" for n, a in answers.items()}
    )


def written(kind: str, problem: Problem, **completions: str) -> tuple[Attack, ...]:
    """Returns an attack for each whole completion; underscores of names become hyphens."""
    return tuple(
        Attack(f"{kind}/{problem.id}-{name.replace('_', '-')}", kind, problem, text)
        for name, text in completions.items()
    )
