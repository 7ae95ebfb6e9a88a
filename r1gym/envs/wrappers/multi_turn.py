"""Several tries at a problem: after an answer comes feedback or a tool's result, then the next try.

A turn is an episode of the token environment, whose prompt is all of the conversation so far. On a
screen (``render_mode="human"``) each turn is written anew, without the feedback.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import gymnasium as gym
import numpy as np
import numpy.typing as npt
from gymnasium.utils import RecordConstructorArgs

from r1gym.core.checks import check_share, check_whole
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Problem, Score, Verdict
from r1gym.envs.copies import CopiedWhole
from r1gym.envs.task import Tokens
from r1gym.envs.templates import dress
from r1gym.envs.token_env import EnvState
from r1gym.envs.wrappers.episode import check_tokens, question_tokens, token_env, written_ids

Respond = Callable[[Problem, str, Score], str | None]
_PARTS = ("reward/", "verdict/", "reason/")


def try_again(problem: Problem, completion: str, score: Score) -> str | None:
    """Returns what was wrong with an answer, by its verdict; None if it was right.

    It says nothing else, so the gold answer cannot leak. It has the form of a turn of the built-in
    templates. None as well if a grader failed: nothing is known that could be said.
    """
    fault = _FAULTS.get(score.verdict)
    return None if fault is None else f"\nUser: {fault} Try again. Assistant:"


_FAULTS = {
    Verdict.WRONG: "The answer is wrong.",
    Verdict.UNPARSEABLE: "There is no answer.",
    Verdict.TRUNCATED: "There is no answer within the limit.",
    Verdict.TIMEOUT: "The answer takes too long.",
}
RESPONDERS: dict[str, Respond] = {"try_again": try_again}


@dataclass(frozen=True, slots=True, eq=False)
class TurnState:
    """A snapshot of a MultiTurn, to be handed back to `restore_state` and to nothing else."""

    inner: EnvState
    turn: int
    agent_mask: npt.NDArray[np.bool_]


class MultiTurn(CopiedWhole, gym.Wrapper[Tokens, Any, Tokens, Any], RecordConstructorArgs):
    """Lets an agent answer several times, with feedback in between.

    When a completion ends, `respond` reads it with its score and returns a text, whose tokens are
    put into the observation behind the completion; the agent goes on after them. The episode ends
    with the last turn, or when `respond` returns None, and pays that turn's reward. The end token
    of a completion stays in the observation; a truncated turn has none, and may be followed by
    another as well.

    The info of a completion's last step holds, besides what the environment tells of the
    completion: ``turn`` (from 1), ``agent_mask`` (for each token of the window whether the agent
    wrote it) and, if there is another turn, ``feedback``. `clone_state` and `restore_state` are
    found by ``env.get_wrapper_attr("clone_state")``.

    Args:
        env: A token environment, perhaps within wrappers that leave its observations alone. Its
            `window` must have room for all turns.
        respond: A function of the problem, the completion's text and its score; or
            ``"try_again"``, which says what was wrong and ends after a right answer.
        turns: The most turns.
        feedback_tokens: The most tokens of a feedback, for which the window must have room.
        discount: What the reward is multiplied by for each turn after the first.

    Raises:
        UnknownNameError: If there is no built-in `respond` of that name.
        ConfigError: If a value is not allowed, or another wrapper has changed the observations.

    Example:
        >>> import gymnasium as gym
        >>> import r1gym
        >>> from r1gym.envs.wrappers import TextObservation, WholeAnswer
        >>> env = gym.make("r1/Math-v0", max_tokens=64, window=900)
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

    def __init__(
        self,
        env: gym.Env[Tokens, Any],
        respond: str | Respond = "try_again",
        turns: int = 3,
        *,
        feedback_tokens: int = 64,
        discount: float = 1.0,
    ) -> None:
        RecordConstructorArgs.__init__(
            self,
            respond=respond,
            turns=turns,
            feedback_tokens=feedback_tokens,
            discount=discount,
            _disable_deepcopy=True,  # of a function that may hold a tool or a model
        )
        gym.Wrapper.__init__(self, env)
        check_tokens(env, "MultiTurn")
        turns = check_whole("turns", turns, least=1)
        feedback_tokens = check_whole("feedback_tokens", feedback_tokens, least=1)
        discount = check_share("discount", discount)
        if isinstance(respond, str):
            if respond not in RESPONDERS:
                raise UnknownNameError("responder", respond, RESPONDERS)
            respond = RESPONDERS[respond]
        if not callable(respond):
            raise ConfigError(f"respond must be a name or a function, not {respond!r}.")
        self._base = token_env(env)
        self._task = self._base.task
        self._respond = respond
        self._turns = turns
        self._feedback_tokens = feedback_tokens
        self._discount = discount
        self._turn = 1
        self._agent_mask = np.zeros(self._task.window, np.bool_)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Tokens, dict[str, Any]]:
        """Starts an episode.

        Raises:
            ConfigError: If the window has no room for all turns.
        """
        observation, info = self.env.reset(seed=seed, options=options)
        room = self._turns * self._task.max_tokens + (self._turns - 1) * self._feedback_tokens
        if observation[-1] + room > self._task.window:
            empty = len(self._task.tokenizer.encode(dress(self._task.template, ""), special=True))
            enough = empty + self._task.problem_set.question_bytes + room
            raise ConfigError(
                f"{self._turns} turns of max_tokens={self._task.max_tokens} with "
                f"feedback_tokens={self._feedback_tokens} do not fit window={self._task.window}: "
                f"make the environment with window={enough}."
            )
        self._turn = 1
        self._agent_mask = np.zeros(self._task.window, np.bool_)
        return observation, info

    def step(self, action: Any) -> tuple[Tokens, float, bool, bool, dict[str, Any]]:
        """Steps the environment inside; where a completion ends, the next turn may begin.

        Raises:
            ConfigError: If the feedback is no text, or is too long.
        """
        observation, reward, terminated, truncated, info = self.env.step(action)
        reward = float(reward)
        if not (terminated or truncated):
            return observation, reward, terminated, truncated, info
        state = self._base.clone_state()
        self._agent_mask[state.prompt_length : state.observation[-1]] = True
        info |= {"turn": self._turn, "agent_mask": self._agent_mask.copy()}
        score = self._score(info)
        # What wrappers inside pay besides is no part of the answer's reward.
        answer = score.value or 0.0
        besides = reward - answer
        feedback = None
        if self._turn < self._turns:
            feedback = self._respond(self._base.problem, info["completion"], score)
        if feedback is None:
            pay = besides + self._discount ** (self._turn - 1) * answer
            return observation, pay, terminated, truncated, info
        info["feedback"] = feedback
        self._turn += 1
        return self._append(state, feedback), besides, False, False, info

    def clone_state(self) -> TurnState:
        """Returns a snapshot that `restore_state` brings back, any number of times."""
        inner = self.env.get_wrapper_attr("clone_state")()
        return TurnState(inner, self._turn, self._agent_mask.copy())

    def restore_state(self, state: TurnState) -> None:
        """Goes back to a snapshot of this environment or of one like it.

        Raises:
            ConfigError: If the snapshot has another tokenizer or window.
        """
        self.env.get_wrapper_attr("restore_state")(state.inner)
        self._turn, self._agent_mask = state.turn, state.agent_mask.copy()

    def render(self) -> Any:
        """Returns the conversation so far (``"ansi"``)."""
        if self._base.render_mode != "ansi":
            return self.env.render()
        problem = self._base.problem
        written = written_ids(self._base, question_tokens(self._task, problem))
        return dress(self._task.template, problem.question) + self._task.tokenizer.decode(written)

    def _score(self, info: dict[str, Any]) -> Score:
        """Returns the score that an episode's last info tells of; only failures have reasons."""
        parts = {}
        for name in self._task.reward.components:
            measured = {
                key.removesuffix(f"/{name}"): value
                for key, value in info.items()
                if key.endswith(f"/{name}") and not key.startswith(_PARTS)
            }
            verdict = Verdict(info[f"verdict/{name}"])
            reason = info.get(f"reason/{name}", "")
            parts[name] = Score(info.get(f"reward/{name}"), verdict, reason, info=measured)
        return self._task.reward.combine(parts)

    def _append(self, state: EnvState, feedback: str) -> Tokens:
        """Starts the next turn behind a feedback. Returns its observation."""
        if not isinstance(feedback, str):
            raise ConfigError(f"A feedback must be a text or None, not {feedback!r}.")
        ids = self._task.tokenizer.encode(feedback)
        if len(ids) > self._feedback_tokens:
            raise ConfigError(
                f"A feedback has {len(ids)} tokens, more than feedback_tokens="
                f"{self._feedback_tokens}: pass more, with a larger window, or shorten it."
            )
        observation: Tokens = state.observation.copy()
        length = int(observation[-1]) + len(ids)
        observation[length - len(ids) : length] = ids
        observation[-1] = length
        self._base.restore_state(
            replace(state, observation=observation, prompt_length=length, finished=False)
        )
        return observation
