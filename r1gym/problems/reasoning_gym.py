"""The tasks of the package reasoning-gym as problem sets.

Its items come from `random.Random(seed + index)`, so that neighbouring seeds share 99 % of their
items. Here item i is drawn with a seed of its own from ``SeedSequence([seed, split, i])``, until
the question's hash says that it belongs to the split, as everywhere in r1gym.

Some of its tasks follow Python's order of sets, which differs from process to process, or the
global random generators; `_MENDED` and `_GlobalRandom` take care of them, and a test compares
processes. Only the gold answer of "intermediate_integration" is one of several equal forms that
sympy may find, in one process this and in another that; its questions and scores are the same.

Left out: "codeio", which runs thousands of model-written programs in this process, some of which
print, sleep or follow the order of sets; and "composite", since several tasks may be named here.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import importlib
import json
import random
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Problem
from r1gym.problems.problem_set import SPLITS, DrawnProblems, mix, residue, residues_of
from r1gym.verifiers.reasoning_gym import is_echo, load_datasets

Tasks = Mapping[str, Mapping[str, Any]]

_REFUSED = {
    "codeio": "it runs model-written programs in this process",
    "composite": "name its tasks instead: {'chain_sum': {}, 'gcd': {}}",
}
_MOST_DRAWS = 1_000
_SAMPLED = 4  # draws that say how long questions get
# These take 0.1 s to 1 s a draw.
_SLOW = frozenset({"futoshiki", "knight_swap", "puzzle24", "sokoban", "zebra_puzzles"})
# What these build when made depends on the seed, so that each draw makes a new one.
_REBUILT = frozenset({"acre", "gsm_symbolic", "list_functions"})
_NO_SINGLE_GOLD = {
    "graph_color": "possible_answer",
    "propositional_logic": "example_answer",
    "rubiks_cube": "example_correct_answer",
}
_GLOBAL = frozenset({"list_functions", "pool_matrix"})  # draw from the global generators
_LOCK = threading.Lock()  # some tasks keep what they are at in globals


class ReasoningGymProblems(DrawnProblems):
    """Problems of reasoning-gym tasks, each task equally likely.

    Args:
        tasks: Task names with the task's own options, ``{"chain_sum": {"max_terms": 3}}``.
        split: ``"train"``, ``"validation"`` or ``"test"``.
        seed: Any whole number from 0. Sets with other seeds hold other problems; those of an even
            and of an odd seed, such as neighbours, share not even a question by chance.
        size: The number of problems in the set.

    Attributes:
        question_bytes: The most bytes of a question in UTF-8: twice those of the longest of a few,
            the same ones for every split and seed. Longer ones are drawn again.

    Raises:
        UnknownNameError: If there is no such task, option or split.
        ConfigError: If the package is missing, or refuses the options.
    """

    def __init__(
        self, tasks: Tasks, split: str = "train", seed: int = 0, size: int = 1_000_000
    ) -> None:
        self._residues = residues_of(split, seed)
        if not isinstance(tasks, Mapping) or not tasks:
            raise ConfigError(
                "reasoning_gym needs tasks with their options, such as {'chain_sum': {}}, "
                f"not {tasks!r}."
            )
        self.split, self.seed, self.size = split, seed, size
        self._split_number = SPLITS.index(split)
        self._tasks = [_Task(name, options) for name, options in tasks.items()]
        self.question_bytes = max(task.question_bytes for task in self._tasks)
        self.families = frozenset(task.family for task in self._tasks)

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: int) -> Problem:
        if not 0 <= index < self.size:
            raise IndexError(f"problem {index} is out of range: the set has {self.size}")
        rng = random.Random(mix([self.seed, self._split_number, index]))
        task = self._tasks[rng.randrange(len(self._tasks))]
        for _ in range(_MOST_DRAWS):
            entry = task.draw(rng.randrange(2**31))
            question = entry["question"]
            if residue(question) in self._residues and task.is_usable(entry):
                name = f"{task.family}/{self.split}/{self.seed}/{index}"
                return Problem(
                    name, question, task.gold(entry), task.family, 0, task.metadata(entry)
                )
        raise ConfigError(
            f"The reasoning-gym task {task.name!r} has too few questions with these options to "
            f"fill the split {self.split!r}."
        )


class _Task:
    """One task of the package with its options, drawn from by seed."""

    def __init__(self, name: str, options: Mapping[str, Any]) -> None:
        datasets = load_datasets()
        if name in _REFUSED:
            raise ConfigError(f"The reasoning-gym task {name!r} is not here: {_REFUSED[name]}.")
        if name not in datasets:
            raise UnknownNameError("reasoning-gym task", str(name), set(datasets) - set(_REFUSED))
        self.name = name
        self.family = f"reasoning-gym-{name.replace('_', '-')}"
        self._dataset, self._config = datasets[name]
        self._options = _checked(name, options, self._config)
        self._base = self._make(0)
        self.question_bytes = sys.maxsize
        sampled = range(2 if name in _SLOW else _SAMPLED)
        longest = max(len(self.draw(seed)["question"].encode()) for seed in sampled)
        self.question_bytes = 2 * longest

    def draw(self, seed: int) -> dict[str, Any]:
        """Returns the item that the package makes of a seed."""
        guard = _GlobalRandom(seed) if self.name in _GLOBAL else contextlib.nullcontext()
        with _LOCK, guard:
            if self.name in _REBUILT:
                dataset = self._make(seed)
            else:
                # Making one may read files; those at hand differ in their seeds only.
                dataset = copy.copy(self._base)
                dataset.config = copy.copy(dataset.config)
                dataset.seed = dataset.config.seed = seed
            entry: dict[str, Any] = dataset[0]
        entry["question"] = entry["question"].strip()
        return entry

    def is_usable(self, entry: Mapping[str, Any]) -> bool:
        """False for an item that cannot be scored or is too long."""
        # Equations without a solution have an empty answer, which any text would match.
        if isinstance(entry["answer"], str) and not entry["answer"].strip():
            return False
        if self.name == "propositional_logic" and is_echo(
            self.gold(entry), entry["metadata"]["premises"]
        ):
            return False  # the reward would not pay for the one conclusion that is known
        return len(entry["question"].encode()) <= self.question_bytes

    def gold(self, entry: Mapping[str, Any]) -> str:
        """Returns the gold answer; an example of it where many are right, or else nothing."""
        if entry["answer"] is not None:
            return str(entry["answer"])
        example = entry["metadata"].get(_NO_SINGLE_GOLD.get(self.name, ""), "")
        return example if isinstance(example, str) else json.dumps(example)

    def metadata(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Returns what the reward "reasoning_gym" needs, as JSON values."""
        kept = {"answer": entry["answer"], "metadata": entry["metadata"]}
        return {
            "verifier": "reasoning_gym",
            "reasoning_gym": {
                "task": self.name,
                "options": self._options,
                "entry": json.loads(json.dumps(kept, default=str)),
            },
        }

    def _make(self, seed: int) -> Any:
        try:
            config = self._config(**self._options, seed=seed, size=1)
            if hasattr(config, "validate"):
                config.validate()
            dataset = self._dataset(config)
        except (AssertionError, TypeError, ValueError, KeyError, AttributeError) as error:
            why = " ".join(str(error).split())
            raise ConfigError(
                f"The reasoning-gym task {self.name!r} refuses the options {self._options}: {why}."
            ) from error
        if self.name in _MENDED:
            _MENDED[self.name](dataset)
        return dataset


