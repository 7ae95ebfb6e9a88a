"""Watches models answer one problem: a problem of a set, or a question of one's own.

Every model is asked the same problem in its own template and its own tokens, and paid by the same
rewards. Left out: probabilities behind an endpoint, whose tokens are its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from r1gym.core.checks import check_least, check_whole
from r1gym.core.errors import ConfigError
from r1gym.core.types import Problem, Score, Trajectory
from r1gym.envs.embedded_tokenizers import REPLACEMENT
from r1gym.envs.same_task import unchanged_task
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.envs.templates import dress, encode_prompt
from r1gym.evaluation.runner import sampled_by
from r1gym.inspection.naming import means_a_run, task_of_run
from r1gym.inspection.targets import How, Target, open_target
from r1gym.models.policy import Policy
from r1gym.models.reference import written_logprobs
from r1gym.problems.problem_text import is_file, parse_problems
from r1gym.recipes.task_choice import DEFAULT_ENV, TINY_PROBLEMS
from r1gym.rollout.engine import Sampling
from r1gym.verifiers import ANY_DOMAIN

_MAX_TOKENS = 512  # of such a model
_AT_ONCE = 8192  # padded tokens in a forward pass


@dataclass(frozen=True)
class Asking:
    """What models are asked, and how they answer.

    Attributes:
        problem: Number of the problem in the test split.
        question: A question of one's own, in place of it.
        answer: Its gold answer; empty if nobody knows: then nothing is graded.
        problems: Task families with their levels, or a file; empty for those of the first run among
            the models, or else those of the tiny model.
        rewards: What pays; None for that run's, or else accuracy in any domain and the format.
        template: The prompt template; empty for each model's own.
        max_tokens: The most tokens of an answer; 0 for that run's, or else 512.
        samples: Answers of each model.
        temperature: Divides the logits; 0 takes the likeliest token.
        top_p: Nucleus.
        seed: The seed of the sampling.

    Raises:
        ConfigError: If a value is not allowed, or two of them contradict each other.
    """

    problem: int | None = None
    question: str = ""
    answer: str = ""
    problems: str = ""
    rewards: Mapping[str, Any] | None = None
    template: str = ""
    max_tokens: int = 0
    samples: int = 1
    temperature: float = 0.6
    top_p: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        check_least(self, {"samples": 1, "max_tokens": 0, "seed": 0})
        Sampling(1, self.temperature, self.top_p)
        if self.question and (self.problem is not None or self.problems):
            raise ConfigError(
                "--question is a problem of your own: leave out --problem and --problems."
            )
        if self.answer and not self.question:
            raise ConfigError("--answer is that of --question: give both, or --problem NUMBER.")


@dataclass(frozen=True)
class Sample:
    """One answer.

    Attributes:
        tokens: The text of each token; the end token's is a stop sign. None behind an endpoint.
        probabilities: The probability of each token of the model's: where it was sampled, or at
            temperature 1 where nothing was left to chance. None behind an endpoint.
        trajectory: The answer.
        length: How many tokens it has.
        score: What it earned; None if there is no gold answer.
    """

    tokens: list[str] | None
    probabilities: list[float] | None
    trajectory: Trajectory
    length: int
    score: Score | None


@dataclass(frozen=True)
class Played:
    """A problem with the answers of one model.

    Attributes:
        name: The model.
        problem: The problem, gold answer included.
        task: What it was asked in: its template, its limits and its reward.
        samples: Its answers.
    """

    name: str
    problem: Problem
    task: TokenTask
    samples: list[Sample]

    @property
    def prompt(self) -> str:
        """What the model was shown."""
        return dress(self.task.template, self.problem.question)


def play(
    targets: Sequence[str], asking: Asking | None = None, how: How | None = None
) -> list[Played]:
    """Lets models answer one problem.

    Args:
        targets: The models, see `r1gym.inspection.targets`.
        asking: What they are asked.
        how: How they are opened. With ``base`` every run's model has that beside it, in front,
            which it was trained from.

    Raises:
        ConfigError: If an option is for another kind of model.
        R1GymError: If a model cannot be loaded, or a problem not be made.
    """
    asking, how = asking or Asking(), how or How()
    spec = spec_of(targets, asking)
    wanted = [(one, replace(how, base=False)) for one in targets]
    if how.base:
        wanted = [(one, replace(how, base=base)) for one in targets for base in (True, False)]
    played: list[Played] = []
    for one, way in wanted:
        with open_target(one, _fitting(one, way, targets)) as target:
            problem = played[0].problem if played else None
            played.append(_played(target, spec, asking, problem))
    return played


def spec_of(targets: Sequence[str], asking: Asking) -> TaskSpec:
    """Returns the task, without a tokenizer: that of the first run among the models, or a default.

    Raises:
        RunError: If a run's folder holds none.
        R1GymError: If the problems are none.
    """
    run = next((one for one in targets if means_a_run(one)), None)
    if run is not None:
        spec = task_of_run(run)
    else:
        families = parse_problems(TINY_PROBLEMS)
        spec = TaskSpec(
            env=DEFAULT_ENV,
            problems=families,
            split="test",
            rewards=ANY_DOMAIN,
            max_tokens=_MAX_TOKENS,
        )
    if asking.problems:
        split = "all" if is_file(asking.problems) else "test"
        spec = replace(spec, problems=parse_problems(asking.problems), split=split, window=None)
    if asking.rewards is not None:
        spec = replace(spec, rewards=dict(asking.rewards))
    return replace(spec, max_tokens=asking.max_tokens or spec.max_tokens)


def _fitting(target: str, how: How, targets: Sequence[str]) -> How:
    """Returns how one of several targets is opened: an endpoint's name is for endpoints alone."""
    if len(targets) > 1 and how.model and not target.startswith("http"):
        return replace(how, model="")
    return how


