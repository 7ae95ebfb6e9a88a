import pytest
import torch

from r1gym.agents import checkpoint
from r1gym.agents.checkpoint import latest_checkpoint, load_checkpoint, save_checkpoint
from r1gym.agents.policy import new_tiny_policy
from r1gym.core.errors import RunError


def tiny(seed=0):
    return new_tiny_policy(8, 1, 1, 8, 32, seed)


def weights(policy):
    return torch.cat([weight.detach().flatten() for weight in policy.model.parameters()])


def test_weights_and_state_come_back(tmp_path):
    saved, other = tiny(0), tiny(1)
    state = {"step": 7, "generator": torch.Generator().manual_seed(3).get_state(), "none": None}
    path = save_checkpoint(tmp_path, 7, saved, state)
    found = load_checkpoint(path, other)
    assert torch.equal(weights(other), weights(saved))
    assert torch.equal(found["generator"], state["generator"])
    assert (found["step"], found["none"]) == (7, None)


def test_the_newest_is_found_and_old_ones_go(tmp_path):
    assert latest_checkpoint(tmp_path) is None
    assert latest_checkpoint(tmp_path / "not there") is None
    for step in (1, 2, 10):
        save_checkpoint(tmp_path, step, tiny(), {"step": step})
    assert latest_checkpoint(tmp_path).name == "step-000010"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["step-000002", "step-000010"]


def test_a_checkpoint_that_was_killed_half_way_is_ignored(tmp_path, monkeypatch):
    save_checkpoint(tmp_path, 1, tiny(0), {"step": 1})

    def killed(state, file):
        file.write(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint.torch, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        save_checkpoint(tmp_path, 2, tiny(1), {"step": 2})
    monkeypatch.undo()
    assert latest_checkpoint(tmp_path).name == "step-000001"
    # and does not stand in the way of the next try
    save_checkpoint(tmp_path, 2, tiny(1), {"step": 2})
    assert load_checkpoint(latest_checkpoint(tmp_path), tiny())["step"] == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["step-000001", "step-000002"]


def test_a_full_disk_is_one_clear_line(tmp_path, monkeypatch):
    def full(state, file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint.torch, "save", full)
    with pytest.raises(RunError, match="The disk is full") as caught:
        save_checkpoint(tmp_path, 1, tiny(), {})
    assert "\n" not in str(caught.value)


def test_saving_the_same_step_again_replaces_it(tmp_path):
    save_checkpoint(tmp_path, 1, tiny(0), {"step": 1})
    save_checkpoint(tmp_path, 1, tiny(1), {"step": 1})
    policy = tiny(2)
    load_checkpoint(latest_checkpoint(tmp_path), policy)
    assert torch.equal(weights(policy), weights(tiny(1)))
