"""The embedded base model: a tiny language model pretrained on solutions of mixed quality.

It stands for DeepSeek-V3-Base: it can reason step by step and seldom does. The corpus is made of
training-split problems with solutions in two styles, worked steps and bare answers; some steps,
answers and tags are wrong, as on the web. Early on most solutions show their steps, so that the
model learns to calculate; the last part of pretraining is mostly bare answers, which is what the
model then prefers. After this nothing shows it a correct solution again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from r1gym.agents.sft import SFT, Example, SFTConfig
from r1gym.core.checks import check_fields, check_least, check_most
from r1gym.core.errors import ConfigError
from r1gym.core.files import only_process
from r1gym.core.run import Run
from r1gym.core.types import Problem
from r1gym.envs.task import encode_prompt
from r1gym.envs.templates import load_template
from r1gym.envs.tokenizers import TAGS, load_tokenizer
from r1gym.models.policy import Policy, new_tiny_policy
from r1gym.problems.problem_set import ProceduralProblems
from r1gym.recipes.fine_tuning import fine_tune
from r1gym.recipes.worked_solutions import worked_steps

_SHARES = (
    "steps_share", "late_steps_share", "late_part", "step_noise", "random_answers", "broken_tags"
)  # fmt: skip
CONTEXT = 1024
"""The most tokens that the base model reads: other environments have longer prompts."""
_FIRST_SEED = 2**31  # far from the seeds of runs: GRPO draws its problems anew


@dataclass(frozen=True)
class BaseConfig:
    """The embedded base model and its corpus."""

    hidden_size: int = 64
    """Width of the model."""
    layers: int = 3
    """Transformer blocks."""
    heads: int = 4
    """Attention heads."""
    feed_forward: int = 192
    """Width of the feed-forward layers."""
    seed: int = 0
    """Seed of the initial weights and of the corpus."""
    steps_share: float = 0.85
    """Share of solutions that show their steps, in the first part of pretraining."""
    late_steps_share: float = 0.41
    """The same share in the last part."""
    late_part: float = 0.12
    """The last part of pretraining, as a share of the whole."""
    step_noise: float = 0.02
    """Probability that a step's result is wrong; later steps build on it."""
    random_answers: float = 0.3
    """Share of bare answers that are random numbers."""
    broken_tags: float = 0.4
    """Share of solutions that lack one of the four tags."""
    sft: SFTConfig = field(default_factory=SFTConfig)
    """How it is trained."""

    def __post_init__(self) -> None:
        sizes = dict.fromkeys(("hidden_size", "layers", "heads", "feed_forward"), 1)
        check_fields(self, "base.")
        check_least(self, sizes | {"seed": 0} | dict.fromkeys(_SHARES, 0), "base.")
        check_most(self, dict.fromkeys(_SHARES, 1), "base.")
        if self.hidden_size % (2 * self.heads):  # rotary embeddings turn pairs of channels
            raise ConfigError(
                f"base.hidden_size ({self.hidden_size}) must be a multiple of twice base.heads "
                f"({self.heads})."
            )


@dataclass(frozen=True)
class Document:
    """One example of the corpus.

    Attributes:
        problem: The problem it solves.
        text: The solution, as the model should have written it.
        is_wrong: Whether its final answer is wrong.
        is_broken: Whether it lacks a tag.
    """

    problem: Problem
    text: str
    is_wrong: bool
    is_broken: bool


class BaseCorpus:
    """The pretraining corpus: example i is a function of the seed and i.

    Args:
        config: The corpus's shares and the seed.
        families: Task families with their levels; only the training split is used.
    """

    def __init__(self, config: BaseConfig, families: dict[str, tuple[int, ...]]) -> None:
        self.config = config
        self._problems = ProceduralProblems(
            families, "train", seed=_FIRST_SEED + config.seed, size=2**40
        )
        self._tokenizer = load_tokenizer("tiny")
        self._template = load_template("short")
        self._late_from = int((1 - config.late_part) * config.sft.steps * config.sft.batch_size)

    def examples(self, start: int) -> Iterator[Example]:
        """Yields prompts and completions as token ids, from example `start` on."""
        index = start
        while True:
            document = self.document(index)
            prompt = encode_prompt(self._tokenizer, self._template, document.problem.question)
            yield prompt, [*self._tokenizer.encode(document.text), self._tokenizer.eos_id]
            index += 1

    def document(self, index: int) -> Document:
        """Returns example `index`."""
        config, problem = self.config, self._problems[index]
        seed = np.random.SeedSequence([config.seed, index, 1]).generate_state(1, np.uint64)
        rng = random.Random(int(seed[0]))
        late = index >= self._late_from
        if rng.random() < (config.late_steps_share if late else config.steps_share):
            steps, answer = worked_steps(problem.question, rng, config.step_noise)
            thinking = "\n".join(steps)
        else:
            guess = rng.random() < config.random_answers
            thinking, answer = "", str(rng.randint(0, 99)) if guess else problem.answer
        tags = list(TAGS)
        is_broken = rng.random() < config.broken_tags
        if is_broken:
            tags[rng.randrange(4)] = ""
        text = f"{tags[0]}{thinking}{tags[1]}{tags[2]}{answer}{tags[3]}"
        return Document(problem, text, is_wrong=answer != problem.answer, is_broken=is_broken)

    def describe(self, sample: int = 2000) -> dict[str, float]:
        """Returns shares of wrong answers and broken tags, early and late in the corpus."""
        parts = {"early": range(sample), "late": range(self._late_from, self._late_from + sample)}
        shares = {}
        for part, indices in parts.items():
            documents = [self.document(index) for index in indices]
            shares[f"{part}/wrong_answer"] = sum(d.is_wrong for d in documents) / sample
            shares[f"{part}/broken_tags"] = sum(d.is_broken for d in documents) / sample
        return shares


class Waiting:
    """Says once that another process makes the base model, and lets half a second pass."""

    def __init__(self, folder: Path, check: Callable[[], None]) -> None:
        self._folder, self._check = folder, check
        self._is_said = False

    def __call__(self) -> None:
        """Waits a little."""
        if not self._is_said:
            print(f"Another process is making the base model in {self._folder}; waiting for it.")
            self._is_said = True
        self._check()
        time.sleep(0.5)


def make_base(
    config: BaseConfig,
    families: dict[str, tuple[int, ...]],
    folder: Path,
    callback: Callable[[SFT, dict[str, float]], None] | None = None,
    save_every: int = 100,
    device: str = "cpu",
    dtype: str = "float32",
    wait: Callable[[], None] = lambda: None,
) -> Policy:
    """Pretrains the base model in `folder`, or loads it if that was done before.

    Args:
        config: The model and its corpus.
        families: The task families of the corpus, with their levels.
        folder: A run folder; an unfinished one goes on from its last checkpoint.
        callback: Called after each step, for a progress bar.
        save_every: Steps between checkpoints.
        device: Where it is trained.
        dtype: The type to compute in.
        wait: Called twice a second while another process makes the same model, for which this one
            waits; then it takes that, or goes on where the other was stopped. It may raise.

    Raises:
        RunError: If the folder cannot be used.
    """
    with only_process(folder, Waiting(folder, wait)):
        run = Run(folder, {"recipe": "base", "families": families, **asdict(config)})
        policy = new_tiny_policy(
            config.hidden_size, config.layers, config.heads, config.feed_forward, CONTEXT,
            config.seed,
        )  # fmt: skip
        policy = policy.to(device, dtype)
        sft = SFT(policy, BaseCorpus(config, families), config.sft)
        fine_tune(sft, run, save_every, callback)
        return policy
