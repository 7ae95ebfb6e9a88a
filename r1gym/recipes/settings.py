"""What every recipe is told beside its own settings: where it runs, and how often it looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from r1gym.core.checks import check_fields, check_least, check_run_name
from r1gym.evaluation.runner import EvalConfig


def _quick_look() -> EvalConfig:
    return EvalConfig(questions=64)


@dataclass(frozen=True)
class Settings:
    """Where and how a recipe runs."""

    name: str = "run"
    """Name of the run; its folder is runs/NAME."""
    seed: int = 0
    """Seed of the training problems and of the sampling. The tiny base model has one of its own."""
    device: str = "cpu"
    """Torch device."""
    dtype: Literal["float32", "bfloat16"] = "float32"
    """Type to compute in; the weights stay float32."""
    threads: int = 1
    """Torch's threads: one is best for the tiny model. A run repeats to the bit only with the same
    number."""
    engine: str = "embedded"
    """What samples completions; `r1gym list` has the names."""
    save_every: int = 10
    """Steps between checkpoints."""
    keep: Literal["newest", "weights"] = "newest"
    """Of the checkpoints: the newest two, or weights for the models of all others as well, without
    the optimiser's states."""
    eval_every: int = 10
    """Steps between quick evaluations on the validation split; 0 for none."""
    tensorboard: bool = False
    """Also write the metrics for TensorBoard."""
    eval: EvalConfig = field(default_factory=EvalConfig)
    """The evaluations before and after training, on the test split."""
    quick_eval: EvalConfig = field(default_factory=_quick_look)
    """The evaluations during training, on the validation split."""

    def __post_init__(self) -> None:
        check_fields(self)
        check_run_name(self.name)
        check_least(self, {"seed": 0, "threads": 1, "save_every": 1, "eval_every": 0})
