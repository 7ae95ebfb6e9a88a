"""Several tries at a problem, by a wrapper: a thin name for the environment's interaction.

It leaves ``step`` and ``reset`` alone and gives the environment inside an interaction, so that
agents which sample whole completions play its turns as well.
"""

from __future__ import annotations

from typing import Any

import gymnasium as gym
from gymnasium.utils import RecordConstructorArgs

from r1gym.core.errors import ConfigError
from r1gym.envs.copies import CopiedWhole
from r1gym.envs.interactions import load_interaction
from r1gym.envs.interactions.try_again import Respond, Responding
from r1gym.envs.task import Tokens
from r1gym.envs.wrappers.episode import check_tokens, token_env


class MultiTurn(CopiedWhole, gym.Wrapper[Tokens, Any, Tokens, Any], RecordConstructorArgs):
    """Lets an agent answer several times, with feedback in between, see `TokenEnv`.

    The same as ``gym.make(..., interaction={"type": "try_again", "turns": 3})``, and besides a way
    to give a function of your own.

    Args:
        env: A token environment, perhaps within wrappers that leave its observations alone. A
            `window` given to it must have room for all turns.
        respond: A function of the problem, the completion's text and its score; or the name of an
            interaction: ``"try_again"`` says what was wrong and ends after a right answer.
        turns: The most turns.
        feedback_tokens: The most tokens of a feedback, for which the window must have room.
        discount: What the reward is multiplied by for each turn after the first.

    Raises:
        UnknownNameError: If there is no interaction of that name.
        ConfigError: If a value is not allowed, or another wrapper has changed the observations.

    Example:
        >>> import gymnasium as gym
        >>> import r1gym
        >>> from r1gym.envs.wrappers import TextObservation, WholeAnswer
        >>> env = gym.make("r1/Math-v0", max_tokens=64)
        >>> env = MultiTurn(env, turns=2, discount=0.5)
        >>> env = WholeAnswer(TextObservation(env))
        >>> text, info = env.reset(seed=0)
        >>> text, reward, terminated, truncated, info = env.step("<answer>-1</answer>")
        >>> print(text[text.index("<answer>") :])
        <answer>-1</answer>
        User: The answer is wrong. Try again. Assistant:
        >>> env.step(f"<answer>{env.unwrapped.problem.answer}</answer>")[1:4]
        (0.5, True, False)
    """

    same_task = True

    def __init__(
        self,
        env: gym.Env[Tokens, Any],
        respond: str | Respond = "try_again",
        turns: int = 3,
        *,
        feedback_tokens: int = 64,
        discount: float = 1.0,
    ) -> None:
        limits = {"turns": turns, "feedback_tokens": feedback_tokens, "discount": discount}
        RecordConstructorArgs.__init__(
            self,
            respond=respond,
            **limits,
            _disable_deepcopy=True,  # of a function that may hold a tool or a model
        )
        gym.Wrapper.__init__(self, env)
        check_tokens(env, "MultiTurn")
        if isinstance(respond, str):
            interaction = load_interaction({"type": respond, **limits})
        elif callable(respond):
            interaction = load_interaction(Responding(respond, turns, feedback_tokens, discount))
        else:
            raise ConfigError(f"respond must be a name or a function, not {respond!r}.")
        assert interaction is not None
        token_env(env).converse(interaction)
