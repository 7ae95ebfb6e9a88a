"""Evaluates a policy on suites: each is made ready first, and kept as soon as it is done.

What is stored already is not made again, if the settings, the task and the very questions are the
same. What was cut short goes on with the questions that are left, see `r1gym.evaluation.journal`.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from r1gym.core.errors import ConfigError, ProblemFileError
from r1gym.core.extras import install
from r1gym.core.types import Problem
from r1gym.envs.chat import QUESTION
from r1gym.envs.same_task import unchanged_task
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.envs.templates import CHAT, is_chat, load_template
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.evaluation.contest_rating import rating_of_rows
from r1gym.evaluation.estimators import Estimate
from r1gym.evaluation.journal import Journal
from r1gym.evaluation.measures import measure
from r1gym.evaluation.own_measures import OWN_MEASURES, Evaluated
from r1gym.evaluation.results import (
    Summary,
    plain_estimate,
    result_path,
    save_result,
    stored_results,
)
from r1gym.evaluation.rows import Question, questions_of
from r1gym.evaluation.runner import EvalConfig, EvalResult, Sampler, evaluate_on, first_distinct
from r1gym.evaluation.suites import CORRECT, JUDGES, Suite
from r1gym.models.fit import check_lengths
from r1gym.rollout.engine import RolloutEngine
from r1gym.verifiers.rows import named_verifier


@dataclass(frozen=True)
class Cost:
    """What an evaluation takes at most.

    Attributes:
        questions: How many are asked.
        completions: How many are sampled.
        prompt_tokens: Tokens of all prompts, each read once.
        most_tokens: Tokens of all completions, if each is as long as it may be.
    """

    questions: int
    completions: int
    prompt_tokens: int
    most_tokens: int


@dataclass(frozen=True)
class ReadySuite:
    """A suite whose names, files and settings have been found good, see `make_ready`.

    Attributes:
        suite: The suite, with what was changed.
        changed: Settings that are others than the suite's own, but for the split.
        task: Its task, in the policy's tokens.
        config: How it is evaluated.
        problems: What is asked.
        spec: Its task as JSON values, whatever the policy's tokens.
    """

    suite: Suite
    changed: Mapping[str, Any]
    task: TokenTask
    config: EvalConfig
    problems: Sequence[Problem]
    spec: Mapping[str, Any]

    @property
    def split(self) -> str:
        """The split that is evaluated on."""
        return str(self.task.spec.split)

    def check_context(self, context: int | None) -> None:
        """Raises ConfigError if a prompt and what follows are longer than a model's context."""
        lengths = [len(self.task.encode_prompt(problem)) for problem in self.problems]
        with _named(self.suite):
            check_lengths(context, lengths, self.task.room)

    def cost(self, done: int = 0) -> Cost:
        """Returns what it takes at most, when so many questions are done."""
        left, samples = self.problems[done:], self.config.samples
        asked, prompts = len(left), sum(len(self.task.encode_prompt(one)) for one in left)
        most = asked * samples * self.task.turns * self.task.max_tokens
        return Cost(asked, asked * samples, prompts, most)

    def journal(self, folder: Path, step: int) -> Journal:
        """Returns what a run's folder has of this evaluation, if it was cut short."""
        path = result_path(folder, self.split, step, self.suite.name, self.changed)
        return Journal(path.with_suffix(".partial"), {"step": step} | self._about())

    def stored(self, folder: Path, step: int) -> Summary | None:
        """Returns what a run's folder has of this very evaluation at a step; None if nothing."""
        alike = {"split": self.split, "step": step, "changed": dict(self.changed)} | self._about()
        for summary in stored_results(folder, self.suite.name):
            same = all(summary.get(name) == value for name, value in alike.items())
            if same and list(summary["measures"]) == list(self.suite.measures):
                return summary
        return None

    def save(self, folder: Path, step: int, result: EvalResult) -> Summary:
        """Writes what was found into a run's folder. Returns its summary."""
        questions = questions_of(result.rows, result.samples)
        found = {
            name: plain_estimate(self._measured(name, result, questions))
            for name in self.suite.measures
        }
        about = self._about() | {"measures": found, "tokenizer": self.task.tokenizer.name}
        about["seconds"] = result.seconds
        if rating := rating_of_rows(self.task.problem_set, self.problems, questions):
            about["rating"] = rating
        save_result(
            folder, self.split, step, self.config, result, self.suite.name,
            changed=self.changed, about=about,
        )  # fmt: skip
        summary = self.stored(folder, step)
        assert summary is not None, result_path(folder, self.split, step, self.suite.name)
        return summary

    def _measured(self, name: str, result: EvalResult, questions: Sequence[Question]) -> Estimate:
        if name in OWN_MEASURES:
            return OWN_MEASURES[name](Evaluated(self.problems, result.rows, result.samples))
        return measure(name, questions)

    def _about(self) -> dict[str, Any]:
        """Returns what makes it this evaluation and no other, besides what was changed."""
        asked = [(p.question, p.answer, p.other_answers, p.metadata) for p in self.problems]
        text = json.dumps(asked, sort_keys=True, default=lambda value: type(value).__name__)
        digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
        return {"config": asdict(self.config), "task": dict(self.spec), "data": digest}


