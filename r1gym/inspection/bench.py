"""Agents against each other: agents x environments x seeds, each under the same budget.

    cell = one agent, one environment, one seed: a process of its own, so that its peak memory is
           its own; evaluated on the test split at the start, on the way and at the end

Every finished cell is a file in the bench's folder. Running the same configuration again runs only
the cells that are missing. Left out: cells that go on from their middle.
"""

from __future__ import annotations

import inspect
import json
import math
import resource
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from itertools import product
from pathlib import Path
from typing import Any

import gymnasium as gym
import torch

from r1gym.agents.best_of_n import BestOfN
from r1gym.agents.language_model import Sampled
from r1gym.agents.progress import progress_bar
from r1gym.agents.protocol import AGENTS, Agent, Budget, LearningAgent, Progress
from r1gym.agents.search.agent import SearchAgent
from r1gym.agents.search.protocol import Cost
from r1gym.core.checks import check_least, check_run_name
from r1gym.core.errors import ConfigError, RunError, UnknownNameError
from r1gym.core.files import only_process
from r1gym.core.run import Run
from r1gym.core.types import Episode, Verdict
from r1gym.envs.packed import is_endpoint, loadable
from r1gym.envs.same_task import unchanged_task
from r1gym.envs.spec import TaskSpec, own_settings
from r1gym.envs.task import TokenTask
from r1gym.evaluation.episodes import run_episodes
from r1gym.inspection.answer_costs import answer_costs
from r1gym.inspection.cells import run_missing
from r1gym.models.checkpoint import latest_checkpoint
from r1gym.problems.problem_text import parse_problems
from r1gym.recipes.base import BaseConfig
from r1gym.recipes.embedded_base import make_base
from r1gym.recipes.pretraining import base_folder
from r1gym.recipes.task_choice import TINY_PROBLEMS, tiny_families, tokenizer_of
from r1gym.verifiers import ANY_DOMAIN
from r1gym.verifiers.component import ComponentSpec

_MOST_TOKENS = 64  # of a completion, if nobody says
_OF_THE_BENCH = ("seed", "steps")  # the cell's, and without end until the budget is used up
# What may be added to a bench: more of these are more cells.
_GROWS = ("name", "agents", "envs", "seeds", "jobs")


