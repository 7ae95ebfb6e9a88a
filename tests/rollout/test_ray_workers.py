"""With real workers: Ray takes seconds to start, so one engine does for several questions."""

import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.grpo.trainer import GRPO
from r1gym.core.errors import ConfigError, R1GymError, RunError, TrainingStopped
from r1gym.envs.spec import TaskSpec
from r1gym.models.policy import new_tiny_policy
from r1gym.rollout import ray_workers
from r1gym.rollout.engine import Sampling, make_engine
from r1gym.rollout.ray_workers import RayEngine
from r1gym.testing.engines import check_engine

PROMPTS = [[3 + i % 7] * (1 + i % 5) for i in range(11)]


def make_policy():
    policy = new_tiny_policy(16, 1, 2, 24, 128, 0)
    with torch.no_grad():
        for weight in policy.model.parameters():
            weight.mul_(8 if weight.ndim == 2 else 1)
    return policy


def pids():
    """Returns the process ids of the workers."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"ray::_Worker" in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def test_without_ray_it_says_what_to_install(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(ray_workers, "import_module", missing)
    with pytest.raises(ConfigError, match=r"'ray' needs a package: pip install .*ray"):
        RayEngine(make_policy())


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"workers": 0}, "workers must be a whole number of at least 1"),
        ({"chunk": "4"}, "chunk must be a whole number of at least 1"),
        ({"gpus": -1}, "gpus must be a number of at least 0, not -1"),
        ({"gpus": None}, "gpus must be a number of at least 0, not None"),
        ({"engine": "embeded"}, "embedded"),
        ({"options": {"speed": 9}}, "speed"),
    ],
)
def test_options_that_are_wrong_are_refused(options, says):
    for call in (
        lambda: RayEngine(make_policy(), **options),
        lambda: make_engine("ray", make_policy(), 8, options),
    ):
        with pytest.raises(R1GymError, match=says):
            call()


def test_without_ray_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(ray_workers, "find_spec", lambda name: None)
    monkeypatch.delitem(sys.modules, "ray", raising=False)
    with pytest.raises(ConfigError, match="'ray' needs a package: pip install"):
        RayEngine.check_options({})


def test_a_ray_that_does_not_start_is_one_line(monkeypatch):
    def init(**options):
        raise Exception("The current node timed out during startup.\nMore")

    ray = SimpleNamespace(is_initialized=lambda: False, init=init)
    monkeypatch.setattr(ray_workers, "_load_ray", lambda: ray)
    monkeypatch.setattr(ray_workers, "find_spec", lambda name: ray)
    with pytest.raises(RunError, match=r"^Ray cannot be started: The current node timed out"):
        RayEngine(make_policy())


@pytest.fixture(scope="module")
def ray():
    ray = pytest.importorskip("ray")
    ray.init(num_cpus=3, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    yield ray
    ray.shutdown()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("default")
def test_workers(ray):
    policy = make_policy()
    one = RayEngine(policy, workers=1, chunk=2)
    expected = one.generate(PROMPTS, 3, Sampling(8), 5)
    one.close()
    two = RayEngine(policy, workers=2, chunk=2)
    assert two.generate(PROMPTS, 3, Sampling(8), 5) == expected
    assert two.sync(policy, 3) < 1e-5
    for pid in pids():  # both of them; they are started again with the weights of the last sync
        os.kill(pid, signal.SIGKILL)
    assert two.generate(PROMPTS, 3, Sampling(8), 5) == expected
    assert two.version == 3
    with pytest.raises(ConfigError, match="context"):  # as it was raised there
        two.generate([[3] * 100], 1, Sampling(100), 0)

    other = make_policy()
    with torch.no_grad():
        next(other.model.parameters()).mul_(2)
    right = two._ray.put
    two._ray.put = lambda state: right(policy.model.state_dict())  # stale ones
    try:
        with pytest.raises(TrainingStopped, match="Rollout worker 0 is off the policy"):
            two.sync(other, 4)
    finally:
        two._ray.put = right
    two.close()
    two.close()
    assert ray.is_initialized()  # it was not its own


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("default")
def test_workers_that_die_again_and_again_end_the_run(ray):
    class Dies:
        """Ends its own process."""

        def generate(self, *given):
            os._exit(1)

    engine = RayEngine(make_policy(), workers=1)
    kind = ray.remote(num_cpus=1, max_restarts=0)(Dies)
    engine._start = kind.remote
    engine._workers = [kind.remote()]
    with pytest.raises(RunError, match="Rollout workers died 3 times on the same prompts"):
        engine.generate(PROMPTS, 1, Sampling(4), 0)
    engine.close()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("default")
def test_it_keeps_the_promises_and_trains(ray):
    policy = make_policy()
    check_engine(lambda policy: RayEngine(policy, workers=2, chunk=2), policy)
    spec = TaskSpec(problems={"arithmetic": [1]}, rewards={"format": 1.0}, max_tokens=6)
    config = GRPOConfig(
        steps=3,
        questions=4,
        group_size=2,
        max_tokens=6,
        kl_coef=0.1,
        staleness=1,
        learning_rate=1e-3,
    )
    found = []
    for workers in (1, 2):
        engine = RayEngine(policy := make_policy(), workers=workers, chunk=2)
        trainer = GRPO(policy, spec, config, engine=engine)
        trainer.learn()
        engine.close()
        found.append(torch.cat([w.detach().flatten() for w in policy.model.parameters()]))
    assert torch.equal(*found)
