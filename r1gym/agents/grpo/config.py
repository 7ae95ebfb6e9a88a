"""The knobs of GRPO. Defaults that differ from the report's values say so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from r1gym.agents.grpo.advantage import Advantage
from r1gym.agents.grpo.loss import KL, KLPlace, Loss
from r1gym.agents.learner_config import LearnerConfig
from r1gym.core.checks import check_least
from r1gym.core.config import NEWER
from r1gym.core.errors import ConfigError

Label = Literal["gold", "majority"]
Overlong = Literal["keep", "mask", "soft"]

_LEAST: dict[str, float] = {
    **dict.fromkeys(("clip_low", "clip_high", "kl_coef", "importance_cap"), 0),
    "refresh_reference_every": 1,
    "vine_rollouts": 1,
}
_VINE_ROLLOUTS = 4  # the paper takes 9


@dataclass(frozen=True)
class GRPOConfig(LearnerConfig):
    """GRPO (report section 2.2.1)."""

    prefix: ClassVar[str] = "grpo"

    advantage: Advantage = "grpo"
    """What a reward is compared with: grpo (its group, in standard deviations), rloo (the others of
    its group), reinforce (all completions of the step), vine: each step of a completion by what it
    adds to the rewards of roll-outs that go on from where it ends, or process: each step by what
    the reward step_scorer makes of it and of those behind it."""
    loss: Loss = "grpo"
    """grpo (the report), dr_grpo, dapo, gspo, cispo or reinforce; see `r1gym.agents.grpo.loss`."""
    clip_low: float = 0.2
    """Probability ratios are clipped below 1 minus this; the report's R1-Zero clips at 10."""
    clip_high: float = 0.2
    """Probability ratios are clipped above 1 plus this; DAPO and CISPO set it higher."""
    kl: KL = "k3"
    """Estimator of the KL to the reference policy; the report's is k3."""
    kl_coef: float = 0.001
    """Weight of the KL; the report's beta. 0 does without a reference policy."""
    refresh_reference_every: int = 400
    """Steps after which the reference policy becomes a copy of the policy."""
    refill: bool = False
    """Sample more questions in place of groups whose rewards are all equal (DAPO, 3.2)."""
    overlong: Overlong = "keep"
    """Truncated completions: keep their reward, mask them out (DAPO's overlong filtering), or soft:
    also take up to 1 off the reward of completions within an eighth of the limit (DAPO, 3.4)."""

    importance_cap: float = field(default=2.0, metadata=NEWER)
    """The most that a token weighs which the trainer finds likelier than an engine with weights of
    its own that sampled it (truncated importance sampling); 0 takes the engine at its word."""

    vine_rollouts: int = field(default=_VINE_ROLLOUTS, metadata=NEWER)
    """Roll-outs from the end of each step, of the advantage vine."""
    kl_in: KLPlace = field(default="loss", metadata=NEWER)
    """Where the KL stands: in the loss, as the report's GRPO has it, or in the reward, as the KL of
    all tokens of a completion, which a longer one has more of (the report's PPO, A.3)."""
    label: Label = field(default="gold", metadata=NEWER)
    """Which answer is paid: the gold one, or that of the group's majority."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_least(self, _LEAST, f"{self.prefix}.")
        self._check_steps()
        if self.group_size < 2 and (self.advantage != "reinforce" or self.refill):
            raise ConfigError(
                f"{self.prefix}.group_size must be at least 2: advantages compare a group."
            )

        if self.label == "majority" and self.group_size < 3:
            raise ConfigError(f"{self.prefix}.label majority needs a group_size of at least 3.")

    def _check_steps(self) -> None:
        name = f"{self.prefix}.advantage"
        if self.advantage != "vine" and self.vine_rollouts != _VINE_ROLLOUTS:
            raise ConfigError(f"{self.prefix}.vine_rollouts is for {name} vine alone.")
        if self.advantage not in ("vine", "process"):
            return
        name = f"{name} {self.advantage}"
        if self.loss in ("gspo", "reinforce"):
            raise ConfigError(
                f"{name} tells steps apart, and {self.prefix}.loss {self.loss} takes a "
                "completion for one action: choose another loss."
            )
        for setting, other in (("label", "gold"), ("kl_in", "loss")):
            if getattr(self, setting) != other:
                raise ConfigError(f"{name} needs {self.prefix}.{setting} {other}.")
        if self.overlong == "soft":
            raise ConfigError(f"{name} needs {self.prefix}.overlong keep or mask.")
