"""Runs any agent on any environment: one way to play for both kinds of agents.

An agent that chooses tokens steps the environment; one that writes whole completions is handed the
prompts of the same episodes. Both are scored by the task, so the same text has the same score.
"""

from __future__ import annotations

from typing import Any

import gymnasium as gym
from gymnasium.vector import VectorEnv

from r1gym.agents.protocol import Agent, AnswerAgent, TokenAgent
from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Episode, Problem
from r1gym.envs.same_task import unchanged_task
from r1gym.envs.task import end_completion, task_of

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
        pairs = _answer(agent, env, episodes, seed)
    elif isinstance(agent, TokenAgent):
        task = unchanged_task(env, "run_episodes", stepped=True)
        pairs = _act(agent, env, episodes, seed)
    else:
        raise ConfigError(f"{agent!r} is no agent: it has neither act() nor answer().")
    scores = task.score_batch(pairs)
    return [Episode.single(*pair, score) for pair, score in zip(pairs, scores, strict=True)]


def _answer(
    agent: AnswerAgent, env: gym.Env[Any, Any], episodes: int, seed: int | None
) -> list[tuple[Problem, Completion]]:
    task = task_of(env)
    problems: list[Problem] = []
    prompts: list[str] = []
    for number in range(episodes):
        _, info = env.reset(seed=seed if number == 0 else None)
        problems.append(env.get_wrapper_attr("problem"))
        prompts.append(info["prompt"])
    completions: list[Completion] = []
    for start in range(0, episodes, _AT_ONCE):
        completions += agent.answer(prompts[start : start + _AT_ONCE], task.max_tokens)
    return list(zip(problems, completions, strict=True))


def _act(
    agent: TokenAgent, env: gym.Env[Any, Any], episodes: int, seed: int | None
) -> list[tuple[Problem, Completion]]:
    tokenizer = task_of(env).tokenizer
    start = getattr(agent, "start", None)
    pairs = []
    for number in range(episodes):
        observation, _ = env.reset(seed=seed if number == 0 else None)
        if start is not None:
            start()
        tokens: list[int] = []
        terminated = truncated = False
        while not (terminated or truncated):
            tokens.append(agent.act(observation))
            observation, _, terminated, truncated, _ = env.step(tokens[-1])
        completion = end_completion(tokenizer, tokens, truncated=not terminated)
        pairs.append((env.get_wrapper_attr("problem"), completion))
    return pairs
