"""Self-training by search (report section 4.2): what MCTS finds trains actor and value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from r1gym.agents.search.mcts import MCTS
from r1gym.agents.sft import SFT, SFTConfig
from r1gym.claims.experiment import Found
from r1gym.claims.experiments.search_common import Asked, ask, expander, student
from r1gym.claims.experiments.search_values import train_value, tree_examples
from r1gym.core.seeds import mixed
from r1gym.core.types import Completion
from r1gym.envs.templates import load_template
from r1gym.models.policy import Policy, save_policy
from r1gym.models.step_classifier import TokenClassifierScorer
from r1gym.models.step_likelihood import LikelihoodScorer
from r1gym.models.step_scorer import StepScorer
from r1gym.models.step_training import LabelledSteps
from r1gym.recipes.examples import ExampleCorpus, ExampleRow
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.rollout.engine import Sampling
from r1gym.rollout.play import complete

_SAMPLES = 4  # a question, to measure


@dataclass
class _Arm:
    """A policy that trains on what it finds."""

    policy: Policy
    rows: list[ExampleRow] = field(default_factory=list)
    trees: list[LabelledSteps] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    found: list[float] = field(default_factory=list)


def run(
    folder: Path,
    seed: int,
    questions: int = 400,
    rounds: int = 3,
    steps: int = 300,
    simulations: int = 5,
    updates: int = 30,
    rate: float = 0.0003,
    split: str = "test",
) -> Found:
    """Three rounds of search and fine-tuning, against samples of as many tokens in its place.

    About a minute a seed. In a round a policy answers new training questions by MCTS, or by
    sampling; right answers of all rounds so far fine-tune it, and the trees train a value model
    that guides the next round's search. The first is guided by the policy's own likelihood. Rate
    and updates were chosen on the validation split.

    Args:
        folder: Where the models are kept.
        seed: That of the policy, the questions and the sampling.
        questions: Questions a round.
        rounds: Rounds.
        steps: Steps of the first policy's fine-tuning.
        simulations: Of MCTS.
        updates: Optimiser steps a round, of 64 answers.
        rate: Muon's learning rate; AdamW's is a quarter of it.
        split: Where accuracy is measured.

    Returns:
        ``search``, ``sampled``: accuracy at temperature 1, before and after each round.
        ``search_found``, ``sampled_found``: the share of training questions with a right answer in
        each round. ``tokens``: sampled a question in each round, about the same in both.
        ``search_gain``, ``sampled_gain``: the last accuracy less the first. ``first_gain``,
        ``later_gain``: what search gains in its first round, and after it. ``lead``: the last
        accuracy of search less that of samples.
    """
    measured = ask(split, 256)
    search, sampled = (_Arm(student(folder, seed, steps)) for _ in range(2))
    own = LikelihoodScorer(measured.task, model=student(folder, seed, steps))
    value: StepScorer = own
    tokens = []
    for arm in (search, sampled):
        arm.accuracy.append(_accuracy(measured, arm.policy, seed))
    for number in range(rounds):
        asked = ask("train", questions, mixed(seed, number, 1) % 2**31)
        spent = _search(asked, search, value, simulations, mixed(seed, number, 2))
        own_spent = _sample(asked, sampled, spent, mixed(seed, number, 2))
        tokens += [spent / questions, own_spent / questions]
        for arm in (search, sampled):
            _fine_tune(arm, updates, rate, mixed(seed, number, 3))
            arm.accuracy.append(_accuracy(measured, arm.policy, seed))
        if number < rounds - 1:
            home = folder / f"value-{number}"
            save_policy(search.policy, folder / "actor")
            train_value(str(folder / "actor"), search.trees, home, seed, epochs=2)
            value = TokenClassifierScorer(measured.task, model=str(home))
    gains = [arm.accuracy[-1] - arm.accuracy[0] for arm in (search, sampled)]
    return {
        "search": search.accuracy,
        "sampled": sampled.accuracy,
        "search_found": search.found,
        "sampled_found": sampled.found,
        "tokens": tokens,
        "search_gain": gains[0],
        "sampled_gain": gains[1],
        "first_gain": search.accuracy[1] - search.accuracy[0],
        "later_gain": search.accuracy[-1] - search.accuracy[1],
        "lead": search.accuracy[-1] - sampled.accuracy[-1],
    }


def _search(asked: Asked, arm: _Arm, value: StepScorer, simulations: int, seed: int) -> int:
    """Answers by MCTS, and keeps what is right. Returns the tokens that were sampled."""
    grow = expander(arm.policy, value)
    results = MCTS(grow, simulations=simulations).search(asked.prompts, asked.task.max_tokens, seed)
    right_ones = 0
    for problem, prompt, result in zip(asked.problems, asked.prompts, results, strict=True):
        one = Asked(asked.task, [problem] * len(result.candidates), [prompt])
        answers = [grow.writer.completion(c.prefix) for c in result.candidates]
        right = one.right(answers)
        arm.trees += tree_examples(result, right)
        arm.rows += _rows(problem.question, answers, right)
        right_ones += any(right)
    arm.found.append(right_ones / len(results))
    return sum(one.cost.tokens for one in results)


def _sample(asked: Asked, arm: _Arm, tokens: int, seed: int) -> int:
    """Samples about so many tokens, and keeps what is right. Returns how many they were."""
    ids = [arm.policy.tokenizer.encode(prompt, special=True) for prompt in asked.prompts]
    engine, sampling = EmbeddedEngine(arm.policy), Sampling(asked.task.max_tokens)
    spent, number, count = 0, 0, len(ids)
    solved: set[int] = set()
    while count > 0:
        number += 1
        groups = complete(engine, ids[:count], 1, sampling, mixed(seed, number))
        answers = [Completion(t.text, t.token_ids, t.logprobs, t.truncated) for [t] in groups]
        part = Asked(asked.task, asked.problems[:count], asked.prompts[:count])
        right = part.right(answers)
        for place, (problem, answer) in enumerate(zip(part.problems, answers, strict=True)):
            arm.rows += _rows(problem.question, [answer], [right[place]])
            if right[place]:
                solved.add(place)
        own = sum(len(one.token_ids) for one in answers)
        spent += own
        count = min(
            len(ids), round((tokens - spent) * count / own)
        )  # the last pass asks some of them
    arm.found.append(len(solved) / len(ids))
    return spent


def _rows(question: str, answers: Sequence[Completion], right: Sequence[bool]) -> list[ExampleRow]:
    """Returns the different right answers that ended."""
    texts = [
        one.text for one, is_right in zip(answers, right, strict=True)
        if is_right and not one.truncated
    ]  # fmt: skip
    return [ExampleRow(question, text) for text in dict.fromkeys(texts)]


def _fine_tune(arm: _Arm, updates: int, rate: float, seed: int) -> None:
    template = load_template(arm.policy.tokenizer.default_template)
    corpus = ExampleCorpus(arm.rows, arm.policy.tokenizer, template, seed)
    config = SFTConfig(
        steps=updates, batch_size=64, matrix_learning_rate=rate, learning_rate=rate / 4,
        warmup_steps=5,
    )  # fmt: skip
    SFT(arm.policy, corpus, config).learn(progress_bar=False)


def _accuracy(asked: Asked, policy: Policy, seed: int) -> float:
    """Returns pass@1 at temperature 1."""
    ids = [policy.tokenizer.encode(prompt, special=True) for prompt in asked.prompts]
    sampling = Sampling(asked.task.max_tokens)
    groups = complete(EmbeddedEngine(policy), ids, _SAMPLES, sampling, mixed(seed, 9))
    columns = zip(*groups, strict=True)
    right = [
        asked.right([Completion(t.text, t.token_ids, None, t.truncated) for t in column])
        for column in columns
    ]
    return sum(map(sum, right)) / (len(ids) * _SAMPLES)
