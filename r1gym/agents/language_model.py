"""A language model as an agent: the likeliest completion, or one sampled from it.

It learns by other agents' means: GRPO and PPO train the same policies.
"""

from __future__ import annotations

from collections.abc import Sequence

from r1gym.core.checks import check_whole
from r1gym.core.errors import ConfigError
from r1gym.core.seeds import mixed
from r1gym.core.types import Completion
from r1gym.envs.chat import ChatTemplate
from r1gym.envs.task import TokenTask
from r1gym.models.fit import check_fit
from r1gym.models.policy import Policy, load_policy
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling
from r1gym.rollout.play import complete


class Sampled:
    """Samples completions from a language model.

    Args:
        task: The task, which must have the model's tokenizer.
        model: A folder or a hub id, or a loaded policy.
        temperature: Divides the logits; 0 takes the likeliest token.
        top_p: The nucleus.
        device: A torch device.
        dtype: The type to compute in, ``"float32"`` or ``"bfloat16"``.
        seed: The seed of the sampling.

    Raises:
        ConfigError: If there is no model, it has another tokenizer, or a value is not allowed.
        ModelNotFoundError: If the model cannot be loaded.
    """

    name = "sampled"

    def __init__(
        self,
        task: TokenTask,
        *,
        model: str | Policy = "",
        temperature: float = 1.0,
        top_p: float = 1.0,
        device: str = "cpu",
        dtype: str = "float32",
        seed: int = 0,
    ) -> None:
        Sampling(1, temperature, top_p)  # checks these two
        seed = check_whole("seed", seed, least=0)
        self._engine = EmbeddedEngine(load_for(task, self.name, model, device, dtype))
        self._special = not isinstance(task.template, ChatTemplate)  # that writes its BOS itself
        self._temperature, self._top_p = temperature, top_p
        self._seed, self._calls = seed, 0

    def answer(self, prompts: Sequence[str], max_tokens: int) -> list[Completion]:
        """Returns a completion of each prompt, with its tokens and their log-probabilities."""
        tokenizer = self._engine.policy.tokenizer
        ids = [tokenizer.encode(prompt, special=self._special) for prompt in prompts]
        sampling = Sampling(max_tokens, self._temperature, self._top_p)
        self._calls += 1
        groups = complete(self._engine, ids, 1, sampling, mixed(self._seed, self._calls))
        return [
            Completion(turn.text, turn.token_ids, turn.logprobs, turn.truncated)
            for [turn] in groups
        ]


def load_for(task: TokenTask, agent: str, model: str | Policy, device: str, dtype: str) -> Policy:
    """Returns the policy of an agent for a task.

    Args:
        task: The task.
        agent: The agent's name.
        model: A folder or a hub id, or a loaded policy.
        device: A torch device.
        dtype: The type to compute in.

    Raises:
        ConfigError: If there is no model, it has another tokenizer, or does not fit the task.
        ModelNotFoundError: If it cannot be loaded.
    """
    if not model:
        raise ConfigError(f"The agent {agent!r} needs a model: a folder or a hub id.")
    policy = model if isinstance(model, Policy) else load_policy(model, device, dtype)
    if policy.tokenizer.vocab_size != task.tokenizer.vocab_size:
        raise ConfigError(
            f"The model has the tokenizer {policy.tokenizer.name!r} and the environment "
            f"{task.tokenizer.name!r}: make it with tokenizer={policy.tokenizer.name!r}."
        )
    check_fit(policy, task)
    return policy


class Greedy(Sampled):
    """Takes the likeliest token at every step.

    Args:
        task: The task, which must have the model's tokenizer.
        model: A folder or a hub id, or a loaded policy.
        device: A torch device.
        dtype: The type to compute in.
        seed: Has no effect; every agent takes one.
    """

    name = "greedy"

    def __init__(
        self,
        task: TokenTask,
        *,
        model: str | Policy = "",
        device: str = "cpu",
        dtype: str = "float32",
        seed: int = 0,
    ) -> None:
        super().__init__(task, model=model, temperature=0.0, device=device, dtype=dtype, seed=seed)
