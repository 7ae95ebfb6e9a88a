"""The one function that turns `problems=` into a problem set: a look-up among the sources."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.problems.families import FAMILIES, GROUPS
from r1gym.problems.problem_set import ProblemSet
from r1gym.problems.problem_text import parse_problems, source_of
from r1gym.problems.sources import SOURCES


def load_problems(
    problems: Mapping[str, Any] | str | Path, split: str = "train", seed: int = 0
) -> ProblemSet:
    """Returns the problem set that a `problems` argument stands for.

    Args:
        problems: Task families with their levels, also as a text, ``"arithmetic:1-2"``, see
            `r1gym.problems.problem_set.ProceduralProblems`; a mapping whose first key is the name
            of a source, or a text for it, ``"hf:gsm8k"``, see `r1gym.problems.sources`; or the path
            of a file, see `r1gym.problems.files.read_problems`. The notation of texts is that of
            `r1gym.problems.problem_text`. ``{"hub": ...}`` and ``{"file": ..., "map": ...}`` are
            data sets of the Hugging Face hub and files, see `r1gym.problems.data_sets`, and
            ``{"reasoning_gym": {"gcd": {}}}`` tasks of that package.
        split: The split; for a file also ``"all"``.
        seed: The seed of procedural problems; a file has no use for it.

    Raises:
        ConfigError: If `problems` is neither, or does not fit the families or the file.
        UnknownNameError: If a source, a family, the format or the split does not exist.
        ProblemFileError: If the file cannot be used.
    """
    if isinstance(problems, str):
        problems = parse_problems(problems)
    if isinstance(problems, str | Path):
        problems = source_of(str(problems))
    if not isinstance(problems, Mapping):
        raise ConfigError(
            "problems must be families with levels, such as {'arithmetic': [1, 2]}, or the path of "
            f"a JSON-lines file, not {problems!r}."
        )
    name = _named_source(problems)
    if name is None:
        name, problems = "families", {"families": problems}
    source = SOURCES.get(name)
    options = {str(key): value for key, value in problems.items() if key != name}
    _check_options(name, source, options)
    found: object = source(problems[name], split, seed, **options)
    if not isinstance(found, ProblemSet):
        raise ConfigError(
            f"The problem source {name!r} returned {found!r:.60}, which is no problem set: derive "
            "it from StoredProblems or DrawnProblems."
        )
    return found


def _named_source(problems: Mapping[str, Any]) -> str | None:
    """Returns the source that a mapping names; None if all of it are families and groups."""
    sources, families = set(SOURCES.names()), {*GROUPS, *FAMILIES.names()}
    others = [name for name in problems if name not in families]
    for name in others:
        if name in sources:
            return name
    if others:
        levels = problems[others[0]]
        is_family = isinstance(levels, list | tuple) or (
            isinstance(levels, Mapping) and "levels" in levels
        )
        kind, known = ("task family", families) if is_family else ("problem source", sources)
        raise UnknownNameError(kind, others[0], known)
    return None


def _check_options(name: str, source: Callable[..., Any], options: Mapping[str, Any]) -> None:
    """Refuses options that a source does not have."""
    parameters = list(inspect.signature(source).parameters.values())[3:]
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return
    known = {parameter.name for parameter in parameters}
    if unknown := sorted(map(str, set(options) - known)):
        raise ConfigError(
            f"problems {name!r} cannot be mixed with others: leave out {', '.join(unknown)}."
        )
