"""A real HTTP server that speaks as vLLM's does, and samples with the embedded engine."""

import copy
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from safetensors.torch import load_file

from r1gym.models.policy import Policy
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling


class FakeVLLM(ThreadingHTTPServer):
    """Has a copy of a policy's model.

    Attributes:
        takes_weights: Whether it loads what it is sent.
        most: What vLLM calls max_num_seqs.
        logprobs: The mode that it says to have.
        asked: The bodies of all calls, by path.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, policy):
        super().__init__(("127.0.0.1", 0), Handler)
        self.policy = Policy(copy.deepcopy(policy.model), policy.tokenizer)
        self.takes_weights, self.most, self.logprobs = True, 256, "processed_logprobs"
        self.version, self.asked, self.lock = 0, [], threading.Lock()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, path, body):
        self.asked.append((path, body))
        if path == "/v1/models":
            limit = self.policy.model.config.max_position_embeddings
            return {"data": [{"max_model_len": limit}]}
        if path == "/inference/v1/generate":
            return {"choices": self.generate(body["token_ids"], body["sampling_params"])}
        if path == "/collective_rpc":
            return {"results": [getattr(self, body["method"])(*body["args"])]}
        return {"success": True}

    def generate(self, prompt, sampling):
        if sampling["n"] > self.most:
            raise ValueError(f"n must be at most {self.most}")
        how = Sampling(sampling["max_tokens"], sampling["temperature"], sampling["top_p"])
        engine = EmbeddedEngine(self.policy)
        seeds = [sampling["seed"] + place for place in range(sampling["n"])]
        turns = [engine.generate([prompt], 1, how, seed)[0][0] for seed in seeds]
        return [
            {
                "index": place,
                "token_ids": turn.token_ids,
                "logprobs": {"content": [{"logprob": value} for value in turn.logprobs]},
            }
            for place, turn in reversed(list(enumerate(turns)))
        ]

    def trained_state(self):
        return {"version": self.version, "logprobs": self.logprobs}

    def load_trained_file(self, path, version):
        if self.takes_weights:
            self.policy.model.load_state_dict(load_file(path), strict=False)
        self.version = version
        return str(version)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.reply(None)

    def do_POST(self):
        self.reply(json.loads(self.rfile.read(int(self.headers["content-length"]))))

    def reply(self, body):
        status = 200
        try:
            with self.server.lock:
                answer = self.server.answer(self.path, body)
        except (AttributeError, ValueError) as error:
            status, answer = 400, {"error": {"message": str(error)}}
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


@contextmanager
def fake_vllm(policy):
    """Runs one for a policy."""
    server = FakeVLLM(policy)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
