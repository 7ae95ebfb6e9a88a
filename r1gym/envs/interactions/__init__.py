"""What follows when the policy has ended its turn: nothing, feedback, a tool's result.

An interaction is used by the environments' ``step`` and by `r1gym.rollout.play` alike, so that one
turn and several have one reward through every door.
"""

from r1gym.envs.interactions.protocol import (
    INTERACTIONS,
    Interaction,
    load_interaction,
    register_interaction,
)

__all__ = ["INTERACTIONS", "Interaction", "load_interaction", "register_interaction"]
