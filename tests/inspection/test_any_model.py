"""One model by each of its names is one model: the same greedy texts, the same accuracy."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.request import urlopen

import pytest

from r1gym.core.errors import ModelNotFoundError
from r1gym.evaluation.results import load_rows
from r1gym.inspection.compare import compare
from r1gym.inspection.suites import evaluate_suites
from r1gym.inspection.targets import How
from r1gym.models.policy import load_policy
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling
from tests.chat_server import ChatServer, serving

GREEDY = {"samples": 1, "max_tokens": 24, "temperature": 0.0}
ASKED = {"prompt": "User: {question}. Assistant:"}  # what the model's own template is elsewhere
OPTIONS = {"chat": False, "concurrency": 1}


def written(policy):
    """Returns a server's answer to /completions, as the policy writes it."""
    engine = EmbeddedEngine(policy)

    def answer(request):
        assert request["temperature"] == 0.0
        ids = policy.tokenizer.encode(request["prompt"], special=True)
        [[turn]] = engine.generate([ids], 1, Sampling(request["max_tokens"], 0.0), 0)
        choice = {"index": 0, "text": turn.text, "finish_reason": "stop", "logprobs": None}
        made = {"id": "x", "object": "text_completion", "created": 0, "model": "m"}
        usage = {"completion_tokens": len(turn.token_ids), "prompt_tokens": 1, "total_tokens": 1}
        return {**made, "choices": [choice], "usage": usage}

    return answer


@pytest.fixture
def names(run_copy, tmp_path, monkeypatch):
    """A run with its newest checkpoint and a copy of that, and a file of problems."""
    monkeypatch.chdir(tmp_path)
    lines = [{"problem": f"Compute {n}+{n // 2}", "answer": n + n // 2} for n in range(12)]
    (tmp_path / "mine.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    checkpoint = run_copy / "checkpoints" / "step-000004"
    shutil.copytree(checkpoint, tmp_path / "model")
    return {"run": str(run_copy), "checkpoint": str(checkpoint), "folder": "model"}


def found(name, changes=GREEDY, **how):
    [summary] = evaluate_suites(name, ["mine.jsonl"], changes, how=How(**how))
    return summary["pass_at"]["1"], [row["completion"] for row in load_rows(summary)]


def test_run_checkpoint_folder_and_endpoint_are_one_model(names):
    accuracy, texts = found(names["folder"])
    assert len(set(texts)) > 1
    for name in ("run", "checkpoint"):
        assert found(names[name]) == (accuracy, texts)
    with serving(ChatServer([written(load_policy(names["folder"]))])) as server:
        assert found(server.url, GREEDY | ASKED, model="m", options=OPTIONS) == (accuracy, texts)
        [same] = compare(names["folder"], server.url, model="m")
    assert (same.paired.better, same.paired.worse) == (0, 0)


def test_a_hub_id_that_cannot_be_reached_is_one_line(names):
    with pytest.raises(ModelNotFoundError, match="neither a local folder nor a Hugging Face id"):
        found("nobody/nothing")


@contextmanager
def served(*words):
    """Runs `transformers serve`; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "transformers.cli.transformers", "serve", *words]
    command += ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    env = os.environ | {"HF_HUB_OFFLINE": "1"}
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as process:
        try:
            for _ in range(1200):
                assert process.poll() is None, process.stderr.read()[-2000:]
                try:
                    urlopen(f"http://127.0.0.1:{port}/health").close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.kill()


@pytest.mark.slow
def test_transformers_serve_says_the_same(names, tmp_path):
    pytest.importorskip("fastapi")
    pytest.importorskip("uvicorn")
    accuracy, texts = found(names["folder"])
    with served(str(tmp_path / "model")) as url:
        model = str(tmp_path / "model")
        other = found(url, GREEDY | ASKED, model=model, options=OPTIONS)
    assert other == (accuracy, texts)
