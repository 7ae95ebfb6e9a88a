"""Evaluation suites as data: a task, how often and how to sample it, and what to measure.

Whoever wants one more adds a row to `_ROWS`, or installs a package with a suite behind an entry
point ``r1gym.suites``. Sampling is the report's (section 3): temperature 0.6, top-p 0.95, at most
32,768 tokens, 64 samples of a question of AIME and GPQA, 16 of MATH-500, 8 of LiveCodeBench.

Left out: the suite of `r1/General-v0`, whose open questions need somebody's judge; benchmarks that
are judged or played by others (AlpacaEval, SWE-bench); Codeforces, whose rating takes opponents.
No torch here: names are listed without.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from r1gym.core.checks import check_text, check_whole, is_number, shown
from r1gym.core.errors import ConfigError
from r1gym.core.registry import Registry
from r1gym.envs.spec import TaskSpec
from r1gym.evaluation.measures import LENGTH, check_measures
from r1gym.problems.data_sets import HUB
from r1gym.problems.problem_text import split_fields
from r1gym.verifiers import RewardSpec

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")  # it is the name of a folder
_SOURCES = {source.hub: source for source in HUB.values()} | HUB
_SAYS_ITSELF_HOW = re.compile(r"\w+:(?!//)|.+:\w+=")  # it is read: "apps:x.jsonl", "x.csv:answer=A"
_LEFT_OPEN = {
    "tokenizer": "the policy brings its own",
    "curriculum": "an evaluation asks all levels",
}
_OF_THE_SPEC = ("split", "max_tokens")  # what may be changed for once
_OF_THE_SUITE = ("samples", "questions", "temperature", "top_p")
# Keys of a data set of the hub that say how rows are read, and hold for a copy of it in a file.
_OF_ROWS = ("format", "map", "question", "answer", "level", "verifier")


@dataclass(frozen=True)
class Suite:
    """What a policy is evaluated on, and how.

    Attributes:
        name: Its name: letters, digits, ``-``, ``_`` and ``.``.
        spec: The task, with its split. A tokenizer and a template that it leaves open are the
            policy's.
        description: What it is and where it comes from, in a line.
        samples: Completions of a question.
        questions: The first n different questions; None for all of a set that ends.
        temperature: Sampling temperature; 0 takes the likeliest token.
        top_p: Nucleus.
        measures: What is told, in this order, see `r1gym.evaluation.measures`.

    Raises:
        R1GymError: If a value is not allowed, or a measure needs more samples.

    Example:
        >>> spec = TaskSpec(problems="equations:1-3", split="test", max_tokens=128)
        >>> Suite("solving", spec, samples=8, questions=100, measures=("pass@1", "pass@8")).top_p
        0.95
    """

    name: str
    spec: TaskSpec
    description: str = ""
    samples: int = 16
    questions: int | None = None
    temperature: float = 0.6
    top_p: float = 0.95
    measures: tuple[str, ...] = ("pass@1", "pass@k", "cons@k", LENGTH)

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise ConfigError(
                "The name of a suite must be letters, digits, '-', '_' and '.', such as 'aime24', "
                f"not {shown(self.name)}."
            )
        with_name = f"The suite {self.name!r}: "
        if not isinstance(self.spec, TaskSpec):
            raise ConfigError(f"{with_name}spec must be a TaskSpec, not {shown(self.spec)}.")
        for setting, why in _LEFT_OPEN.items():
            if getattr(self.spec, setting) is not None:
                raise ConfigError(f"{with_name}leave the {setting} out of its spec, {why}.")
        check_text(f"{with_name}description", self.description, "a text")
        set_ = object.__setattr__
        set_(self, "samples", check_whole(f"{with_name}samples", self.samples, least=1))
        if self.questions is not None:
            set_(self, "questions", check_whole(f"{with_name}questions", self.questions, least=1))
        _check_sampling(self.temperature, self.top_p, with_name)
        if isinstance(self.measures, str) or not self.measures:
            raise ConfigError(
                f"{with_name}measures must be names, such as ('pass@1', 'cons@k'), not "
                f"{shown(self.measures)}."
            )
        set_(self, "measures", tuple(self.measures))
        check_measures(self.measures, self.samples)

    def changed(self, changes: Mapping[str, Any]) -> Suite:
        """Returns the suite with other settings.

        Args:
            changes: ``samples``, ``questions``, ``temperature``, ``top_p``, ``split``,
                ``max_tokens``, and ``problems``: a file in place of a data set of the hub.

        Raises:
            R1GymError: If a value is not allowed.
        """
        of_spec = {name: changes[name] for name in _OF_THE_SPEC if name in changes}
        if "problems" in changes:
            of_spec["problems"] = self._copy_of_the_data(changes["problems"])
        own = {name: changes[name] for name in _OF_THE_SUITE if name in changes}
        return replace(self, spec=replace(self.spec, **of_spec), **own)

    @property
    def hub(self) -> str | None:
        """The data set of the hub that it asks about; None if it asks about something else."""
        source = _SOURCES.get(given := self._on_the_hub().get("hub", ""))
        return (source.hub if source else given) or None

    def _on_the_hub(self) -> Mapping[str, Any]:
        """Returns the description of the suite's data set on the hub; empty if it is not there."""
        problems = self.spec.problems
        if isinstance(problems, str) and problems.startswith(("hf:", "hub:")):
            hub, columns = split_fields(problems.partition(":")[2])
            return {"hub": hub, **({"map": columns} if columns else {})}
        found = dict(problems) if isinstance(problems, Mapping) else {}
        if "hf" in found:
            found["hub"] = found.pop("hf")
        return found if isinstance(found.get("hub"), str) else {}

    def _copy_of_the_data(self, file: str) -> Any:
        """Returns what a file is read by that holds what the suite has from the hub."""
        problems = self._on_the_hub()
        if not problems:
            raise ConfigError(
                f"The suite {self.name!r} brings its own problems, and another file would be "
                "another suite: leave --problems out."
            )
        if file.startswith("hf:"):
            raise ConfigError(f"The problems of a suite are a copy of its data, not {file!r}.")
        if _SAYS_ITSELF_HOW.match(file) and not Path(file).expanduser().exists():
            return file
        source = _SOURCES.get(problems["hub"])
        read = {name: problems[name] for name in _OF_ROWS if name in problems}
        return {"file": file, **(read or ({"format": source.format} if source else {}))}


