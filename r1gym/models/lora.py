"""The settings of low-rank adapters (LoRA; Hu et al., 2021), without torch."""

from __future__ import annotations

from dataclasses import dataclass

from r1gym.core.checks import check_fields, check_least
from r1gym.core.errors import ConfigError


@dataclass(frozen=True)
class LoRASettings:
    """Low-rank adapters, in place of training all weights."""

    rank: int = 0
    """Rank of the adapters that fine-tuning and reinforcement learning train in place of the
    model's weights, by AdamW; 0 trains all weights. The models that are saved are whole ones."""
    alpha: float = 0.0
    """Scale of the adapters, which is divided by their rank; 0 for twice the rank."""
    targets: str = "all-linear"
    """Which layers get one: all-linear (all but the head), or names such as q_proj,v_proj."""

    def __post_init__(self) -> None:
        check_fields(self, "lora.")
        check_least(self, {"rank": 0, "alpha": 0}, "lora.")
        if not self.rank and (self.alpha, self.targets) != (0, "all-linear"):
            raise ConfigError("lora.alpha and lora.targets need a --lora.rank above 0.")
