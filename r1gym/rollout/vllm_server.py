"""The engine ``vllm_server``: vLLM in a process of its own, spoken to over HTTP in token ids.

It starts the server, on this machine's loopback address and nowhere else, or takes one that runs.
Weights go through a file, so a server elsewhere must see the same temporary folder. Left out:
streams; a call waits for all of its turns.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from torch import Tensor

from r1gym.core.checks import check_least, check_most
from r1gym.core.errors import ConfigError, TrainingStopped
from r1gym.models.policy import Policy
from r1gym.rollout.vllm_base import (
    LOADER,
    WEIGHTS,
    Sampled,
    VLLMBase,
    VLLMOptions,
    read_options,
    write_model,
    write_weights,
)
from r1gym.rollout.vllm_process import ServerProcess, check_installed

_HOST = "127.0.0.1"
_MOST_CALLS = 128  # at the same time
_MOST_SECONDS = 3600.0  # for an answer: a server that hangs is to stop a run one day
_NO_PROXY = build_opener(ProxyHandler({}))


@dataclass(frozen=True)
class VLLMServerOptions(VLLMOptions):
    """Options of the engine ``vllm_server``, beside those of ``vllm``.

    Attributes:
        url: A server that runs, such as http://127.0.0.1:8000; one is started if empty.
        port: The port of the one that is started; any that is free if 0.
        tensor_parallel_size: GPUs that the model is cut up for.
    """

    url: str = ""
    port: int = 0
    tensor_parallel_size: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        check_least(self, {"port": 0, "tensor_parallel_size": 1})
        check_most(self, {"port": 65535})
        if self.url and not self.url.startswith(("http://", "https://")):
            raise ConfigError(f"url must begin with http:// or https://, not {self.url!r:.60}.")
        given = [f.name for f in fields(self) if getattr(self, f.name) != f.default]
        others = [name for name in given if name not in ("url", "sleep")]
        if self.url and others:
            raise ConfigError(
                f"The engine option {others[0]} is for a server that is started here: leave it "
                "out beside url, and start yours with it."
            )

    def arguments(self, policy: Policy, rows: int) -> dict[str, Any]:
        """Returns vLLM's own arguments."""
        sizes = {"tensor_parallel_size": self.tensor_parallel_size}
        return super().arguments(policy, rows) | sizes


