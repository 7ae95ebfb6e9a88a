r"""The reasoning_gym reward: a task's own scorer, behind what keeps it honest.

The problem says in ``metadata["reasoning_gym"]`` which task of the package reasoning-gym it is of,
with which options, and the task's ``entry``. The scorers are made for research: most pay for parts
of answers, and some pay in full for wrong ones or run them as code (version 0.1.25). So here

- the final answer is what `r1gym.verifiers.extract` finds, not a text that holds it somewhere;
- 1 is paid for a score of 1, and 0 for less, for "almost" and for taking part;
- tasks in `_EXACT` are scored by their text alone: their scorers find no other answer right that
  is right, and some pay for any answer at all (game_of_life_halting) or hand it to ``eval``;
- tasks in `_FORM` are scored only if the answer has the asked form: their scorers skip whatever
  else stands around it, or parse it with sympy, which evaluates Python;
- tasks in `_OWN` are scored by rules of ours, see there.

It runs in workers that are killed at the deadline: sympy may take forever.

Left out: the task "codeio", and shares that a guess earns as well (knights_knaves, times, dates).
"""

from __future__ import annotations

import importlib
import json
import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from r1gym.core.checks import check_flag
from r1gym.core.errors import ConfigError
from r1gym.core.extras import install
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers.countdown import Countdown
from r1gym.verifiers.extract import NO_ANSWER, extract_answer
from r1gym.verifiers.protocol import register_verifier

_LONGEST_ANSWER = 20_000  # characters beyond ten times the gold's
_TAKING_PART = 0.1  # what scorers pay for an answer that is wrong altogether

# What an option `partial` pays for: how near a solution is by the task's own measure.
_GRADED = frozenset(
    (
        *("boxnet", "emoji_mystery", "futoshiki", "knight_swap", "mini_sudoku", "quantum_lock"),
        *("rectangle_count", "rubiks_cube", "sentence_reordering", "shortest_path", "sudoku"),
        "tower_of_hanoi",
    )
)

# Scored by text: words and lines must be the gold's, blanks between them do not count.
_WHY_EXACT = {
    "the package's default scorer, which pays for texts that hold the gold": (
        "acre aiw arc_1d base_conversion basic_arithmetic bf binary_alternation caesar_cipher "
        "count_bits count_primes course_schedule gcd isomorphic_strings largest_island lcm "
        "leg_counting letter_counting list_functions mahjong_puzzle maze modulo_grid "
        "number_filtering number_sequence ransom_note rotate_matrix rotten_oranges "
        "simple_equations simple_geometry string_manipulation string_splitting string_synthesis "
        "syllogism word_sequence_reversal"
    ),
    "evaluates the answer as Python": "binary_matrix spiral_matrix string_insertion",
    "pays in full for some answers that are wrong": (
        "calendar_arithmetic figlet_font game_of_life_halting letter_jumble spell_backward "
        "word_sorting"
    ),
    "compares boards of tuples, which JSON does not keep": "arc_agi rearc",
}
_EXACT = frozenset(name for names in _WHY_EXACT.values() for name in names.split())
_ANY_CASE = frozenset(("calendar_arithmetic", "figlet_font", "letter_jumble", "spell_backward"))

_NUMBER = r"[-+]?\d[\d,]*(?:\.\d+)?"
_MOVE = r"Move disk \d+ from Peg \d+ to Peg \d+"
_ROLE = r"\w+ is an? \w+"
_FUNCTIONS = "sin cos tan sec csc cot asin acos atan sinh cosh tanh exp log ln sqrt pi Abs"
_MATH_WORDS = frozenset(_FUNCTIONS.split())
_MATH = r"[-+*/(), \n\w]|(?<=\d)\.(?=\d)"  # and only words of `_MATH_WORDS`, or of one letter
_FORM = {
    task: re.compile(form)
    for task, form in {
        "advanced_geometry": rf"\(?\s*{_NUMBER}\s*(?:,\s*{_NUMBER}\s*)?\)?\s*°?",
        "complex_arithmetic": r"[-+\d.ij() ]+",
        "fraction_simplification": r"\$?\s*(?:\\d?frac\s*\{\s*\d+\s*\}\s*\{\s*\d+\s*\}"
        r"|\d+\s*/\s*\d+)\s*\$?",
        "intermediate_integration": rf"(?:{_MATH})+",
        "kakurasu": r"[01\s]+",
        "knights_knaves": rf"{_ROLE}(?:(?:,\s*and|,|\s+and)\s+{_ROLE})*\.?",
        "polynomial_equations": rf"{_NUMBER}(?:\s*,\s*{_NUMBER})*",
        "polynomial_multiplication": rf"(?:{_MATH})+",
        "pool_matrix": r"[-\d.\s]+",
        # No operand right after another.
        "propositional_logic": r"(?:(?![A-Z)]\s*[A-Z(¬])[A-Z∧∨→↔¬()\s])+",
        "quantum_lock": r"[ABC](?:\s*(?:→|->|,|\s)\s*[ABC])*",
        "rubiks_cube": r"[A-Za-z0-9'’ \n]+",
        "rush_hour": r"[A-Z][-+]\d+(?:[\s,]+[A-Z][-+]\d+)*",
        "simple_integration": rf"(?:{_MATH})+",
        "sokoban": r"[UDLR]+",
        "survo": r"[-\d\s]+",
        "time_intervals": r"\d+ days?(?:,\s*\d+:\d\d(?::\d\d)?)?|\d+:\d\d(?::\d\d(?:\.\d+)?)?",
        "tower_of_hanoi": rf"{_MOVE}(?:\s*\n\s*{_MOVE})*",
    }.items()
}
_NOT_A_NUMBER = re.compile(r"\b(?:s?nan|inf|infinity)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d]\w*")


