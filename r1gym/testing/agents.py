"""The promises of an agent, for authors of agents.

Left out: whether it learns anything; `r1gym bench agents` shows that.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import gymnasium as gym

from r1gym.agents.protocol import (
    AGENTS,
    Agent,
    AnswerAgent,
    Budget,
    LearningAgent,
    Progress,
    TokenAgent,
)
from r1gym.core.errors import ConfigError, R1GymError
from r1gym.core.types import Completion
from r1gym.envs.task import TokenTask, task_of
from r1gym.evaluation.episodes import run_episodes

_ENV = "r1/Math-v0"
_SMALL = {"problems": {"arithmetic": [1]}, "max_tokens": 8}
_EPISODES = 4


def check_agent(
    agent: str | Callable[..., Agent],
    *,
    options: Mapping[str, Any] | None = None,
    env: str = _ENV,
    env_kwargs: Mapping[str, Any] | None = None,
    tokens: int = 64,
) -> None:
    """Checks that an agent plays, and learns if it does, as benches and evaluations want it.

    It is made with a task and a seed; it acts with the tokens that there are, or answers every
    prompt within the limit, whatever the prompts; one that learns reports its progress, ends when
    its budget is used up or when it is told to, and plays afterwards.

    Args:
        agent: A registered name, or what makes it.
        options: Keyword arguments of its own, such as ``model=``.
        env: The environment's id.
        env_kwargs: Its keyword arguments; short sums by default.
        tokens: How many tokens one that learns may learn from.

    Raises:
        AssertionError: With one line that names the promise that is broken.
        UnknownNameError: If there is no agent of that name.
        ConfigError: If it is neither a name nor something that makes an agent.

    Example:
        >>> check_agent("uniform")
    """
    factory = AGENTS.get(agent) if isinstance(agent, str) else agent
    if not callable(factory):
        raise ConfigError(f"check_agent takes a name, or what makes an agent, not {agent!r:.60}.")
    kwargs = dict(_SMALL if env_kwargs is None else env_kwargs)
    made = gym.make(env, split="test", disable_env_checker=True, **kwargs)
    task = task_of(made)
    player = _make(factory, task, options or {})
    assert isinstance(getattr(player, "name", None), str), "an agent has a name, a text"
    assert isinstance(player, TokenAgent | AnswerAgent), "an agent has act() or answer()"
    try:
        _check_playing(player, made, task)
        if isinstance(player, LearningAgent):
            _check_learning(player, env, {**kwargs, "split": "train"}, tokens)
            _check_playing(player, made, task)
    except (AssertionError, R1GymError):
        raise
    except Exception as error:  # an author's agent may fail in any way
        where = traceback.extract_tb(error.__traceback__)[-1]
        why = " ".join(f"{type(error).__name__}: {error}".split())
        place = f"{Path(where.filename).name}, line {where.lineno}"
        raise AssertionError(f"an agent must not raise, and it raised {why} ({place})") from error
    finally:
        made.close()


def _make(factory: Callable[..., Agent], task: TokenTask, options: Mapping[str, Any]) -> Agent:
    try:
        return factory(task, seed=1, **options)
    except R1GymError:
        raise
    except TypeError as error:
        raise AssertionError(
            f"an agent is made with a task, seed= and its options: {error}"
        ) from error


def _check_playing(agent: Agent, env: gym.Env[Any, Any], task: TokenTask) -> None:
    if isinstance(agent, AnswerAgent):
        _check_answers(agent, env, task)
    else:
        observation, _ = env.reset(seed=0)
        token = agent.act(observation)
        assert env.action_space.contains(token), (
            f"act() returns a token of the action space, a whole number below "
            f"{task.tokenizer.vocab_size}, not {token!r}"
        )
    episodes = run_episodes(agent, env, _EPISODES, seed=0)
    assert len(episodes) == _EPISODES, "every episode comes to an end"


def _check_answers(agent: AnswerAgent, env: gym.Env[Any, Any], task: TokenTask) -> None:
    prompts = [env.reset(seed=seed)[1]["prompt"] for seed in range(3)]
    assert list(agent.answer([], task.max_tokens)) == [], "no prompts have no answers"
    answers = agent.answer(prompts, task.max_tokens)
    assert len(answers) == len(prompts), f"{len(prompts)} prompts have {len(answers)} answers"
    for answer in answers:
        assert isinstance(answer, Completion), f"an answer is a Completion, not {answer!r:.60}"
        length = len(answer.token_ids)
        assert length <= task.max_tokens, f"an answer has {length} tokens of {task.max_tokens}"
        assert answer.logprobs is None or len(answer.logprobs) == length, (
            "there is a log-prob for each token, or none at all"
        )
    assert len(agent.answer(prompts[:1], task.max_tokens)) == 1, "one prompt has one answer"


def _check_learning(agent: LearningAgent, env: str, kwargs: Mapping[str, Any], tokens: int) -> None:
    seen: list[Progress] = []

    def report(progress: Progress) -> bool:
        assert isinstance(progress, Progress), f"report() is told a Progress, not {progress!r:.60}"
        seen.append(progress)
        return False

    agent.learn(env, kwargs, Budget(tokens=tokens), report)
    assert seen, "learn() reports its progress after every update"
    counts = [one.tokens for one in seen]
    assert counts == sorted(counts), f"tokens never become fewer: {counts[:5]}"
    assert counts[-1] >= tokens, f"learn() ended after {counts[-1]} tokens of a budget of {tokens}"
    before = len(seen)

    def stop(progress: Progress) -> bool:
        seen.append(progress)
        return True

    agent.learn(env, kwargs, Budget(tokens=100 * tokens), stop)
    assert len(seen) == before + 1, "learn() ends when a report returns True"
