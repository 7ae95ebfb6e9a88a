"""Formats of benchmark files: names to functions that turn a row into a problem.

A format raises ProblemFileError for a row that cannot be used, which is left out with a warning.
One that says which columns its rows have (`published`) refuses a file of another schema with both
named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from r1gym.core.registry import Registry
from r1gym.core.types import Problem

Row = Mapping[str, Any]
Convert = TypeVar("Convert", bound=Callable[[Row], Problem])

_MODULES = {
    "r1gym.problems.benchmarks": "aime cnmo math500 gsm8k countdown",
    "r1gym.problems.choice_benchmarks": "gpqa mmlu mmlu_redux mmlu_pro c_eval cluewsc",
    "r1gym.problems.text_benchmarks": (
        "drop simpleqa c_simpleqa frames ifeval alpaca_eval arena_hard"
    ),
    "r1gym.problems.code.formats": "livecodebench apps taco humaneval mbpp",
}

FORMATS: Registry[Callable[[Row], Problem]] = Registry(
    "problem format",
    group="r1gym.problem_formats",
    wants="a function that takes a row and returns a Problem",
    fits=callable,
    built_in={
        name: f"{module}:{name}" for module, names in _MODULES.items() for name in names.split()
    },
)


def published(*columns: str) -> Callable[[Convert], Convert]:
    """Returns a decorator that says which columns a format's rows have.

    Args:
        columns: Names as published; ``"Problem|problem"`` where publishers differ.
    """

    def add(convert: Convert) -> Convert:
        convert.columns = columns  # type: ignore[attr-defined]
        return convert

    return add


def columns_of(convert: Callable[[Row], Problem]) -> tuple[str, ...]:
    """Returns the columns that a format's rows have; none if it does not say."""
    found: tuple[str, ...] = getattr(convert, "columns", ())
    return found


def missing_columns(convert: Callable[[Row], Problem], row: Row) -> list[str]:
    """Returns the columns of a format that a row does not have."""
    return [one for one in columns_of(convert) if not set(one.split("|")) & row.keys()]
