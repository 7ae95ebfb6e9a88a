"""Expert iteration: sample, keep what is correct, fine-tune on it, repeat.

Anthony et al., arXiv 1705.08439; on language models STaR (arXiv 2203.14465) and ReST-EM (arXiv
2312.06585). The loop is `Learner.learn`. The policy goes on from step to step, with small steps.
Left out: starting anew from the base model at each step, as STaR and ReST-EM do with few and large
ones, and STaR's hints for problems that nothing solved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from r1gym.agents.episodes import Rollout
from r1gym.agents.learner import Learner
from r1gym.agents.learner_config import LearnerConfig
from r1gym.agents.sft import add_gradients
from r1gym.core.checks import check_least
from r1gym.core.types import Episode, Verdict


@dataclass(frozen=True)
class ExpertIterationConfig(LearnerConfig):
    """Expert iteration: fine-tuning on one's own correct completions."""

    prefix: ClassVar[str] = "expert_iteration"

    keep: int = 4
    """The most completions of a question that are learnt from, so that easy ones do not prevail."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_least(self, {"keep": 1}, f"{self.prefix}.")


class ExpertIteration(Learner[ExpertIterationConfig, list[int]]):
    """Fine-tunes a policy on those of its completions that a token environment calls correct.

    Args:
        policy: The policy to train, in place.
        env: The environment to train against: an id, which is made for the policy's tokenizer
            and ``config.max_tokens``, or an environment, a task or a spec that has the same.
        config: The knobs; their defaults if None.
        seed: The seed of sampling and shuffling.
        engine: What samples the completions; the embedded engine if None.

    Example:
        >>> from r1gym.models.policy import new_tiny_policy
        >>> policy = new_tiny_policy(16, 1, 2, 32, context=512, seed=0)
        >>> config = ExpertIterationConfig(steps=1, questions=2, group_size=2)
        >>> trainer = ExpertIteration(policy, "r1/Math-v0", config)
        >>> trainer = trainer.learn()
        >>> trainer.step
        1
    """

    default_config = ExpertIterationConfig

    def advantages(self, rollout: Rollout, reference: list[list[float]] | None) -> list[int]:
        """Returns the rows to learn from: correct ones, whose weight is 1."""
        return keep_correct(rollout.episodes, self.config.group_size, self.config.keep)

    def update(self, rollout: Rollout, experience: list[int]) -> dict[str, float]:
        """Takes the optimiser steps that one rollout allows. Returns metrics.

        Raises:
            TrainingStopped: If the loss or a gradient is not finite.
        """
        config, kept = self.config, experience
        self.warm_up(config.learning_rate)
        losses, norms = [], []
        for chosen in self.minibatches(len(kept)):
            if not chosen:  # fewer correct completions than mini-batches, perhaps none
                continue
            rows = [kept[i] for i in chosen]
            examples = [(list(rollout.prompts[row]), list(rollout.token_ids[row])) for row in rows]
            masks = [rollout.masks[row] for row in rows]
            loss = add_gradients(
                self.trained, examples, config.microbatch_tokens, masks, self.world
            )
            norms += self.take_step(loss)
            losses.append(self.world.total({"loss": loss})["loss"])
        return {
            "train/loss": sum(losses) / max(1, len(losses)),
            "train/kept_share": len(kept) / len(rollout.episodes),
            "train/grad_norm": sum(norms) / max(1, len(norms)),
            "train/learning_rate": self.optimizer.param_groups[0]["lr"],
        }


def keep_correct(episodes: Sequence[Episode], group_size: int, most: int) -> list[int]:
    """Returns which completions to learn from: of each group the first different correct ones.

    Args:
        episodes: Scored groups, group after group.
        group_size: Completions in a group.
        most: The most that are kept of a group.
    """
    kept = []
    for start in range(0, len(episodes), group_size):
        rows = range(start, start + group_size)
        correct = [row for row in rows if episodes[row].score.verdict is Verdict.CORRECT]
        different = {episodes[row].trajectory.token_ids: row for row in reversed(correct)}
        kept += sorted(different.values())[:most]
    return kept
