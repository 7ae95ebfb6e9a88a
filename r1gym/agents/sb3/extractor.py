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
    """Embeds each token together with its place, and says which tokens occur among the last.

    A token has two places: its line and its column, where a prompt is at home and a map or a table
    has each cell, and its distance from the end of what is written, where the completion is. What
    lies beyond the length in the observation's last slot is padding and has no part in the
    features.

    Args:
        observation_space: The space of a token environment.
        hidden: The width of the two layers over the embeddings.
        newline: The token that ends a line; None to take all for one line.
        lines: How many lines from the first one are embedded.
        columns: How many tokens of each are; None for the window.
        last: How many tokens from the end are, and count as occurring; None for the window.

    Raises:
        ConfigError: If the vocabulary and the places together need too many weights, or if the
            task is categorical, whose tokens agents are given one-hot.
    """

    _places: Tensor

    def __init__(
        self,
        observation_space: Box[Any],
        hidden: int = 128,
        *,
        newline: int | None = None,
        lines: int = 1,
        columns: int | None = None,
        last: int | None = None,
    ) -> None:
        if not isinstance(observation_space, Box):
            raise ConfigError("TokenExtractor embeds token ids: make the task categorical=False.")
        self.window = observation_space.shape[0] - 1
        self.vocab = int(observation_space.high[0]) + 1
        super().__init__(observation_space, hidden + self.vocab)
        self._newline, self._lines = newline, lines
        self._columns = self.window if columns is None else columns
        self._last = self.window if last is None else min(last, self.window)
        places = lines * self._columns + self._last
        self._nothing = places * self.vocab  # the index that stands for padding
        if self._nothing * hidden > _MOST_WEIGHTS:
            raise ConfigError(
                f"{places} places of a vocabulary of {self.vocab} are too much for "
                "TokenExtractor: use tokenizer='tiny', a smaller window, or its options."
            )
        self._embedding = nn.EmbeddingBag(
            self._nothing + 1, hidden, mode="sum", padding_idx=self._nothing
        )
        with torch.no_grad():  # so that the sum over all places is about as large as one token's
            self._embedding.weight.mul_((0.5 / places) ** 0.5)
        self._layers = nn.Sequential(nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU())
        self.register_buffer("_places", torch.arange(self.window), persistent=False)

    def forward(self, observations: Tensor) -> Tensor:
        """Returns the features, [rows, hidden + vocab]."""
        tokens, lengths = observations[:, :-1].long(), observations[:, -1:].long()
        valid = self._places < lengths  # [rows, window]
        indices = torch.cat([self._by_line(tokens, valid), self._by_end(tokens, lengths)], dim=1)
        hidden = self._layers(self._embedding(indices))
        recent = valid & (self._places >= lengths - self._last)
        return torch.cat([hidden, self._occurring(tokens, recent)], dim=1)

    def _by_line(self, tokens: Tensor, valid: Tensor) -> Tensor:
        """Returns the index of each line's and column's token, [rows, lines * columns]."""
        line, column = torch.zeros_like(tokens), self._places.expand_as(tokens)
        if self._newline is not None:
            ends = torch.zeros_like(valid)  # of the line before
            ends[:, 1:] = tokens[:, :-1] == self._newline
            line = ends.cumsum(1)
            column = column - torch.where(ends, self._places, 0).cummax(1).values
        count = self._lines * self._columns
        seen = valid & (line < self._lines) & (column < self._columns)
        place = torch.where(seen, line * self._columns + column, count)
        # What is not seen lands in a column of its own, which is cut off.
        indices = tokens.new_full((len(tokens), count + 1), self._nothing)
        return indices.scatter_(1, place, tokens + place * self.vocab)[:, :-1]

    def _by_end(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Returns the indices of the last tokens, the very last one first, [rows, last]."""
        from_end = self._places[: self._last]
        place = lengths - 1 - from_end
        offset = (self._lines * self._columns + from_end) * self.vocab
        written = tokens.gather(1, place.clamp(min=0)) + offset
        return torch.where(place >= 0, written, self._nothing)

    def _occurring(self, tokens: Tensor, recent: Tensor) -> Tensor:
        """Returns 1 for each token of the vocabulary among the last ones, [rows, vocab]."""
        # All else is counted in a column of its own, which is cut off.
        counted = torch.where(recent, tokens, self.vocab)
        occurring = torch.zeros(len(tokens), self.vocab + 1, device=tokens.device)
        return occurring.scatter_(1, counted, 1.0)[:, :-1]


def favour_occurring_tokens(policy: BasePolicy, logit: float) -> None:
    """Makes a new policy likelier to write tokens that occur in its features.

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
