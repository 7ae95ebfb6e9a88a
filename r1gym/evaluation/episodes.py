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
from r1gym.core.errors import ConfigError
from r1gym.core.types import Episode, Problem, Trajectory
from r1gym.envs.same_task import unchanged_task
from r1gym.envs.task import TokenTask

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
    played = [
        replace(Trajectory.single(*pair), prompt_ids=tuple(task.encode_prompt(pair[0])))
        for pair in zip(problems, answers, strict=True)
    ]
    waiting = list(range(len(played)))
    for _ in range(1, task.turns):
        scores = task.score_batch([(played[i].problem, played[i].completion) for i in waiting])
        going_on = []
        for i, score in zip(waiting, scores, strict=True):
            answer = task.answer_to(played[i], score)
            if answer is None:
                played[i] = replace(played[i], graded=score)
            else:
                played[i] = replace(played[i], turns=(*played[i].turns, answer))
                going_on.append(i)
        if not going_on:
            break
        texts = [prompts[i] + "".join(turn.text for turn in played[i].turns) for i in going_on]
        for i, next_ in zip(going_on, agent.answer(texts, task.max_tokens), strict=True):
            turns = Trajectory.single(played[i].problem, next_).turns
            played[i] = replace(played[i], turns=(*played[i].turns, *turns))
        waiting = going_on
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
