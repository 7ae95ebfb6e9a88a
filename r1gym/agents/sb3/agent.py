"""Stable-Baselines3's PPO and A2C, and two relatives of sb3-contrib, as agents.

The algorithms are theirs, unchanged; here are the environment, the network, settings that suit
episodes of a few tokens with one reward at the end, and the agents' protocol. A model is saved and
loaded by SB3's own means: ``agent.model.save(path)``.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from sb3_contrib import MaskablePPO, RecurrentPPO
from stable_baselines3 import A2C, PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.on_policy_algorithm import OnPolicyAlgorithm

from r1gym.agents.protocol import Budget, Progress, Report
from r1gym.agents.sb3.extractor import TokenExtractor, favour_occurring_tokens
from r1gym.agents.sb3.vec_env import TokenVecEnv
from r1gym.core.checks import check_number, check_whole
from r1gym.envs.task import Tokens, TokenTask
from r1gym.envs.token_space import space_of
from r1gym.envs.wrappers.action_mask import Mask

_NO_END = 10**15  # tokens
_ROWS = 1024
_PPO: dict[str, Any] = {
    "n_steps": 4,
    "batch_size": 1024,
    "n_epochs": 2,
    "learning_rate": 1e-3,
    "gae_lambda": 1.0,
    "ent_coef": 0.01,
}


class SB3Agent:
    """An on-policy algorithm of Stable-Baselines3.

    Args:
        task: The task; its spaces become those of the network.
        seed: The seed of the weights, the samples and the training problems.
        num_envs: Episodes side by side while learning.
        occurring_logit: How much likelier tokens of the prompt are at first, see
            `favour_occurring_tokens`.
        entropy_per_variance: The entropy bonus is ``ent_coef`` and this times the variance of the
            rewards of a rollout. While nothing is earned a large one would only wash that
            preference away; then a small one lets the policy settle on the answer that it found
            first; and once most is earned a large one keeps it from the rest.
        settings: Arguments of the algorithm's constructor, in place of the class's `defaults`.

    Attributes:
        model: SB3's model.
    """

    name: str
    algorithm: ClassVar[type[OnPolicyAlgorithm]]
    policy = "MlpPolicy"
    defaults: ClassVar[dict[str, Any]]

    def __init__(
        self,
        task: TokenTask,
        *,
        seed: int = 0,
        num_envs: int = _ROWS,
        occurring_logit: float = 5.0,
        entropy_per_variance: float = 0.15,
        **settings: Any,
    ) -> None:
        num_envs = check_whole("num_envs", num_envs, least=1)
        self._num_envs, self._seed = num_envs, check_whole("seed", seed, least=0)
        self._entropy_per_variance = check_number("entropy_per_variance", entropy_per_variance)
        self._mask = self._make_mask(task)
        settings = {**self.defaults, "gamma": 1.0, "seed": seed, "device": "cpu", **settings}
        network = {"features_extractor_class": TokenExtractor, "net_arch": []}
        rollout = num_envs * settings["n_steps"]
        settings.setdefault("stats_window_size", rollout)  # episodes in a report's mean
        if "batch_size" in settings:
            settings["batch_size"] = min(settings["batch_size"], rollout)
        settings["policy_kwargs"] = {**network, **settings.get("policy_kwargs", {})}
        # The network embeds tokens by itself. That changes what an observation is called, not what
        # is in it.
        self._as_numbers = {"categorical": False} if task.spec.categorical else {}
        env = TokenVecEnv(_Spaces(task, num_envs), self._mask)
        self.model = self.algorithm(self.policy, env, **settings)
        self._ent_coef: float = self.model.ent_coef
        self._start_policy(occurring_logit)
        self.start()

    def start(self) -> None:
        """Forgets the episode before."""
        self._state: Any = None
        self._begins = True

    def act(self, observation: Tokens) -> int:
        """Returns the likeliest token."""
        action, self._state = self._predict(observation)
        self._begins = False
        return int(action)

    def learn(
        self, env_id: str, env_kwargs: Mapping[str, Any], budget: Budget, report: Report
    ) -> None:
        """Learns from an environment's rewards; see `LearningAgent.learn`."""
        settings = {**env_kwargs, **self._as_numbers}
        envs = gym.make_vec(env_id, self._num_envs, autoreset_mode="SameStep", **settings)
        wrapped = TokenVecEnv(envs, self._mask)
        wrapped.seed(self._seed)
        self.model.set_env(wrapped)
        tokens = int(min(budget.tokens, _NO_END))
        reporter = _Reporter(budget, report, self._set_entropy_bonus)
        self.model.learn(tokens, reporter, reset_num_timesteps=False)
        envs.close()

    def _set_entropy_bonus(self, rewards: list[float]) -> None:
        bonus = self._entropy_per_variance * float(np.var(rewards))
        self.model.ent_coef = self._ent_coef + bonus

    def _make_mask(self, task: TokenTask) -> Mask | None:
        return None

    def _start_policy(self, occurring_logit: float) -> None:
        favour_occurring_tokens(self.model.policy, occurring_logit)

    def _predict(self, observation: Tokens) -> tuple[Any, Any]:
        return self.model.predict(observation, deterministic=True)


