"""Why a completion earned what it did: its extracted answer, and every component's verdict."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

from r1gym.core.checks import check_whole
from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Score
from r1gym.envs.templates import load_template
from r1gym.problems.loaders import load_problems
from r1gym.problems.problem_text import exists, parse_problems
from r1gym.verifiers import DEFAULT_REWARDS, RewardSpec, RewardSum
from r1gym.verifiers.extract import extract_answer
from r1gym.verifiers.response import with_opening


@dataclass(frozen=True)
class Part:
    """What one component of the reward found.

    Attributes:
        name: The component.
        weight: Its weight in the sum.
        requires: The component that must earn something for this one to count, or None.
        score: Its own score, unweighted.
        seconds: How long it took. What a component loads at its first use does not count, unless
            it asks somebody for the verdict: then it is asked once only.
    """

    name: str
    weight: float
    requires: str | None
    score: Score
    seconds: float


@dataclass(frozen=True)
class Explanation:
    """A scored completion.

    Attributes:
        problem: The problem, gold answer included.
        completion: What was scored.
        answer: The final answer that was found in it, or None.
        parts: The components of the reward that are for the problem.
        score: Their sum.
        writer: The model that wrote the completion just now; empty for one that was given.
    """

    problem: Problem
    completion: Completion
    answer: str | None
    parts: tuple[Part, ...]
    score: Score
    writer: str = ""


def explain(
    problem: Problem,
    completion: Completion | str,
    rewards: RewardSpec = DEFAULT_REWARDS,
    template: str = "",
) -> Explanation:
    """Scores a completion and says why.

    Args:
        problem: The problem, with its gold answer.
        completion: The completion, or its text.
        rewards: The components with their weights and options, as `RewardSum` takes them.
        template: The prompt template's name or text, if the reward depends on it.

    Raises:
        R1GymError: If a name is unknown or a value not allowed.

    Example:
        >>> found = explain(Problem("p", "6*7?", "42"), "<answer>42</answer>")
        >>> found.answer, found.score.value, found.parts[1].score.reason
        ('42', 1.0, '<think> stands 0 times, not once')
    """
    if isinstance(completion, str):
        completion = Completion(completion)
    reward = RewardSum(rewards)
    if template:
        reward = reward.for_template(load_template(template))
    return explain_by(reward, problem, completion)


def explain_by(reward: RewardSum, problem: Problem, completion: Completion) -> Explanation:
    """Scores a completion by a reward that is made already, and says why."""
    parts = []
    for name, component in reward.components_for(problem).items():
        if not hasattr(component.bare, "concurrency"):
            reward.score_part(name, problem, completion)
        started = time.perf_counter()
        score = reward.score_part(name, problem, completion)
        seconds = time.perf_counter() - started
        parts.append(Part(name, component.weight, component.requires, score, seconds))
    total = reward.combine({part.name: part.score for part in parts}, problem)
    opened = with_opening(completion, reward.opening)
    answer = extract_answer(opened.text, opened.truncated)
    return Explanation(problem, completion, answer, tuple(parts), total)


def choose_problem(
    question: str, answer: str, problems: str, number: int | None, split: str = ""
) -> Problem:
    """Returns a problem of one's own, or one of a set by its number.

    Args:
        question: The question of a problem of one's own.
        answer: Its gold answer; empty for a problem of a set.
        problems: Task families with their levels, or the path of a .jsonl file.
        number: The problem's number in the split.
        split: The split; empty for the test split of families and for the whole of a file.

    Raises:
        ConfigError: If neither is given, or both, or the set has no problem of that number.
        R1GymError: If the set cannot be made.
    """
    if (number is None) == (not answer):
        raise ConfigError(
            "Which problem is it? Give either --answer (and --question), or --problem NUMBER of "
            "--problems."
        )
    if number is None:
        return Problem("given", question, answer)
    chosen = parse_problems(problems)
    problem_set = load_problems(chosen, split or ("all" if isinstance(chosen, str) else "test"))
    check_whole("problem", number, least=0, most=len(problem_set) - 1)
    return problem_set[number]


def read_completion(text: str, file: str = "") -> str:
    """Returns a completion from the command line, from a file, or from standard input.

    Args:
        text: The completion itself, or ``"-"`` for standard input.
        file: A file to read instead; empty for none.

    Raises:
        ConfigError: If there is none, or the file cannot be read.
    """
    if file:
        if text != "-":
            raise ConfigError("Give the completion or --file, not both.")
        try:
            return Path(file).expanduser().read_text("utf-8")
        except OSError as error:
            raise ConfigError(f"{file} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise ConfigError(f"{file} is not UTF-8 text.") from error
    if exists(text) and Path(text).suffix:
        raise ConfigError(f"{text} is a file: give --file {text}, or its text.")
    if text != "-":
        return text
    if sys.stdin is None or sys.stdin.isatty():
        raise ConfigError(
            "There is no completion: give it in quotes, with --file FILE, or through a pipe."
        )
    return sys.stdin.read()