def load_datasets() -> Mapping[str, tuple[Any, Any]]:
    """Returns the package's tasks: dataset and configuration class by name.

    Raises:
        ConfigError: If the package is missing.
    """
    try:
        factory = importlib.import_module("reasoning_gym.factory")
    except ImportError as error:
        raise ConfigError(
            f"reasoning-gym cannot be loaded ({error}): {install('reasoning-gym')}."
        ) from error
    datasets: Mapping[str, tuple[Any, Any]] = factory.DATASETS
    return datasets


@register_verifier("reasoning_gym")
class ReasoningGym:
    """Pays 1 for an answer that a reasoning-gym task's own scorer finds right, and 0 otherwise.

    Args:
        partial: True to pay what the scorer pays for a solution that is not perfect, in the tasks
            that measure how near it is. What it pays for taking part, up to 0.1, stays 0.

    Raises:
        ConfigError: If an option is not allowed, or the package is missing.
    """

    deadline = 10.0

    def __init__(self, partial: bool = False) -> None:
        self.partial = check_flag("partial", partial)
        load_datasets()

    def score(self, problem: Problem, completion: Completion) -> Score:
        """Returns the worth of the final answer."""
        answer = extract_answer(completion.text, completion.truncated)
        if answer is None:
            verdict = Verdict.TRUNCATED if completion.truncated else Verdict.UNPARSEABLE
            return Score(0.0, verdict, NO_ANSWER)
        given: Any = problem.metadata.get("reasoning_gym")
        try:
            task = _Task(given["task"], json.dumps(given["options"], sort_keys=True))
            entry = given["entry"]
        except (TypeError, KeyError, ValueError):
            reason = f"problem {problem.id} does not say of which reasoning-gym task it is"
            return Score(None, Verdict.VERIFIER_ERROR, reason)
        if len(answer) > _LONGEST_ANSWER + 10 * len(problem.answer):
            return Score(0.0, Verdict.UNPARSEABLE, "the answer is too long")
        if answer == problem.answer.strip():
            answer = problem.answer  # with the blanks that extraction took
        try:
            value = _value(task, answer, entry)
        except Exception as error:
            return _failed(task, problem, entry, error)
        if value >= 1:
            return Score(1.0, Verdict.CORRECT)
        if self.partial and task.name in _GRADED and value > _TAKING_PART:
            return Score(value, Verdict.WRONG, f"near, by the scorer of {task.name}")
        reason = f"{answer[:80]!r} is not right, by the scorer of {task.name}"
        return Score(0.0, Verdict.WRONG, reason)


class _Task(NamedTuple):
    """A task's name with its options as JSON."""

    name: str
    options: str


@lru_cache(maxsize=32)
def _scorer(task: _Task) -> Callable[[str, Mapping[str, Any]], float]:
    """Returns a task's own scorer; the seed of its dataset does not matter."""
    dataset, config = load_datasets()[task.name]
    scorer: Callable[[str, Mapping[str, Any]], float] = dataset(
        config(**json.loads(task.options), seed=0, size=1)
    ).score_answer
    return scorer


def _value(task: _Task, answer: str, entry: Mapping[str, Any]) -> float:
    if task.name in _OWN:
        return float(_OWN[task.name](answer, entry))
    gold = entry["answer"]
    if task.name in _EXACT:
        said, wanted = _squeezed(answer), _squeezed(str(gold))
        if task.name in _ANY_CASE:
            said, wanted = said.casefold(), wanted.casefold()
        return float(said == wanted)
    if answer != gold and not _has_form(task.name, answer):
        return 0.0
    if task.name == "propositional_logic" and is_echo(answer, entry["metadata"]["premises"]):
        return 0.0
    # Scorers write into the entry, and the next answer must find it as it was.
    value = float(_scorer(task)(answer, json.loads(json.dumps(entry))))
    return value if math.isfinite(value) else 0.0


