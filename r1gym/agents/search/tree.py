"""The tree of a search, and the arithmetic of walking it as pure functions.

Selection is PUCT: a child's value, plus what its prior promises while it has few visits (Rosin
2011; AlphaZero, Silver et al. 2018, arXiv 1712.01815). Values are stretched to those that the tree
has seen, so that a step scorer of any scale will do (MuZero, Schrittwieser et al. 2019, arXiv
1911.08265, equation 5). Left out: noise at the root, which is for self-play.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Move = TypeVar("Move")


@dataclass(eq=False)
class Node(Generic[Move]):
    """A prefix of a completion, by the move that ends it.

    Attributes:
        move: The last step, or token; None at the root.
        parent: The node before; None at the root.
        prior: The share of the policy's choice among its siblings.
        value: What a scorer said when it was made.
        finished: Whether nothing can follow.
        closed: Whether there is nothing left to try below it: simulations pass it by.
        children: The nodes after; none as long as it is a leaf.
        seen: How often it was sampled behind its parent.
        tries: How many moves were sampled behind it.
        visits: Simulations that went through it.
        total: The sum of the values that these brought back.
        pending: Simulations that are still under way below it (a virtual loss each).
    """

    move: Move | None = None
    parent: Node[Move] | None = None
    prior: float = 1.0
    value: float = 0.0
    finished: bool = False
    closed: bool = False
    children: list[Node[Move]] = field(default_factory=list)
    seen: int = 1
    tries: int = 0
    visits: int = 0
    total: float = 0.0
    pending: int = 0

    def mean(self, worst: float) -> float:
        """Returns the mean value that came back, or the scorer's own before any did.

        Args:
            worst: The value that a simulation under way counts as.
        """
        seen = self.visits + self.pending
        return (self.total + self.pending * worst) / seen if seen else self.value

    def moves(self) -> tuple[Move, ...]:
        """Returns the moves from the root to here."""
        found: list[Move] = []
        node: Node[Move] | None = self
        while node is not None and node.move is not None:
            found.append(node.move)
            node = node.parent
        return tuple(reversed(found))

    def walk(self) -> Iterator[Node[Move]]:
        """Yields this node and all below it."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(node.children)


@dataclass
class Bounds:
    """The smallest and the largest value that a tree has seen."""

    low: float = math.inf
    high: float = -math.inf

    def add(self, value: float) -> None:
        """Takes a value into account."""
        self.low, self.high = min(self.low, value), max(self.high, value)

    def scale(self, value: float) -> float:
        """Returns a value between 0 and 1; 0.5 as long as all values seen are the same."""
        if self.high <= self.low:
            return 0.5
        return (value - self.low) / (self.high - self.low)


def puct(
    values: Sequence[float], priors: Sequence[float], visits: Sequence[int], constant: float
) -> list[float]:
    """Returns each child's score, ``Q + c P sqrt(sum N) / (1 + N)``; the highest is visited next.

    Args:
        values: Q, from 0 to 1.
        priors: P.
        visits: N.
        constant: c, the weight of exploration.
    """
    root = math.sqrt(max(1, sum(visits)))
    return [
        value + constant * prior * root / (1 + count)
        for value, prior, count in zip(values, priors, visits, strict=True)
    ]


def priors_of(logprobs: Sequence[float | None], counts: Sequence[int]) -> list[float]:
    """Returns the priors of distinct children: the policy's probabilities, rescaled to sum to 1.

    Args:
        logprobs: The log-probability of each child's tokens; None if one is unknown.
        counts: How often each was sampled, which is its prior where probabilities are unknown.
    """
    known = [one for one in logprobs if one is not None]
    if len(known) < len(logprobs):
        return [count / sum(counts) for count in counts]
    most = max(known)
    weights = [math.exp(one - most) for one in known]
    return [weight / sum(weights) for weight in weights]


def select(children: Sequence[Node[Move]], bounds: Bounds, constant: float) -> Node[Move]:
    """Returns which of siblings is visited next; of equals the first."""
    worst = min(bounds.low, bounds.high)  # nothing is under way before a value was seen
    scores = puct(
        [bounds.scale(child.mean(worst)) for child in children],
        [child.prior for child in children],
        [child.visits + child.pending for child in children],
        constant,
    )
    return children[scores.index(max(scores))]


def widens(node: Node[Move], children: int, limit: int) -> bool:
    """Returns whether a node is to have more children before a simulation goes on below it.

    Progressive widening (Coulom 2007; Chaslot et al. 2008): as many are sampled as the square root
    of the visits times the first ones; or more if there is nothing left to try below it.

    Args:
        node: The node.
        children: Moves sampled behind it at a time.
        limit: The most in all.
    """
    if node.finished or node.pending or node.tries >= limit:
        return False
    open_ = any(not child.closed for child in node.children)
    return not open_ or node.tries < children * math.sqrt(node.visits)


def descend(
    node: Node[Move],
    bounds: Bounds,
    constant: float,
    stop: Callable[[Node[Move]], bool] = lambda node: False,
) -> Node[Move]:
    """Returns the node that a simulation from `node`, which is not closed, comes to.

    Args:
        node: Where it begins.
        bounds: The values that the tree has seen.
        constant: PUCT's weight of exploration.
        stop: Whether a node that has children is to have more.
    """
    while node.children and not stop(node):
        node = select([child for child in node.children if not child.closed], bounds, constant)
    return node


def hold(leaf: Node[Move], change: int) -> None:
    """Adds to the simulations that are under way on the path to a leaf."""
    node: Node[Move] | None = leaf
    while node is not None:
        node.pending += change
        node = node.parent


def backup(leaf: Node[Move], value: float, limit: int = 0) -> None:
    """Adds a simulation's value to every node on the path to a leaf, and closes those it can.

    What is finished is closed: a second visit would tell nothing new.

    Args:
        leaf: The leaf.
        value: Its value.
        limit: The most moves that are sampled behind a node, which is not closed before.
    """
    node: Node[Move] | None = leaf
    while node is not None:
        node.visits += 1
        node.total += value
        below = bool(node.children) and all(child.closed for child in node.children)
        node.closed = node.finished or (below and node.tries >= limit)
        node = node.parent
