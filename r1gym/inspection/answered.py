"""What a model's own answer earns, and why: the model answers one problem, and is explained."""

from __future__ import annotations

from dataclasses import replace

from r1gym.inspection.explain import Explanation, explain_by
from r1gym.inspection.play import Asking, play
from r1gym.inspection.targets import How


def explain_answer(target: str, asking: Asking, how: How | None = None) -> Explanation:
    """Lets a model answer one problem, and says what that earns.

    Args:
        target: The model, see `r1gym.inspection.targets`.
        asking: What it is asked; its reward is what is explained.
        how: How the model is opened.

    Raises:
        R1GymError: If the model cannot be loaded, or the problem not be made.
    """
    [played] = play([target], asking, how)
    said = played.samples[0].trajectory
    found = explain_by(played.task.reward, played.problem, said.completion)
    return replace(found, writer=played.name)
