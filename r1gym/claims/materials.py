"""What several experiments start from, made once for all of them: a teacher, its samples, students.

They lie beside the experiments' folders; a process that finds another at work on one waits for it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from r1gym.agents.sft import SFT
from r1gym.core.files import only_process
from r1gym.core.run import Run, find_checkpoints
from r1gym.envs.same_task import unchanged_task
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.envs.templates import load_template
from r1gym.models.policy import Policy, load_policy
from r1gym.recipes.distillation import Distillation, small_base
from r1gym.recipes.embedded_base import make_base
from r1gym.recipes.examples import ExampleCorpus, read_examples
from r1gym.recipes.fine_tuning import fine_tune
from r1gym.recipes.ledger import Ledger
from r1gym.recipes.pretraining import base_folder
from r1gym.recipes.r1_zero import R1Zero
from r1gym.recipes.recipe import run
from r1gym.recipes.task_choice import tiny_families

SIZES = {"w64l3": (64, 3), "w48l2": (48, 2), "w32l2": (32, 2), "w16l2": (16, 2)}
"""Width and layers of the students; the largest is R1-Zero's own size."""


def shared(folder: Path) -> Path:
    """Returns the folder that an experiment's folder shares with those of other experiments."""
    return folder.parent / "shared"


def task(split: str, seed: int = 0) -> TokenTask:
    """Returns the task of R1-Zero's own run.

    Args:
        split: ``"train"``, ``"validation"`` or ``"test"``.
        seed: The seed of the training questions.
    """
    return unchanged_task(_spec(split, seed).make(), "An experiment")


def base(folder: Path, size: str = "w64l3", seed: int = 0) -> str:
    """Returns the checkpoint of a base model that was pretrained as R1-Zero's."""
    config, spec = small_base(*SIZES[size], seed=seed), _spec("train", 0)
    home = base_folder(config, spec.problems, shared(folder))
    make_base(config, tiny_families(spec), home, wait=pause)
    return _newest(home)


def teacher(folder: Path) -> str:
    """Returns the checkpoint of R1-Zero: the embedded base after reinforcement learning."""
    root = shared(folder)
    with _alone(root, "teacher"):
        return _newest(run(R1Zero(name="teacher", eval_every=0), root))


def samples(folder: Path) -> str:
    """Returns the file of the teacher's right samples of the training split, some 31,000."""
    model, root = teacher(folder), shared(folder)
    with _alone(root, "samples"):
        found = run(Distillation(name="samples", teacher=model), root, until="samples")
        return (Ledger(found).made("samples") or {})["examples"]


def distilled(folder: Path, size: str, seed: int, steps: int) -> str:
    """Returns the checkpoint of a small student that was fine-tuned on the teacher's samples.

    Args:
        folder: The experiment's.
        size: One of `SIZES`.
        seed: That of its base and of the order of the samples.
        steps: Optimiser steps of 64 samples.
    """
    examples, start = samples(folder), base(folder, size, seed)
    home = shared(folder) / f"{size}-{seed}-{steps}"
    with _alone(shared(folder), home.name):
        policy = load_policy(start)
        corpus = corpus_of(policy, examples, seed)
        config = replace(Distillation().sft, steps=steps)
        settings = {"recipe": "student", "size": size, "seed": seed, "steps": steps}
        fine_tune(SFT(policy, corpus, config), Run(home, settings), steps)
    return _newest(home)


def middling(folder: Path, seed: int = 0) -> str:
    """Returns the checkpoint of a policy of middling accuracy: about one of two, temperature 1."""
    return distilled(folder, "w32l2", seed, 300)


def corpus_of(policy: Policy, examples: str, seed: int) -> ExampleCorpus:
    """Returns a file of examples in a policy's tokens."""
    template = load_template(policy.tokenizer.default_template)
    return ExampleCorpus(read_examples(examples), policy.tokenizer, template, seed)


def _spec(split: str, seed: int) -> TaskSpec:
    return R1Zero(seed=seed).tasks()[split]


def _newest(folder: Path) -> str:
    return str(find_checkpoints(folder)[-1])


@contextmanager
def _alone(root: Path, name: str) -> Iterator[None]:
    """Waits until no other process makes the same thing."""
    with only_process(root / f".making-{name}", pause):
        yield


def pause() -> None:
    """Lets half a second pass while another process is at work."""
    time.sleep(0.5)
