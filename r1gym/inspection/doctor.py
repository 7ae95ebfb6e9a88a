"""The doctor: makes every check of a training run, without training."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from r1gym.agents.episodes import check_failures, rewards_of
from r1gym.agents.grpo.advantage import varied_groups
from r1gym.agents.learner_config import LearnerConfig
from r1gym.core.errors import R1GymError, TrainingStopped
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.evaluation.decontamination import texts_of
from r1gym.evaluation.preflight import Check, Status, check_variance, examine, is_fit
from r1gym.evaluation.preflight.data import check_shared, check_words
from r1gym.evaluation.preflight.model import check_model
from r1gym.evaluation.preflight.sample import asks_somebody, sample
from r1gym.evaluation.preflight.votes import check_votes
from r1gym.inspection.decontaminate import rows_of
from r1gym.models.gguf import unpack
from r1gym.models.policy import Policy
from r1gym.problems.tables import ENDINGS
from r1gym.recipes.ledger import Ledger
from r1gym.recipes.plan import State
from r1gym.recipes.recipe import Recipe, check_recipe, plan_run
from r1gym.recipes.stage import Kind, Stage
from r1gym.recipes.workplace import Workplace, check_limit
from r1gym.rollout.engine import Sampling
from r1gym.rollout.play import play

_GROUPS = 8


def diagnose(
    recipe: Recipe, runs: Path = Path("runs"), until: str = "", model: str = ""
) -> list[Check]:
    """Checks a training run's problems, rewards, template, tokenizer and base model.

    Args:
        recipe: What would be run.
        runs: The folder of all runs, where a base model may lie.
        until: The stage at which the run would end; empty for all.
        model: The model that is checked; empty for the one that the last stage starts from.

    Returns:
        The checks, failed ones included. A configuration that no environment can be made from is
        one of them.
    """
    with Workplace(recipe, runs / recipe.name) as at, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the checks say it, in a line each
        try:
            left = check_recipe(recipe, at, until)
            policy, why = (at.policy(model), "") if model else find_model(recipe, at, left)
            stages = check_plan(recipe, at.folder, left)
        except R1GymError as error:
            return [Check("configuration", Status.FAIL, str(error).removesuffix("."))]
        checks = [Check("configuration", Status.OK, "problems, rewards and template are known")]
        return [*checks, *stages, *_examine(recipe, at, policy, why)]


def check_plan(recipe: Recipe, folder: Path, left: Sequence[Stage]) -> list[Check]:
    """Says how the stages stand that would run: done, to run, going on or running again.

    Args:
        recipe: What would be run.
        folder: The run's folder.
        left: The stages that would run.

    Returns:
        A line for each stage, none for a single one; or why the run cannot go on.
    """
    if len(left) < 2:
        return []
    status = {State.DONE: Status.OK, State.AGAIN: Status.WARNING}
    try:
        plan = plan_run(recipe, folder, left)
    except R1GymError as error:  # the run has other settings, and its recipe refuses them
        return [Check("run", Status.FAIL, str(error).removesuffix("."))]
    return [
        Check(
            f"stage {one.stage.name}",
            status.get(one.state, Status.NOT_CHECKED),
            f"{one.state}{': ' if one.why else ''}{one.why}",
        )
        for one in plan
    ]


def _examine(recipe: Recipe, at: Workplace, policy: Policy | None, why: str) -> list[Check]:
    tasks = recipe.tasks()
    if "train" not in tasks:
        return [Check("problems", Status.NOT_CHECKED, "the recipe asks none")]
    env, task = at.environment(tasks["train"]), at.task(tasks["train"])
    checks = [*examine(env), *check_limit(tasks["train"])]
    if _is_apart(tasks.get("test"), tasks["train"]):
        test = at.task(tasks["test"]).problem_set
        checks += [check_shared(task.problem_set, test), check_words(_texts(recipe, task), test)]
    if policy is not None:
        checks += check_model(policy, task)
    if not is_fit(checks):
        return [*checks, Check("groups", Status.NOT_CHECKED, "mend the failures first")]
    if not asks_somebody(task):
        checks.append(check_votes(task, sample(task)))
    if policy is None:
        names = ("model", "sampler and trainer", "groups")
        return [*checks, *(Check(name, Status.NOT_CHECKED, why) for name in names)]
    return [*checks, check_groups(policy, task, recipe, at)]


def _texts(recipe: Recipe, task: TokenTask) -> Iterator[str]:
    """Yields what is trained on: problems that are at hand, and rows of files that are brought."""
    for problem in task.problem_set.stored():
        yield f"{problem.question}\n{problem.answer}"
    for place in recipe.brought().values():
        if Path(place).is_file() and Path(place).suffix in ENDINGS:
            for row in rows_of(Path(place)):
                yield "\n".join(texts_of(row))


def _is_apart(test: TaskSpec | None, train: TaskSpec) -> bool:
    return test is not None and test.problems != train.problems


def find_model(recipe: Recipe, at: Workplace, stages: Sequence[Stage]) -> tuple[Policy | None, str]:
    """Returns the model that the last stage starts from, if it is here already; makes none.

    Args:
        recipe: What would be run.
        at: Where.
        stages: The stages that would run.

    Returns:
        The policy; or None, with the reason.

    Raises:
        ModelNotFoundError: If a folder is named that holds no model.
    """
    known = dict(recipe.brought())
    ledger = Ledger(at.folder)
    for stage in stages:
        made = stage.found(at) or ledger.made(stage.name) or {}
        known |= {name: place for name, place in made.items() if Path(place).exists()}
    [model] = [n for n, kind in stages[-1].needs.items() if kind is Kind.MODEL][:1] or [""]
    if model not in known:
        return None, "there is no base model yet; training makes it"
    if model in recipe.brought() and not Path(unpack(known[model])).expanduser().is_dir():
        return None, f"{known[model]} is not on this machine as a folder"
    return at.policy(known[model]), ""


def check_groups(policy: Policy, task: TokenTask, recipe: Recipe, at: Workplace) -> Check:
    """Samples a few groups from the base model: do rewards differ within them?"""
    size, learner = len(task.problem_set), getattr(recipe, "learner", None) or LearnerConfig()
    problems = [task.problem_set[i * size // _GROUPS] for i in range(_GROUPS)]
    engine = at.engine(policy, recipe.rows)
    sampling = Sampling(task.max_tokens, learner.temperature)
    groups = play(engine, task, problems, max(2, learner.group_size), sampling, seed=0)
    episodes = task.score_trajectories([one for group in groups for one in group])
    try:
        check_failures(episodes, learner)
    except TrainingStopped as error:
        return Check("groups", Status.FAIL, str(error).removesuffix("."))
    varied = varied_groups(torch.tensor(rewards_of(episodes)).view(_GROUPS, -1))
    return check_variance(1 - float(varied.float().mean()), episodes)
