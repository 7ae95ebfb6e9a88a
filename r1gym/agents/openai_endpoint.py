"""Any model behind an OpenAI-compatible endpoint (OpenAI, vLLM, llama.cpp, ...) as an agent.

A prompt that the server will not answer ends the run with one clear line: a made-up empty answer
would count against the model. Left out: log-probabilities, which servers give for tokens of their
own, and reasoning that a server hides.
"""

from __future__ import annotations

import os
import socket
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from r1gym.core.checks import check_flag, check_number, check_whole
from r1gym.core.errors import ConfigError, R1GymError
from r1gym.core.extras import needs
from r1gym.core.types import Completion
from r1gym.envs.task import TokenTask

_CONNECTS = 10.0  # seconds to connect, of which `timeout` is no part
_STOPPED_BY = ("stop_reason", "matched_stop")  # what vLLM and SGLang call it
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Continuation:
    """What a served model wrote behind a text.

    Attributes:
        text: What it wrote; most servers leave out the stop text.
        truncated: Whether the token limit ended it.
        stopped: The stop text that ended it, if the server tells.
        tells: Whether the server tells what ended it.
        tokens: Tokens that the server counts; None if it does not.
    """

    text: str
    truncated: bool = False
    stopped: str | None = None
    tells: bool = False
    tokens: int | None = None


def check_reachable(url: str) -> None:
    """Tries to connect to an endpoint, once: its client would try for minutes and say nothing.

    Behind a proxy nothing is tried, since it is the proxy that connects.

    Raises:
        R1GymError: If nobody is there.
    """
    place = urlsplit(url)
    host = place.hostname or ""
    proxies = getproxies()
    if not {place.scheme, "all"}.isdisjoint(proxies) and not proxy_bypass(host):
        return
    try:
        port = place.port or (443 if place.scheme == "https" else 80)
        socket.create_connection((host, port), _CONNECTS).close()
    except (OSError, ValueError) as error:
        raise R1GymError(
            f"Nobody answers at {url} ({error}): start the server, or check the address."
        ) from error