def _failed(task: _Task, problem: Problem, entry: Mapping[str, Any], error: Exception) -> Score:
    """Returns the score of an answer that a scorer fails on: is it the answer, or the scorer?"""
    why = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    try:
        sound = _value(task, problem.answer or "[]", entry) >= bool(problem.answer)
    except Exception:
        sound = False
    if sound:
        return Score(0.0, Verdict.UNPARSEABLE, f"the scorer of {task.name} cannot read it: {why}")
    reason = f"the scorer of {task.name} fails on problem {problem.id}: {why}"
    return Score(None, Verdict.VERIFIER_ERROR, reason)


def _has_form(task: str, answer: str) -> bool:
    if _NOT_A_NUMBER.search(answer):
        return False
    form = _FORM.get(task)
    if form is None:
        return True
    if form.fullmatch(answer) is None:
        return False
    if _MATH not in form.pattern:
        return True
    return all(len(word) == 1 or word in _MATH_WORDS for word in _WORD.findall(answer))


def _squeezed(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.strip().splitlines())
    return "\n".join(line for line in lines if line)


def is_echo(answer: str, premises: list[str]) -> bool:
    """True if a conclusion only repeats a premise."""

    def bare(text: str) -> str:
        text = "".join(text.split())
        return text[1:-1] if text.startswith("(") and text.endswith(")") else text

    return bare(answer) in map(bare, premises)


def _close(answer: str, entry: Mapping[str, Any]) -> bool:
    """For coin_flip, whose scorer pays for the same first digits: in full for a "0"."""
    plain = answer.replace(",", "")
    if not re.fullmatch(r"\d+(?:\.\d+)?(?:e[-+]?\d\d?)?|\d+\s*/\s*[1-9]\d*", plain):
        return False
    gold = _fraction(entry["answer"].replace(",", ""))
    return abs(_fraction(plain) - gold) <= min(Fraction(1, 10_000), gold / 1_000)


def _fraction(text: str) -> Fraction:
    top, _, bottom = text.partition("/")
    return Fraction(top.strip()) / Fraction(bottom.strip() or 1)


def _same_number(answer: str, entry: Mapping[str, Any]) -> bool:
    """For gsm_symbolic, whose scorer takes the first number of any text, and drops its sign."""
    plain = answer.replace(",", "").strip("$ ")
    if not re.fullmatch(r"[-+]?\d+(?:\.\d+)?", plain):
        return False
    return Fraction(plain) == Fraction(str(entry["answer"]))


def _same_json(answer: str, entry: Mapping[str, Any]) -> bool:
    """For game_of_life, whose scorer overlooks cells that are too many."""
    try:
        return bool(json.loads(answer) == json.loads(entry["answer"]))
    except (ValueError, RecursionError):
        return False


def _same_numbers(answer: str, entry: Mapping[str, Any]) -> bool:
    """For number_sorting, whose scorer lets every number be wrong by 1."""
    try:
        said = json.loads(answer.replace("'", '"'))
        wanted = json.loads(entry["answer"].replace("'", '"'))
        return [float(one) for one in said] == [float(one) for one in wanted]
    except (ValueError, TypeError, OverflowError, RecursionError):
        return False


def _one_of_boards(answer: str, entry: Mapping[str, Any]) -> bool:
    """For n_queens, whose scorer evaluates the answer as Python."""
    return _squeezed(answer) in map(_squeezed, entry["metadata"]["valid_answers"])


def _makes_24(answer: str, entry: Mapping[str, Any]) -> bool:
    """For puzzle24, whose scorer takes any four numbers, and 24.9 for 24."""
    return _makes(answer, entry["metadata"]["numbers"], 24)


def _makes_target(answer: str, entry: Mapping[str, Any]) -> bool:
    """For countdown, whose scorer evaluates the answer as Python."""
    return _makes(answer, entry["metadata"]["numbers"], entry["metadata"]["target"])


def _makes(answer: str, numbers: list[int], target: int) -> bool:
    problem = Problem("", "", "", metadata={"countdown": {"numbers": numbers, "target": target}})
    return Countdown().score(problem, Completion(f"<answer>{answer}</answer>")).value == 1


_OWN: dict[str, Callable[[str, Mapping[str, Any]], bool]] = {
    "coin_flip": _close,
    "countdown": _makes_target,
    "game_of_life": _same_json,
    "gsm_symbolic": _same_number,
    "n_queens": _one_of_boards,
    "number_sorting": _same_numbers,
    "puzzle24": _makes_24,
}
