"""What must hold before a run is worth its time: one function a check.

The checks draw nothing from a run's random streams: a run that was checked is the same to the bit.
Left out: everything that a configuration refuses by itself, such as unknown names.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import gymnasium as gym
import numpy as np

from r1gym.core.errors import ConfigError, R1GymError
from r1gym.core.types import Completion, Episode, Problem, Score, Verdict
from r1gym.envs.task import TokenTask, task_of
from r1gym.envs.templates import dress
from r1gym.verifiers.response import (
    ANSWER_CLOSE,
    ANSWER_OPEN,
    THINK_CLOSE,
    THINK_OPEN,
)

MEDIAN_LIMIT = 0.1  # seconds; a step of 512 completions then waits for a minute at most
SLOWEST_LIMIT = 5.0  # seconds
_PROBLEMS = 24
_ASKED_PROBLEMS = 2  # where each score is a request to somebody
_REPLAYED_TOKENS = 32
_THINKING = "Step by step, this is how the answer comes about."
_OTHER_NUMBER = "-1729.5"
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")


class Status(StrEnum):
    """How a check went. Only a failure keeps a run from starting."""

    OK = "ok"
    WARNING = "warning"
    FAIL = "FAIL"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Check:
    """One line of the doctor's report."""

    name: str
    status: Status
    detail: str


@dataclass(frozen=True)
class Trial:
    """One problem, answered rightly and wrongly.

    Attributes:
        problem: The problem.
        right: The score of its gold answer, dressed as the template asks.
        wrong: The scores of another answer and of none.
        seconds: How long each took.
    """

    problem: Problem
    right: Score
    wrong: tuple[Score, ...]
    seconds: tuple[float, ...]


def examine(env: gym.Env[Any, Any]) -> list[Check]:
    """Makes every check that needs no model.

    Args:
        env: A token environment of the configuration, made for this: it is stepped.
    """
    task = task_of(env)
    judges = check_judges(task)
    if any(check.status is Status.FAIL for check in judges):
        # What scores would wait for it every time.
        waits = Check("gold answers", Status.NOT_CHECKED, "mend what grades them first")
        return [*judges, waits, check_tokenizer(task), check_replay(env)]
    trials = [try_problem(task, problem) for problem in sample(task)]
    return [
        check_gold(trials),
        check_format(task, trials),
        check_tokenizer(task),
        check_replay(env),
        check_speed(task, trials),
        *judges,
    ]


def is_fit(checks: list[Check]) -> bool:
    """Returns whether no check failed."""
    return all(check.status is not Status.FAIL for check in checks)


def stop_unless_fit(checks: list[Check]) -> None:
    """Raises ConfigError with the first failure among the checks."""
    for check in checks:
        if check.status is Status.FAIL:
            raise ConfigError(
                f"This would not train well; {check.name}: {check.detail}. "
                "`r1gym doctor` with the same options shows all checks."
            )


