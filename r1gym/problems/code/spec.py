"""How a family of code problems is written: a rule with constants, and a source that obeys it.

A family draws the constants of its rule (a threshold, a modulus, a tie-break ...) and states them
in the question. The examples are drawn from the statement's own text, so a question is one rule:
since splits go by question, no rule of the test split is ever trained on. Hidden tests differ from
item to item and are made only for a question that is kept.

The reference is one text, compiled once. Its constants come in as globals here and as assignments
at the top of the gold answer, so what is run and what is shown cannot drift apart.

Left out: other languages than Python for the gold, and tests with custom checkers. Every question
says which of several right answers is wanted, so that comparing is enough.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from r1gym.problems.families import Family

_EXAMPLE_SIZES = (4, 6, 5, 7, 3)
_SIZES = (1, 2, 3, 4, 5, 6, 8, 10, 14, 20)
_FEWEST_TESTS = 8
_MOST_TESTS = 20
_MOST_DRAWS = 100
_MOST_BYTES = 1536  # of a question, which the tests hold every family to
_PROGRAM_TAIL = "\n\nimport sys\n\nprint(solve(sys.stdin.read()))\n"


@dataclass(frozen=True, slots=True)
class Task:
    """One question of a family.

    Attributes:
        statement: The rule in words, with everything a solver must know but the examples.
        constants: The globals that the reference source reads.
        draw: Draws an input of about a size from 1 up: the list of a call's arguments, or the text
            of stdin.
        edges: Inputs that every item is tested on.
        largest: The size of the largest drawn inputs.
    """

    statement: str
    constants: Mapping[str, Any]
    draw: Callable[[random.Random, int], Any]
    edges: Sequence[Any] = ()
    largest: int = 60


def code_family(
    *, levels: int, source: str, call: str | None = None, float_tol: float | None = None
) -> Callable[[Callable[[random.Random, int], Task]], Family]:
    """Returns a decorator that turns ``(rng, level) -> Task`` into a family ``code-<name>``.

    Args:
        levels: The number of levels.
        source: The reference solution in Python, without its constants. It defines the function of
            `call`, or else ``solve(text) -> str`` for a program that reads stdin and prints the
            result. It must not change its arguments.
        call: The signature of the function to write, ``"total(numbers: list[int]) -> int"``; None
            for a program.
        float_tol: The tolerance of numbers, if they are floats.
    """
    source = dedent(source).strip("\n")
    name = "solve" if call is None else call.split("(")[0]
    compiled = compile(source, f"<{name}>", "exec")

    def family(make: Callable[[random.Random, int], Task]) -> Family:
        def generate(
            rng: random.Random, level: int
        ) -> tuple[str, str, Callable[[], dict[str, Any]]]:
            task = make(rng, level)
            scope = dict(task.constants)
            exec(compiled, scope)
            tests = _Tests(task, scope[name], call and name, float_tol)
            examples = tests.examples()
            question = "\n\n".join([task.statement, *_how_to_answer(call, float_tol, examples)])
            head = "".join(f"{key} = {value!r}\n" for key, value in task.constants.items())
            answer = f"{head}\n{source}{_PROGRAM_TAIL if call is None else ''}".strip("\n") + "\n"

            def metadata() -> dict[str, Any]:
                hidden = tests.hidden(rng, examples)
                return {"verifier": "code", "language": "python", "tests": hidden}

            return question, answer, metadata

        generate.__module__, generate.__qualname__ = make.__module__, make.__qualname__
        generate.__doc__ = make.__doc__
        return Family("code-" + make.__name__.replace("_", "-"), levels, generate, _MOST_BYTES)

    return family


class _Tests:
    """Makes the tests of one task, with the expected output of its reference."""

    def __init__(
        self, task: Task, reference: Callable[..., Any], call: str | None, float_tol: float | None
    ) -> None:
        self.task, self.reference, self.call, self.float_tol = task, reference, call, float_tol

    def examples(self) -> list[dict[str, Any]]:
        """Returns two small tests, with different outputs if they come up."""
        rng = random.Random(self.task.statement)
        found = [self._test(self.task.draw(rng, size)) for size in _EXAMPLE_SIZES[:2]]
        for size in _EXAMPLE_SIZES[2:]:
            if _output(found[0]) != _output(found[1]):
                break
            found[1] = self._test(self.task.draw(rng, size))
        return found

    def hidden(self, rng: random.Random, shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Returns the tests of an item: the edges, then drawn ones that are not shown."""
        draw, largest = self.task.draw, self.task.largest
        inputs: list[Any] = []
        for edge in self.task.edges:
            if edge not in inputs:
                inputs.append(edge)
        seen = [*inputs, *map(_input, shown)]
        sizes = [*(size for size in _SIZES if size < largest), largest, largest]
        for number in range(_MOST_DRAWS):
            if len(inputs) == _MOST_TESTS or (
                number >= len(sizes) and len(inputs) >= _FEWEST_TESTS
            ):
                break
            given = draw(rng, sizes[min(number, len(sizes) - 1)])
            if given not in seen:
                seen.append(given)
                inputs.append(given)
        return [self._test(given) for given in inputs]

    def _test(self, given: Any) -> dict[str, Any]:
        if self.call is None:
            return {"type": "stdin", "input": given, "output": self.reference(given) + "\n"}
        expected = self.reference(*given)
        test = {"type": "call", "fn": self.call, "args": given, "expected": expected}
        return test if self.float_tol is None else test | {"float_tol": self.float_tol}


def _input(test: Mapping[str, Any]) -> Any:
    return test["input"] if test["type"] == "stdin" else test["args"]


def _output(test: Mapping[str, Any]) -> Any:
    return test["output"] if test["type"] == "stdin" else test["expected"]


def _how_to_answer(
    call: str | None, float_tol: float | None, examples: list[dict[str, Any]]
) -> Iterator[str]:
    if call is None:
        yield "Write a Python program that reads standard input and writes to standard output."
        for number, test in enumerate(examples, start=1):
            yield f"Input {number}:\n{test['input'].rstrip()}"
            yield f"Output {number}:\n{test['output'].rstrip()}"
        return
    yield f"Write a Python function `{call}`."
    if float_tol is not None:
        yield f"Results may be off by {float_tol:g}."
    lines = [f"{t['fn']}({', '.join(map(repr, t['args']))}) == {t['expected']!r}" for t in examples]
    yield "Examples:\n" + "\n".join(lines)