def _played(target: Target, spec: TaskSpec, asking: Asking, known: Problem | None) -> Played:
    template = _template(target, asking)
    spec = replace(spec, tokenizer=target.tokenizer, template=template)
    task = _task(spec)
    if target.policy is not None:  # what a server's tokenizer knows, it alone can tell
        _check_readable(task, asking.question, target.name)
    problem = known or _problem(task, asking)
    needed = len(encode_prompt(task.tokenizer, task.template, problem.question)) + task.room
    if needed > task.window:  # a question of one's own may be longer than those of the set
        task = _task(replace(spec, window=needed))
    sampling = Sampling(task.max_tokens, asking.temperature, asking.top_p)
    [group] = sampled_by(target.engine, task, [problem], asking.samples, sampling, asking.seed)
    said = [one for one, _ in group]
    scores: list[Score | None] = [None] * len(said)
    if problem.answer:
        scores = [episode.score for episode in task.score_trajectories(said)]
    samples = [
        _sample(target.policy, task, one, length, score, sampling)
        for (one, length), score in zip(group, scores, strict=True)
    ]
    return Played(target.name, problem, task, samples)


def _task(spec: TaskSpec) -> TokenTask:
    return unchanged_task(spec.make(), "Playing") if spec.env else TokenTask(spec)


def _template(target: Target, asking: Asking) -> str | None:
    if target.policy is None and asking.template:
        raise ConfigError(
            f"{target.name} is dressed by the server's own chat template: leave out --template."
        )
    return asking.template or target.template


def _problem(task: TokenTask, asking: Asking) -> Problem:
    if asking.question:
        return Problem("given", asking.question, asking.answer)
    size, number = len(task.problem_set), asking.problem or 0
    return task.problem_set[check_whole("problem", number, least=0, most=size - 1)]


def _check_readable(task: TokenTask, question: str, name: str) -> None:
    """Raises ConfigError if a question has characters that the model would not see."""
    tokenizer = task.tokenizer
    lost = [
        one
        for one in dict.fromkeys(question.replace(REPLACEMENT, ""))
        if REPLACEMENT in tokenizer.decode(tokenizer.encode(one))
    ]
    if lost:
        raise ConfigError(
            f"The tokenizer of {name} has no {', '.join(map(repr, lost[:5]))}, so the model would "
            "not read the question as it stands: write it without, or ask another model."
        )


def _sample(
    policy: Policy | None,
    task: TokenTask,
    said: Trajectory,
    length: int,
    score: Score | None,
    sampling: Sampling,
) -> Sample:
    if policy is None:
        return Sample(None, None, said, length, score)
    ids, mask = list(said.token_ids), list(said.mask)
    own = [value for value, is_own in zip(said.logprobs or (), mask, strict=True) if is_own]
    if sampling.temperature == 0:
        [own] = written_logprobs(policy, [said.prompt_ids], [ids], [mask], 1.0, _AT_ONCE)
    left = iter(own)
    probabilities = [math.exp(next(left)) if is_own else 1.0 for is_own in mask]
    texts = [task.tokenizer.decode([token]) or "⏹" for token in ids]
    return Sample(texts, probabilities, said, length, score)
