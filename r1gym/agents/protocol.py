"""What an agent is, so that any of them runs on any ``r1/*`` environment, and their names.

Left out: a base class. An agent is whatever has the methods.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, runtime_checkable

from r1gym.core.checks import check_least
from r1gym.core.errors import ConfigError
from r1gym.core.registry import Registry
from r1gym.core.types import Completion
from r1gym.envs.task import Tokens


@dataclass(frozen=True)
class Budget:
    """How long an agent may learn: until one of these is used up.

    Attributes:
        tokens: Tokens of completions, counted as steps of the environment.
        seconds: Seconds of learning. What `report` takes does not count.
    """

    tokens: float = float("inf")
    seconds: float = float("inf")

    def __post_init__(self) -> None:
        check_least(self, {"tokens": 1, "seconds": 0}, prefix="budget.")
        if self.tokens == self.seconds == float("inf"):
            raise ConfigError("A budget needs a number of tokens or of seconds.")


@dataclass(frozen=True)
class Progress:
    """How far an agent has come in one call of `learn`.

    Attributes:
        tokens: Tokens so far.
        seconds: Seconds so far, without those of the reports.
        reward: The mean reward of the training episodes since the report before; NaN if none ended.
    """

    tokens: int
    seconds: float
    reward: float


Report = Callable[[Progress], bool | None]
"""Is called between two updates and may evaluate the agent. Returns True to end the learning."""


@runtime_checkable
class TokenAgent(Protocol):
    """An agent that chooses one token at a time, as any Gymnasium agent does.

    It may also have ``start()``, which is called when an episode begins, if it remembers anything.
    """

    name: str

    def act(self, observation: Tokens) -> int:
        """Returns the next token."""


@runtime_checkable
class AnswerAgent(Protocol):
    """An agent that writes whole completions."""

    name: str

    def answer(self, prompts: Sequence[str], max_tokens: int) -> list[Completion]:
        """Returns a completion of each prompt, in order.

        Args:
            prompts: The texts that a policy is shown, templates included (``info["prompt"]``).
            max_tokens: The most tokens of a completion, as the agent counts them.
        """


Agent = TokenAgent | AnswerAgent


@runtime_checkable
class LearningAgent(Protocol):
    """An agent of either kind that learns."""

    name: str

    def learn(
        self, env_id: str, env_kwargs: Mapping[str, Any], budget: Budget, report: Report
    ) -> None:
        """Learns from an environment's rewards, from where it stands.

        Args:
            env_id: The environment's id.
            env_kwargs: Its keyword arguments: the agent may make as many as it wants.
            budget: When to end.
            report: Is told about progress after every update, the last one included.
        """


AGENTS: Registry[Callable[..., Agent]] = Registry(
    "agent",
    group="r1gym.agents",
    wants="a class or a function that makes an agent",
    fits=callable,
    built_in={
        "best_of_n": "r1gym.agents.best_of_n:BestOfN [train]",
        "distill": "r1gym.agents.trained:DistillationAgent [train]",
        "expert_iteration": "r1gym.agents.trained:ExpertIterationAgent [train]",
        "greedy": "r1gym.agents.language_model:Greedy [train]",
        "grpo": "r1gym.agents.trained:GRPOAgent [train]",
        "mcts": "r1gym.agents.search.agent:MCTSAgent [train]",
        "openai": "r1gym.agents.openai_endpoint:OpenAIEndpoint [judge]",
        "ppo": "r1gym.agents.trained:PPOAgent [train]",
        "reinforce": "r1gym.agents.trained:REINFORCEAgent [train]",
        "rloo": "r1gym.agents.trained:RLOOAgent [train]",
        "sampled": "r1gym.agents.language_model:Sampled [train]",
        "sb3_a2c": "r1gym.agents.sb3.agent:A2CAgent [sb3]",
        "sb3_maskable_ppo": "r1gym.agents.sb3.agent:MaskablePPOAgent [sb3]",
        "sb3_ppo": "r1gym.agents.sb3.agent:PPOAgent [sb3]",
        "sb3_recurrent_ppo": "r1gym.agents.sb3.agent:RecurrentPPOAgent [sb3]",
        "step_beam": "r1gym.agents.search.agent:StepBeamAgent [train]",
        "uniform": "r1gym.agents.uniform:Uniform",
    },
)
"""Agents by name. Each is called with the `TokenTask` that it is for, ``seed=`` and its options."""

Factory = TypeVar("Factory", bound=Callable[..., Agent])


def register_agent(name: str) -> Callable[[Factory], Factory]:
    """Returns a class decorator that makes an agent available under `name`.

    Args:
        name: The name that users write.

    Raises:
        ConfigError: If another agent has the name.

    Example:
        >>> @register_agent("hasty")
        ... class Hasty:
        ...     name = "hasty"
        ...
        ...     def __init__(self, task, *, seed=0):
        ...         self.end = task.tokenizer.eos_id
        ...
        ...     def act(self, observation):
        ...         return self.end
    """

    def add(factory: Factory) -> Factory:
        AGENTS.register(name)(factory)
        return factory

    return add
