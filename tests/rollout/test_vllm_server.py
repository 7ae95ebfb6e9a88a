import socket
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from threading import Thread

import pytest

from r1gym.core.errors import ConfigError, TrainingStopped
from r1gym.rollout import vllm_server
from r1gym.rollout.engine import Sampling, make_engine
from r1gym.rollout.vllm_server import VLLMServerEngine, free_port
from r1gym.testing import check_engine
from r1gym.testing.engines import _moved
from tests.policies import new_wide_llama
from tests.rollout.vllm_fake import fake_vllm


@pytest.fixture
def server(llama):
    with fake_vllm(llama) as server:
        yield server


def test_it_keeps_the_promises(server, llama):
    check_engine(lambda policy: VLLMServerEngine(policy, url=server.url), llama)


def test_a_server_that_keeps_its_weights_is_found_out(server, llama):
    engine = VLLMServerEngine(llama, url=server.url)
    server.takes_weights = False
    with pytest.raises(TrainingStopped, match=r"weights of step 5 .* differ by \d"):
        engine.sync(_moved(llama), 5)


def test_what_it_had_computed_is_forgotten_after_each_sync(server, llama):
    VLLMServerEngine(llama, url=server.url).sync(llama, 1)
    paths = [path for path, _ in server.asked]
    loads = [place for place, (_, body) in enumerate(server.asked) if body and "args" in body]
    for place in loads[1:]:  # the first asks for its state
        assert paths[place + 1] == "/reset_prefix_cache"


def test_more_turns_than_it_takes_at_once_are_asked_for_in_parts(server, llama):
    prompts = [[7, 30, 8], [9]]
    whole = VLLMServerEngine(llama, url=server.url).generate(prompts, 5, Sampling(6), 0)
    server.most = 2
    in_parts = VLLMServerEngine(llama, rows=2, url=server.url).generate(prompts, 5, Sampling(6), 0)
    assert in_parts == whole
    with pytest.raises(TrainingStopped, match=r"refuses /inference/v1/generate: 400 n must be at"):
        VLLMServerEngine(llama, url=server.url).generate(prompts, 5, Sampling(6), 0)


def test_another_server_is_told_how_to_start(server, llama):
    server.logprobs = "raw_logprobs"
    with pytest.raises(ConfigError, match="another distribution .* --logprobs-mode processed"):
        VLLMServerEngine(llama, url=server.url)
    server.trained_state = None
    with pytest.raises(ConfigError, match="No weights can be sent to .* VLLM_SERVER_DEV_MODE=1"):
        VLLMServerEngine(llama, url=server.url)


@pytest.mark.parametrize("answer", [b"<html>", b'{"data": [{"id": "x"}]}', b"[]"])
def test_a_server_of_another_kind_is_told_how_to_start(llama, answer):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        with pytest.raises(ConfigError, match="No weights can be sent to .* vllm serve FOLDER"):
            VLLMServerEngine(llama, url=f"http://127.0.0.1:{other.server_port}")
        other.shutdown()


def test_without_vllm_nothing_is_started(llama, monkeypatch):
    monkeypatch.setattr("r1gym.rollout.vllm_process.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="starts vLLM, which is not installed: pip install"):
        VLLMServerEngine.check_options({})
    VLLMServerEngine.check_options({"url": "http://127.0.0.1:8000"})


def test_nobody_answers(llama):
    url = f"http://127.0.0.1:{free_port(0)}"
    with pytest.raises(ConfigError, match=rf"No vLLM server answers at {url} \(.*refused"):
        VLLMServerEngine(llama, url=url)


def test_a_port_that_is_in_use(llama, monkeypatch):
    monkeypatch.setattr(vllm_server, "check_installed", lambda: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"port {port} cannot be used \(Address already"):
            VLLMServerEngine(llama, port=port)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"url": "http://x", "port": 80}, "port is for a server that is started here"),
        ({"url": "http://x", "kv_cache_gib": 2.0}, "kv_cache_gib is for a server that is started"),
        ({"url": "localhost"}, "url must begin with http:// or https://, not 'localhost'"),
        ({"port": -1}, "port must be at least 0"),
        ({"port": 70000}, "port must be at most 65535"),
        ({"tensor_parallel_size": 0}, "tensor_parallel_size must be at least 1"),
        ({"host": "0.0.0.0"}, "'host'.*Known: .*port.*url"),
    ],
)
def test_options_that_make_no_sense(llama, options, said, monkeypatch):
    monkeypatch.setattr(vllm_server, "check_installed", lambda: None)
    with pytest.raises((ConfigError, KeyError), match=said):
        make_engine("vllm_server", llama, options=options)


@pytest.mark.skipif(find_spec("vllm") is None, reason="`make test-vllm` runs it")
@pytest.mark.timeout(900)
def test_a_real_one_keeps_the_promises(capsys):
    check_engine(VLLMServerEngine, new_wide_llama())
    assert "vLLM's server is ready after" in capsys.readouterr().out
