"""R1-Zero (report section 2.2): reinforcement learning straight on a base model, rewards by rule.

    base model -> evaluation -> GRPO, with evaluations on the way -> evaluation

Everything lands in the run's folder, and running the same configuration again goes on where it
stopped, at any stage.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import gymnasium as gym
import torch

from r1gym.agents.episodes import Rollout
from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.grpo.trainer import GRPO
from r1gym.agents.sft import SFT, SFTConfig
from r1gym.core.checks import check_fields, check_least, check_run_name
from r1gym.core.errors import ConfigError, RunError, RunExistsError
from r1gym.core.extras import install
from r1gym.core.files import explained, only_process, write_text
from r1gym.core.run import Run
from r1gym.envs.same_task import unchanged_task
from r1gym.envs.task import TokenTask
from r1gym.evaluation.preflight import Check, Status, check_variance, examine, stop_unless_fit
from r1gym.evaluation.preflight.data import shared_questions
from r1gym.evaluation.results import episode_row, load_result, save_result
from r1gym.evaluation.runner import EvalConfig, evaluate
from r1gym.models.checkpoint import latest_checkpoint
from r1gym.models.fit import check_context, check_fit
from r1gym.models.policy import Policy, check_device, load_policy
from r1gym.problems.loaders import JsonlProblems
from r1gym.recipes.base import CONTEXT, BaseConfig, make_base
from r1gym.recipes.environments import make_environment, registered_settings
from r1gym.recipes.progress import Stopper, progress_bar, show_training
from r1gym.recipes.task_choice import (
    DEFAULT_ENV,
    TaskChoice,
    check_kinds,
    other_version,
    read_recipe,
)
from r1gym.rollout.agreement import check_agreement
from r1gym.rollout.embedded import EmbeddedEngine
from r1gym.verifiers.component import ComponentSpec

_SAMPLES_LOGGED = 4
_BASE = "base.txt"  # in a run's folder, names the folder of the base model that it began with
# They change nothing that a run has done. No learning rate depends on the number of steps.
_MAY_CHANGE = ("grpo.steps", "save_every", "eval_every", "device", "threads", "tensorboard")
_SPLITS = ("train", "validation", "test")


def _tiny_grpo() -> GRPOConfig:
    return GRPOConfig(steps=120, questions=16, learning_rate=1.2e-4)


def _quick_look() -> EvalConfig:
    return EvalConfig(questions=64)


@dataclass(frozen=True)
class R1ZeroConfig:
    """Train a base model with GRPO from rule rewards alone (R1-Zero)."""

    name: str = "r1-zero"
    """Name of the run; its folder is runs/NAME."""
    seed: int = 0
    """Seed of GRPO's problems and sampling. The base model has a seed of its own, base.seed."""
    model: str = "tiny"
    """The base model: tiny (made here), a local folder, or a Hugging Face id."""
    env: str = DEFAULT_ENV
    """The environment that is trained against. It brings problems and rewards, for another than the
    default give a --model that can read them and the --grpo.max-tokens that its answers take."""
    problems: str = ""
    """Task families with their levels, or a .jsonl file with problem, answer and level; empty for
    the environment's own, of which the tiny model gets those that it is pretrained on,
    arithmetic:2-5 equations:1-3."""
    eval_problems: str = ""
    """A .jsonl file to evaluate on; empty for the test split of `problems`. With two files all of
    `problems` is trained on, and the quick evaluations use this file too."""
    template: str = ""
    """Prompt template: r1 (the report's Table 1), short, or a text with {question}; empty for the
    tokenizer's own, which is short for the tiny model and r1 for any other."""
    rewards: dict[str, ComponentSpec] | None = None
    """Reward components with their weights, or with JSON: {"weight": 0.2, "target": "en"}; if not
    given the environment's own, which for the default are accuracy auto and format 0.1."""
    device: str = "cpu"
    """Torch device."""
    dtype: Literal["float32", "bfloat16"] = "float32"
    """Type to compute in; the weights stay float32."""
    threads: int = 1
    """Torch's threads: one is best for the tiny model. A run repeats to the bit only with the same
    number."""
    save_every: int = 10
    """Steps between checkpoints."""
    eval_every: int = 10
    """Steps between quick evaluations on the validation split; 0 for none."""
    tensorboard: bool = False
    """Also write the metrics for TensorBoard."""
    grpo: GRPOConfig = field(default_factory=_tiny_grpo)
    """How it is trained."""
    eval: EvalConfig = field(default_factory=EvalConfig)
    """The evaluations before and after training, on the test split."""
    quick_eval: EvalConfig = field(default_factory=_quick_look)
    """The evaluations during training, on the validation split."""
    base: BaseConfig = field(default_factory=BaseConfig)
    """The tiny base model; unused with another model."""

    def __post_init__(self) -> None:
        check_fields(self)
        check_run_name(self.name)
        check_least(self, {"seed": 0, "threads": 1, "save_every": 1, "eval_every": 0})