def _checked(name: str, options: Mapping[str, Any], config: Any) -> dict[str, Any]:
    """Returns a task's options as JSON would bring them back, if the task has them all."""
    if not isinstance(options, Mapping):
        raise ConfigError(
            f"The options of the task {name!r} must be a mapping, such as {{}}, not {options!r}."
        )
    known = {field.name for field in dataclasses.fields(config)} - {"seed", "size"}
    for option in options:
        if option not in known:
            raise UnknownNameError(f"option of the reasoning-gym task {name!r}", option, known)
    try:
        plain: dict[str, Any] = json.loads(json.dumps(dict(options), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ConfigError(f"The options of the task {name!r} must be JSON: {error}.") from error
    return plain


class _GlobalRandom:
    """Seeds the global random generators for a draw, and puts them back after it."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __enter__(self) -> None:
        self._states = random.getstate(), np.random.get_state()
        random.seed(self._seed)
        np.random.seed(self._seed)

    def __exit__(self, *error: object) -> None:
        random.setstate(self._states[0])
        np.random.set_state(self._states[1])


class _SortedSet(frozenset[Any]):
    """A set whose elements come in the same order in every process."""

    def __iter__(self) -> Iterator[Any]:
        return iter(sorted(super().__iter__()))

    def __sub__(self, other: Any) -> _SortedSet:
        return _SortedSet(super().__sub__(other))


def _sort_letters(dataset: Any) -> None:
    dataset.letters = _SortedSet(dataset.letters)


def _sort_monomials(dataset: Any) -> None:
    monomials: Callable[[random.Random], list[Any]] = dataset._get_monomials
    dataset._get_monomials = lambda rng: sorted(monomials(rng), key=str)


def _sort_neighbors(dataset: Any) -> None:
    neighbors: Callable[..., set[str]] = dataset._get_neighbors
    dataset._get_neighbors = lambda word, words: sorted(neighbors(word, words))


def _sort_positions(dataset: Any) -> None:
    # Its search for the shortest solution walks sets of squares made with this name.
    importlib.import_module(type(dataset).__module__).__dict__["frozenset"] = _SortedSet


def _silence(module: str) -> Callable[[Any], None]:
    """Returns what keeps a module of the package from printing."""

    def silence(dataset: Any) -> None:
        importlib.import_module(module).__dict__["print"] = lambda *said, **how: None

    return silence


_MENDED: dict[str, Callable[[Any], None]] = {
    "isomorphic_strings": _sort_letters,
    "ransom_note": _sort_letters,
    "polynomial_multiplication": _sort_monomials,
    "word_ladder": _sort_neighbors,
    "knight_swap": _sort_positions,
    "bf": _silence("reasoning_gym.code.contrib.bfit.Compiler.Optimizer"),
    "rectangle_count": _silence("reasoning_gym.cognition.rectangle_count"),
}
