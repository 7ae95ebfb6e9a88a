"""Features of a token window, for any actor-critic algorithm of Stable-Baselines3.

Left out: a GRU or a transformer over the window. With rewards as rare as these the number of
episodes decides, and a table of embeddings is cheap.
"""

from __future__ import annotations

from typing import Any

import torch
from gymnasium.spaces import Box
from stable_baselines3.common.policies import BasePolicy
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from torch import Tensor, nn

from r1gym.core.errors import ConfigError

_MOST_WEIGHTS = 1 << 28  # of the embeddings; 1 GiB


class TokenExtractor(BaseFeaturesExtractor):
    """Embeds each token together with its place, and says which tokens occur.

    A token has two places: from the window's beginning, where a prompt is at home, and from the end
    of what is written, where the completion is. What lies beyond the length in the observation's
    last slot is padding and has no part in the features.

    Args:
        observation_space: The space of a token environment.
        hidden: The width of the two layers over the embeddings.

    Raises:
        ConfigError: If the vocabulary and the window together need too many weights.
    """

    _places: Tensor

    def __init__(self, observation_space: Box[Any], hidden: int = 128) -> None:
        self.window = observation_space.shape[0] - 1
        self.vocab = int(observation_space.high[0]) + 1
        super().__init__(observation_space, hidden + self.vocab)
        self._nothing = 2 * self.window * self.vocab  # the index that stands for padding
        if self._nothing * hidden > _MOST_WEIGHTS:
            raise ConfigError(
                f"A window of {self.window} tokens of a vocabulary of {self.vocab} is too much for "
                "TokenExtractor: use tokenizer='tiny' or a smaller window."
            )
        self._embedding = nn.EmbeddingBag(
            self._nothing + 1, hidden, mode="sum", padding_idx=self._nothing
        )
        with torch.no_grad():  # so that the sum over a window is about as large as one token's
            self._embedding.weight.mul_(0.5 / self.window**0.5)
        self._layers = nn.Sequential(nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU())
        self.register_buffer("_places", torch.arange(self.window), persistent=False)

    def forward(self, observations: Tensor) -> Tensor:
        """Returns the features, [rows, hidden + vocab]."""
        tokens, lengths = observations[:, :-1].long(), observations[:, -1:].long()
        valid = self._places < lengths  # [rows, window]
        from_end = lengths - 1 - self._places  # 0 for the last token
        by_place = tokens + self._places * self.vocab
        by_end = tokens + (self.window + from_end) * self.vocab
        indices = torch.where(valid.repeat(1, 2), torch.cat([by_place, by_end], 1), self._nothing)
        hidden = self._layers(self._embedding(indices))
        return torch.cat([hidden, self._occurring(tokens, valid)], dim=1)

    def _occurring(self, tokens: Tensor, valid: Tensor) -> Tensor:
        """Returns 1 for each token of the vocabulary that the window holds, [rows, vocab]."""
        # Padding is counted in a column of its own, which is cut off.
        counted = torch.where(valid, tokens, self.vocab)
        occurring = torch.zeros(len(tokens), self.vocab + 1, device=tokens.device)
        return occurring.scatter_(1, counted, 1.0)[:, :-1]


def favour_occurring_tokens(policy: BasePolicy, logit: float) -> None:
    """Makes a new policy likelier to write tokens that the window holds already.

    The idea of pointer networks (Vinyals et al. 2015, arXiv 1506.03134), as a start that training
    may leave: a policy that draws from the whole vocabulary all but never writes the tags of an
    answer, one that repeats what its prompt shows does so once in a thousand episodes.

    Args:
        policy: An actor-critic policy with `TokenExtractor` and no layers after it
            (``net_arch=[]``).
        logit: By how much.
    """
    layer: Any = policy.action_net
    weight = layer.weight
    with torch.no_grad():
        weight[:, -len(weight) :] = logit * torch.eye(len(weight), device=weight.device)
