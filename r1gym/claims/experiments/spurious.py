"""Rewards that know nothing of the gold answer: chance, the format, the group's own majority."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from r1gym.claims.experiment import Found
from r1gym.claims.experiments.learnt import FAST, TRUTH, learn, look
from r1gym.claims.materials import base
from r1gym.core.errors import UnknownNameError
from r1gym.models.policy import load_policy, save_policy

_STARTS = ("base", "half-way")
_HALF_WAY = 25  # GRPO steps on the truth: about 0.47, and nine of ten majorities of 16 are right
_OTHER_QUESTIONS = 1000  # what is added to their seed
_CHANCE = 0.5
_TRUE: dict[str, Any] = {"accuracy": {"type": "auto", "weight": 1.0}}


def run(folder: Path, seed: int, start: str = "base", steps: int = 40) -> Found:
    """GRPO on the true accuracy, a reward by chance, the format alone, and the group's majority.

    On a start with known priors: how often the likeliest answer is right, before anything is
    learnt. About 1.5 minutes a seed; the base, 2 minutes, is made once.

    Args:
        folder: Where the base lies, beside it.
        seed: The seed of questions and sampling.
        start: ``"base"``, R1-Zero's, or ``"half-way"``, what that becomes by 25 steps on the true
            accuracy of other questions.
        steps: GRPO steps of 16 questions x 8.

    Returns:
        ``before``: pass@1 at temperature 1 of 128 test questions. ``mode_right``: the share of them
        where the majority of 16 samples is right. For each reward of ``truth``, ``chance``,
        ``format``, ``majority`` its name: pass@1 after training; with ``_gain`` what that is more,
        and with ``_length`` the tokens of an answer. ``label_right_first``, ``label_right_last``:
        how often the majority that was paid was right, in the first and the last ten steps.
        ``agreement_last``: the share of completions that gave it in the last ten.
    """
    if start not in _STARTS:
        raise UnknownNameError("start of the experiment 'spurious'", start, _STARTS)
    model = base(folder) if start == "base" else _half_way(folder, seed)
    prior = look(load_policy(model), samples=16)
    before = prior.pass_at[1].mean
    found = {"before": before, "mode_right": prior.cons_at.mean}
    config = replace(FAST, steps=steps)
    chance = {"component": "auto", "false_positive": _CHANCE, "false_negative": 1 - _CHANCE}
    paid: dict[str, dict[str, Any]] = {
        "truth": _TRUE,
        "chance": {"noisy": {"weight": 1.0, "seed": seed, **chance}, "accuracy": TRUTH},
        "format": {"format": 1.0, "accuracy": TRUTH},
        "majority": _TRUE,
    }
    for name, rewards in paid.items():
        label = replace(config, label="majority") if name == "majority" else config
        learnt = learn(model, label, seed, rewards)
        after = look(learnt.policy)
        found |= {name: after.pass_at[1].mean, f"{name}_length": after.mean_length}
        found[f"{name}_gain"] = found[name] - before
        if name == "majority":
            right, few = learnt.course("rollout/majority_right"), min(10, steps)
            found["label_right_first"] = sum(right[:few]) / few
            found["label_right_last"] = sum(right[-few:]) / few
            found["agreement_last"] = sum(learnt.course("rollout/ep_rew_mean")[-few:]) / few
    return found


def _half_way(folder: Path, seed: int) -> str:
    learnt = learn(base(folder), replace(FAST, steps=_HALF_WAY), seed + _OTHER_QUESTIONS, _TRUE)
    save_policy(learnt.policy, folder / "half-way")
    return str(folder / "half-way")
