import pytest

from r1gym.claims.experiments import ppo
from tests.claims.experiments.fakes import Fake, use

EXPLAINED = {"train/explained_variance": 0.3}


def test_all_have_the_same_tokens_and_rate(tmp_path, monkeypatch):
    fake = Fake([0.8, 0.5, 0.7], **EXPLAINED)
    use(monkeypatch, ppo, fake)
    found = ppo.run(tmp_path, 0, tokens=5000)
    assert [(c.prefix, getattr(c, "gae_lambda", None), t) for c, _, t in fake.asked] == [
        ("grpo", None, 5000), ("ppo", 0.95, 5000), ("ppo", 1.0, 5000)
    ]  # fmt: skip
    assert (
        len({(c.learning_rate, c.kl_coef, c.questions, c.group_size) for c, _, _ in fake.asked})
        == 1
    )
    told = [found[name] for name in ("behind_095", "behind_1", "gained")]
    assert told == pytest.approx([0.3, 0.1, 0.2])
    assert found["explained_1"] == pytest.approx(0.3)


def test_roll_outs_take_part_at_equal_tokens_and_at_equal_steps(tmp_path, monkeypatch):
    fake = Fake([0.8, 0.5, 0.7, 0.4, 0.9], **EXPLAINED)
    use(monkeypatch, ppo, fake)
    found = ppo.run(tmp_path, 0, tokens=5000, vine=True)
    assert [(c.advantage, c.steps, t) for c, _, t in fake.asked[3:]] == [
        ("vine", 40, 5000), ("vine", 12, 0)
    ]  # fmt: skip
    assert (found["vine"], found["vine_long"]) == (0.4, 0.9)
