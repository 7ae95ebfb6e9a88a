"""What every recipe is told beside its own settings: where it runs, and how often it looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from r1gym.agents.ranks import Parallel
from r1gym.core.checks import check_fields, check_least, check_run_name
from r1gym.core.config import NEWER
from r1gym.core.errors import ConfigError
from r1gym.evaluation.runner import EvalConfig
from r1gym.models.lora import LoRASettings
from r1gym.recipes.trackers import TRACKERS


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
    """Type of the weights; those in bfloat16 are trained by float32 copies."""
    threads: int = 1
    """Torch's threads: one is best for the tiny model. A run repeats to the bit only with the same
    number."""
    parallel: Parallel = field(default="ddp", metadata=NEWER)
    """What each of several processes of `torchrun` keeps: ddp (all weights) or fsdp (its own part
    of the weights that are trained, with their gradients and optimiser states)."""
    engine: str = "embedded"
    """What samples completions; `r1gym list` has the names."""
    engine_options: dict[str, Any] = field(default_factory=dict, metadata=NEWER)
    """Options of its own, such as {"gpu_memory_utilization": 0.3}."""
    save_every: int = 10
    """Steps between checkpoints."""
    keep: Literal["newest", "weights"] = field(default="newest", metadata=NEWER)
    """Of the checkpoints: the newest two, or weights for the models of all others as well, without
    the optimiser's states."""
    eval_every: int = 10
    """Steps between quick evaluations on the validation split; 0 for none."""
    show_every: int = field(default=20, metadata=NEWER)
    """Steps between samples that are shown in the terminal; 0 for none."""
    track: tuple[str, ...] = field(default=(), metadata=NEWER)
    """Who else is told the metrics: tensorboard, trackio, wandb, or a tracker of yours."""
    gradient_checkpointing: bool = field(default=False, metadata=NEWER)
    """Compute each layer again for its gradient in fine-tuning and reinforcement learning: less
    memory, more time."""
    lora: LoRASettings = field(default_factory=LoRASettings, metadata=NEWER)
    """Adapters that fine-tuning and reinforcement learning train in place of all weights."""
    eval: EvalConfig = field(default_factory=EvalConfig)
    """The evaluations before and after training, on the test split."""
    quick_eval: EvalConfig = field(default_factory=_quick_look)
    """The evaluations during training, on the validation split."""

    def __post_init__(self) -> None:
        check_fields(self)
        check_run_name(self.name)
        if not isinstance(self.engine_options, Mapping):
            raise ConfigError(
                f"engine_options must be names with values, not {self.engine_options}."
            )
        least = {"seed": 0, "threads": 1, "save_every": 1, "eval_every": 0, "show_every": 0}
        check_least(self, least)
        for name in self.track:
            TRACKERS.get(name)