def sample(task: TokenTask) -> list[Problem]:
    """Returns a few problems, spread evenly over the set."""
    size = len(task.problem_set)
    count = min(size, _ASKED_PROBLEMS if asks_somebody(task) else _PROBLEMS)
    return [task.problem_set[i * size // count] for i in range(count)]


def asks_somebody(task: TokenTask) -> bool:
    """Returns whether a component waits for an answer from elsewhere, such as a judge."""
    return any(hasattr(part.bare, "concurrency") for part in task.reward.components.values())


def right_text(task: TokenTask, answer: str, thinking: str = _THINKING) -> str:
    """Returns a completion that states an answer in the form that the template asks for."""
    text = f"{THINK_OPEN}{thinking}{THINK_CLOSE}{ANSWER_OPEN}{answer}{ANSWER_CLOSE}"
    opening = task.reward.opening
    return text.partition(opening)[2] if opening else text


def other_answer(gold: str) -> str:
    """Returns an answer that is not the gold answer: of a number its last digit is off by one."""
    if _DECIMAL.fullmatch(gold):
        return f"{gold[:-1]}{(int(gold[-1]) + 1) % 10}"
    return _OTHER_NUMBER


def try_problem(task: TokenTask, problem: Problem) -> Trial:
    """Scores a problem's gold answer, another answer, and an empty one."""
    scores, seconds = [], []
    for answer in (problem.answer, other_answer(problem.answer.strip()), ""):
        started = time.perf_counter()
        scores.append(task.score(problem, Completion(right_text(task, answer))))
        seconds.append(time.perf_counter() - started)
    return Trial(problem, scores[0], tuple(scores[1:]), tuple(seconds))


def check_gold(trials: list[Trial]) -> Check:
    """Checks that gold answers are correct and other answers are not."""
    name = "gold answers"
    compares = "accuracy" in trials[0].right.parts
    for trial in trials:
        answer, where = repr(trial.problem.answer[:60]), f"of problem {trial.problem.id}"
        for score in (trial.right, *trial.wrong):
            if score.value is None:
                return Check(
                    name, Status.FAIL, f"{answer} {where} cannot be graded: {score.reason}"
                )
        if not compares:
            continue
        accuracy = trial.right.parts["accuracy"]
        if accuracy.value != 1:
            why = accuracy.reason or accuracy.verdict.value
            return Check(name, Status.FAIL, f"{answer} {where} is not scored 1: {why}")
        if any(score.parts["accuracy"].value for score in trial.wrong):
            return Check(name, Status.FAIL, f"a wrong answer is scored as {answer} {where}")
    if compares:
        return Check(name, Status.OK, f"{len(trials)} score 1, with another answer or none 0")
    told_apart = all(
        t.right.verdict is Verdict.CORRECT
        and all(w.value is not None and w.value < (t.right.value or 0.0) for w in t.wrong)
        for t in trials
    )
    if told_apart:
        return Check(name, Status.OK, f"{len(trials)} earn more than another answer or none")
    return Check(name, Status.WARNING, "right and wrong answers are not told apart by this reward")


def check_format(task: TokenTask, trials: list[Trial]) -> Check:
    """Checks that the format reward can be earned under the template."""
    if "format" not in trials[0].right.parts:
        return Check("template", Status.OK, "there is no format reward to fit")
    for trial in trials:
        part = trial.right.parts["format"]
        if part.value != 1:
            detail = f"a completion that fits it earns no format reward: {part.reason}"
            return Check("template", Status.FAIL, detail)
    return Check("template", Status.OK, "the format reward can be earned")


def check_tokenizer(task: TokenTask) -> Check:
    """Checks that prompts and gold answers survive the tokenizer, and that there is an end."""
    try:
        return _check_tokenizer(task)
    except R1GymError as error:
        return Check("tokenizer", Status.FAIL, str(error).removesuffix("."))


def _check_tokenizer(task: TokenTask) -> Check:
    name, tokenizer = "tokenizer", task.tokenizer
    if not 0 <= tokenizer.eos_id < tokenizer.vocab_size or tokenizer.decode([tokenizer.eos_id]):
        return Check(name, Status.FAIL, f"its end token {tokenizer.eos_id} is none")
    problems, too_long = sample(task), 0
    # A chat template holds end tokens on purpose, and those do not come back.
    is_chat = tokenizer.eos_id in tokenizer.encode(dress(task.template, ""))
    for problem in problems:
        task.encode_prompt(problem)
        prompt = problem.question if is_chat else dress(task.template, problem.question)
        for text in (prompt, right_text(task, problem.answer)):
            ids = tokenizer.encode(text)
            if tokenizer.eos_id in ids:
                return Check(name, Status.FAIL, f"problem {problem.id} holds the end token")
            # Some tokenizers put a space before a text.
            if (back := tokenizer.decode(ids)).strip() != text.strip():
                return Check(name, Status.FAIL, f"problem {problem.id}: {_difference(text, back)}")
        shortest = tokenizer.encode(right_text(task, problem.answer, thinking=""))
        too_long += len(shortest) + 1 > task.max_tokens
    if too_long:
        detail = (
            f"{too_long} of {len(problems)} gold answers with their tags are longer than "
            f"max_tokens={task.max_tokens}"
        )
        return Check(name, Status.FAIL if too_long == len(problems) else Status.WARNING, detail)
    return Check(name, Status.OK, "prompts and gold answers come back as they were")


def _difference(text: str, back: str) -> str:
    """Returns where two texts part, in a few words."""
    i = next((i for i, pair in enumerate(zip(text, back, strict=False)) if pair[0] != pair[1]), -1)
    start = max(0, i if i >= 0 else min(len(text), len(back)))
    return f"{text[start : start + 20]!r} comes back as {back[start : start + 20]!r}"


def check_replay(env: gym.Env[Any, Any]) -> Check:
    """Checks that two environments with the same seed and the same tokens do the same."""
    task = task_of(env)
    assert env.spec is not None
    # The window is given, so that the longest prompt of a file is not looked for again.
    twin = gym.make(env.spec, disable_env_checker=True, window=task.window)
    problem = task.problem_set[0]
    texts = task.tokenizer.encode(right_text(task, problem.answer))
    noise = np.random.default_rng(0).integers(task.tokenizer.vocab_size, size=_REPLAYED_TOKENS)
    end_id = task.tokenizer.eos_id
    for options, tokens in (({"problem": 0}, texts), (None, noise.tolist())):
        tokens = [t for t in tokens if t != end_id][: task.max_tokens - 1]
        # Where a score costs a request, the episode is left before its end.
        tokens += [] if asks_somebody(task) else [end_id]
        first, second = _play(env, options, tokens), _play(twin, options, tokens)
        for number, (ours, theirs) in enumerate(zip(first, second, strict=True)):
            if not _same(ours, theirs):
                detail = f"two environments with the same seed differ at token {number}"
                return Check("seed replay", Status.FAIL, detail)
    return Check("seed replay", Status.OK, "same seed and tokens, same observations and rewards")


def _play(
    env: gym.Env[Any, Any], options: dict[str, Any] | None, tokens: list[int]
) -> Iterator[tuple[Any, ...]]:
    yield env.reset(seed=0, options=options)
    for token in tokens:
        yield env.step(token)


def _same(ours: tuple[Any, ...], theirs: tuple[Any, ...]) -> bool:
    return np.array_equal(ours[0], theirs[0]) and ours[1:] == theirs[1:]


def check_speed(task: TokenTask, trials: list[Trial]) -> Check:
    """Checks the time of a verification; the first one, which loads things, does not count."""
    seconds = [s for trial in trials for s in trial.seconds][1:]
    median, slowest = statistics.median(seconds), max(seconds)
    found = f"median {1000 * median:.2g} ms, slowest {1000 * slowest:.2g} ms"
    if asks_somebody(task):
        return Check("verification", Status.OK, f"{found}; no limit, as it asks somebody")
    limits = f"limits {1000 * MEDIAN_LIMIT:g} and {1000 * SLOWEST_LIMIT:g} ms"
    too_slow = median > MEDIAN_LIMIT or slowest > SLOWEST_LIMIT
    return Check("verification", Status.FAIL if too_slow else Status.OK, f"{found} ({limits})")


def check_judges(task: TokenTask) -> list[Check]:
    """Asks every component that has a `probe` whether it judges, and resists injections."""
    checks = []
    for name, part in task.reward.components.items():
        probe: Callable[[], Any] | None = getattr(part.bare, "probe", None)
        if probe is not None:
            result = probe()
            status = Status.OK if result.passed else Status.FAIL
            checks.append(Check(name, status, "; ".join(result.lines)))
    return checks


def check_variance(zero_variance_share: float, episodes: Sequence[Episode]) -> Check:
    """Judges a rollout's groups: without different rewards in a group there is nothing to learn.

    Args:
        zero_variance_share: The share of groups whose completions all earned the same.
        episodes: The rollout's completions with their scores.
    """
    correct = sum(e.score.verdict is Verdict.CORRECT for e in episodes) / len(episodes)
    detail = f"{correct:.0%} correct, {zero_variance_share:.0%} of groups without variance"
    if zero_variance_share == 1:
        return Check("groups", Status.WARNING, f"{detail}: there is nothing to learn from them")
    if correct in (0, 1):
        return Check("groups", Status.WARNING, f"{detail}: only other components can teach")
    return Check("groups", Status.OK, detail)
