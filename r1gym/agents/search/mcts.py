"""Monte-Carlo tree search over steps, guided by a step scorer (report section 4.2).

    simulation   descend from the root by PUCT to a leaf
                 write a few steps behind it: its children, of which it has a most
                 score them; the one that PUCT prefers brings its value back along the path

What is finished, or has nothing unfinished below it, is not visited again: it would tell nothing.

The trees of all questions advance together, so that their leaves are written in one call of the
engine and scored in one batch; with several leaves a tree, those under way count as lost. Left out:
roll-outs, whose place the step scorer takes.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from r1gym.agents.search.expansion import Expander, Option, best_first
from r1gym.agents.search.protocol import Candidate, Cost, Prefix, SearchResult, Step
from r1gym.agents.search.tree import Bounds, Node, backup, descend, hold, priors_of, select, widens
from r1gym.core.checks import check_flag, check_number, check_whole
from r1gym.core.seeds import mixed


@dataclass
class _Tree:
    """A question's tree, and where its search stands."""

    start: Prefix
    root: Node[Step] = field(default_factory=Node)  # below it simulations go
    top: Node[Step] = field(init=False)
    bounds: Bounds = field(default_factory=Bounds)
    cost: Cost = field(default_factory=Cost)

    def __post_init__(self) -> None:
        self.top = self.root

    def prefix(self, node: Node[Step]) -> Prefix:
        return replace(self.start, steps=node.moves())

    def leaves(self) -> list[Node[Step]]:
        return [node for node in self.root.walk() if not node.children]


class MCTS:
    """Searches the steps of an answer by PUCT.

    Args:
        expander: Writes and scores steps.
        simulations: Simulations from a root, each of which writes behind one leaf.
        children: Steps sampled behind a node at a time: equal ones are one child.
        limit: The most steps sampled behind a node; beyond `children` a node is widened as it is
            visited more. None for `children`: what was not among them is never found.
        constant: PUCT's weight of exploration.
        leaves: Leaves of one tree that are written side by side.
        moves: True to settle for the step with the best mean after these simulations and go on
            below it, with what is known there (tree reuse): its visits count among the next ones.

    Raises:
        ConfigError: If a value is not allowed.
    """

    def __init__(
        self,
        expander: Expander,
        *,
        simulations: int = 8,
        children: int = 4,
        limit: int | None = None,
        constant: float = 1.5,
        leaves: int = 1,
        moves: bool = False,
    ) -> None:
        self._expander = expander
        self._simulations = check_whole("simulations", simulations, least=1)
        self._children = check_whole("children", children, least=1)
        self._limit = check_whole("limit", children if limit is None else limit, least=children)
        self._constant = check_number("constant", constant, least=0)
        self._leaves = check_whole("leaves", leaves, least=1)
        self._moves = check_flag("moves", moves)

    def search(self, prompts: Sequence[str], max_tokens: int, seed: int) -> list[SearchResult]:
        """Returns an answer to each prompt; see `Searcher.search`."""
        started = time.perf_counter()
        trees = [_Tree(self._expander.writer.begin(prompt)) for prompt in prompts]
        number = 0
        while waiting := [(tree, leaf) for tree in trees for leaf in self._gather(tree)]:
            number += 1
            prefixes = [tree.prefix(leaf) for tree, leaf in waiting]
            found = self._expander.expand(prefixes, self._children, max_tokens, mixed(seed, number))
            for (tree, leaf), (options, cost) in zip(waiting, found, strict=True):
                tree.cost += cost
                self._grow(tree, leaf, options)
        self._complete(trees, max_tokens, mixed(seed, 0, 1))
        seconds = (time.perf_counter() - started) / max(1, len(prompts))
        return [self._result(tree, seconds) for tree in trees]

    def _gather(self, tree: _Tree) -> list[Node[Step]]:
        """Returns the leaves that a tree wants children of now, each marked as under way."""
        found: list[Node[Step]] = []
        self._settle(tree)
        while len(found) < self._leaves and not tree.root.closed:
            if tree.root.visits + len(found) >= self._simulations:
                break
            leaf = descend(tree.root, tree.bounds, self._constant, self._widens)
            if leaf in found:
                break  # there is nowhere else to go
            hold(leaf, 1)
            found.append(leaf)
        return found

    def _settle(self, tree: _Tree) -> None:
        """Goes on below the best step, if it is time to."""
        root = tree.root
        while self._moves and root.children and (root.closed or root.visits >= self._simulations):
            tree.root = root = max(root.children, key=lambda child: child.mean(0.0))

    def _widens(self, node: Node[Step]) -> bool:
        return widens(node, self._children, self._limit)

    def _grow(self, tree: _Tree, leaf: Node[Step], options: Sequence[Option]) -> None:
        hold(leaf, -1)
        leaf.tries += self._children
        known = {child.move.key: child for child in leaf.children if child.move is not None}
        for option in options:
            step = option.prefix.steps[-1]
            if step.key in known:
                known[step.key].seen += option.seen
                continue
            child = Node(
                step, leaf, value=option.value, seen=option.seen,
                finished=option.finished, closed=option.finished,
            )  # fmt: skip
            leaf.children.append(child)
            tree.bounds.add(child.value)
        _set_priors(leaf.children)
        unvisited = [child for child in leaf.children if not child.visits]
        chosen = select(unvisited or leaf.children, tree.bounds, self._constant)
        backup(chosen, chosen.value, self._limit)

    def _complete(self, trees: Sequence[_Tree], max_tokens: int, seed: int) -> None:
        """Writes the best leaf of each tree without an answer to its end."""
        open_ = [tree for tree in trees if not any(leaf.finished for leaf in tree.leaves())]
        best = [max(tree.leaves(), key=lambda leaf: leaf.value) for tree in open_]
        prefixes = [tree.prefix(leaf) for tree, leaf in zip(open_, best, strict=True)]
        found = self._expander.finish(prefixes, max_tokens, seed)
        for tree, leaf, (option, cost) in zip(open_, best, found, strict=True):
            tree.cost += cost
            leaf.children = [Node(option.prefix.steps[-1], leaf, value=option.value, finished=True)]

    def _result(self, tree: _Tree, seconds: float) -> SearchResult:
        found = [
            Candidate(tree.prefix(leaf), leaf.value) for leaf in tree.leaves() if leaf.finished
        ]
        candidates = best_first(found)
        completion = self._expander.writer.completion(candidates[0].prefix)
        cost = tree.cost + Cost(seconds=seconds)
        return SearchResult(completion, cost, candidates, tree.top)


def _set_priors(children: Sequence[Node[Step]]) -> None:
    steps = [child.move for child in children if child.move is not None]
    logprobs = [None if step.logprobs is None else sum(step.logprobs) for step in steps]
    shares = priors_of(logprobs, [child.seen for child in children])
    for child, share in zip(children, shares, strict=True):
        child.prior = share
