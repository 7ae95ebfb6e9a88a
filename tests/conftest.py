"""A run that is small enough for tests: r1_zero from pretraining to its page in about a second."""

import os
from contextlib import ExitStack
from dataclasses import is_dataclass

import pytest

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as commands do, before torch is loaded

from r1gym.agents.protocol import AGENTS
from r1gym.envs.interactions import INTERACTIONS
from r1gym.evaluation.suites import SUITES
from r1gym.models.step_scorer import STEP_SCORERS
from r1gym.problems.families import FAMILIES
from r1gym.problems.formats import FORMATS
from r1gym.problems.sources import SOURCES
from r1gym.recipes.filters import FILTERS
from r1gym.recipes.preference_judges import JUDGES
from r1gym.recipes.registry import RECIPES
from r1gym.recipes.rewriting import REWRITERS
from r1gym.verifiers import VERIFIERS

REGISTRIES = (
    *(AGENTS, FAMILIES, FILTERS, FORMATS, INTERACTIONS, RECIPES, REWRITERS, SOURCES, SUITES),
    *(JUDGES, STEP_SCORERS, VERIFIERS),
)


@pytest.fixture(autouse=True)
def _own_names():
    """The names that a test registers are forgotten at its end."""
    with ExitStack() as stack:
        for registry in REGISTRIES:
            stack.enter_context(registry.scoped())
        yield


def _flags(config, default, prefix=""):
    for name, value in vars(config).items():
        shown = value.prefix if name == "learner" else name
        if is_dataclass(value):
            yield from _flags(value, getattr(default, name), f"{prefix}{shown}.")
        elif value != getattr(default, name):
            yield f"--{prefix}{name}".replace("_", "-")
            yield str(value)


@pytest.fixture(scope="session")
def micro():
    """The configuration of a run that takes about a second."""
    return micro_config()


def micro_config():
    """Returns that configuration."""
    from r1gym.agents.grpo.config import GRPOConfig
    from r1gym.agents.sft import SFTConfig
    from r1gym.evaluation.runner import EvalConfig
    from r1gym.recipes.base import BaseConfig
    from r1gym.recipes.r1_zero import R1Zero

    return R1Zero(
        name="micro",
        problems="arithmetic:1-2 equations:1",
        threads=1,
        save_every=2,
        eval_every=2,
        learner=GRPOConfig(
            steps=4, questions=4, group_size=4, max_tokens=24, learning_rate=1e-3, minibatches=2
        ),
        eval=EvalConfig(questions=8, samples=4),
        quick_eval=EvalConfig(questions=4, samples=2),
        base=BaseConfig(
            hidden_size=32, layers=1, heads=2, feed_forward=64,
            # It learns little but the tags, so that rewards differ and GRPO has work to do.
            steps_share=0.1, late_steps_share=0.0, broken_tags=0.1,
            sft=SFTConfig(
                steps=40, batch_size=32, warmup_steps=2,
                learning_rate=3e-2, matrix_learning_rate=0.05,
            ),
        ),
    )  # fmt: skip


@pytest.fixture(scope="session")
def micro_arguments(micro):
    """The same configuration as words of a command line, `train` included."""
    from r1gym.recipes.r1_zero import R1Zero

    return ["train", *_flags(micro, R1Zero())]


@pytest.fixture(scope="session")
def micro_run(micro, tmp_path_factory):
    """The folder of a finished micro run; tests must not write to it."""
    from r1gym.recipes.recipe import run

    return run(micro, tmp_path_factory.mktemp("runs"))


@pytest.fixture
def run_copy(micro_run, tmp_path):
    """A copy of the finished micro run, with its base model, to write to."""
    import shutil

    shutil.copytree(micro_run.parent, tmp_path / "runs")
    return tmp_path / "runs" / micro_run.name


@pytest.fixture
def command(monkeypatch, capsys):
    """Runs `r1gym ...` in this process. Returns the exit code and what it printed."""

    def run(*words):
        from r1gym.cli import main

        monkeypatch.setattr("sys.argv", ["r1gym", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code
        output = capsys.readouterr()
        return code, output.out, output.err

    return run


@pytest.fixture
def llama():
    """A small policy of the embedded kind."""
    from tests.policies import new_llama

    return new_llama()


@pytest.fixture
def qwen():
    """A policy with grouped-query attention and biases."""
    from tests.policies import new_qwen

    return new_qwen()


@pytest.fixture(params=["llama", "qwen"])
def policy(request):
    """Each of the two in turn: one takes the embedded path, the other the general one."""
    return request.getfixturevalue(request.param)
