"""Planning in the environment itself: tree search over tokens, with states that are cloned.

It works on every id, with turns and wrappers' interactions, since all it asks of an environment is
`step`, `clone_state` and `restore_state`. Its value is the reward that random play earns from a
state, and the reward knows the gold answer: a plan shows what search could reach, and makes data on
a training split. It answers no test. Left out: a value function in the roll-outs' place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from r1gym.agents.search.tree import Bounds, Node, backup, descend, select
from r1gym.core.checks import check_number, check_whole
from r1gym.core.errors import ConfigError
from r1gym.envs.task import Tokens
from r1gym.envs.token_env import EnvState, TokenEnv

Propose = Callable[[Tokens], tuple[Sequence[int], Sequence[float]]]
"""From an observation to the tokens that may follow, with their probabilities."""


@dataclass(frozen=True)
class Plan:
    """The best episode that was found.

    Attributes:
        tokens: What the policy wrote from the state on.
        reward: What the episode paid.
        steps: Steps of the environment that the search took.
        root: The tree.
    """

    tokens: tuple[int, ...]
    reward: float
    steps: int
    root: Node[int]


@dataclass
class _Walk:
    """An environment on its way from the state that is planned from."""

    env: TokenEnv
    start: EnvState
    observation: Tokens = field(init=False)
    tokens: list[int] = field(default_factory=list)
    reward: float = 0.0
    finished: bool = False

    def __post_init__(self) -> None:
        self.env.restore_state(self.start)
        self.observation = self.start.observation

    def take(self, token: int) -> None:
        """Takes a step."""
        self.observation, reward, terminated, truncated, _ = self.env.step(token)
        self.tokens.append(token)
        self.reward += reward
        self.finished = terminated or truncated


def plan(
    env: TokenEnv,
    propose: Propose,
    *,
    simulations: int = 64,
    constant: float = 1.5,
    seed: int = 0,
) -> Plan:
    """Searches for the best way on from where an environment stands, and leaves it there.

    Args:
        env: The environment, in an episode that is not over.
        propose: What tokens to try, and how likely they are in roll-outs.
        simulations: The most roll-outs; fewer if every way has been tried.
        constant: PUCT's weight of exploration.
        seed: The seed of the roll-outs.

    Raises:
        ConfigError: If the episode is over, or a value is not allowed.
    """
    simulations = check_whole("simulations", simulations, least=1)
    constant = check_number("constant", constant, least=0)
    start, rng = env.clone_state(), np.random.default_rng(check_whole("seed", seed, least=0))
    if start.finished:
        raise ConfigError("The episode is over: call reset() before planning.")
    root: Node[int] = Node()
    states = {root: start}
    bounds, steps = Bounds(0.0, 1.0), 0
    best: tuple[float, tuple[int, ...]] = -math.inf, ()
    for _ in range(simulations):
        if root.closed:
            break
        leaf = descend(root, bounds, constant)
        if leaf in states:  # it was visited: its children come in
            _expand(leaf, propose(states[leaf].observation))
            leaf = select(leaf.children, bounds, constant)
        walk = _try(env, leaf, states, propose, rng)
        steps += len(walk.tokens)
        bounds.add(walk.reward)
        before = () if leaf.parent is None else leaf.parent.moves()
        best = max(best, (walk.reward, (*before, *walk.tokens)), key=lambda one: one[0])
        backup(leaf, walk.reward)
    env.restore_state(start)
    return Plan(best[1], best[0], steps, root)


def _try(
    env: TokenEnv,
    leaf: Node[int],
    states: dict[Node[int], EnvState],
    propose: Propose,
    rng: np.random.Generator,
) -> _Walk:
    """Takes the move of a leaf that is new, keeps its state, and plays on at random to the end."""
    assert leaf.parent is not None
    assert leaf.move is not None
    walk = _Walk(env, states[leaf.parent])
    walk.take(leaf.move)
    leaf.finished = walk.finished
    states[leaf] = env.clone_state()
    while not walk.finished:
        tokens, shares = propose(walk.observation)
        walk.take(int(rng.choice(tokens, p=np.asarray(shares) / np.sum(shares))))
    return walk


def _expand(leaf: Node[int], options: tuple[Sequence[int], Sequence[float]]) -> None:
    leaf.children = [
        Node(int(token), leaf, float(share)) for token, share in zip(*options, strict=True)
    ]
