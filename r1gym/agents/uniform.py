"""The agent that knows nothing: every token is equally likely. The floor of every comparison."""

from __future__ import annotations

import numpy as np

from r1gym.envs.task import Tokens, TokenTask


class Uniform:
    """Draws each token uniformly from the vocabulary.

    Args:
        task: The task, for its vocabulary.
        seed: The seed of the draws.
    """

    name = "uniform"

    def __init__(self, task: TokenTask, *, seed: int = 0) -> None:
        self._size = task.tokenizer.vocab_size
        self._rng = np.random.default_rng(seed)

    def act(self, observation: Tokens) -> int:
        """Returns any token."""
        return int(self._rng.integers(self._size))