def load_config(folder: Path) -> R1ZeroConfig:
    """Returns the configuration that a run's folder was made with."""
    plain = read_recipe(folder, "r1_zero", "r1gym train")
    check_kinds(folder, plain, asdict(R1ZeroConfig()))
    try:
        base = plain.pop("base")
        return R1ZeroConfig(
            grpo=GRPOConfig(**plain.pop("grpo")),
            eval=EvalConfig(**plain.pop("eval")),
            quick_eval=EvalConfig(**plain.pop("quick_eval")),
            base=BaseConfig(sft=SFTConfig(**base.pop("sft")), **base),
            **plain,
        )
    except TypeError as error:
        raise other_version(folder, error) from error


def choice_of(config: R1ZeroConfig) -> TaskChoice:
    """Returns the problems and rewards that a configuration comes to."""
    return TaskChoice.of(vars(config), config.grpo.max_tokens)


def make_env(config: R1ZeroConfig, tokenizer: str, split: str) -> gym.Env[Any, Any]:
    """Returns the configured environment on one split."""
    seed = config.seed if split == "train" else 0
    return make_environment(config.env, **choice_of(config).settings(split, seed, tokenizer))


def make_task(config: R1ZeroConfig, tokenizer: str, split: str) -> TokenTask:
    """Returns the task of the configured environment on one split."""
    return unchanged_task(make_env(config, tokenizer, split), "GRPO")


def base_folder(config: R1ZeroConfig, runs: Path) -> Path:
    """Returns where the tiny base model of this configuration lives: runs share it."""
    problems = choice_of(config).problems
    settings = [asdict(config.base), problems, config.device, config.dtype]
    plain = json.dumps(settings, sort_keys=True)
    return runs / f"base-{hashlib.sha256(plain.encode()).hexdigest()[:8]}"


def base_of(config: R1ZeroConfig, folder: Path) -> Path:
    """Returns where the base model lies that a run began with, perhaps on another device."""
    note = folder / _BASE
    if not note.exists():
        return base_folder(config, folder.parent)
    with explained(note):
        return folder.parent / note.read_text("utf-8").strip()


def run(config: R1ZeroConfig, runs: Path = Path("runs")) -> Path:
    """Runs the recipe, or goes on with it. Returns the run's folder.

    Args:
        config: What to run.
        runs: The folder of all runs.

    Raises:
        R1GymError: With one line that says what to do.
    """
    torch.set_num_threads(config.threads)
    torch.set_flush_denormal(True)  # late in training, tiny gradients slow a CPU down severalfold
    check_problems(config)
    folder = runs / config.name
    with only_process(folder), Stopper() as stopper, _memory_explained():
        _check_steps(config, folder)
        record = Run(folder, {"recipe": "r1_zero", **asdict(config)}, _MAY_CHANGE)
        policy = _base_policy(config, folder, stopper)
        tasks = {split: make_task(config, policy.tokenizer.name, split) for split in _SPLITS}
        for task in tasks.values():
            check_fit(policy, task)
        if config.model != "tiny":
            train = tasks["train"]
            few = [train.problem_set[i] for i in range(min(3, len(train.problem_set)))]
            prompts = [train.encode_prompt(problem) for problem in few]
            check_agreement(policy, prompts, min(12, train.max_tokens))
        trainer = GRPO(policy, tasks["train"], config.grpo, config.seed)
        trainer.resume(record)
        if trainer.step == 0:
            _evaluate(config, policy, tasks["test"], record.folder, 0, stopper)
        if config.tensorboard:
            record.sinks.append(_tensorboard(record.folder))
        _train(config, trainer, record, tasks["validation"], stopper)
        _evaluate(config, policy, tasks["test"], record.folder, trainer.step, stopper)
    return record.folder


def check_problems(config: R1ZeroConfig) -> None:
    """Finds wrong names, and training on what is evaluated, before they cost any time.

    Raises:
        R1GymError: If the device, a file or a name is wrong.
    """
    check_device(config.device)
    train, test = (make_task(config, "tiny", split).problem_set for split in ("train", "test"))
    if isinstance(train, JsonlProblems) and isinstance(test, JsonlProblems):
        shared = shared_questions(train, test) if config.eval_problems else []
        if shared:
            raise ConfigError(
                f"{len(shared)} questions of {config.eval_problems} stand in {config.problems} as "
                f"well, {shared[0][:60]!r} for one: take them out of one file."
            )
    if config.model == "tiny":
        choice_of(config).tiny_families()


def _check_steps(config: R1ZeroConfig, folder: Path) -> None:
    newest = latest_checkpoint(folder / "checkpoints")
    done = int(newest.name.removeprefix("step-")) if newest else 0
    if config.grpo.steps < done:
        raise RunExistsError(
            f"{folder} has done {done} steps already, so it cannot end at grpo.steps "
            f"{config.grpo.steps}: give {done} or more, or choose another --name."
        )


