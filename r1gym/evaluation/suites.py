"""What a suite is: a task, how often and how to sample it, and what to measure. All of it is data.

The suites that come with r1gym are `r1gym.evaluation.suite_rows`. Another package brings one behind
an entry point ``r1gym.suites``, and a file of problems is a suite by its path. No torch here: names
are listed without.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from r1gym.core.checks import check_text, check_whole, is_number, shown
from r1gym.core.errors import ConfigError
from r1gym.core.registry import Registry
from r1gym.envs.chat import QUESTION
from r1gym.envs.spec import TaskSpec
from r1gym.evaluation.measures import LENGTH, check_measures
from r1gym.problems.data_sets import HUB
from r1gym.problems.formats import FORMATS, columns_of
from r1gym.problems.problem_text import exists, split_fields, split_prefix
from r1gym.verifiers import RewardSpec

BUILT_IN = (
    *("math", "code", "science", "logic", "countdown", "mixed"),
    *("aime24", "aime25", "cnmo", "math500", "gsm8k", "gpqa_diamond", "mmlu", "mmlu_redux"),
    *("mmlu_pro", "c_eval", "cluewsc", "drop", "simpleqa", "c_simpleqa", "frames", "ifeval"),
    *(
        "livecodebench",
        "codeforces",
        "humaneval",
        "mbpp",
        "alpaca_eval",
        "arena_hard",
        "swe_verified",
        "aider",
    ),
)
MOST_TOKENS = 32_768  # of a completion, in the report
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")  # it is the name of a folder
_SOURCES = {source.hub: source for source in HUB.values()} | HUB
_SAYS_ITSELF_HOW = re.compile(r"\w+:(?!//)|.+:\w+=")  # it is read: "apps:x.jsonl", "x.csv:answer=A"
_LEFT_OPEN = {
    "tokenizer": "the policy brings its own",
    "curriculum": "an evaluation asks all levels",
}
_OF_THE_SPEC = ("split", "max_tokens")  # what may be changed for once
_OF_THE_SUITE = ("samples", "questions", "temperature", "top_p", "prompt", "window")
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
        prompt: What is said with each question, with ``{question}`` in it; it takes the question's
            place in the template.
        window: The first and the last day of its problems, such as ``("2024-08-01",
            "2025-01-31")``; None for all. They must say when they are from.
        results: The name of the harness whose results are read in place of a policy's completions,
            see `r1gym.evaluation.harness_results`; empty for none.

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
    prompt: str = QUESTION
    window: tuple[str, str] | None = None
    results: str = ""

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
        if not isinstance(self.prompt, str) or self.prompt.count(QUESTION) != 1:
            raise ConfigError(
                f"{with_name}prompt must hold the field {QUESTION} exactly once, unlike "
                f"{shown(self.prompt)}."
            )
        if self.window is not None:
            set_(self, "window", _checked_window(self.window, with_name))

    def changed(self, changes: Mapping[str, Any]) -> Suite:
        """Returns the suite with other settings.

        Args:
            changes: ``samples``, ``questions``, ``temperature``, ``top_p``, ``prompt``,
                ``window``, ``split``, ``max_tokens``; ``problems``: a file in place of a data set
                of the hub; and ``judge``: options of the verifiers that ask a language model.

        Raises:
            R1GymError: If a value is not allowed.
        """
        of_spec = {name: changes[name] for name in _OF_THE_SPEC if name in changes}
        if "problems" in changes:
            of_spec["problems"] = self._copy_of_the_data(changes["problems"])
        if "judge" in changes:
            of_spec["rewards"] = self._judged_by(changes["judge"])
        own = {name: changes[name] for name in _OF_THE_SUITE if name in changes}
        return replace(self, spec=replace(self.spec, **of_spec), **own)

    def _judged_by(self, options: Mapping[str, Any]) -> RewardSpec:
        if self.spec.rewards != CORRECT:
            raise ConfigError(f"The suite {self.name!r} brings its own rewards: leave --judge out.")
        by_name = {name: dict(options) for name in JUDGES}
        return {"accuracy": {**CORRECT["accuracy"], "options": by_name}}

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its published rows; none if it has no data set of its own."""
        source = _SOURCES.get(self._on_the_hub().get("hub", ""))
        return columns_of(FORMATS.get(source.format)) if source else ()

    @property
    def hub(self) -> str | None:
        """The data set of the hub that it asks about; None if it asks about something else."""
        source = _SOURCES.get(given := self._on_the_hub().get("hub", ""))
        return (source.hub if source else given) or None

    @property
    def asks_contests(self) -> bool:
        """Whether its problems are those of a file of contests, and so its samples are rated."""
        return isinstance(self.spec.problems, Mapping) and "contests" in self.spec.problems

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
        if self.asks_contests:
            return {"contests": file}
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
CORRECT: dict[str, Any] = {"accuracy": {"type": "auto", "weight": 1.0}}
JUDGES = ("judge", "pairs")  # verifiers that ask a language model, and see the summary only


def _checked_window(window: object, prefix: str) -> tuple[str, str]:
    days = list(window) if isinstance(window, list | tuple) else []
    try:
        first, last = (date.fromisoformat(day) for day in days)
        if first > last:
            raise ValueError(days)
    except (ValueError, TypeError):
        raise ConfigError(
            f"{prefix}window must be two days, such as 2024-08-01 2025-01-31, not {shown(window)}."
        ) from None
    return first.isoformat(), last.isoformat()


SUITES: Registry[Suite] = Registry(
    "suite",
    group="r1gym.suites",
    wants="a Suite",
    fits=lambda entry: isinstance(entry, Suite),
    built_in={name: f"r1gym.evaluation.suite_rows:{name}" for name in BUILT_IN},
)


def suite_named(name: str) -> Suite:
    """Returns a suite by its name, or of a file of problems by its path.

    Raises:
        UnknownNameError: If there is no suite of that name.
        ConfigError: If a package's cannot be loaded, or goes by another name inside.
    """
    if name not in SUITES.names() and _is_file(name):
        return suite_of_file(name)
    suite = SUITES.get(name)
    if suite.name != name:
        raise ConfigError(
            f"The suite {name!r} calls itself {suite.name!r}: one of the two must be changed in "
            "the package that brings it."
        )
    return suite


def suite_of_file(file: str) -> Suite:
    """Returns the suite of a file of problems, with the file's name and all its problems.

    Args:
        file: Its path, perhaps with the names of its columns or its format, see
            `r1gym.problems.files`.
    """
    path = Path(split_prefix(split_fields(file)[0])[1])
    name = re.sub(r"[^\w.-]+", "-", path.name.partition(".")[0]).strip("-.") or "file"
    spec = TaskSpec(problems=file, split="all", rewards=CORRECT, max_tokens=MOST_TOKENS)
    return Suite(name, spec, f"The problems of {path.name}.")


def _is_file(name: str) -> bool:
    path = split_fields(name)[0]
    return exists(name) or exists(path) or exists(split_prefix(path)[1])
