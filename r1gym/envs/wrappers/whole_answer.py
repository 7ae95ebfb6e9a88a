"""A whole completion as one action, as an agent that writes texts would have it."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
from gymnasium.error import InvalidAction
from gymnasium.spaces import Discrete
from gymnasium.utils import RecordConstructorArgs

from r1gym.core.errors import ConfigError
from r1gym.envs.copies import CopiedWhole
from r1gym.envs.wrappers.episode import token_env
from r1gym.envs.wrappers.text_space import UnicodeText, longest_token


class WholeAnswer(CopiedWhole, gym.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Makes one step of one completion.

    The text is encoded, and its tokens and then the end token are stepped in the environment
    inside. So it earns what its tokens earn, whatever wrappers are there: the end token terminates,
    and a text of `max_tokens` tokens or more leaves no room for it and is truncated. Around a
    `MultiTurn` a step is a turn. The observation stays what it is inside: the prompt after a reset,
    with the completion after a step.

    Args:
        env: A token environment.

    Raises:
        ConfigError: If an action of the environment is no token.

    Example:
        >>> import gymnasium as gym
        >>> import r1gym
        >>> env = WholeAnswer(gym.make("r1/Math-v0"))
        >>> observation, info = env.reset(seed=0)
        >>> answer = env.unwrapped.problem.answer
        >>> env.step(f"<think>I see.</think><answer>{answer}</answer>")[1:4]
        (1.1, True, False)
    """

    same_task = True

    def __init__(self, env: gym.Env[Any, Any]) -> None:
        RecordConstructorArgs.__init__(self)
        gym.Wrapper.__init__(self, env)
        task = token_env(env).task
        if not isinstance(env.action_space, Discrete):
            raise ConfigError(
                f"WholeAnswer steps tokens, but an action of {env} is {env.action_space}."
            )
        self._tokenizer = task.tokenizer
        # Samples leave room for the end token, so that random ones are whole answers as well.
        self.action_space = UnicodeText(
            task.max_tokens * longest_token(task.tokenizer.name), sample_length=task.max_tokens - 1
        )

    def step(self, action: str) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Writes a completion.

        Returns:
            What the last of its tokens returns, with the sum of their rewards.

        Raises:
            InvalidAction: If the action is not a text.
            ResetNeeded: If there is no running episode.
        """
        if not isinstance(action, str):
            raise InvalidAction(f"An action must be a text, not {action!r}.")
        total, process, masked = 0.0, [], False
        for token in [*self._tokenizer.encode(action), self._tokenizer.eos_id]:
            observation, reward, terminated, truncated, info = self.env.step(token)
            total += float(reward)
            if "process_reward" in info:
                process.append(info["process_reward"])
                masked |= info["process_masked"]
            # A completion has ended as well where a conversation goes on.
            if terminated or truncated or "completion" in info:
                break
        if process:  # a ProcessReward is inside
            info |= {"process_reward": sum(process), "process_masked": masked}
        return observation, total, terminated, truncated, info
