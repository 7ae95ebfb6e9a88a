"""Whether a policy, an environment and a learner's configuration go together."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import torch

from r1gym.agents.learner_config import LearnerConfig
from r1gym.core.errors import ConfigError
from r1gym.envs.same_task import unchanged_task
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.envs.tokenizers import are_same
from r1gym.models.policy import Policy
from r1gym.rollout.engine import shares_weights


def check_policy(policy: object, agent: str) -> None:
    """Raises ConfigError if what an agent is to train is no policy, or in float16."""
    if isinstance(policy, Policy):
        if policy.dtype is torch.float16:
            raise ConfigError(
                f"{agent} cannot train in float16, whose smallest gradients are 0: take bfloat16 "
                'or float32, policy.to("cuda", "bfloat16").'
            )
        return
    what = "a model's name" if isinstance(policy, str) else f"a {type(policy).__name__}"
    name = repr(policy) if isinstance(policy, str) else "FOLDER_OR_HUB_ID"
    raise ConfigError(
        f"{agent} trains a Policy, a model with its tokenizer, and got {what}: pass "
        f"r1gym.models.policy.load_policy({name})."
    )


def find_task(
    env: str | gym.Env[Any, Any] | TokenTask | TaskSpec,
    policy: Policy,
    config: LearnerConfig,
    agent: str,
) -> TokenTask:
    """Returns the environment's task, which must speak the policy's tokens.

    Raises:
        ConfigError: If it is none, or does not fit the policy or the configuration.
    """
    if isinstance(env, str):
        env = TaskSpec(
            env=env, tokenizer=policy.tokenizer.name, max_tokens=config.max_tokens
        ).make()
    if isinstance(env, TaskSpec):
        env = env.make() if env.env else TokenTask(env)
    if not isinstance(env, TokenTask | gym.Env | gym.vector.VectorEnv):
        raise ConfigError(
            f"{agent} needs an environment's id, an environment, a task or a spec, not {env!r:.60}."
        )
    task = env if isinstance(env, TokenTask) else unchanged_task(env, agent)
    if not are_same(task.tokenizer, policy.tokenizer):
        raise ConfigError(
            f"The environment has the tokenizer {task.tokenizer.name!r} and the policy "
            f"{policy.tokenizer.name!r}: make it with tokenizer={policy.tokenizer.name!r}."
        )
    if task.max_tokens != config.max_tokens:
        raise ConfigError(
            f"The environment ends completions at {task.max_tokens} tokens and {agent} at "
            f"{config.max_tokens}: give both the same max_tokens."
        )
    return task


def check_staleness(config: LearnerConfig, engine: object) -> None:
    """Raises ConfigError if an engine, or its class, cannot sample with older weights."""
    if config.staleness and shares_weights(engine):
        raise ConfigError(
            f"{config.prefix}.staleness needs an engine with weights of its own, such as ray or "
            "vllm_server: this one samples with those that are being trained."
        )
