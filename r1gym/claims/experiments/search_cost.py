"""Accuracy against tokens and seconds: seven ways to answer with one policy."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import cast

from r1gym.agents.best_of_n import by_likelihood, make_by_majority
from r1gym.agents.search.beam import StepBeam
from r1gym.agents.search.mcts import MCTS
from r1gym.claims.experiment import Found
from r1gym.claims.experiments.search_common import (
    STEPS,
    Asked,
    Weighed,
    ask,
    expander,
    likelihood,
    student,
    weigh,
    weigh_search,
)
from r1gym.core.files import explained
from r1gym.core.seeds import mixed
from r1gym.core.types import Completion
from r1gym.inspection.answer_costs import Point, draw_costs
from r1gym.models.policy import Policy
from r1gym.models.step_scorer import StepScorer
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling
from r1gym.rollout.play import complete
from r1gym.verifiers.votes import group_votes

Groups = Sequence[Sequence[Completion]]
Choose = Callable[[Groups], list[Completion]]
NAMES = {
    "greedy": "greedy",
    "majority": "majority",
    "likeliest": "best of n, own likelihood",
    "best": "best of n, step scorer",
    "vote": "vote weighted by step scorer",
    "beam": "step beam",
    "mcts": "MCTS",
}
_SAMPLES = (2, 4, 5, 8, 16)
_CHILDREN = (2, 4, 8)  # of a beam of one
_SIMULATIONS = (2, 4, 8, 16)
_SIMULATIONS_TOLD = 4  # about as many as an answer has lines: what the claim is about


def run(folder: Path, seed: int, questions: int = 256, steps: int = 300) -> Found:
    """Seven ways to answer are weighed: greedy, votes, best of n, step beam and MCTS.

    About 2 minutes a seed. The policy has 30,000 parameters and is about as often right as wrong at
    temperature 1; steps are scored by R1-Zero's likelihood, the least of a token so far. Lines are
    steps; a node has four children. Seconds are those of the process's own time.

    Args:
        folder: Where the models are kept.
        seed: That of the policy and of the sampling.
        questions: Questions of the test split.
        steps: Steps of the policy's fine-tuning.

    Returns:
        For each way (``greedy``, ``majority``, ``likeliest``, ``best``, ``vote``, ``beam``,
        ``mcts``) its curve by budget: ``*_accuracy``, ``*_tokens``, ``*_ms``. ``mcts`` and
        ``tokens``: MCTS of four simulations. ``equal_majority``, ``equal_best``: the accuracy with
        the first number of samples that costs at least as many tokens. ``lead``: mcts less
        equal_majority. ``beam_lead``: the same for a beam of one with four children.
    """
    asked, policy = ask("test", questions), student(folder, seed, steps)
    scorer = likelihood(folder, asked)
    found = _sampled(asked, policy, scorer, seed)
    grow = expander(policy, scorer)
    beams = [StepBeam(grow, children=n) for n in _CHILDREN]
    found["beam"] = [weigh_search(asked, one, seed) for one in beams]
    trees = [MCTS(grow, simulations=n) for n in _SIMULATIONS]
    found["mcts"] = [weigh_search(asked, one, seed) for one in trees]
    mcts = found["mcts"][_SIMULATIONS.index(_SIMULATIONS_TOLD)]
    beam = found["beam"][_CHILDREN.index(4)]
    equal = {name: _at_least(found[name], mcts.tokens) for name in ("majority", "best")}
    return {
        **_curves(found),
        "mcts": mcts.accuracy,
        "tokens": mcts.tokens,
        "equal_majority": equal["majority"].accuracy,
        "equal_tokens": equal["majority"].tokens,
        "equal_best": equal["best"].accuracy,
        "lead": mcts.accuracy - equal["majority"].accuracy,
        "beam_lead": beam.accuracy - _at_least(found["majority"], beam.tokens).accuracy,
        "beam_over_mcts": beam.accuracy - mcts.accuracy,
    }


def draw(results: Sequence[Found], picture: Path) -> None:
    """Draws accuracy against tokens and seconds from what `run` returned at each seed."""
    points = []
    for way, name in NAMES.items():
        curves = {
            unit: _by_budget([cast("Sequence[float]", one[f"{way}_{unit}"]) for one in results])
            for unit in ("accuracy", "tokens", "ms")
        }
        for i, accuracy in enumerate(curves["accuracy"]):
            seconds = [ms / 1000 for ms in curves["ms"][i]]
            points.append(Point(f"{name} {i}", accuracy, curves["tokens"][i], seconds))
    with explained(picture):
        draw_costs(points, f"one policy, seven ways to answer, {len(results)} seeds").savefig(
            picture, dpi=110
        )


def _sampled(
    asked: Asked, policy: Policy, scorer: StepScorer, seed: int
) -> dict[str, list[Weighed]]:
    """Weighs the ways that choose among whole samples, and greedy decoding."""
    rules: dict[str, Choose] = {
        "majority": partial(_majority, asked),
        "likeliest": _likeliest,
        "best": partial(_best, asked, scorer),
        "vote": partial(_vote, asked, scorer),
    }
    found: dict[str, list[Weighed]] = {"greedy": [], **{name: [] for name in rules}}
    for n in (1, *_SAMPLES):
        temperature = 0.0 if n == 1 else 1.0
        groups, seconds = _sample(asked, policy, n, temperature, mixed(seed, n))
        tokens = sum(len(one.token_ids) for group in groups for one in group)
        for name, rule in rules.items() if n > 1 else [("greedy", _likeliest)]:
            started = time.process_time()
            answers = rule(groups)
            spent = seconds + time.process_time() - started
            found[name].append(weigh(asked, answers, tokens, spent))
    return found


def _sample(
    asked: Asked, policy: Policy, n: int, temperature: float, seed: int
) -> tuple[Groups, float]:
    """Returns n samples of each question, and the seconds that all took."""
    started = time.process_time()
    ids = [policy.tokenizer.encode(prompt, special=True) for prompt in asked.prompts]
    sampling = Sampling(asked.task.max_tokens, temperature)
    groups = [
        [Completion(turn.text, turn.token_ids, turn.logprobs, turn.truncated) for turn in turns]
        for turns in complete(EmbeddedEngine(policy), ids, n, sampling, seed)
    ]
    return groups, time.process_time() - started


def _majority(asked: Asked, groups: Groups) -> list[Completion]:
    choose = make_by_majority(asked.task)
    return [choose(p, group) for p, group in zip(asked.prompts, groups, strict=True)]


def _likeliest(groups: Groups) -> list[Completion]:
    return [by_likelihood("", group) for group in groups]


def _best(asked: Asked, scorer: StepScorer, groups: Groups) -> list[Completion]:
    values = _values(asked, scorer, groups)
    return [group[one.index(max(one))] for group, one in zip(groups, values, strict=True)]


def _vote(asked: Asked, scorer: StepScorer, groups: Groups) -> list[Completion]:
    found = []
    values = _values(asked, scorer, groups)
    for problem, group, weights in zip(asked.problems, groups, values, strict=True):
        votes = group_votes(asked.task.reward, problem, group)  # reads no gold answer
        sums: dict[int | None, float] = dict.fromkeys(votes, 0.0)
        for vote, weight in zip(votes, weights, strict=True):
            sums[vote] += 0.0 if vote is None else weight
        found.append(group[votes.index(max(sums, key=lambda vote: sums[vote]))])
    return found


def _values(asked: Asked, scorer: StepScorer, groups: Groups) -> list[list[float]]:
    """Returns the value of each whole sample, all scored together."""
    tokenizer, encode = asked.task.tokenizer, asked.task.tokenizer.encode
    prompts = [
        encode(prompt, special=True)
        for prompt, group in zip(asked.prompts, groups, strict=True)
        for _ in group
    ]
    steps = [STEPS.pieces(tokenizer, one.token_ids) for group in groups for one in group]
    values = [found[-1] for found in scorer.score(prompts, steps)]
    size = len(groups[0])
    return [values[i : i + size] for i in range(0, len(values), size)]


def _by_budget(curves: Sequence[Sequence[float]]) -> list[list[float]]:
    return [list(one) for one in zip(*curves, strict=True)]


def _at_least(ways: Sequence[Weighed], tokens: float) -> Weighed:
    """Returns the cheapest that costs at least so many tokens, or the dearest."""
    return next((one for one in ways if one.tokens >= tokens), ways[-1])


def _curves(found: Mapping[str, Sequence[Weighed]]) -> dict[str, list[float]]:
    curves = {}
    for name, ways in found.items():
        curves[f"{name}_accuracy"] = [one.accuracy for one in ways]
        curves[f"{name}_tokens"] = [one.tokens for one in ways]
        curves[f"{name}_ms"] = [1000 * one.seconds for one in ways]
    return curves
