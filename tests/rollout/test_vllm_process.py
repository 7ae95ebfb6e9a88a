import time
from pathlib import Path

import pytest

from r1gym.core.errors import ConfigError
from r1gym.rollout import vllm_process
from r1gym.rollout.vllm_process import ServerProcess, words

FAILS = "import sys; print('ERROR 11-28 [core.py:1] ValueError: no such model.'); sys.exit(3)"
STAYS = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("child", child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def start(monkeypatch, tmp_path):
    """Starts a program of ours where vLLM's would be."""
    monkeypatch.setattr(vllm_process, "find_spec", lambda name: True)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    home = tmp_path / "vllm" / "entrypoints" / "openai"
    home.mkdir(parents=True)
    for folder in (home, *home.parents[:2]):  # or a real vLLM would be found before it
        (folder / "__init__.py").touch()

    def make(program):
        (home / "api_server.py").write_text(program)
        return ServerProcess(tmp_path, {"port": 1})

    return make


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_arguments_as_words():
    found = words({"max_num_seqs": 3, "enforce_eager": True, "enable_sleep_mode": False})
    assert found == ["--max-num-seqs", "3", "--enforce-eager"]


def test_one_that_fails_says_why(start):
    server = start(FAILS)
    with pytest.raises(ConfigError, match=r"has ended \(ValueError: no such model\); see .*\.log"):
        server.wait(lambda: False)
    server.end()
    assert "no such model" in server.log.read_text()
    server.log.unlink()


def test_one_that_is_never_ready(start, monkeypatch):
    monkeypatch.setattr(vllm_process, "_PATIENCE", 0.3)
    server = start(STAYS)
    with pytest.raises(ConfigError, match="not ready after 0 s"):
        server.wait(lambda: False)
    server.end()


def test_its_end_is_that_of_all_it_started(start):
    server = start(STAYS)
    server.wait(lambda: "child" in server.log.read_text())
    child = int(server.log.read_text().split()[1])
    assert is_running(child)
    started = time.monotonic()
    server.end()
    server.end()
    assert time.monotonic() - started < 5
    while is_running(child):  # killed, which a busy machine takes a moment for
        assert time.monotonic() - started < 5
        time.sleep(0.01)
    assert not server.log.exists()


def test_without_vllm_there_is_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(vllm_process, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"not installed: pip install .*vllm"):
        ServerProcess(tmp_path, {})
