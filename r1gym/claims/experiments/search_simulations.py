"""What more simulations buy a tree search, by the value that guides it and by a node's limit."""

from __future__ import annotations

from pathlib import Path

from r1gym.agents.search.mcts import MCTS
from r1gym.claims.experiment import Found
from r1gym.claims.experiments.search_common import (
    Asked,
    ask,
    expander,
    likelihood,
    student,
)
from r1gym.claims.experiments.search_values import learned
from r1gym.models.policy import Policy
from r1gym.models.step_exact import ExactSteps
from r1gym.models.step_scorer import StepScorer

_FEW, _MANY = 8, 64


def run(folder: Path, seed: int, questions: int = 128, steps: int = 300, limit: int = 16) -> Found:
    """MCTS with 8 and 64 simulations, guided by a learned value, a likelihood, and the exact rule.

    About 2 minutes a seed. Four steps are sampled behind a node at a time. The exact rule knows the
    solution: an oracle that shows what search could do. R1-Zero's likelihood takes no training, and
    the learned value is a head on R1-Zero that was trained on the policy's own samples.

    Args:
        folder: Where the models are kept.
        seed: That of the policy and of the sampling.
        questions: Questions of the test split.
        steps: Steps of the policy's fine-tuning.
        limit: The most steps sampled behind a node, as a node is widened.

    Returns:
        For each value (``learned``, ``likelihood``, ``exact``): ``*_8``, ``*_64``: accuracy;
        ``*_gain``: their difference; ``*_tokens_8``, ``*_tokens_64``; ``*_found_8``,
        ``*_found_64``: the share of trees in which a right answer stands. ``exact_narrow_8``,
        ``exact_narrow_64``, ``exact_narrow_gain``: the exact rule with a limit of four.
    """
    asked, policy = ask("test", questions), student(folder, seed, steps)
    exact = ExactSteps(asked.task)
    scorers: dict[str, tuple[StepScorer, int]] = {
        "learned": (learned(folder, policy, seed, f"{steps}"), limit),
        "likelihood": (likelihood(folder, asked), limit),
        "exact": (exact, limit),
        "exact_narrow": (exact, 4),
    }
    found: dict[str, float] = {}
    for name, (scorer, most) in scorers.items():
        for simulations in (_FEW, _MANY):
            one = _search(asked, policy, scorer, simulations, most, seed)
            found |= {f"{name}{kind}_{simulations}": value for kind, value in one.items()}
        found[f"{name}_gain"] = found[f"{name}_{_MANY}"] - found[f"{name}_{_FEW}"]
    return found


def _search(
    asked: Asked, policy: Policy, scorer: StepScorer, simulations: int, limit: int, seed: int
) -> dict[str, float]:
    tree = MCTS(expander(policy, scorer), simulations=simulations, limit=limit)
    results = tree.search(asked.prompts, asked.task.max_tokens, seed)
    right = asked.right([one.completion for one in results])
    writer = expander(policy, scorer).writer
    most = max(len(one.candidates) for one in results)
    any_right = [False] * len(results)
    for place in range(most):
        chosen = [one.candidates[min(place, len(one.candidates) - 1)] for one in results]
        also = asked.right([writer.completion(one.prefix) for one in chosen])
        any_right = [a or b for a, b in zip(any_right, also, strict=True)]
    count = len(results)
    return {
        "": sum(right) / count,
        "_found": sum(any_right) / count,
        "_tokens": sum(one.cost.tokens for one in results) / count,
    }