class OpenAIEndpoint:
    """Asks a served model.

    Args:
        task: The task; the prompts hold all that is needed of it.
        model: The model's name at the endpoint.
        base_url: The endpoint, such as ``"http://localhost:8000/v1"``; None for the variable
            ``OPENAI_BASE_URL``, or else OpenAI's own.
        chat: True to send a prompt as a user's message; False to send it as a text to go on with
            (``/completions``), which is right for base models.
        temperature: The sampling temperature; None for the server's own.
        limit: The request's field for the most tokens: servers know ``max_completion_tokens``,
            ``max_tokens`` or both. None stands for the newer one in a chat, else the older one.
        extra: More fields of the request, such as ``{"top_p": 0.95}``.
        api_key_env: The environment variable that holds the key; None for a server without keys.
        concurrency: The most requests at once.
        timeout: Seconds for one attempt.
        max_retries: How often to try again after a failure that may pass.
        seed: Sent as ``seed`` with the first prompt, its successors with the others: servers that
            know the field repeat their answers.

    Raises:
        ConfigError: If there is no model or no key, or a value is not allowed.
    """

    name = "openai"

    def __init__(
        self,
        task: TokenTask,
        *,
        model: str = "",
        base_url: str | None = None,
        chat: bool = True,
        temperature: float | None = None,
        limit: str | None = None,
        extra: Mapping[str, Any] | None = None,
        api_key_env: str | None = "OPENAI_API_KEY",
        concurrency: int = 8,
        timeout: float = 600.0,
        max_retries: int = 4,
        seed: int = 0,
    ) -> None:
        if not model:
            raise ConfigError("The agent 'openai' needs a model: its name at the endpoint.")
        key = "none" if api_key_env is None else os.environ.get(api_key_env)
        if not key:
            raise ConfigError(
                f"The agent 'openai' needs a key in the environment variable {api_key_env}; "
                "set api_key_env to null for a server that needs none."
            )
        self.concurrency = check_whole("concurrency", concurrency, least=1)
        check_whole("max_retries", max_retries, least=0)
        check_number("timeout", timeout, above=0)
        with needs("judge", "A model behind an endpoint"):  # here: evaluations of others do without
            import openai
        self._error = openai.OpenAIError
        waits = openai.Timeout(timeout, connect=min(timeout, _CONNECTS))
        self._client = openai.OpenAI(
            base_url=base_url, api_key=key, timeout=waits, max_retries=max_retries
        )
        weakref.finalize(self, self._client.close)  # a cycle of its own keeps it open else
        self._key = key
        self._chat = check_flag("chat", chat)
        limit = limit or ("max_completion_tokens" if chat else "max_tokens")
        self._limit = limit
        self._fields: dict[str, Any] = {"model": model, **(extra or {})}
        if temperature is not None:
            self._fields["temperature"] = check_number("temperature", temperature, least=0)
        self._seed = check_whole("seed", seed, least=0)

    def answer(self, prompts: Sequence[str], max_tokens: int) -> list[Completion]:
        """Returns a completion of each prompt, without tokens: they would be the server's.

        Raises:
            R1GymError: If the server does not answer.
        """
        return [completion for completion, _ in self.counted(prompts, max_tokens)]

    def counted(
        self, prompts: Sequence[str], max_tokens: int
    ) -> list[tuple[Completion, int | None]]:
        """Returns what `answer` does, each with its tokens as the server counts them, if it does.

        Raises:
            R1GymError: If the server does not answer.
        """
        first, self._seed = self._seed, self._seed + len(prompts)
        bodies = [
            {**self._fields, self._limit: max_tokens, "seed": first + number}
            for number in range(len(prompts))
        ]
        with ThreadPoolExecutor(self.concurrency) as pool:
            return list(pool.map(self._ask, prompts, bodies))

    def go_on(
        self,
        texts: Sequence[str],
        limits: Sequence[int],
        stop: Sequence[str],
        seeds: Sequence[int],
    ) -> list[Continuation]:
        """Returns what the model writes behind each text; `chat` must be False.

        Args:
            texts: The texts.
            limits: The most tokens behind each.
            stop: Texts that end a continuation.
            seeds: Sent with each.

        Raises:
            R1GymError: If the server does not answer.
        """
        fields = self._fields | ({"stop": list(stop)} if stop else {})
        bodies = [
            {**fields, self._limit: limit, "seed": seed}
            for limit, seed in zip(limits, seeds, strict=True)
        ]
        with ThreadPoolExecutor(self.concurrency) as pool:
            return list(pool.map(partial(self._asked, self._ask_text), texts, bodies))

    def _ask(self, prompt: str, body: dict[str, Any]) -> tuple[Completion, int | None]:
        if self._chat:
            return self._asked(self._ask_chat, prompt, body)
        found = self._asked(self._ask_text, prompt, body)
        return Completion(found.text, truncated=found.truncated), found.tokens

    def _asked(self, ask: Callable[..., Answer], prompt: str, body: dict[str, Any]) -> Answer:
        try:
            return ask(prompt, body)
        except self._error as error:
            why = " ".join(f"{type(error).__name__}: {error}".split())
            why = why.replace(self._key, "***")[:300]  # some servers repeat the key
            raise R1GymError(
                f"The endpoint {self._client.base_url} gave no answer ({why})."
            ) from error
        except (LookupError, TypeError, AttributeError) as error:
            raise R1GymError(
                f"The endpoint {self._client.base_url} sent no completion: "
                "check that its path is that of an OpenAI-compatible server, mostly /v1."
            ) from error

    def _ask_text(self, prompt: str, body: dict[str, Any]) -> Continuation:
        found = self._client.completions.create(
            prompt=prompt, model=body.pop("model"), extra_body=body
        )
        choice = found.choices[0]
        more = choice.model_extra or {}
        told = next((more[name] for name in _STOPPED_BY if name in more), None)
        return Continuation(
            choice.text,
            choice.finish_reason == "length",
            told if isinstance(told, str) else None,  # a number is an end token
            any(name in more for name in _STOPPED_BY),
            None if found.usage is None else found.usage.completion_tokens,
        )

    def _ask_chat(self, prompt: str, body: dict[str, Any]) -> tuple[Completion, int | None]:
        answer = self._client.chat.completions.create(
            messages=[{"role": "user", "content": prompt}],
            model=body.pop("model"),
            extra_body=body,
        )
        choice = answer.choices[0]
        text = choice.message.content or ""
        # Servers that take the thinking out of the text hand it over beside it.
        thinking = getattr(choice.message, "reasoning_content", None)
        if thinking:
            text = f"<think>{thinking}</think>{text}"
        return Completion(text, truncated=choice.finish_reason == "length"), _tokens(answer)


def _tokens(answer: Any) -> int | None:
    """Returns how many tokens a server says that it has written; None if it does not say."""
    found = getattr(getattr(answer, "usage", None), "completion_tokens", None)
    return found if isinstance(found, int) else None
