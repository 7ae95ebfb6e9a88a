"""`torchrun -m r1gym train`: real processes, killed and gone on with."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from r1gym.core.run import find_checkpoints, read_metrics
from r1gym.recipes.recipe import run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
STEPS = 12


@pytest.fixture(scope="module")
def words(micro_arguments):
    """A micro run in shards, as options; without the number of processes."""
    more = {"--grpo.shards": 2, "--grpo.steps": STEPS, "--grpo.learning-rate": 1e-4}
    more["--eval-every"] = 0
    train, *options = micro_arguments
    known = dict(zip(options[::2], options[1::2], strict=True)) | more
    return [train, *(str(word) for pair in known.items() for word in pair)]


@pytest.fixture(scope="module")
def alone(micro, tmp_path_factory):
    """The folder of the same run in one process, and of its base model."""
    learner = replace(micro.learner, shards=2, steps=STEPS, learning_rate=1e-4)
    return run(replace(micro, learner=learner, eval_every=0), tmp_path_factory.mktemp("alone"))


@pytest.fixture
def start():
    """Starts commands under torchrun; none of them outlives the test, passed or failed."""
    started = []

    def begin(words, folder, processes):
        launch = [sys.executable, "-m"]
        if processes > 1:
            count = f"--nproc-per-node={processes}"
            launch += ["torch.distributed.run", "--standalone", count, "-m"]
        process = subprocess.Popen(
            [*launch, "r1gym", *words], cwd=folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
            env={
                **os.environ, "OMP_NUM_THREADS": "1",
                "PYTHONPATH": str(Path(__file__).parents[1]),
            },
        )  # fmt: skip
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def end(process):
    said, _ = process.communicate(timeout=200)
    return process.returncode, said


def workers(process):
    """Returns the ids of the processes that torchrun started, by rank."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == process.pid:
                settings = (folder / "environ").read_bytes().split(b"\0")
                [rank] = [int(s[5:]) for s in settings if s.startswith(b"RANK=")]
                found[rank] = int(folder.name)
        except (OSError, ValueError):
            continue
    return found


def wait_for(process, folder, step):
    """Waits until a run has logged a step."""
    for _ in range(4000):
        if process.poll() is not None:
            raise AssertionError(process.communicate()[0])
        path = folder / "runs" / "micro"
        rows = read_metrics(path) if (path / "metrics.jsonl").exists() else []
        if rows and rows[-1]["step"] >= step:  # the file is there before its first line is
            return
        time.sleep(0.02)
    raise AssertionError("nothing was logged")


def weights(run_folder):
    found = load_file(find_checkpoints(run_folder)[-1] / "model.safetensors")
    return torch.cat([found[name].flatten() for name in sorted(found)])


def with_base(alone, tmp_path):
    """Puts the base model where a run in a folder looks for it."""
    (base,) = alone.parent.glob("base-*")
    shutil.copytree(base, tmp_path / "runs" / base.name)


@pytest.mark.parametrize("rank", [0, 1])
def test_a_run_whose_rank_was_killed_goes_on_with_any_number(rank, words, alone, tmp_path, start):
    with_base(alone, tmp_path)
    first = start(words, tmp_path, 2)
    wait_for(first, tmp_path, 3)
    os.kill(workers(first)[rank], signal.SIGKILL)
    code, said = end(first)
    assert code != 0
    if rank == 1:
        [line] = [line for line in said.splitlines() if line.startswith("r1gym: ")]
        assert "Another process of this run has ended" in line
    assert "r1gym/agents" not in said  # no traceback through our own code
    assert find_checkpoints(tmp_path / "runs" / "micro")[-1].name < f"step-{STEPS:06d}"
    for processes in (1, 2):
        folder = tmp_path / str(processes)
        shutil.copytree(tmp_path / "runs", folder / "runs")
        code, said = end(start(words, folder, processes))
        assert code == 0, said
        assert [row["step"] for row in read_metrics(folder / "runs" / "micro")] == list(
            range(1, STEPS + 1)
        )
        gap = (weights(folder / "runs" / "micro") - weights(alone)).abs().max()
        print(f"rank {rank} killed, went on with {processes}: gap {gap:.2g}")
        assert gap < 1e-5
    assert said.count("R1-Zero") <= 2  # one process prints


def test_fsdp_and_a_stop(words, alone, tmp_path, start):
    with_base(alone, tmp_path)
    words = [*words, "--parallel", "fsdp"]
    first = start(words, tmp_path, 2)
    wait_for(first, tmp_path, 3)
    os.kill(first.pid, signal.SIGINT)
    code, said = end(first)
    assert code != 0
    assert "Run the same command to go on" in said
    last = find_checkpoints(tmp_path / "runs" / "micro")[-1].name
    assert f"Stopped at step {int(last[-6:])} of" in said
    code, said = end(start(words, tmp_path, 2))
    assert code == 0, said
    gap = (weights(tmp_path / "runs" / "micro") - weights(alone)).abs().max()
    print(f"fsdp, stopped, went on: gap {gap:.2g}")
    assert gap < 1e-5


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["list"], "`r1gym list` runs in one process: call it without torchrun."),
        (["train", "--model", "/nowhere"], "The model '/nowhere' cannot be loaded"),
    ],
)
def test_what_is_wrong_is_said_once(words, says, tmp_path, start):
    code, said = end(start(words, tmp_path, 2))
    assert code != 0
    assert said.count("r1gym: ") == 1
    assert f"r1gym: {says}" in said