@dataclass(frozen=True)
class BenchConfig:
    """Run agents on environments under one budget, and compare them."""

    name: str = "bench"
    """Name of the bench; its folder is runs/NAME."""
    agents: tuple[str, ...] = ("uniform", "greedy", "grpo", "rloo", "reinforce", "ppo")
    """Names of agents, as `r1gym list` has them; LABEL=NAME for one that is there several times,
    each with options of its own, such as maj-8=best_of_n maj-16=best_of_n."""
    envs: tuple[str, ...] = ("r1/Math-v0",)
    """Ids of environments."""
    seeds: tuple[int, ...] = (0, 1, 2)
    """Seeds of the agents and of their training problems."""
    tokens: float = 500_000
    """The most completion tokens that an agent may learn from; inf for no limit."""
    seconds: float = math.inf
    """The most seconds that it may learn."""
    problems: str = ""
    """Task families with their levels, or a file, for every environment; empty for its own."""
    rewards: dict[str, ComponentSpec] | None = None
    """Reward components with their weights, or with JSON; if not given, those of each environment,
    or accuracy and format. Agents are compared by accuracy, or by the sum's verdict without it."""
    max_tokens: int | None = None
    """The most tokens of a completion; if not given 64, or as few as the environment has."""
    questions: int = 256
    """Questions of the test split in each evaluation."""
    evaluations: int = 10
    """Evaluations on the way, evenly over the budget."""
    model: str = "tiny"
    """What language models start from: tiny (made here), a folder, a GGUF file, a run, a checkpoint
    or a hub id; or an endpoint's address, which the agent openai asks."""
    base: BaseConfig = field(default_factory=BaseConfig)
    """The tiny base model; unused with another one."""
    options: str = "{}"
    """Options of agents by their names or labels, as JSON: {"sb3_ppo": {"num_envs": 64}}."""
    jobs: int = 1
    """Cells at a time. Times compare only if every cell has a core of its own."""

    def __post_init__(self) -> None:
        check_run_name(self.name)
        check_least(self, {"questions": 1, "evaluations": 1, "jobs": 1})
        if self.max_tokens is not None:
            check_least(self, {"max_tokens": 1})
        if not self.agents or not self.envs or not self.seeds:
            raise ConfigError("A bench needs at least one agent, one environment and one seed.")
        for name in ("agents", "envs", "seeds"):
            given: tuple[Any, ...] = getattr(self, name)
            if twice := [one for one in given if given.count(one) > 1]:
                raise ConfigError(f"{name} holds {twice[0]!r} twice: give it once.")
        labels = list(self.named)
        if len(labels) < len(self.agents):
            raise ConfigError("Two agents have the same label: give each another.")
        for label in labels:
            check_run_name(label)  # it is a part of a file's name
        if min(self.seeds) < 0:
            raise ConfigError(f"seeds must be at least 0, not {min(self.seeds)}.")
        Budget(self.tokens, self.seconds)
        for name in self.agent_options:
            if name not in labels:
                raise UnknownNameError("agent in the options", name, labels)

    @property
    def named(self) -> dict[str, str]:
        """Returns the agents' names by their labels; without one an agent's name is its label."""
        parts = [agent.partition("=") for agent in self.agents]
        return {label: name if equals else label for label, equals, name in parts}

    @property
    def agent_options(self) -> dict[str, dict[str, Any]]:
        """Returns the options of each agent that has any."""
        try:
            options = json.loads(self.options)
        except ValueError as error:
            raise ConfigError(f"options must be JSON, not {self.options!r} ({error}).") from None
        if not isinstance(options, dict) or not all(isinstance(o, dict) for o in options.values()):
            raise ConfigError(
                'options must be an object of objects, such as {"sb3_ppo": {"num_envs": 64}}, '
                f"not {self.options!r}."
            )
        return options


@dataclass(frozen=True)
class Cell:
    """One agent on one environment with one seed.

    Attributes:
        agent: The agent's label.
        name: Its name.
        options: Its options.
        env: The environment's id.
        kwargs: The environment's keyword arguments, without the split.
        seed: The seed.
        budget: How long it may learn.
        questions: Questions in an evaluation.
        evaluations: Evaluations on the way.
    """

    agent: str
    name: str
    options: dict[str, Any]
    env: str
    kwargs: dict[str, Any]
    seed: int
    budget: Budget
    questions: int
    evaluations: int

    @property
    def file(self) -> str:
        """The name of the file that its result is written to."""
        return f"{self.agent}-{self.env.replace('/', '-')}-{self.seed}.json"

    def __str__(self) -> str:
        return f"{self.agent} on {self.env}"


def run(config: BenchConfig, runs: Path = Path("runs")) -> Path:
    """Runs the cells that are missing. Returns the bench's folder.

    Raises:
        R1GymError: With one line that says what to do.
    """
    folder = runs / config.name
    with only_process(folder):
        fixed = {k: v for k, v in asdict(config).items() if k not in _GROWS}
        Run(folder, {"recipe": "bench", **fixed})
        cells = list(_cells(config, runs))
        failed = run_missing(cells, run_cell, folder / "cells", config.jobs, "Bench")
    if failed:
        raise RunError(f"Of {len(cells)} cells {len(failed)} failed; the first: {failed[0]}")
    return folder


