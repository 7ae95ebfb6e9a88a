"""Checkpoints: the policy as a Hugging Face folder, and the trainer's state beside it.

A checkpoint appears whole or not at all, so that a run killed at any moment goes on from the last
one. All that a trainer needs to go on to the bit must be in `state`; weights that are written in
less than float32 are kept there in full as well, and so is an adapter, which is merged elsewhere.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch
from transformers import AutoModelForCausalLM

from r1gym.core.errors import RunError
from r1gym.core.files import explained, whole_folder, write_text
from r1gym.core.run import CONFIG, Run, checkpoint_name, read_config
from r1gym.models.adapters import adapter_weights, load_trained
from r1gym.models.card import model_card
from r1gym.models.masters import Masters
from r1gym.models.policy import Policy, save_policy

_STATE = "trainer.pt"
WEIGHTS = "weights"
_BROKEN = "broken-"
_WHOLE = 2  # the newest ones, so that there is another where one is broken


def save_checkpoint(folder: Path, step: int, policy: Policy, state: dict[str, Any]) -> Path:
    """Writes a checkpoint and lets go of the older ones, but for the one before.

    A run whose configuration says so (``"keep": "weights"``) keeps their models.

    Args:
        folder: The folder of a run's checkpoints, inside that of the run.
        step: Finished training steps.
        policy: The policy, written so that `transformers` can load it, with a card of the run.
        state: Tensors and plain data from which the trainer goes on; under ``WEIGHTS`` the model's,
            if they are trained in more than it has.

    Raises:
        RunError: If it cannot be written, for example because the disk is full.
    """
    path = folder / checkpoint_name(step)
    if adapter := adapter_weights(policy.model):
        state = state | {WEIGHTS: adapter}
    elif policy.saved_dtype != torch.float32:
        state = {WEIGHTS: policy.model.state_dict()} | state
    with whole_folder(path) as draft:
        save_policy(policy, draft, None if adapter else state.get(WEIGHTS))
        if (folder.parent / CONFIG).exists():
            card = model_card(folder.parent, step, policy.model.name_or_path or "")
            write_text(draft / "README.md", card)
        with (draft / _STATE).open("wb") as file:  # torch's own writer hides why it failed
            torch.save(state, file)
    let_go(folder)
    return path


def let_go(folder: Path) -> None:
    """Deletes older checkpoints, or what takes them back to training."""
    run = folder.parent
    keeps_models = (run / CONFIG).exists() and read_config(run).get("keep") == "weights"
    for old in _all(folder)[:-_WHOLE]:
        if keeps_models:
            (old / _STATE).unlink(missing_ok=True)
        else:
            shutil.rmtree(old)


def latest_checkpoint(folder: Path) -> Path | None:
    """Returns the newest checkpoint in a folder, or None if there is none."""
    found = _all(folder)
    return found[-1] if found else None


def load_checkpoint(path: Path, policy: Policy, masters: Masters | None = None) -> dict[str, Any]:
    """Loads a checkpoint's weights into `policy` and returns the trainer's state.

    Raises:
        RunError: If a file of it is missing or broken; the policy is as it was.
    """
    state = _read(path / _STATE, lambda file: _read_state(file, policy))
    weights = state.pop(WEIGHTS, None) or _read(path, lambda _: _read_weights(path, policy))
    load_trained(policy.model, weights)
    if masters is not None and masters.are_copies:
        masters.load(weights)
    return state


def load_full_weights(path: Path, policy: Policy) -> None:
    """Loads the weights as they were trained, if the checkpoint has them in full."""
    file = path / _STATE
    state = _read(file, lambda file: _read_state(file, policy)) if file.exists() else {}
    weights = state.get(WEIGHTS, {})
    if weights.keys() == policy.model.state_dict().keys():  # else they are an adapter's
        policy.model.load_state_dict(weights)


T = TypeVar("T")


def _read(path: Path, read: Callable[[Path], T]) -> T:
    try:
        with explained(path):
            return read(path)
    except RunError:
        raise
    except Exception as error:  # what is broken raises whatever its reader does
        line = (str(error).strip().splitlines() or [type(error).__name__])[0]
        reason = line.partition(". ")[0][:120]  # torch goes on to ask for a report
        raise RunError(f"{path} is broken: {reason.rstrip('.')}.") from error


def _read_state(file: Path, policy: Policy) -> dict[str, Any]:
    state = torch.load(file, map_location=policy.device, weights_only=True)
    if not isinstance(state, dict) or "step" not in state:
        raise ValueError("it holds no trainer's state")
    return state


def _read_weights(path: Path, policy: Policy) -> dict[str, Any]:
    full = torch.promote_types(policy.dtype, torch.float32)
    saved = AutoModelForCausalLM.from_pretrained(path, dtype=full)
    weights: dict[str, Any] = saved.state_dict()
    for name, weight in policy.model.state_dict().items():
        if weights[name].shape != weight.shape:
            raise ValueError(f"{name} has another shape")
    return weights


def resume_run(run: Run, policy: Policy, masters: Masters | None = None) -> dict[str, Any] | None:
    """Takes a run back to its last checkpoint: the policy's weights and what was logged.

    A checkpoint that is broken is put aside, which is said, and the one before it is taken.

    Args:
        run: The run.
        policy: The policy.
        masters: What is trained of it; None if it is not trained.

    Returns:
        The trainer's state, with its ``"step"``; None if there is no checkpoint, and then nothing
        that was logged is left.

    Raises:
        RunError: If there are checkpoints and all are broken.
    """
    state = None
    found = _all(run.checkpoints)
    while len(found) > 1 and not (found[0] / _STATE).exists():  # only its model was kept
        found.pop(0)
    for path in reversed(found):
        try:
            state = load_checkpoint(path, policy, masters)
            break
        except RunError as error:
            if path == found[0]:
                raise RunError(
                    f"{error} No earlier checkpoint is left: bring the file back, or delete "
                    f"{run.folder} to start anew."
                ) from error
            aside = path.with_name(f"{_BROKEN}{path.name}")
            shutil.rmtree(aside, ignore_errors=True)
            path.rename(aside)
            print(f"Warning: {error} It is now {aside.name}; going on from the one before.")
    run.rewind(-1 if state is None else state["step"])
    return state


def _all(folder: Path) -> list[Path]:
    return sorted(folder.glob("step-*"))
