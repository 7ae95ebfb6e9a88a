"""Embedded base models: tiny language models, pretrained here on a corpus of their kind.

An `EmbeddedBase` is a configuration: sizes, seed, corpus, tokenizer. `make_base` pretrains it in a
folder that all runs with the same configuration share.
"""

from __future__ import annotations

import itertools
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from r1gym.agents.sft import SFT, Corpus, Example, SFTConfig
from r1gym.core.checks import check_fields, check_least
from r1gym.core.errors import ConfigError
from r1gym.core.files import only_process
from r1gym.core.run import Run
from r1gym.core.types import Problem
from r1gym.envs.templates import encode_prompt, load_template
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.models.policy import Policy, new_tiny_policy
from r1gym.problems.problem_set import ProceduralProblems
from r1gym.recipes.fine_tuning import fine_tune

CONTEXT = 1024
"""The most tokens that the base model reads: other environments have longer prompts."""
Families = Mapping[str, Any]
"""Task families with their levels, see `r1gym.problems.problem_set.ProceduralProblems`."""


@dataclass(frozen=True)
class EmbeddedBase(ABC):
    """An embedded base model; a subclass brings the corpus, and fields of its own."""

    tokenizer: ClassVar[str] = "tiny"
    """The tokenizer that it speaks."""

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
    sft: SFTConfig = field(default_factory=SFTConfig)
    """How it is trained."""

    def __post_init__(self) -> None:
        sizes = dict.fromkeys(("hidden_size", "layers", "heads", "feed_forward"), 1)
        check_fields(self, "base.")
        check_least(self, sizes | {"seed": 0}, "base.")
        if self.hidden_size % (2 * self.heads):  # rotary embeddings turn pairs of channels
            raise ConfigError(
                f"base.hidden_size ({self.hidden_size}) must be a multiple of twice base.heads "
                f"({self.heads})."
            )

    @abstractmethod
    def corpus(self, families: Families) -> Corpus:
        """Returns the corpus, made of the training split of some families."""

    @abstractmethod
    def describe(self, families: Families) -> str:
        """Returns some sentences on the model and its corpus, for a run's page."""


class SolvedProblems(ABC):
    """A corpus of solved problems: example i is a function of the configuration and i.

    Args:
        config: The model and its corpus.
        families: Task families with their levels; only the training split is used.
        first_seed: The seed of the problems, plus the configuration's.
        late_part: The share of the corpus that is called late.
    """

    def __init__(
        self, config: EmbeddedBase, families: Families, first_seed: int, late_part: float
    ) -> None:
        seed = first_seed + config.seed
        self._problems = ProceduralProblems(families, "train", seed=seed, size=2**40)
        self._tokenizer = load_tokenizer(config.tokenizer)
        self._template = load_template("short")
        self._late_from = int((1 - late_part) * config.sft.steps * config.sft.batch_size)

    @abstractmethod
    def solved(self, index: int) -> tuple[Problem, str]:
        """Returns the problem and the text of example `index`."""

    def examples(self, start: int) -> Iterator[Example]:
        """Yields prompts and completions as token ids, from example `start` on."""
        for index in itertools.count(start):
            problem, text = self.solved(index)
            prompt = encode_prompt(self._tokenizer, self._template, problem.question)
            yield prompt, [*self._tokenizer.encode(text), self._tokenizer.eos_id]


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
    config: EmbeddedBase,
    families: Families,
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
        run = Run(folder, {"recipe": "base", "families": dict(families), **asdict(config)})
        policy = new_tiny_policy(
            config.hidden_size, config.layers, config.heads, config.feed_forward, CONTEXT,
            config.seed, config.tokenizer,
        )  # fmt: skip
        policy = policy.to(device, dtype)
        sft = SFT(policy, config.corpus(families), config.sft)
        fine_tune(sft, run, save_every, callback)
        return policy