def _cells(config: BenchConfig, runs: Path) -> Iterator[Cell]:
    # Wrong names are found before a base model costs any time.
    agents, given = config.named, config.agent_options
    for label, options in given.items():
        _check_options(agents[label], options)
    with_model = [label for label in agents if _starts_from_a_model(agents[label], given, label)]
    if is_endpoint(config.model):
        given = _at_endpoint(config.model, agents, given, with_model)
    kwargs = {env: _environment_settings(config, env) for env in config.envs}
    for env in config.envs:
        unchanged_task(TaskSpec.of({"env": env, "split": "test", **kwargs[env]}).make(), "A bench")
    model = _model(config, runs) if with_model else ""
    for env, label, seed in product(config.envs, agents, config.seeds):
        options = {"model": model} if label in with_model else {}
        yield Cell(
            label, agents[label], options | given.get(label, {}), env, kwargs[env], seed,
            Budget(config.tokens, config.seconds), config.questions, config.evaluations,
        )  # fmt: skip


def _at_endpoint(
    url: str,
    agents: Mapping[str, str],
    given: Mapping[str, dict[str, Any]],
    with_model: Sequence[str],
) -> dict[str, dict[str, Any]]:
    """Returns the agents' options, with an endpoint's address for those that ask one.

    Raises:
        ConfigError: If an agent needs weights, or none asks an endpoint.
    """
    if with_model:
        raise ConfigError(
            f"The agent {agents[with_model[0]]!r} needs a model's weights, and {url} is an "
            "endpoint: give --model a folder, a GGUF file, a run or a hub id."
        )
    asks = [label for label, name in agents.items() if name == "openai"]
    if not asks:
        raise ConfigError(f"None of the agents asks an endpoint, as {url} is one: take openai.")
    return {**given, **{label: {"base_url": url} | given.get(label, {}) for label in asks}}


def _starts_from_a_model(agent: str, given: Mapping[str, Mapping[str, Any]], label: str) -> bool:
    """Returns whether an agent is to be given the bench's model."""
    factory = AGENTS.get(agent)
    if not isinstance(factory, type) or {"model", "endpoint"} & given.get(label, {}).keys():
        return False
    return issubclass(factory, Sampled | SearchAgent | BestOfN)


def _check_options(agent: str, options: dict[str, Any]) -> None:
    """Finds options that an agent does not have, and those that are the bench's own.

    Raises:
        UnknownNameError: If the agent has no such option.
        ConfigError: If the bench sets it.
    """
    known = _option_names(AGENTS.get(agent))
    if known is None:
        return  # it says itself what it takes
    for name in options:
        if name in _OF_THE_BENCH:
            raise ConfigError(
                f"The option {name!r} of {agent!r} is the bench's to set: leave it out of options."
            )
        if not (its := known - {*_OF_THE_BENCH}):
            raise ConfigError(f"There is no option of {agent!r} {name!r}: it has none.")
        if name not in known:
            raise UnknownNameError(f"option of {agent!r}", name, its)


def _option_names(factory: Any) -> set[str] | None:
    """Returns an agent's options, those of its algorithm included; None if only it knows them."""
    known = _settings_of_algorithm(factory)
    for layer in getattr(factory, "__mro__", (factory,)):
        if isinstance(layer, type) and "__init__" not in vars(layer):
            continue
        parameters = inspect.signature(layer).parameters.values()
        known |= {p.name for p in parameters if p.kind is p.KEYWORD_ONLY}
        if not any(p.kind is p.VAR_KEYWORD for p in parameters):
            break  # `object` at the latest
    else:
        return None
    return known


def _settings_of_algorithm(factory: Any) -> set[str]:
    if is_dataclass(config := getattr(factory, "config", None)):
        return {field.name for field in fields(config)}
    algorithm: Any = getattr(factory, "algorithm", None) or getattr(factory, "searcher", None)
    if algorithm is None:
        return set()
    return set(inspect.signature(algorithm).parameters) - {"policy", "env", "expander"}


def _environment_settings(config: BenchConfig, env: str) -> dict[str, Any]:
    own = own_settings(env)
    settings: dict[str, Any] = {
        "rewards": config.rewards or own.get("rewards") or ANY_DOMAIN,
        "max_tokens": config.max_tokens or min(_MOST_TOKENS, own.get("max_tokens", _MOST_TOKENS)),
    }
    if config.problems:
        settings["problems"] = parse_problems(config.problems)
    if config.model != "tiny" and not is_endpoint(config.model):
        settings["tokenizer"] = tokenizer_of(config.model)
    return settings


