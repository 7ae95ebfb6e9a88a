"""A model behind an OpenAI-compatible endpoint, as what an evaluation samples from.

The server's chat template dresses the question, and its tokenizer counts the tokens. Every request
has a seed of its own, which servers that know the field keep to. Left out: log-probabilities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from r1gym.agents.openai_endpoint import OpenAIEndpoint, check_reachable
from r1gym.core.checks import check_text, check_whole
from r1gym.core.errors import ConfigError
from r1gym.core.types import Problem, Trajectory
from r1gym.envs.task import TokenTask
from r1gym.envs.templates import dress
from r1gym.rollout.engine import Sampling

_CONCURRENCY = 8  # if nobody says
_REQUESTS = 4  # sampled together, for each that is on its way
_OURS = ("model", "base_url", "temperature", "seed")


class Endpoint:
    """Samples from a served model.

    Args:
        url: The endpoint, such as ``"http://localhost:8000/v1"``.
        model: The model's name there.
        options: More options of `OpenAIEndpoint`: ``{"api_key_env": null, "concurrency": 32}``.

    Raises:
        ConfigError: If no model is named, or an option is ours to set.
    """

    most_tokens = None  # the server knows

    def __init__(self, url: str, model: str, options: Mapping[str, Any] | None = None) -> None:
        if not check_text("model", model, "the model's name at the endpoint"):
            raise ConfigError(f"Say which model of {url} is meant: --model NAME.")
        self._given: dict[str, Any] = {"api_key_env": None, "concurrency": _CONCURRENCY} | dict(
            options or {}
        )
        self._concurrency = check_whole("concurrency", self._given["concurrency"], least=1)
        if taken := [name for name in _OURS if name in self._given]:
            raise ConfigError(f"The option {taken[0]!r} of an endpoint has an option of its own.")
        self._given |= {"base_url": url, "model": model}
        self._is_reached = False

    def at_once(self, n: int) -> int:
        """Returns how many questions keep the server busy, `n` times each."""
        return max(1, _REQUESTS * self._concurrency // n)

    def sample(
        self, task: TokenTask, problems: Sequence[Problem], n: int, sampling: Sampling, seed: int
    ) -> list[list[tuple[Trajectory, int]]]:
        """Returns `n` answers to each problem with their tokens.

        Raises:
            ConfigError: If the task has several turns.
            R1GymError: If the server does not answer.
        """
        if task.turns > 1:
            raise ConfigError("A task of several turns is not played at an endpoint.")
        if not self._is_reached:
            check_reachable(self._given["base_url"])
            self._is_reached = True
        extra = {"top_p": sampling.top_p} | dict(self._given.get("extra") or {})
        given = self._given | {"extra": extra, "temperature": sampling.temperature}
        agent = OpenAIEndpoint(task, **given, seed=seed % 2**31)
        prompts = [dress(task.template, p.question) for p in problems for _ in range(n)]
        answers = iter(agent.counted(prompts, sampling.max_tokens))
        return [[self._told(task, p, *next(answers)) for _ in range(n)] for p in problems]

    def _told(
        self, task: TokenTask, problem: Problem, completion: Any, tokens: int | None
    ) -> tuple[Trajectory, int]:
        if tokens is None:  # of no tokenizer but ours is anything known
            tokens = len(task.tokenizer.encode(completion.text))
        return Trajectory.single(problem, completion), tokens
