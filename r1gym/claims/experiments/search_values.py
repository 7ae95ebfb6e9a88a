"""Value models for search: a scalar head, trained on samples or on the trees of a search."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from r1gym.agents.search.protocol import SearchResult
from r1gym.claims.experiments.search_common import STEPS, Asked, ask
from r1gym.claims.materials import shared, teacher
from r1gym.core.seeds import mixed
from r1gym.models.policy import Policy
from r1gym.models.step_classifier import TokenClassifierScorer
from r1gym.models.step_scorer import StepScorer
from r1gym.models.step_training import (
    LabelledSteps,
    StepTrainer,
    StepTrainingConfig,
    new_step_classifier,
    save_step_classifier,
)
from r1gym.problems.step_checks import right_steps
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling
from r1gym.rollout.play import complete

_TRAINED_ON, _SAMPLES = 1000, 4  # questions, and samples of each


def learned(folder: Path, policy: Policy, seed: int, name: str) -> StepScorer:
    """Returns a head on R1-Zero with two more layers, trained on a policy's samples.

    Its labels are those of the exact rule, so that it is as good as labels can make it.

    Args:
        folder: The experiment's.
        policy: Whose samples.
        seed: Of samples and training.
        name: Of the policy, for the file.
    """
    asked = ask("train", _TRAINED_ON, seed)
    home = shared(folder) / f"value-{name}-{seed}"
    if not (home / "config.json").exists():
        examples = _labelled(asked, policy, seed)
        train_value(teacher(folder), examples, home, seed)
    return TokenClassifierScorer(asked.task, model=str(home))


def train_value(
    start: str, examples: Sequence[LabelledSteps], home: Path, seed: int, epochs: int = 3
) -> None:
    """Trains a value model and writes it to a folder."""
    value = new_step_classifier(start, more_layers=2, seed=seed)
    StepTrainer(value, examples, StepTrainingConfig(epochs=epochs), seed).learn()
    save_step_classifier(value, home)


def tree_examples(result: SearchResult, right: Sequence[bool]) -> list[LabelledSteps]:
    """Returns the answers of a tree, each step labelled by the share of right ones below it.

    Args:
        result: What a search found.
        right: For each of its candidates whether it is right.
    """
    counts: dict[tuple[tuple[int, ...], ...], list[bool]] = {}
    for candidate, is_right in zip(result.candidates, right, strict=True):
        ids = tuple(step.token_ids for step in candidate.prefix.steps)
        for end in range(1, len(ids) + 1):
            counts.setdefault(ids[:end], []).append(is_right)
    found = []
    for candidate in result.candidates:
        ids = tuple(step.token_ids for step in candidate.prefix.steps)
        shares = [counts[ids[:end]] for end in range(1, len(ids) + 1)]
        labels = tuple(sum(one) / len(one) for one in shares)
        found.append(LabelledSteps(candidate.prefix.prompt_ids, ids, labels))
    return found


def _labelled(asked: Asked, policy: Policy, seed: int) -> list[LabelledSteps]:
    ids = [tuple(policy.tokenizer.encode(prompt, special=True)) for prompt in asked.prompts]
    sampling = Sampling(asked.task.max_tokens)
    groups = complete(EmbeddedEngine(policy), ids, _SAMPLES, sampling, mixed(seed, 7))
    found = []
    for problem, prompt, turns in zip(asked.problems, ids, groups, strict=True):
        for turn in turns:
            steps = STEPS.pieces(policy.tokenizer, turn.token_ids)
            texts = [policy.tokenizer.decode(list(step)) for step in steps]
            labels = tuple(map(float, right_steps(problem.question, texts)))
            found.append(LabelledSteps(prompt, tuple(steps), labels))
    return found