def _model(config: BenchConfig, runs: Path) -> str:
    """Returns the model that language models start from; the tiny one is made here."""
    if config.model != "tiny":
        return loadable(config.model)
    problems = config.problems or TINY_PROBLEMS
    families = tiny_families(TaskSpec(problems=problems))
    folder = base_folder(config.base, problems, runs)
    with progress_bar("Pretraining", config.base.sft.steps) as bar:
        make_base(config.base, families, folder, lambda sft, _: bar.update() and None)
    return str(latest_checkpoint(folder / "checkpoints"))


def run_cell(cell: Cell) -> dict[str, Any]:
    """Runs one cell in this process. Returns its result as plain data."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    env = TaskSpec.of({"env": cell.env, "split": "test", **cell.kwargs}).make()
    agent = _make_agent(cell, unchanged_task(env, "A bench"))
    before = _peak_memory()
    curve = [_evaluate(agent, env, cell, Progress(0, 0.0, math.nan))]
    updates = 0
    last = Progress(0, 0.0, math.nan)
    if isinstance(agent, LearningAgent):

        def report(progress: Progress) -> None:
            nonlocal updates, last
            updates, last = updates + 1, progress
            share = max(
                progress.tokens / cell.budget.tokens, progress.seconds / cell.budget.seconds
            )
            if share * cell.evaluations >= len(curve):
                curve.append(_evaluate(agent, env, cell, progress))

        kwargs = {**cell.kwargs, "split": "train", "problem_seed": cell.seed}
        agent.learn(cell.env, kwargs, cell.budget, report)
        if curve[-1]["tokens"] != last.tokens:
            curve.append(_evaluate(agent, env, cell, last))
    return {
        "agent": cell.agent, "name": cell.name, "env": cell.env, "seed": cell.seed, "curve": curve,
        "updates": updates, "learning_seconds": last.seconds, "tokens": last.tokens,
        "memory_mb": _peak_memory(), "memory_before_mb": before,
    }  # fmt: skip


def _make_agent(cell: Cell, task: TokenTask) -> Agent:
    try:
        return AGENTS.get(cell.name)(task, seed=cell.seed, **cell.options)
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"The agent {cell.agent!r} cannot be made with the options {cell.options} ({error})."
        ) from error


def _evaluate(
    agent: Agent, env: gym.Env[Any, Any], cell: Cell, progress: Progress
) -> dict[str, float]:
    """Asks the same questions of the test split whatever the agent and its seed."""
    costs: list[Cost] | None = getattr(agent, "costs", None)
    known, started = len(costs or ()), time.perf_counter()
    episodes = run_episodes(agent, env, cell.questions, seed=0)
    seconds = time.perf_counter() - started
    graded = [e for e in episodes if e.score.value is not None]
    if not graded:
        raise RunError(f"No completion could be graded, for one: {episodes[0].score.reason}.")
    values = [e.score.value or 0.0 for e in graded]
    lengths = [len(e.completion.token_ids) for e in episodes]
    return {
        "tokens": progress.tokens,
        "seconds": progress.seconds,
        "training_reward": progress.reward,
        "reward": sum(values) / len(values),
        "accuracy": sum(map(_accuracy, graded)) / len(graded),
        "failed": len(episodes) - len(graded),
        "length": sum(lengths) / len(lengths),
        "evaluation_seconds": seconds,
        **answer_costs(episodes, seconds, None if costs is None else costs[known:]),
    }


def _accuracy(episode: Episode) -> float:
    """Returns what accuracy pays; in a sum without it, whether the sum's verdict is correct."""
    part = episode.score.parts.get("accuracy")
    if part is None or part.value is None:
        return float(episode.score.verdict is Verdict.CORRECT)
    return part.value


def _peak_memory() -> float:
    """Returns the most memory that this process has held, in MB."""
    try:  # what getrusage says begins with the parent's, even after an exec
        status = Path("/proc/self/status").read_text("ascii")
        return int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # macOS counts bytes
