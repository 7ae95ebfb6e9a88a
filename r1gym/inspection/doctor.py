"""The doctor: makes every check of a training run, without training."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

from r1gym.agents.episodes import check_failures
from r1gym.agents.grpo.advantage import varied_groups
from r1gym.agents.grpo.trainer import rewards
from r1gym.core.errors import R1GymError, TrainingStopped
from r1gym.envs.task import TokenTask, task_of
from r1gym.evaluation.preflight import Check, Status, check_variance, examine, is_fit
from r1gym.evaluation.preflight.data import check_shared
from r1gym.evaluation.preflight.model import check_model
from r1gym.evaluation.preflight.sample import asks_somebody, sample
from r1gym.evaluation.preflight.votes import check_votes
from r1gym.models.checkpoint import latest_checkpoint
from r1gym.models.policy import Policy, load_policy
from r1gym.recipes.r1_zero import (
    R1ZeroConfig,
    base_folder,
    check_limit,
    check_problems,
    make_env,
    make_task,
)
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling
from r1gym.rollout.play import play

_GROUPS = 8


@dataclass(frozen=True)
class DoctorConfig(R1ZeroConfig):
    """Check what a training run with the same options would stand on; exits with 1 on a failure."""


def diagnose(config: R1ZeroConfig, runs: Path = Path("runs")) -> list[Check]:
    """Checks a training run's problems, rewards, template, tokenizer and base model.

    Args:
        config: The run's configuration.
        runs: The folder of all runs, where a base model may lie.

    Returns:
        The checks, failed ones included. A configuration that no environment can be made from is
        one of them.
    """
    try:
        check_problems(config)
        policy, why = find_base(config, runs)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # the checks say it, in a line each
            env = make_env(config, policy.tokenizer.name if policy else config.model, "train")
    except R1GymError as error:
        return [Check("configuration", Status.FAIL, str(error).removesuffix("."))]
    checks = [Check("configuration", Status.OK, "problems, rewards and template are known")]
    checks += [*examine(env), *check_limit(config)]
    task = task_of(env)
    if config.eval_problems:
        test = make_task(config, task.tokenizer.name, "test")
        checks.append(check_shared(task.problem_set, test.problem_set))
    if policy is not None:
        checks += check_model(policy, task)
    if not is_fit(checks):
        return [*checks, Check("groups", Status.NOT_CHECKED, "mend the failures first")]
    if not asks_somebody(task):
        checks.append(check_votes(task, sample(task)))
    if policy is None:
        names = ("model", "sampler and trainer", "groups")
        return [*checks, *(Check(name, Status.NOT_CHECKED, why) for name in names)]
    return [*checks, check_groups(policy, task, config)]


def find_base(config: R1ZeroConfig, runs: Path) -> tuple[Policy | None, str]:
    """Returns the base model if it is here already, or None with the reason; makes none.

    Raises:
        ModelNotFoundError: If a folder is named that holds no model.
    """
    if config.model == "tiny":
        checkpoint = latest_checkpoint(base_folder(config, runs) / "checkpoints")
        if checkpoint is None or checkpoint.name != f"step-{config.base.sft.steps:06d}":
            return None, "there is no base model yet; training makes it"
        return load_policy(str(checkpoint), config.device, config.dtype), ""
    if not Path(config.model).expanduser().is_dir():
        return None, f"{config.model} is not on this machine as a folder"
    return load_policy(config.model, config.device, config.dtype), ""


def check_groups(policy: Policy, task: TokenTask, config: R1ZeroConfig) -> Check:
    """Samples a few groups from the base model: do rewards differ within them?"""
    size, grpo = len(task.problem_set), config.grpo
    problems = [task.problem_set[i * size // _GROUPS] for i in range(_GROUPS)]
    engine = EmbeddedEngine(policy, grpo.rollout_rows)
    sampling = Sampling(grpo.max_tokens, grpo.temperature)
    groups = play(engine, task, problems, grpo.group_size, sampling, seed=0)
    episodes = task.score_trajectories([one for group in groups for one in group])
    try:
        check_failures(episodes, grpo)
    except TrainingStopped as error:
        return Check("groups", Status.FAIL, str(error).removesuffix("."))
    varied = varied_groups(rewards(episodes, grpo))
    return check_variance(1 - float(varied.float().mean()), episodes)
