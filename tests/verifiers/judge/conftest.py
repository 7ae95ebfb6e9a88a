"""A judge behind a real HTTP server, and what the server answers."""

import json
import re
import ssl

import pytest

import r1gym.verifiers.judge.client as client
from r1gym.verifiers.judge import Judge
from tests.chat_server import ChatServer, chat, serving


def marker_of(request):
    """The marker that a request asks its judge to repeat."""
    last = request["messages"][-1]["content"].rpartition("=== END OF RESPONSE ")[2]
    return re.match("[0-9a-f]{16}", last)[0]


def shown_to(request):
    """The lines of the block RESPONSE, as they stand."""
    text, marker = request["messages"][-1]["content"], marker_of(request)
    block = text.partition(f"=== RESPONSE {marker} ===\n")[2]
    return block.partition(f"\n=== END OF RESPONSE {marker} ===")[0]


def verdict(word, marker=None):
    """An answer with a verdict, in the form that the request asks for."""

    def answer(request):
        mark = marker or marker_of(request)
        if "response_format" in request:
            return chat(json.dumps({"analysis": "Hm.", "marker": mark, "verdict": word}))
        return chat(f"Hm.\nVERDICT {mark} {word}")

    return answer


@pytest.fixture
def server():
    """A judge's server that says CORRECT to all."""
    with serving(ChatServer([verdict("CORRECT")])) as server:
        yield server


@pytest.fixture(autouse=True, scope="session")
def _one_tls_context():
    """Reading the system's certificates costs 25 ms a client, and nothing here uses them."""
    context = ssl.create_default_context()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", lambda *args, **options: context)
        yield


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    for name in ("OPENAI_BASE_URL", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-Secret123")
    monkeypatch.setattr(client, "FIRST_WAIT", 0.02)


@pytest.fixture
def make_judge(server):
    """Makes judges that ask the server."""

    def make(**options):
        return Judge(**{"model": "m", "base_url": server.url, "timeout": 5, **options})

    return make
