import json
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import gymnasium as gym
import pytest

import r1gym  # noqa: F401
from r1gym.agents.openai_endpoint import OpenAIEndpoint, check_reachable
from r1gym.core.errors import ConfigError, R1GymError
from r1gym.core.types import Verdict
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask, task_of
from r1gym.evaluation.episodes import run_episodes


class Server(ThreadingHTTPServer):
    """A real endpoint: `reply(path, request)` gives an answer, or a status."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests, self.keys = [], []
        self.reply = lambda path, request: chat("hm")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append((self.path, request))
        self.server.keys.append(self.headers["authorization"])
        answer = self.server.reply(self.path, request)
        if isinstance(answer, int):
            status, body = answer, {"error": {"message": f"no, {self.server.keys[-1]}"}}
        else:
            status, body = 200, answer
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def chat(content, finish="stop", **message):
    message = {"role": "assistant", "content": content, **message}
    choice = {"index": 0, "finish_reason": finish, "message": message}
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [choice],
    }


def solve(prompt):
    a, product = prompt.removeprefix("User: Solve ").removesuffix(". Assistant:").split("*x=")
    return f"<answer>{int(product) // int(a)}</answer>"


@pytest.fixture(autouse=True, scope="module")
def _one_tls_context():
    """Reading the system's certificates costs 25 ms a client, and nothing here uses them."""
    context = ssl.create_default_context()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", lambda *args, **options: context)
        yield


@pytest.fixture
def server(monkeypatch):
    for name in ("OPENAI_BASE_URL", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-Secret123")
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def env():
    return gym.make("r1/Math-v0", problems={"equations": [1]}, max_tokens=24)


def make(env, server, **options):
    return OpenAIEndpoint(task_of(env), model="m", base_url=server.url, **options)


def test_it_plays_episodes_over_http(env, server):
    server.reply = lambda path, request: chat(solve(request["messages"][0]["content"]))
    episodes = run_episodes(make(env, server, temperature=0.5), env, 20, seed=0)
    assert {e.score.verdict for e in episodes} == {Verdict.CORRECT}
    path, request = server.requests[0]
    assert path == "/v1/chat/completions"
    assert (request["model"], request["temperature"]) == ("m", 0.5)
    assert request["max_completion_tokens"] == 24
    assert sorted(request["seed"] for _, request in server.requests) == list(range(20))
    assert set(server.keys) == {"Bearer sk-Secret123"}


def test_base_models_are_sent_the_text_to_go_on_with(env, server):
    def reply(path, request):
        text = solve(request["prompt"])
        choice = {"index": 0, "finish_reason": "length", "text": text, "logprobs": None}
        return {"id": "x", "object": "text_completion", "created": 0, "model": "m"} | {
            "choices": [choice]
        }

    server.reply = reply
    agent = make(env, server, chat=False, extra={"top_p": 0.9})
    episodes = run_episodes(agent, env, 3, seed=0)
    assert all(e.score.value and e.completion.truncated for e in episodes)
    path, request = server.requests[0]
    assert path == "/v1/completions"
    assert (request["max_tokens"], request["top_p"]) == (24, 0.9)
    assert "temperature" not in request


def test_thinking_beside_the_text_comes_back_into_it(env, server):
    server.reply = lambda path, request: chat("<answer>1</answer>", reasoning_content="So.")
    (completion,) = make(env, server).answer(["?"], 24)
    assert completion.text == "<think>So.</think><answer>1</answer>"
    server.reply = lambda path, request: chat(None, "length")
    (completion,) = make(env, server).answer(["?"], 24)
    assert (completion.text, completion.truncated) == ("", True)


def test_answers_stand_in_the_order_of_the_prompts(env, server):
    server.reply = lambda path, request: chat(request["messages"][0]["content"])
    prompts = [f"prompt {number}" for number in range(30)]
    texts = [c.text for c in make(env, server, concurrency=5).answer(prompts, 8)]
    assert texts == prompts


def test_a_failure_that_passes_is_tried_again(env, server):
    replies = [500, chat("now")]
    server.reply = lambda path, request: replies.pop(0)
    (completion,) = make(env, server, max_retries=1).answer(["?"], 8)
    assert completion.text == "now"


@pytest.mark.parametrize("answer", [401, {"choices": []}, {}])
def test_no_answer_is_one_clear_line_without_the_key(env, server, answer):
    server.reply = lambda path, request: answer
    with pytest.raises(R1GymError, match=f"{server.server_port}") as error:
        make(env, server, max_retries=0).answer(["?"], 8)
    assert "Secret" not in str(error.value)
    assert "\n" not in str(error.value)


def test_what_cannot_be_used_is_an_error(monkeypatch):
    task = TokenTask(TaskSpec(problems={"equations": [1]}))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ConfigError, match="needs a model"):
        OpenAIEndpoint(task)
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        OpenAIEndpoint(task, model="m")
    OpenAIEndpoint(task, model="m", api_key_env=None, base_url="http://localhost:1/v1")
    with pytest.raises(ConfigError, match="concurrency"):
        OpenAIEndpoint(task, model="m", api_key_env=None, concurrency=0)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:9/v1", "refused"),
        ("http://no-such-host.invalid/v1", "http://no-such-host.invalid/v1"),
        ("http://127.0.0.1:99999/v1", "out of range"),
    ],
)
def test_nobody_at_an_address_is_found_at_once(url, why, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(R1GymError, match=f"Nobody answers at .*{why}.*: start the server, or"):
        check_reachable(url)


def test_where_a_proxy_connects_nothing_is_tried(monkeypatch):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://proxy.invalid:3128")
    check_reachable("http://no-such-host.invalid/v1")


def test_whoever_listens_is_reachable():
    with socket.create_server(("127.0.0.1", 0)) as server:
        check_reachable(f"http://127.0.0.1:{server.getsockname()[1]}/v1")