class PPOAgent(SB3Agent):
    """Proximal policy optimisation (Schulman et al. 2017, arXiv 1707.06347)."""

    name = "sb3_ppo"
    algorithm = PPO
    defaults: ClassVar[dict[str, Any]] = _PPO


class MaskablePPOAgent(SB3Agent):
    """PPO that chooses among allowed tokens only (Huang and Ontanon 2020, arXiv 2006.14171).

    Args:
        task: The task.
        allowed: The tokens of this text are allowed, and the end token.
        options: See `SB3Agent`.
    """

    name = "sb3_maskable_ppo"
    algorithm = MaskablePPO
    defaults: ClassVar[dict[str, Any]] = _PPO

    def __init__(
        self, task: TokenTask, *, allowed: str = "0123456789<answer></answer>", **options: Any
    ) -> None:
        self._allowed = allowed
        super().__init__(task, **options)

    def _make_mask(self, task: TokenTask) -> Mask | None:
        mask = np.zeros(task.tokenizer.vocab_size, np.bool_)
        mask[[*task.tokenizer.encode(self._allowed), task.tokenizer.eos_id]] = True
        return mask

    def _predict(self, observation: Tokens) -> tuple[Any, Any]:
        model: Any = self.model
        action, state = model.predict(observation, action_masks=self._mask, deterministic=True)
        return action, state


class RecurrentPPOAgent(SB3Agent):
    """PPO with an LSTM, which reads the features of the window at every step."""

    name = "sb3_recurrent_ppo"
    algorithm = RecurrentPPO
    policy = "MlpLstmPolicy"
    defaults: ClassVar[dict[str, Any]] = {**_PPO, "policy_kwargs": {"lstm_hidden_size": 128}}

    def _start_policy(self, occurring_logit: float) -> None:
        """Leaves the policy as it is: the LSTM stands between the features and the actions."""

    def _predict(self, observation: Tokens) -> tuple[Any, Any]:
        begins = np.array([self._begins])
        return self.model.predict(observation, self._state, begins, deterministic=True)


class A2CAgent(SB3Agent):
    """Advantage actor-critic (Mnih et al. 2016, arXiv 1602.01783), synchronous."""

    name = "sb3_a2c"
    algorithm = A2C
    defaults: ClassVar[dict[str, Any]] = {
        "n_steps": 4,
        "learning_rate": 1e-3,
        "ent_coef": 0.01,
        "use_rms_prop": False,
    }


class _Spaces(VectorEnv[Any, Any, Any]):
    """The spaces of a task without any episodes: what a model needs before it learns."""

    def __init__(self, task: TokenTask, num_envs: int) -> None:
        self.metadata = {"autoreset_mode": AutoresetMode.SAME_STEP}
        self.num_envs = num_envs
        self.single_observation_space = space_of(task.window, task.tokenizer.vocab_size, False)
        self.single_action_space = task.action_space


class _Reporter(BaseCallback):
    """Tells the report about progress before every rollout and at the end, and ends the learning.

    The time that reports take is not counted. The rewards of a rollout's episodes go to
    `on_rewards` before the update that follows it.
    """

    def __init__(
        self, budget: Budget, report: Report, on_rewards: Callable[[list[float]], None]
    ) -> None:
        super().__init__()
        self._budget, self._report, self._on_rewards = budget, report, on_rewards
        self._first = self._before = 0  # tokens at the start, and at the report before
        self._seconds = 0.0
        self._stop = False

    def _on_training_start(self) -> None:
        self._first = self._before = self.num_timesteps
        self._resumed = time.perf_counter()

    def _on_rollout_start(self) -> None:
        self._tell()

    def _on_step(self) -> bool:
        return not self._stop

    def _on_rollout_end(self) -> None:
        if rewards := self._rewards():
            self._on_rewards(rewards)

    def _on_training_end(self) -> None:
        self._tell()

    def _rewards(self) -> list[float]:
        return [episode["r"] for episode in self.model.ep_info_buffer or ()]

    def _tell(self) -> None:
        self._seconds += time.perf_counter() - self._resumed
        if self.num_timesteps > self._before and not self._stop:
            self._before = self.num_timesteps
            tokens = self.num_timesteps - self._first
            rewards = self._rewards()
            mean = sum(rewards) / len(rewards) if rewards else math.nan
            progress = Progress(tokens, self._seconds, mean)
            self._stop = bool(self._report(progress)) or self._seconds >= self._budget.seconds
            if self.model.ep_info_buffer is not None:
                self.model.ep_info_buffer.clear()
        self._resumed = time.perf_counter()
