import pytest

from r1gym.core.errors import ConfigError
from r1gym.sandbox import Limits, execute


def test_the_wall_limit_is_wider_than_the_cpu_limit():
    assert Limits(cpu_s=2).resolved()["wall_s"] == 7
    assert Limits().resolved()["cpu_s"] == 2


def test_a_wall_limit_alone_is_the_cpu_limit_too():
    assert Limits(wall_s=0.5).resolved()["cpu_s"] == 0.5


@pytest.mark.parametrize("given", [3, "cpu_s", [("cpu_s", 1)], True])
def test_what_is_no_mapping_is_refused(given):
    with pytest.raises(ConfigError, match="limits must be a mapping"):
        Limits.of(given)


def test_a_mapping_or_nothing():
    assert Limits.of({"memory_mb": 64}).memory_mb == 64
    assert Limits.of(None) == Limits()
    assert Limits.of(Limits(pids=3)).pids == 3


@pytest.mark.parametrize(
    "given",
    [
        {"cpu": 1},
        {"cpu_s": 0},
        {"cpu_s": -1},
        {"memory_mb": True},
        {"wall_s": float("inf")},
        {"pids": "8"},
        {"output_bytes": 1 << 40},
        {"output_bytes": 0.5},
        {"memory_mb": 0.5},
        {"memory_mb": 1e12},
        {"memory_mb": float("nan")},
        {"disk_mb": 0},
        {"pids": 1e12},
        {"cpu_s": 1e12},
        {"cpu_s": 1e-9},
    ],
)
def test_what_makes_no_sense_is_refused(given):
    with pytest.raises(ConfigError, match="limits: "):
        Limits.of(given)


def test_the_widest_and_the_narrowest_limits_run(local):
    wide = {"cpu_s": 1e6, "memory_mb": 1 << 20, "pids": 1 << 22, "output_bytes": 1 << 28}
    assert execute("print(1)", limits=wide | {"disk_mb": 1 << 20}, backend=local).failure is None
    narrow = {"pids": 1, "disk_mb": 1, "output_bytes": 2}
    assert execute("print(1)", limits=narrow, backend=local).stdout == b"1\n"
