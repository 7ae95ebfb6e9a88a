"""Checkpoints: the policy as a Hugging Face folder, and the trainer's state beside it.

A checkpoint appears whole or not at all, so that a run killed at any moment goes on from the last
one. All that a trainer needs to go on to the bit must be in `state`.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM

from r1gym.agents.policy import Policy, save_policy
from r1gym.core.files import explained, whole_folder
from r1gym.core.run import Run

_STATE = "trainer.pt"


def save_checkpoint(
    folder: Path, step: int, policy: Policy, state: dict[str, Any], keep: int = 2
) -> Path:
    """Writes a checkpoint and deletes all but the newest.

    Args:
        folder: The folder of a run's checkpoints.
        step: Finished training steps.
        policy: The policy, written so that `transformers` can load it.
        state: Tensors and plain data from which the trainer goes on.
        keep: How many checkpoints stay.

    Raises:
        RunError: If it cannot be written, for example because the disk is full.
    """
    path = folder / f"step-{step:06d}"
    with whole_folder(path) as draft:
        save_policy(policy, draft)
        with (draft / _STATE).open("wb") as file:  # torch's own writer hides why it failed
            torch.save(state, file)
    for old in _all(folder)[:-keep]:
        shutil.rmtree(old)
    return path


def latest_checkpoint(folder: Path) -> Path | None:
    """Returns the newest checkpoint in a folder, or None if there is none."""
    found = _all(folder)
    return found[-1] if found else None


def load_checkpoint(path: Path, policy: Policy) -> dict[str, Any]:
    """Loads a checkpoint's weights into `policy` and returns the trainer's state."""
    with explained(path):
        saved = AutoModelForCausalLM.from_pretrained(path, dtype=policy.model.dtype)
        policy.model.load_state_dict(saved.state_dict())
        state: dict[str, Any] = torch.load(
            path / _STATE, map_location=policy.device, weights_only=True
        )
    return state


def resume_run(run: Run, policy: Policy) -> dict[str, Any] | None:
    """Takes a run back to its last checkpoint: the policy's weights and what was logged.

    Returns:
        The trainer's state, with its ``"step"``; None if there is no checkpoint, and then nothing
        that was logged is left.
    """
    path = latest_checkpoint(run.checkpoints)
    state = None if path is None else load_checkpoint(path, policy)
    run.rewind(-1 if state is None else state["step"])
    return state


def _all(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob("step-*") if (p / _STATE).exists())
