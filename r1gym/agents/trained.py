"""A language model that learns, as an agent: GRPO, its relatives, PPO with a critic.

The algorithms are those of this package, unchanged; here is what lets them run next to any other
agent under one budget.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import gymnasium as gym

from r1gym.agents.distill import DistillConfig, OnPolicyDistillation
from r1gym.agents.expert_iteration import ExpertIteration, ExpertIterationConfig
from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.grpo.trainer import GRPO
from r1gym.agents.language_model import Sampled
from r1gym.agents.learner import Learner
from r1gym.agents.learner_config import LearnerConfig
from r1gym.agents.ppo.config import PPOConfig
from r1gym.agents.ppo.trainer import PPO
from r1gym.agents.protocol import AGENTS, Budget, Progress, Report
from r1gym.agents.reinforce import REINFORCEConfig, RLOOConfig
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.envs.task import TokenTask
from r1gym.models.policy import Policy

_NO_END = 10**9  # steps
_OURS = ("grpo", "rloo", "reinforce", "ppo", "expert_iteration", "distill")


class _Enough(Exception):
    """The budget is used up."""


class Trained(Sampled):
    """A language model with the algorithm that trains it.

    Args:
        task: The task, which must have the model's tokenizer.
        model: A folder or a hub id, or a loaded policy, which is trained in place.
        temperature: Divides the logits when it answers; training has a temperature of its own.
        top_p: The nucleus when it answers.
        device: A torch device.
        dtype: The type to compute in.
        seed: The seed of the training problems and of the sampling.
        settings: Settings of the algorithm's configuration, such as ``learning_rate``.

    Raises:
        UnknownNameError: If the algorithm has no such setting.
    """

    algorithm: ClassVar[type[Learner[Any, Any]]]
    config: ClassVar[LearnerConfig]

    def __init__(
        self,
        task: TokenTask,
        *,
        model: str | Policy = "",
        temperature: float = 0.6,
        top_p: float = 0.95,
        device: str = "cpu",
        dtype: str = "float32",
        seed: int = 0,
        **settings: Any,
    ) -> None:
        super().__init__(
            task, model=model, temperature=temperature, top_p=top_p,
            device=device, dtype=dtype, seed=seed,
        )  # fmt: skip
        known = set(type(self.config).__dataclass_fields__) - {"steps"}  # the budget ends it
        for name in settings:
            if name not in known:
                raise UnknownNameError(f"setting of {self.name}", name, known)
        settings = {"max_tokens": task.max_tokens, **settings}
        self._config = replace(self.config, steps=_NO_END, **settings)
        self._seed = seed

    def learn(
        self, env_id: str, env_kwargs: Mapping[str, Any], budget: Budget, report: Report
    ) -> None:
        """Trains the model; see `LearningAgent.learn`."""
        env = gym.make(env_id, disable_env_checker=True, **env_kwargs)
        trainer = self.algorithm(self._engine.policy, env, self._config, self._seed, self._engine)
        seconds, started = 0.0, time.perf_counter()

        def after_step(trainer: Learner[Any, Any], _: Any, metrics: dict[str, float]) -> None:
            nonlocal seconds, started
            seconds += time.perf_counter() - started
            reward = metrics["rollout/ep_rew_mean"]
            stop = report(Progress(trainer.tokens, seconds, reward))
            if stop or trainer.tokens >= budget.tokens or seconds >= budget.seconds:
                raise _Enough
            started = time.perf_counter()

        try:
            trainer.learn([after_step], progress_bar=False)  # the budget ends it
        except _Enough:
            env.close()


def find_algorithm(name: str) -> type[Trained]:
    """Returns the agent of a name that trains a language model: its algorithm and configuration.

    Raises:
        UnknownNameError: If there is no agent of that name.
        ConfigError: If it trains no language model by a learner of this package's kind.
    """
    agent = AGENTS.get(name)
    if not (isinstance(agent, type) and issubclass(agent, Trained)):
        raise ConfigError(
            f"The agent {name!r} is no algorithm that a recipe trains with: those are subclasses "
            f"of Trained, such as {', '.join(_OURS)}."
        )
    return agent


class GRPOAgent(Trained):
    """GRPO (report section 2.2.1)."""

    name = "grpo"
    algorithm, config = GRPO, GRPOConfig(questions=16, learning_rate=2.4e-4)


class RLOOAgent(Trained):
    """REINFORCE leave-one-out."""

    name = "rloo"
    algorithm, config = GRPO, RLOOConfig(questions=16, learning_rate=2.4e-4)


class REINFORCEAgent(Trained):
    """REINFORCE with the step's mean reward as baseline."""

    name = "reinforce"
    algorithm, config = GRPO, REINFORCEConfig(questions=16, learning_rate=2.4e-4)


class PPOAgent(Trained):
    """PPO with a critic of the policy's size (report appendix A.3)."""

    name = "ppo"
    algorithm = PPO
    config = PPOConfig(questions=16, learning_rate=2.4e-4, critic_learning_rate=1e-3)


class ExpertIterationAgent(Trained):
    """Expert iteration."""

    name = "expert_iteration"
    algorithm, config = ExpertIteration, ExpertIterationConfig(questions=16, learning_rate=2.4e-4)


class DistillationAgent(Trained):
    """On-policy distillation; it needs a teacher."""

    name = "distill"
    algorithm, config = OnPolicyDistillation, DistillConfig(learning_rate=3e-3)
