import dataclasses
import json

import pytest
import torch
from safetensors.torch import load_file

from r1gym.core.errors import RunError
from r1gym.core.run import Run, read_metrics
from r1gym.models import checkpoint
from r1gym.models.checkpoint import (
    latest_checkpoint,
    load_checkpoint,
    resume_run,
    save_checkpoint,
)
from r1gym.models.policy import load_policy, new_tiny_policy


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


def write(file, how):
    content = file.read_bytes()
    file.write_bytes(
        {"empty": b"", "half": content[: len(content) // 2], "garbage": b"\0x" * 99}[how]
    )


@pytest.mark.parametrize("file", ["trainer.pt", "model.safetensors", "config.json"])
@pytest.mark.parametrize("how", ["empty", "half", "garbage", "missing"])
def test_a_run_goes_on_from_the_older_checkpoint_where_the_newer_is_broken(
    tmp_path, capsys, file, how
):
    run = Run(tmp_path, {})
    for step in (1, 2, 3):
        run.log({"loss": 0.5}, step)
        save_checkpoint(run.checkpoints, step, tiny(step), {"step": step})
    broken = run.checkpoints / "step-000003" / file
    broken.unlink() if how == "missing" else write(broken, how)
    policy = tiny(0)
    assert resume_run(run, policy) == {"step": 2}
    assert torch.equal(weights(policy), weights(tiny(2)))
    assert [row["step"] for row in read_metrics(tmp_path)] == [1, 2]
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("Warning: ")
    assert "step-000003" in line and "broken-step-000003" in line
    # and without another word from then on, whoever loads it
    assert latest_checkpoint(run.checkpoints).name == "step-000002"
    assert resume_run(run, policy) == {"step": 2}
    assert capsys.readouterr().out == ""


def test_where_every_checkpoint_is_broken_nothing_is_lost(tmp_path):
    run = Run(tmp_path, {})
    run.log({"loss": 0.5}, 1)
    for step in (1, 2):
        save_checkpoint(run.checkpoints, step, tiny(step), {"step": step})
        write(run.checkpoints / f"step-{step:06d}" / "trainer.pt", "garbage")
    policy = tiny(0)
    with pytest.raises(RunError, match=r"trainer\.pt is broken.*start anew") as caught:
        resume_run(run, policy)
    assert "\n" not in str(caught.value)
    assert torch.equal(weights(policy), weights(tiny(0)))
    assert read_metrics(tmp_path) == [{"step": 1, "loss": 0.5}]


def test_weights_of_another_model_are_broken_too(tmp_path):
    path = save_checkpoint(tmp_path, 1, new_tiny_policy(8, 1, 1, 16, 32, 0), {"step": 1})
    with pytest.raises(RunError, match="another shape"):
        load_checkpoint(path, tiny())


def test_a_bfloat16_model_stays_one_on_disk_and_resumes_in_full(tmp_path):
    policy = dataclasses.replace(tiny(), saved_dtype=torch.bfloat16)
    path = save_checkpoint(tmp_path, 1, policy, {"step": 1})
    saved = load_file(path / "model.safetensors")
    assert {weight.dtype for weight in saved.values()} == {torch.bfloat16}
    assert "lm_head.weight" not in saved  # tied weights stay tied
    assert json.loads((path / "config.json").read_text("utf-8"))["dtype"] == "bfloat16"
    other = tiny(1)
    assert load_checkpoint(path, other) == {"step": 1}
    assert torch.equal(weights(other), weights(policy))  # to the bit
    loaded = load_policy(str(path))
    assert loaded.saved_dtype == torch.bfloat16
    assert loaded.model.dtype == torch.float32
    assert torch.equal(weights(loaded), weights(policy).bfloat16().float())


def keep_weights(folder, steps=5):
    run = Run(folder, {"recipe": "mine", "keep": "weights"})
    for step in range(1, steps + 1):
        save_checkpoint(run.checkpoints, step, tiny(step), {"step": step})
    return run


def test_weights_of_older_checkpoints_stay_if_they_are_to(tmp_path):
    run = keep_weights(tmp_path)
    has_state = {
        path.name[-1]: (path / "trainer.pt").exists() for path in run.checkpoints.iterdir()
    }
    assert has_state == {"1": False, "2": False, "3": False, "4": True, "5": True}
    for step in range(1, 6):
        model = load_policy(str(run.checkpoints / f"step-{step:06d}"))
        assert torch.equal(weights(model), weights(tiny(step)))
    assert resume_run(run, tiny(0)) == {"step": 5}


def test_a_run_never_goes_on_from_weights_alone(tmp_path, capsys):
    run = keep_weights(tmp_path)
    write(run.checkpoints / "step-000005" / "trainer.pt", "garbage")
    assert resume_run(run, tiny(0)) == {"step": 4}
    write(run.checkpoints / "step-000004" / "trainer.pt", "garbage")
    with pytest.raises(RunError, match=r"step-000004.*No earlier checkpoint is left"):
        resume_run(run, tiny(0))
    assert len(list(run.checkpoints.glob("step-*"))) == 4


def test_a_checkpoint_has_a_card_of_its_run(tmp_path):
    run = Run(tmp_path, {"recipe": "mine", "problems": "arithmetic:1", "algorithm": "grpo"})
    run.log({"rollout/ep_rew_mean": 0.25, "time/step": 3.0}, 7)
    card = (save_checkpoint(run.checkpoints, 7, tiny(), {"step": 7}) / "README.md").read_text()
    assert "grpo, 7 steps" in card and "arithmetic:1" in card
    assert "| rollout/ep_rew_mean | 0.25 |" in card and "time/" not in card
