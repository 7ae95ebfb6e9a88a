import pytest

from r1gym.claims.experiments import spurious
from r1gym.core.errors import UnknownNameError
from r1gym.verifiers import RewardSum
from tests.claims.experiments.fakes import Fake, use

COURSE = {"rollout/majority_right": 0.6, "rollout/ep_rew_mean": 0.7}


@pytest.mark.parametrize("start", ["base", "half-way"])
def test_each_reward_is_trained_on_and_told(tmp_path, monkeypatch, start):
    fake = Fake([0.1, 0.8, 0.05, 0.2, 0.3], **COURSE)
    use(monkeypatch, spurious, fake)
    found = spurious.run(tmp_path, 0, start=start, steps=12)
    if start == "half-way":
        config, rewards, _ = fake.asked.pop(0)
        assert config.steps == 25 and rewards == {"accuracy": {"type": "auto", "weight": 1.0}}
    assert [config.label for config, _, _ in fake.asked] == ["gold"] * 3 + ["majority"]
    weights = [
        {name: part.weight for name, part in RewardSum(rewards).components.items()}
        for _, rewards, _ in fake.asked
    ]
    assert weights == [
        {"accuracy": 1.0},
        {"noisy": 1.0, "accuracy": 0.0},
        {"format": 1.0, "accuracy": 0.0},
        {"accuracy": 1.0},
    ]
    gains = [found[f"{name}_gain"] for name in ("truth", "chance", "format", "majority")]
    assert gains == pytest.approx([0.7, -0.05, 0.1, 0.2])
    assert (found["mode_right"], found["label_right_last"]) == (0.9, pytest.approx(0.6))


def test_another_start_is_refused(tmp_path):
    with pytest.raises(UnknownNameError, match="start of the experiment"):
        spurious.run(tmp_path, 0, start="teacher")
