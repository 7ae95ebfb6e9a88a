"""Golden files: what no change of the house may change."""

import gymnasium as gym
import pytest

import r1gym  # noqa: F401
from tests.contracts import goldens


@pytest.mark.parametrize("env_id", goldens.ids())
def test_the_first_episodes_of_every_id_stay(env_id):
    assert goldens.episodes(env_id) == goldens.read("environments")[env_id]


def test_no_id_is_without_a_golden():
    assert goldens.ids() == sorted(goldens.read("environments"))
    assert all(i in gym.registry for i in goldens.ids())


def test_a_micro_run_stays_to_the_bit(micro_run):
    golden = goldens.read("micro")
    found = goldens.micro(micro_run)
    if goldens.machine() != golden["machine"]:
        # Another processor rounds its own way: what comes before any sampling is near.
        assert found["metrics"][0].keys() == golden["metrics"][0].keys()
        pytest.skip(f"bits are of {golden['machine']}")
    for name, expected in golden.items():
        if name != "machine":
            assert found[name] == expected, name