class VLLMServerEngine(VLLMBase):
    """Samples with a vLLM server.

    Args:
        policy: The policy, whose weights are sent there.
        rows: The most turns that are sampled side by side.
        options: See `VLLMServerOptions`.

    Raises:
        ConfigError: If the server cannot be started, or cannot take weights.
    """

    options: VLLMServerOptions
    _process: ServerProcess | None

    def __init__(self, policy: Policy, rows: int = 512, **options: Any) -> None:
        self.options = self.check_options(options)
        arguments = self.options.arguments(policy, rows)
        super().__init__(policy, rows)
        self.url, self._process = self.options.url.rstrip("/"), None
        try:
            if not self.url:
                self._start(policy, arguments)
            self._check()
            self.load(policy, 0)
        except BaseException:
            self.close()
            raise

    @staticmethod
    def check_options(options: Mapping[str, Any]) -> VLLMServerOptions:
        """Returns the options; see `read_options`."""
        found: VLLMServerOptions = read_options(VLLMServerOptions(), options)
        if not found.url:
            check_installed()
        return found

    @property
    def most_tokens(self) -> int | None:
        """The context that the server was started with."""
        return self._most_tokens

    def close(self) -> None:
        """Ends the server that was started here. A second call does nothing."""
        super().close()
        if self._process is not None:
            self._process.end()
            self._process = None

    def _start(self, policy: Policy, arguments: Mapping[str, Any]) -> None:
        port = free_port(self.options.port)
        write_model(policy, self.folder)
        self.url = f"http://{_HOST}:{port}"
        place = {"host": _HOST, "port": port, "tokens_only": True}
        self._process = ServerProcess(self.folder, place | dict(arguments))
        self._process.wait(lambda: self._answers("/health"))

    def _check(self) -> None:
        """Finds out what a server can that may be anybody's."""
        how = (
            f"start it by VLLM_SERVER_DEV_MODE=1 vllm serve FOLDER --host {_HOST} --tokens-only "
            f"--logprobs-mode processed_logprobs --worker-extension-cls {LOADER}"
        )
        try:
            self._most_tokens = int(self._call("/v1/models")["data"][0]["max_model_len"])
            [state] = {json.dumps(one) for one in self._rpc("trained_state")}
        except (TrainingStopped, LookupError, TypeError, ValueError) as error:
            raise ConfigError(f"No weights can be sent to {self.url} ({error}): {how}.") from error
        if json.loads(state)["logprobs"] != "processed_logprobs":
            raise ConfigError(
                f"The server at {self.url} tells log-probs of another distribution than it samples "
                f"from: {how}."
            )

    def _sample(
        self,
        prompts: Sequence[Sequence[int]],
        n: int,
        settings: Mapping[str, Any],
        seeds: Sequence[int],
    ) -> list[list[Sampled]]:
        most = min(n, self.rows)  # that the server takes at once
        parts = [
            (list(prompt), {**settings, "n": min(most, n - start), "seed": seed + start})
            for prompt, seed in zip(prompts, seeds, strict=True)
            for start in range(0, n, most)
        ]
        with ThreadPoolExecutor(min(len(parts), _MOST_CALLS)) as threads:
            found = list(threads.map(lambda part: self._ask(*part), parts))
        flat = [sample for part in found for sample in part]
        return [flat[place : place + n] for place in range(0, len(flat), n)]

    def _ask(self, prompt: Sequence[int], sampling: Mapping[str, Any]) -> list[Sampled]:
        body = {"token_ids": prompt, "sampling_params": sampling}
        choices = self._call("/inference/v1/generate", body)["choices"]
        choices.sort(key=lambda choice: choice["index"])
        return [
            (choice["token_ids"], [one["logprob"] for one in choice["logprobs"]["content"]])
            for choice in choices
        ]

    def _load(self, weights: Iterator[tuple[str, Tensor]], version: int) -> int:
        file = self.folder / f"sent-{WEIGHTS}"
        write_weights(weights, file)
        loaded = {int(one) for one in self._rpc("load_trained_file", str(file), version)}
        file.unlink()
        if not self._call("/reset_prefix_cache", {})["success"]:
            raise TrainingStopped(f"The server at {self.url} goes on with what it had computed.")
        return min(loaded)

    def _rest(self) -> None:
        self._call("/sleep?level=1", {})

    def _wake(self) -> None:
        self._call("/wake_up", {})

    def _rpc(self, method: str, *arguments: Any) -> list[Any]:
        answer = self._call("/collective_rpc", {"method": method, "args": arguments})
        return list(answer["results"])

    def _answers(self, path: str) -> bool:
        try:
            self._call(path)
        except TrainingStopped:
            return False
        return True

    def _call(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Returns a server's answer: to a question if there is no body, else to an order."""
        data = None if body is None else json.dumps(body).encode()
        try:
            request = Request(self.url + path, data, {"Content-Type": "application/json"})
            with _NO_PROXY.open(request, timeout=_MOST_SECONDS) as response:
                text = response.read()
            return json.loads(text) if text else None
        except HTTPError as error:
            raise TrainingStopped(
                f"vLLM's server refuses {path}: {error.code} {_message(error.read())}"
            ) from error
        except (URLError, OSError, ValueError) as error:
            log = f"; its log is {self._process.log}" if self._process else ""
            reason = getattr(error, "reason", error)
            raise TrainingStopped(
                f"No vLLM server answers at {self.url} ({reason}){log}"
            ) from error


def free_port(wanted: int) -> int:
    """Returns a port of the loopback address that nobody listens at, `wanted` if that is above 0.

    Raises:
        ConfigError: If it is in use.
    """
    with socket.socket() as probe:
        # As servers do: what a server that has ended left behind is no server.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, wanted))
        except OSError as error:
            raise ConfigError(
                f"The port {wanted} cannot be used ({error.strerror}): name another by "
                f"""--engine-options '{{"port": {wanted + 1 if wanted < 65535 else 8000}}}', or """
                "leave it out for one that is free."
            ) from error
        return int(probe.getsockname()[1])


def _message(body: bytes) -> str:
    """Returns what an error's body says, in a line."""
    try:
        found = json.loads(body)
        text = found.get("error", {}).get("message") or found.get("detail") or str(found)
    except (ValueError, AttributeError):
        text = body.decode(errors="replace")
    return " ".join(str(text).split())[:200]
