"""Runs any agent on any environment: one way to play for both kinds of agents.

An agent that chooses tokens steps the environment; one that writes whole completions is handed the
prompts of the same episodes. Both are scored by the task, so the same text has the same score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import gymnasium as gym
from gymnasium.vector import VectorEnv

from r1gym.agents.protocol import Agent, AnswerAgent, TokenAgent
from r1gym.core.checks import check_whole
from r1gym.core.errors import ConfigError
from r1gym.core.types import Episode, Problem, Trajectory, Turn
from r1gym.envs.same_task import unchanged_task
from r1gym.envs.task import TokenTask
from r1gym.rollout.play import go_on

_AT_ONCE = 256  # prompts handed to an agent together


def run_episodes(
    agent: Agent, env: gym.Env[Any, Any], episodes: int, seed: int | None = None
) -> list[Episode]:
    """Plays episodes of an environment with an agent.

    With the same seed every agent is asked the same questions.

    Args:
        agent: The agent.
        env: A token environment. Wrappers may change what an agent that steps it sees, and nothing
            else: the score is that of the task.
        episodes: How many.
        seed: Seeds the choice of the problems; None goes on from where the environment is.

    Returns:
        The episodes in the order in which they were played.

    Raises:
        ConfigError: If it is no token environment, a wrapper changes more, or the agent is none.
    """
    if isinstance(agent, type):
        raise ConfigError(
            f"run_episodes plays with an agent, and {agent.__name__} is its class: give "
            f"{agent.__name__}(task_of(env))."
        )
    check_whole("episodes", episodes, least=1)
    if isinstance(env, VectorEnv):
        raise ConfigError("run_episodes plays one episode at a time: give it gym.make(...).")
    if isinstance(agent, AnswerAgent):
        task = unchanged_task(env, "run_episodes")
        played = _answer(agent, env, task, episodes, seed)
    elif isinstance(agent, TokenAgent):
        task = unchanged_task(env, "run_episodes", stepped=True)
        played = _act(agent, env, episodes, seed)
    else:
        raise ConfigError(f"{agent!r} is no agent: it has neither act() nor answer().")
    return task.score_trajectories(played)


def _answer(
    agent: AnswerAgent, env: gym.Env[Any, Any], task: TokenTask, episodes: int, seed: int | None
) -> list[Trajectory]:
    problems: list[Problem] = []
    prompts: list[str] = []
    for number in range(episodes):
        _, info = env.reset(seed=seed if number == 0 else None)
        problems.append(env.get_wrapper_attr("problem"))
        prompts.append(info["prompt"])
    played: list[Trajectory] = []
    for start in range(0, episodes, _AT_ONCE):
        chunk = slice(start, start + _AT_ONCE)
        played += _converse(agent, task, problems[chunk], prompts[chunk])
    return played


def _converse(
    agent: AnswerAgent, task: TokenTask, problems: Sequence[Problem], prompts: Sequence[str]
) -> list[Trajectory]:
    """Lets an agent that reads and writes texts play all turns."""
    answers = agent.answer(prompts, task.max_tokens)
    asked: dict[tuple[int, ...], str] = {}  # a prompt's text by its tokens
    played = []
    for problem, prompt, answer in zip(problems, prompts, answers, strict=True):
        ids = tuple(task.encode_prompt(problem))
        asked[ids] = prompt
        played.append(replace(Trajectory.single(problem, answer), prompt_ids=ids))

    def write(waiting: Sequence[Trajectory], number: int) -> list[Turn]:
        texts = [asked[t.prompt_ids] + "".join(turn.text for turn in t.turns) for t in waiting]
        found = agent.answer(texts, task.max_tokens)
        return [Turn(c.text, c.token_ids, c.logprobs, c.truncated) for c in found]

    go_on(task, played, write)
    return played


def _act(
    agent: TokenAgent, env: gym.Env[Any, Any], episodes: int, seed: int | None
) -> list[Trajectory]:
    start = getattr(agent, "start", None)
    played = []
    for number in range(episodes):
        observation, _ = env.reset(seed=seed if number == 0 else None)
        if start is not None:
            start()
        terminated = truncated = False
        while not (terminated or truncated):
            observation, _, terminated, truncated, _ = env.step(agent.act(observation))
        played.append(env.get_wrapper_attr("trajectory"))
    return played
