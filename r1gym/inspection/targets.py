"""What can be asked: a run, a checkpoint, a model or an endpoint, each opened as one `Target`.

Evaluations of a run and of its checkpoints are kept in its folder; those of anything else in a
folder of its own under ``runs/``, named after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from r1gym.core.errors import ConfigError, ModelNotFoundError
from r1gym.envs.chat import QUESTION
from r1gym.envs.packed import is_endpoint
from r1gym.evaluation.endpoint import Endpoint
from r1gym.evaluation.runner import Sampler
from r1gym.inspection.evaluate import open_run
from r1gym.inspection.naming import home_of, means_a_run, run_meant, run_of
from r1gym.models.fit import context_length
from r1gym.models.policy import Policy, load_policy
from r1gym.recipes.brought import key_of
from r1gym.rollout.engine import RolloutEngine, check_options, make_engine

_OWN = "embedded"
_DTYPE = "float32"
_ENDPOINT_TOKENIZER = "tiny"  # the server has its own; ours counts nothing but prompts


@dataclass(frozen=True)
class Target:
    """What is evaluated.

    Attributes:
        name: What it is called.
        folder: Where its evaluations are kept.
        step: How many steps it was trained for here.
        tokenizer: Its tokenizer's name.
        template: The template that it was trained with; None for its tokenizer's own.
        context: The most tokens of a prompt with its completion; None if nobody knows.
        engine: What samples from it.
        changed: What is other than by default, such as the engine.
        about: What tells it from another model that is called the same; nothing of a run.
        policy: The model itself; None behind an endpoint.
    """

    name: str
    folder: Path
    step: int
    tokenizer: str
    template: str | None
    context: int | None
    engine: RolloutEngine | Sampler
    changed: Mapping[str, Any]
    about: Mapping[str, str]
    policy: Policy | None = None


@dataclass(frozen=True)
class How:
    """How a target is opened.

    Attributes:
        model: The model's name at an endpoint.
        engine: What samples; empty for the run's own, or the embedded one.
        options: Options of the engine, or of the endpoint.
        device: A torch device; empty for the run's, or the CPU.
        folder: Where evaluations are kept; None for the target's own place.
        base: Whether, of a run, the model is meant that it was trained from.
        dtype: The type of its weights; empty for the run's, or float32.
    """

    model: str = ""
    engine: str = ""
    options: Mapping[str, Any] | None = None
    device: str = ""
    folder: Path | None = None
    base: bool = False
    dtype: str = ""


@contextmanager
def open_target(given: str, how: How | None = None) -> Iterator[Target]:
    """Yields what a text stands for, ready to be sampled from.

    Args:
        given: A run's folder, a checkpoint of one, a model (a folder, a GGUF file or a folder with
            one, a hub id or ``"smollm2"``), or an endpoint's address.
        how: How it is opened.

    Raises:
        ConfigError: If an option is for another kind of target.
        R1GymError: If it cannot be loaded.
    """
    how = how or How()
    if how.base and not means_a_run(given):
        raise ConfigError(
            f"{given} is no run, so nothing says what it was trained from: no --base."
        )
    if is_endpoint(given):
        yield _endpoint(given, how)
        return
    if how.model:
        raise ConfigError("--model is a model's name at an endpoint: give its address, http://...")
    if how.options is not None and not how.engine:
        raise ConfigError("--options are an engine's, or an endpoint's: give --engine NAME.")
    if how.engine:
        check_options(how.engine, how.options or {})
    opened = _run if means_a_run(given) else _model
    with opened(given, how) as target:
        yield target


@contextmanager
def _run(given: str, how: How) -> Iterator[Target]:
    folder, checkpoint = run_of(given)
    with open_run(folder, how.base, how.device, checkpoint, how.dtype) as run:
        own = run.at.settings
        changed: dict[str, Any] = {}
        if how.dtype and how.dtype != run.view.config.dtype:
            changed["dtype"] = how.dtype
        if how.engine and how.engine != own.engine:
            changed["engine"] = how.engine
            run.at.settings = replace(
                own, engine=how.engine, engine_options=dict(how.options or {})
            )
        rows = run.view.config.rows
        name = f"{folder.name}, {'its base' if how.base else f'step {run.step}'}"
        yield Target(
            name, how.folder or folder, run.step, run.policy.tokenizer.name, run.template,
            context_length(run.policy.model), run.at.engine(run.policy, rows), changed, {},
            run.policy,
        )  # fmt: skip


@contextmanager
def _model(given: str, how: How) -> Iterator[Target]:
    try:
        policy = load_policy(given, how.device or "cpu", how.dtype or _DTYPE)
    except ModelNotFoundError as error:
        raise ModelNotFoundError(f"{error}{run_meant(given)}") from error
    engine = make_engine(how.engine or _OWN, policy, options=how.options)
    usual = {"engine": _OWN, "dtype": _DTYPE}
    changed = {n: v for n, own in usual.items() if (v := getattr(how, n)) not in ("", own)}
    try:
        yield Target(
            given, how.folder or home_of(given), 0, policy.tokenizer.name, None,
            context_length(policy.model), engine, changed, _about(given), policy,
        )  # fmt: skip
    finally:
        engine.close()


def _endpoint(given: str, how: How) -> Target:
    for name in ("engine", "device", "dtype"):
        if getattr(how, name):
            raise ConfigError(f"--{name} is for models that are loaded here, not for an endpoint.")
    engine = Endpoint(given, how.model, how.options)
    return Target(
        f"{how.model} at {given}", how.folder or home_of(given, how.model), 0, _ENDPOINT_TOKENIZER,
        QUESTION, None, engine, {}, {"endpoint": given, "model": how.model},
    )  # fmt: skip


def _about(model: str) -> dict[str, str]:
    path = Path(model).expanduser()
    return {"model": str(path.resolve()) if path.exists() else model, "content": key_of(str(path))}