def _check_up(config: R1ZeroConfig, tokenizer: str) -> None:
    """Stops if the doctor finds that training would be for nothing."""
    started = time.perf_counter()
    checks = [*examine(make_env(config, tokenizer, "train")), *check_limit(config)]
    stop_unless_fit(checks)
    for check in checks:
        if check.status is Status.WARNING:
            print(f"Warning: {check.name}: {check.detail}")
    names = ", ".join(check.name for check in checks)
    print(f"Checked in {time.perf_counter() - started:.1f} s: {names}")


def check_limit(config: R1ZeroConfig) -> list[Check]:
    """Warns where the environment's own problems need longer completions than are allowed."""
    own = registered_settings(config.env).get("max_tokens", 0)
    if choice_of(config).problems or config.grpo.max_tokens >= own:
        return []
    detail = (
        f"{config.env} gives completions {own} tokens, grpo.max_tokens gives "
        f"{config.grpo.max_tokens}: what is longer is cut off"
    )
    return [Check("token limit", Status.WARNING, detail)]


@contextmanager
def _memory_explained() -> Iterator[None]:
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise RunError(
            "The device is out of memory: lower --grpo.rollout-rows or --grpo.microbatch-tokens, "
            "under another --name."
        ) from error


def _base_policy(config: R1ZeroConfig, run: Path, stopper: Stopper) -> Policy:
    """Returns the base model of a run's folder, pretrained here if it is the tiny one."""
    if config.model != "tiny":
        policy = load_policy(config.model, config.device, config.dtype)
        _check_up(config, policy.tokenizer.name)
        return policy
    families = choice_of(config).tiny_families()
    _check_up(config, "tiny")
    for split in _SPLITS:
        check_context(CONTEXT, make_task(config, "tiny", split))
    if latest_checkpoint(run / "checkpoints") is None:
        write_text(run / _BASE, f"{base_folder(config, run.parent).name}\n")
    steps, folder = config.base.sft.steps, base_of(config, run)
    with ExitStack() as stack:
        bar = None

        def after_step(sft: SFT, metrics: Mapping[str, float]) -> None:
            nonlocal bar
            bar = bar or stack.enter_context(progress_bar("Pretraining", steps, sft.step - 1))
            bar.set_postfix({"loss": f"{metrics['train/loss']:.3f}"}, refresh=False)
            bar.update()
            stopper.check(f"pretraining step {sft.step} of {steps}")

        return make_base(
            config.base, families, folder, after_step, device=config.device, dtype=config.dtype,
            wait=lambda: stopper.check("the wait for the base model"),
        )  # fmt: skip


def _train(
    config: R1ZeroConfig, trainer: GRPO, record: Run, validation: TokenTask, stopper: Stopper
) -> None:
    steps = config.grpo.steps
    if trainer.step == steps:
        return

    def look() -> dict[str, float]:
        result = evaluate(trainer.engine, validation, config.quick_eval)
        return {
            "eval/pass@1": result.pass_at[1].mean,
            f"eval/cons@{result.samples}": result.cons_at.mean,
            "eval/ep_len_mean": result.mean_length,
        }

    if config.eval_every and trainer.step == 0:
        record.log(look(), 0)

    def after_step(trainer: GRPO, rollout: Rollout, metrics: dict[str, float]) -> None:
        if config.eval_every and trainer.step % config.eval_every == 0:
            metrics |= look()
        record.log(metrics, trainer.step)
        for episode in rollout.episodes[:: config.grpo.group_size][:_SAMPLES_LOGGED]:
            record.log_sample(trainer.step, **episode_row(episode))
        if trainer.step == 1:
            check = check_variance(metrics["rollout/zero_variance_share"], rollout.episodes)
            if check.status is Status.WARNING:
                bar.write(f"Warning: {check.name}: {check.detail}")
        show_training(bar, metrics)
        if stopper.requested or trainer.step % config.save_every == 0 or trainer.step == steps:
            trainer.save(record)
            stopper.check(f"step {trainer.step} of {steps}")

    with progress_bar("GRPO", steps, trainer.step) as bar:
        trainer.learn([after_step])


def _evaluate(
    config: R1ZeroConfig,
    policy: Policy,
    task: TokenTask,
    folder: Path,
    step: int,
    stopper: Stopper,
) -> None:
    """Evaluates on the test split, unless that was done before."""
    if load_result(folder, "test", step) is not None:
        return
    questions = min(config.eval.questions, len(task.problem_set))
    with progress_bar("Evaluation", questions, unit="q") as bar:

        def done(count: int) -> None:
            bar.update(count)
            stopper.check(f"the evaluation at step {step}")

        engine = EmbeddedEngine(policy, config.grpo.rollout_rows)
        result = evaluate(engine, task, config.eval, done)
    save_result(folder, "test", step, config.eval, result)


def _tensorboard(folder: Path) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise ConfigError(f"--tensorboard needs a package: {install('tensorboard')}.") from error
    writer: Any = SummaryWriter(str(folder / "tensorboard"))

    def write(metrics: Mapping[str, float], step: int) -> None:
        for name, value in metrics.items():
            writer.add_scalar(name, value, step)
        writer.flush()

    return write
