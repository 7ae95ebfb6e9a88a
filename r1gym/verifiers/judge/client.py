"""Asking a chat model over HTTP: the `openai` client with our own retries, deadline and size limit.

The client's own retries are switched off: they know no total deadline. The answer is read in pieces
so that neither an endless nor a trickling one can hold up a run. A server that is slow or broken is
bounded so, to one more wait of `timeout` seconds; one that sets out to harm us is not.
"""

from __future__ import annotations

import json
import os
import random
import re
import time
import weakref
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from r1gym.core.errors import ConfigError
from r1gym.core.extras import install
from r1gym.verifiers.judge.reply import JudgeFailure

MOST_BYTES = 1 << 20
FIRST_WAIT, LONGEST_WAIT = 0.5, 8.0  # seconds before the first retry, and before any
_OWN_FIELDS = {"model", "messages", "temperature", "response_format", "stream", "n"}
_MAY_PASS = (408, 409, 429)  # beside all of 500 and up


class BadRequest(JudgeFailure):
    """The server understands the request and will not have it, for example its response_format."""


class _Passing(Exception):
    """A failure that may pass; `wait` is what the server asked for, in seconds."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


class ChatClient:
    """A chat-completions endpoint.

    Args:
        base_url: The endpoint, such as ``"http://localhost:8000/v1"``; None for the variable
            ``OPENAI_BASE_URL``, or else OpenAI's own.
        api_key: The key; it appears in no message.
        timeout: Seconds for one attempt.
        max_retries: How often to try again after a failure that may pass.
        who: Who answers there, for messages.

    Raises:
        ConfigError: If `openai` is not installed, or the URL is none.
    """

    def __init__(
        self,
        base_url: str | None,
        api_key: str,
        timeout: float,
        max_retries: int,
        who: str = "judge",
    ) -> None:
        try:
            import httpx2
            import openai
        except ImportError as error:
            raise ConfigError(
                f"The {who} needs the package openai 3 or later: {install('judge')}."
            ) from error
        self._errors = openai
        self._broken = (openai.APIConnectionError, httpx2.TransportError)
        try:
            self._client: Any = openai.OpenAI(base_url=base_url, api_key=api_key, max_retries=0)
        except Exception as error:  # whatever the HTTP library raises for a bad URL
            raise ConfigError(f"The {who}'s endpoint cannot be used: {error}.") from error
        # It refers to itself, so that the garbage collector may come to its sockets first.
        weakref.finalize(self, self._client.close)
        self.base_url = str(self._client.base_url)
        if not self.base_url.startswith(("http://", "https://")):
            raise ConfigError(
                f"The {who}'s endpoint, base_url or OPENAI_BASE_URL, must start with http:// or "
                f"https://, not {self.base_url!r}."
            )
        self._api_key, self._who = api_key, who
        self._timeout = timeout
        self._max_retries = max_retries
        self._random = random.Random()  # for waits alone; they leave no trace in the results

    def ask(self, body: Mapping[str, Any], stop: float) -> bytes:
        """Returns the server's answer to a request, after as many attempts as it takes.

        Args:
            body: The request: ``model``, ``messages`` and so on.
            stop: When to give up, on the clock of `time.monotonic`.

        Raises:
            BadRequest: If the server rejects the request (400 or 422).
            JudgeFailure: If there is no answer, and none can be hoped for in time.
        """
        for retry in range(self._max_retries + 1):
            try:
                return self._ask_once(body, min(self._timeout, stop - time.monotonic()))
            except _Passing as failure:
                backoff = min(FIRST_WAIT * 2**retry, LONGEST_WAIT)
                wait = max(failure.wait, backoff) * self._random.uniform(1.0, 1.25)
                reason = f"{failure} ({retry + 1} attempts)"
                if retry == self._max_retries or time.monotonic() + wait >= stop:
                    break
                time.sleep(wait)
        raise JudgeFailure(reason)

    def _ask_once(self, body: Mapping[str, Any], timeout: float) -> bytes:
        end = time.monotonic() + timeout
        answer = bytearray()
        create = self._client.chat.completions.with_streaming_response.create
        try:
            with create(**body, timeout=max(timeout, 0.01)) as response:
                for piece in response.iter_bytes():
                    answer += piece
                    if len(answer) > MOST_BYTES:
                        raise JudgeFailure(
                            f"the {self._who}'s answer is over {MOST_BYTES} bytes long"
                        )
                    if time.monotonic() > end:
                        raise _Passing(f"the {self._who}'s server took over {timeout:.3g} s")
        except self._broken as error:
            cause = error.__cause__ or error
            raise _Passing(
                self._explain(f"the {self._who}'s server cannot be reached", cause)
            ) from error
        except self._errors.APIStatusError as error:
            status = error.status_code
            reason = self._explain(f"the {self._who}'s server answered {status}", error)
            if status >= 500 or status in _MAY_PASS:
                raise _Passing(reason, _retry_after(error.response.headers)) from error
            raise (BadRequest if status in (400, 422) else JudgeFailure)(reason) from error
        except (JudgeFailure, _Passing):
            raise
        except Exception as error:  # whatever else the HTTP library raises
            raise JudgeFailure(
                self._explain(f"the {self._who} could not be asked", error)
            ) from error
        return bytes(answer)

    def _explain(self, what: str, error: BaseException) -> str:
        """Returns one line about an error, without the key: some servers repeat it."""
        why = " ".join(f"{type(error).__name__}: {error}".split())
        return f"{what}: {why.replace(self._api_key, '***')[:200]}"


def _retry_after(headers: Mapping[str, str]) -> float:
    """Returns the seconds that a server asks to wait: a number or a date (RFC 9110, 10.2.3)."""
    text = headers.get("retry-after", "")
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(text).timestamp() - time.time()
        except (ValueError, OverflowError):
            return 0.0
    return seconds if seconds > 0 else 0.0  # "nan" gives 0, "inf" ends the attempts


def check_extra(extra: object, who: str) -> dict[str, Any]:
    """Returns more fields of a request, if they are JSON values and none of our own.

    Raises:
        ConfigError: If they are not.
    """
    try:
        fields = dict(json.loads(json.dumps(extra or {}, allow_nan=False)))
    except (TypeError, ValueError):
        raise ConfigError(f"The {who}'s extra must be a mapping of JSON values.") from None
    if taken := sorted(_OWN_FIELDS & fields.keys()):
        raise ConfigError(f"The {who}'s extra must not hold {', '.join(taken)}: r1gym sets it.")
    return fields


def read_key(variable: object, who: str) -> str:
    """Returns the key that an environment variable holds; a stand-in for None.

    Raises:
        ConfigError: If it is no variable's name, or the variable holds nothing.
    """
    if variable is None:
        return "no-key-needed"  # the client insists on one
    if not isinstance(variable, str) or not re.fullmatch(r"[A-Z_][A-Z0-9_]*", variable):
        # The value is not repeated: it might be the key.
        raise ConfigError(
            f"The {who}'s api_key_env must be the name of an environment variable in capitals, "
            "such as OPENAI_API_KEY; the key itself belongs into that variable."
        )
    key = os.environ.get(variable, "").strip()
    if not key:
        raise ConfigError(
            f"The {who}'s key is missing: set the environment variable {variable}, name another "
            "in api_key_env, or set that to null for a server that needs no key."
        )
    return key
