"""A model behind an OpenAI-compatible endpoint as a writer of steps: it goes on with texts.

The texts are turned into tokens of the task's tokenizer for step scorers; what was sampled is what
the server counts, or else those.
Whether a model ended by itself or at a stop text servers tell in fields of their own, or not at
all; where they do not, an answer has ended if nothing was written or ``</answer>`` was. Cut by
tokens there is nothing to tell apart. Left out: log-probabilities, so that priors are counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from r1gym.agents.openai_endpoint import Continuation, OpenAIEndpoint
from r1gym.agents.search.protocol import Prefix, Step
from r1gym.agents.search.steps import Cut
from r1gym.core.errors import ConfigError
from r1gym.core.seeds import mixed
from r1gym.core.types import Completion
from r1gym.envs.task import TokenTask
from r1gym.verifiers.response import ANSWER_CLOSE


class EndpointWriter:
    """Lets a served model write.

    Args:
        task: The task, whose tokenizer counts.
        options: Those of `r1gym.agents.openai_endpoint.OpenAIEndpoint`.

    Raises:
        ConfigError: If an option is not allowed; a chat cannot go on in the middle of an answer.
    """

    def __init__(self, task: TokenTask, **options: Any) -> None:
        if options.get("chat"):
            raise ConfigError(
                "Search goes on with texts, which a chat cannot: leave out chat, and give a model "
                "that is served at /completions."
            )
        self._endpoint = OpenAIEndpoint(task, **{**options, "chat": False})
        self._tokenizer = task.tokenizer

    def begin(self, prompt: str) -> Prefix:
        """Returns a prompt with nothing behind it."""
        return Prefix(prompt, tuple(self._tokenizer.encode(prompt, special=True)))

    def write(
        self, prefixes: Sequence[Prefix], n: int, cut: Cut, most: int, seed: int
    ) -> list[list[Step]]:
        """Asks for `n` steps behind each prefix, each in a request of its own."""
        texts, limits = [], []
        for prefix in prefixes:
            left = most - prefix.sampled
            texts += [prefix.prompt + _text(prefix)] * n
            limits += [left if cut.tokens is None else min(cut.tokens, left)] * n
        seeds = [mixed(seed, number) % 2**31 for number in range(len(texts))]
        found = self._endpoint.go_on(texts, limits, cut.stop, seeds)
        steps = [self._step(one, cut) for one in found]
        return [steps[i : i + n] for i in range(0, len(steps), n)]

    def completion(self, prefix: Prefix) -> Completion:
        """Returns the steps as a completion, without tokens: they would be the server's."""
        return Completion(_text(prefix), truncated=not prefix.ended)

    def _step(self, found: Continuation, cut: Cut) -> Step:
        text, stopped = found.text, found.stopped
        ended = not found.truncated and stopped is None
        if ended and not found.tells and cut.stop and text and ANSWER_CLOSE not in text:
            ended, stopped = False, cut.stop[0]
        if stopped is not None and not text.endswith(stopped):
            text += stopped  # which most servers cut off
        ids = tuple(self._tokenizer.encode(text))
        return Step(text, ids, None, ended, len(ids) if found.tokens is None else found.tokens)


def _text(prefix: Prefix) -> str:
    return "".join(step.text for step in prefix.steps)
