"""Which steps of a written solution are right, exactly, where a question says how to go on.

A line such as ``7+5=12`` is right if it is true and the next operation of the question's plan, with
its operands in either order where that does not matter; an answer is right if it is the plan's last
result. So another right way to the answer, such as from right to left, counts as wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from r1gym.core.errors import ConfigError
from r1gym.problems.plans import apply, plan_of

_END = re.compile(r"\n|</?think>|(?<=</answer>)")  # where a line ends
_ANSWER = re.compile(r"<answer>\s*(-?\d+)\s*</answer>")


def right_steps(question: str, steps: Sequence[str]) -> list[bool]:
    """Returns for each step of a solution whether all that is written up to its end is right.

    Args:
        question: A question of the arithmetic or equations family.
        steps: The solution, cut anywhere; a line that a step leaves unfinished is right if it is
            the beginning of a right one.

    Raises:
        ConfigError: If the question is of another family.
    """
    lines = _right_lines(question)
    texts = accumulate(steps)
    return [_is_right(text, lines, is_last=i == len(steps) - 1) for i, text in enumerate(texts)]


def _right_lines(question: str) -> list[set[str]]:
    """Returns the right ways to write each line, without spaces; the last one's is the answer."""
    try:
        plan = plan_of(question)
    except ValueError as error:
        raise ConfigError(
            f"The steps of {question[:60]!r} cannot be checked: only those of arithmetic and "
            "equations questions can; label with roll-outs or a judge instead."
        ) from error
    results: list[int] = []
    lines: list[set[str]] = []
    for operator, left, right in plan:
        a, b = (results[-n] if is_result else n for is_result, n in (left, right))
        results.append(apply(operator, a, b))
        orders = [(a, b), (b, a)] if operator in "+*" else [(a, b)]
        lines.append({f"{x}{operator}{y}={results[-1]}" for x, y in orders})
    return [*lines, {str(results[-1])}]


def _is_right(text: str, lines: Sequence[set[str]], is_last: bool) -> bool:
    """Returns whether a solution, or its beginning, is right."""
    *whole, rest = (line.replace(" ", "") for line in _END.split(text))
    *steps, [answer] = lines
    done = 0
    for line in filter(None, [*whole, rest] if is_last else whole):
        found = _ANSWER.fullmatch(line)
        if found is not None and found[1] == answer:
            continue
        if done == len(steps) or line not in steps[done]:
            return False
        done += 1
    if is_last or not rest:
        return True
    begun = [*(steps[done] if done < len(steps) else ()), f"<answer>{answer}</answer>", "</think>"]
    return any(line.startswith(rest) for line in begun)
