import pytest

from r1gym.claims.experiments import kl
from tests.claims.experiments.fakes import Fake, use


def test_the_ways_differ_by_the_kl_alone(tmp_path, monkeypatch):
    fake = Fake([0.8, 0.7, 0.5], **{"train/kl": 0.2})
    use(monkeypatch, kl, fake)
    found = kl.run(tmp_path, 0, coefficient=0.1, steps=3)
    asked = [(config.kl_coef, config.kl_in, config.steps) for config, _, _ in fake.asked]
    assert asked == [(0.0, "loss", 3), (0.1, "loss", 3), (0.1, "reward", 3)]
    assert found["shorter"] == pytest.approx(20.0)
    assert found["shortens"] == pytest.approx(30.0)
    assert found["costs"] == pytest.approx(0.2)
    assert found["kl_loss"] == found["kl_reward"] == pytest.approx(0.2)