def make_ready(
    suite: Suite,
    tokenizer: str,
    template: str | None = None,
    changes: Mapping[str, Any] | None = None,
    seed: int = 0,
    changed: Mapping[str, Any] | None = None,
) -> ReadySuite:
    """Returns a suite that can be evaluated: names and files are found, settings are allowed.

    Args:
        suite: The suite.
        tokenizer: The policy's.
        template: The policy's, for a suite without one; None for the tokenizer's own.
        changes: Settings in place of the suite's own, see `Suite.changed`.
        seed: Seed of the sampling.
        changed: What else is other than by default, such as the engine; JSON values.

    Raises:
        ConfigError: If its data cannot be had here; the message says what to put where.
        R1GymError: If a setting is not allowed.
    """
    changes = dict(changes or {})
    asked = suite.changed(changes)
    with _named(suite):
        template = _with_prompt(asked.spec.template or template, asked.prompt, tokenizer)
        spec = replace(asked.spec, template=template)
        task = _task(suite, replace(spec, tokenizer=tokenizer))
        count = _count(asked, task)
        problems = _problems(asked, task, count)
        _check_judge(asked, problems)
    count = min(count, len(problems)) if asked.window else count
    config = EvalConfig(count, asked.samples, asked.temperature, asked.top_p, seed)
    own: dict[str, Any] = {"seed": 0} | vars(suite) | suite.spec.filled().settings()
    given = {name: value for name, value in changes.items() if name != "split"} | {"seed": seed}
    other = {name: value for name, value in given.items() if own.get(name) != value}
    other |= changed or {}
    return ReadySuite(asked, other, task, config, problems, spec.to_json())


def evaluate_suite(
    engine: RolloutEngine | Sampler,
    ready: ReadySuite,
    folder: Path,
    step: int,
    progress: Callable[[int], None] | None = None,
) -> Summary:
    """Evaluates a policy on a suite and stores what it found, unless that was done before.

    After an interruption the same call goes on with the questions that are left.

    Args:
        engine: Samples the completions.
        ready: The suite.
        folder: The run's folder.
        step: The training step of the policy.
        progress: Called with the number of questions done since the last call.

    Returns:
        The evaluation's summary, as it is stored.
    """
    saved = ready.stored(folder, step)
    if saved is not None:
        return saved
    journal = ready.journal(folder, step)
    task, problems, config = ready.task, ready.problems, ready.config
    result = evaluate_on(engine, task, problems, config, progress, journal)
    summary = ready.save(folder, step, result)
    journal.close()
    return summary


def _with_prompt(template: str | None, prompt: str, tokenizer: str) -> str | None:
    """Returns a template with a suite's prompt in the question's place; None for the policy's."""
    if prompt == QUESTION:
        return template
    own = template or load_tokenizer(tokenizer).default_template
    if not is_chat(own):
        return load_template(own).replace(QUESTION, prompt)
    said = own.partition(":")[2].strip()
    if QUESTION in said:
        return f"{CHAT}:{said.replace(QUESTION, prompt)}"
    return f"{CHAT}:{said}\n\n{prompt}" if said else f"{CHAT}:{prompt}"


def _problems(suite: Suite, task: TokenTask, count: int) -> list[Problem]:
    """Returns what is asked."""
    found = task.problem_set
    if suite.window is None:
        return first_distinct(found, min(count, len(found)))
    first, last = suite.window
    dated = [problem for problem in found.stored() if "date" in problem.metadata]
    if not dated:
        raise ConfigError("its problems do not say when they are from, so no window can be kept.")
    inside = [problem for problem in dated if first <= str(problem.metadata["date"]) <= last]
    if not inside:
        days = sorted(str(problem.metadata["date"]) for problem in dated)
        raise ConfigError(
            f"none of its problems is from {first} to {last}; they are from {days[0]} to "
            f"{days[-1]}: give --window FIRST LAST."
        )
    return list({problem.question: problem for problem in reversed(inside)}.values())[::-1][:count]


def _check_judge(suite: Suite, problems: Sequence[Problem]) -> None:
    """Refuses problems that a language model judges, if none was named."""
    for problem in problems:
        named = named_verifier(problem.metadata)
        kind = named.get("type") if isinstance(named, Mapping) else named
        if kind in JUDGES and suite.spec.rewards == CORRECT:
            raise ConfigError(
                "its answers are judged by a language model, and none is named: give --judge "
                '\'{"model": NAME, "base_url": "http://localhost:8000/v1"}\'.'
            )


def _count(suite: Suite, task: TokenTask) -> int:
    if suite.questions is not None:
        return suite.questions
    if not task.problem_set.stored():
        raise ConfigError("its problems have no end, so it needs a number of questions.")
    return len(task.problem_set)


def _task(suite: Suite, spec: TaskSpec) -> TokenTask:
    hub = suite.hub
    if suite.asks_contests and spec.problems == {"contests": ""}:
        raise ConfigError(
            "its contests come from a file: give --problems CONTESTS.jsonl, a contest a line with "
            "its problems and its standings."
        )
    if hub is None or spec.problems != suite.spec.problems:
        return _made(spec)
    instead = (
        f"or put a copy of its rows into a file, JSON lines, Parquet or CSV: --suites {suite.name} "
        "--problems FILE."
    )
    if find_spec("datasets") is None:
        raise ConfigError(f"the data set {hub} needs {install('datasets')}, {instead}")
    try:
        with _quiet("huggingface_hub"):  # which tells of every try
            return _made(spec)
    except ProblemFileError as error:
        raise ConfigError(f"{str(error).removesuffix('.')}, {instead}") from error


def _made(spec: TaskSpec) -> TokenTask:
    return unchanged_task(spec.make(), "An evaluation") if spec.env else TokenTask(spec)


@contextmanager
def _named(suite: Suite) -> Iterator[None]:
    """Puts the suite's name before what is wrong with a setting."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(f"The suite {suite.name!r}: {error}") from error


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
