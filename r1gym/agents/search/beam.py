"""Beam search over steps: of all next steps the best few prefixes are kept, by a step scorer.

Left out: diversity between beams; equal steps behind one prefix are merged.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from r1gym.agents.search.expansion import Expander, best_first
from r1gym.agents.search.protocol import Candidate, Cost, Prefix, SearchResult
from r1gym.core.checks import check_whole
from r1gym.core.seeds import mixed


class StepBeam:
    """Searches the steps of an answer by a beam.

    Args:
        expander: Writes and scores steps.
        width: Prefixes that are kept; 1 takes the best step each time.
        children: Steps sampled behind each.

    Raises:
        ConfigError: If a value is not allowed.
    """

    def __init__(self, expander: Expander, *, width: int = 1, children: int = 4) -> None:
        self._expander = expander
        self._width = check_whole("width", width, least=1)
        self._children = check_whole("children", children, least=1)

    def search(self, prompts: Sequence[str], max_tokens: int, seed: int) -> list[SearchResult]:
        """Returns an answer to each prompt; see `Searcher.search`."""
        started = time.perf_counter()
        open_ = [[self._expander.writer.begin(prompt)] for prompt in prompts]
        done: list[list[Candidate]] = [[] for _ in prompts]
        costs = [Cost() for _ in prompts]
        number = 0
        while any(open_):
            number += 1
            owners = [i for i, beams in enumerate(open_) for _ in beams]
            prefixes = [prefix for beams in open_ for prefix in beams]
            found = self._expander.expand(prefixes, self._children, max_tokens, mixed(seed, number))
            grown: list[list[tuple[float, Prefix, bool]]] = [
                [(one.value, one.prefix, True) for one in answers] for answers in done
            ]
            for owner, (options, cost) in zip(owners, found, strict=True):
                costs[owner] += cost
                grown[owner] += [(o.value, o.prefix, o.finished) for o in options]
            for i, ways in enumerate(grown):
                if not open_[i]:
                    continue
                kept = sorted(ways, key=lambda way: -way[0])[: self._width]
                done[i] = [Candidate(prefix, value) for value, prefix, ended in kept if ended]
                open_[i] = [prefix for _, prefix, ended in kept if not ended]
        seconds = (time.perf_counter() - started) / max(1, len(prompts))
        return [
            SearchResult(
                self._expander.writer.completion(best[0].prefix),
                cost + Cost(seconds=seconds),
                best,
            )
            for best, cost in zip(map(best_first, done), costs, strict=True)
        ]