def _check_sampling(temperature: object, top_p: object, prefix: str) -> None:
    if not is_number(temperature) or not 0 <= temperature < float("inf"):
        raise ConfigError(f"{prefix}temperature must be a number from 0, not {shown(temperature)}.")
    if not is_number(top_p) or not 0 < top_p <= 1:
        raise ConfigError(f"{prefix}top_p must lie in (0, 1], got {shown(top_p)}.")


# What is right decides, not the tags: a policy may have another template than R1's.
_CORRECT: RewardSpec = {"accuracy": {"type": "auto", "weight": 1.0}}
_MOST_TOKENS = 32_768
_VOTELESS = ("pass@1", "pass@k", LENGTH)  # programs have no majority


def _split_of(name: str, id: str, what: str, **settings: Any) -> Suite:
    spec = TaskSpec(env=id, split="test", rewards=_CORRECT)
    description = f"{what}, drawn by r1gym: the test split of {id}."
    return Suite(name, spec, description, questions=256, **settings)


def _benchmark(name: str, description: str, samples: int, **settings: Any) -> Suite:
    spec = TaskSpec(problems=f"hf:{name}", split="all", rewards=_CORRECT, max_tokens=_MOST_TOKENS)
    return Suite(name, spec, f"{description} Data: {HUB[name].hub}.", samples, **settings)


_ROWS = (
    _split_of("math", "r1/Math-v0", "Mathematics from arithmetic to geometry"),
    _split_of("code", "r1/Code-v0", "Programs judged by hidden tests", measures=_VOTELESS),
    _split_of("science", "r1/Science-v0", "Physics, chemistry, genetics and multiple choice"),
    _split_of("logic", "r1/Logic-v0", "Logic puzzles"),
    _split_of("countdown", "r1/Countdown-v0", "Expressions that reach a number"),
    _split_of("mixed", "r1/Mixed-v0", "Mathematics, code, science and logic together"),
    _benchmark("aime24", "AIME 2024, 30 questions; the report's k.", 64),
    _benchmark("aime25", "AIME 2025, 30 questions; k as for AIME 2024.", 64),
    _benchmark("math500", "MATH-500, 500 questions; the report's k.", 16),
    _benchmark("gpqa-diamond", "GPQA Diamond, 198 questions; the report's k.", 64),
    _benchmark(
        "livecodebench",
        "LiveCodeBench, late 2024 to January 2025; the report's k.",
        8,
        measures=_VOTELESS,
    ),
    # Not in the report, whose k falls from 64 to 4 as a set grows.
    _benchmark("gsm8k", "GSM8K, 1,319 questions.", 4),
    _benchmark("humaneval", "HumanEval, 164 programs.", 16, measures=_VOTELESS),
    _benchmark("mbpp", "MBPP, 500 programs.", 4, measures=_VOTELESS),
)

SUITES: Registry[Suite] = Registry(
    "suite",
    group="r1gym.suites",
    wants="a Suite",
    fits=lambda entry: isinstance(entry, Suite),
)
for _row in _ROWS:
    SUITES.register(_row.name)(_row)


def suite_named(name: str) -> Suite:
    """Returns a suite by its name.

    Raises:
        UnknownNameError: If there is no suite of that name.
        ConfigError: If a package's cannot be loaded, or goes by another name inside.
    """
    suite = SUITES.get(name)
    if suite.name != name:
        raise ConfigError(
            f"The suite {name!r} calls itself {suite.name!r}: one of the two must be changed in "
            "the package that brings it."
        )
    return suite
