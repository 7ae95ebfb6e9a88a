"""The canary: a small batch after each sync that shows whether an engine follows the policy.

An engine with weights of its own may go on with old ones, or with some that were put in the wrong
place, and nothing in its samples tells: their log-probabilities do.
"""

from __future__ import annotations

from r1gym.core.errors import TrainingStopped
from r1gym.models.policy import Policy
from r1gym.rollout.agreement import BOUNDS, largest_gap, made_up_prompts
from r1gym.rollout.engine import RolloutEngine

_TOKENS = 6


def check_canary(engine: RolloutEngine, policy: Policy) -> float:
    """Samples a small batch and compares its log-probs with the policy's.

    Args:
        engine: The engine, which has just been sent the policy's weights.
        policy: The policy.

    Returns:
        The largest difference of a token's log-probability, in nats.

    Raises:
        TrainingStopped: If it is more than rounding explains, or no number.
    """
    prompts = made_up_prompts(policy.tokenizer.vocab_size)
    gap = largest_gap(policy, prompts, _TOKENS, engine)
    bound = BOUNDS[policy.dtype]
    if not gap <= bound:  # which NaN is not
        raise TrainingStopped(
            f"The engine does not follow the policy: with the weights of step {engine.version} its "
            f"log-probabilities differ by {gap:.2g} nats (at most {bound:g} is rounding). The last "
            "checkpoint is sound; go on with --engine embedded under another --name."
        )
    return gap
