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

from r1gym.agents.grpo.config import GRPOConfig
from r1gym.agents.grpo.rollout import Rollout
from r1gym.agents.grpo.trainer import GRPO
from r1gym.agents.policy import Policy, check_device, load_policy
from r1gym.agents.rollout import EmbeddedEngine
from r1gym.agents.sft import SFT, SFTConfig
from r1gym.core.checks import check_least, check_run_name
from r1gym.core.errors import ConfigError, RunError
from r1gym.core.files import only_process
from r1gym.core.run import Run, read_config
from r1gym.envs.loaders import JsonlProblems
from r1gym.envs.problem_text import is_file, parse_problems
from r1gym.envs.task import TokenTask, task_of
from r1gym.evaluation.results import episode_row, load_result, save_result
from r1gym.evaluation.runner import EvalConfig, evaluate
from r1gym.recipes.base import BaseConfig, make_base
from r1gym.recipes.checks import Status, check_variance, examine, stop_unless_fit
from r1gym.recipes.environments import make_environment
from r1gym.recipes.progress import Stopper, progress_bar, show_training
from r1gym.verifiers import ANY_DOMAIN
from r1gym.verifiers.component import ComponentSpec

_SAMPLES_LOGGED = 4


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
    env: str = "r1/Math-v0"
    """The environment that is trained against."""
    problems: str = "arithmetic:2-5 equations:1-3"
    """Task families with their levels, or a .jsonl file with problem, answer and level."""
    eval_problems: str = ""
    """A .jsonl file to evaluate on; empty for the test split of `problems`. With two files all of
    `problems` is trained on, and the quick evaluations use this file too."""
    template: str = ""
    """Prompt template: r1 (the report's Table 1), short, or a text with {question}; empty for the
    tokenizer's own, which is short for the tiny model and r1 for any other."""
    rewards: dict[str, ComponentSpec] = field(default_factory=lambda: dict(ANY_DOMAIN))
    """Reward components with their weights, or with JSON: {"weight": 0.2, "target": "en"}."""
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
        check_run_name(self.name)
        check_least(self, {"seed": 0, "threads": 1, "save_every": 1, "eval_every": 0})


def load_config(folder: Path) -> R1ZeroConfig:
    """Returns the configuration that a run's folder was made with."""
    plain = read_config(folder)
    if plain.pop("recipe", None) != "r1_zero":
        raise ConfigError(f"{folder} holds no run of `r1gym train`.")
    try:
        base = plain.pop("base")
        return R1ZeroConfig(
            grpo=GRPOConfig(**plain.pop("grpo")),
            eval=EvalConfig(**plain.pop("eval")),
            quick_eval=EvalConfig(**plain.pop("quick_eval")),
            base=BaseConfig(sft=SFTConfig(**base.pop("sft")), **base),
            **plain,
        )
    except (KeyError, TypeError) as error:
        raise RunError(
            f"{folder} was made by another version of r1gym, whose settings differ ({error})."
        ) from error


def make_env(config: R1ZeroConfig, tokenizer: str, split: str) -> gym.Env[Any, Any]:
    """Returns the configured environment on one split."""
    problems, split = _source(config, split)
    return make_environment(
        config.env,
        problems=parse_problems(problems),
        split=split,
        problem_seed=config.seed if split == "train" else 0,
        rewards=config.rewards,
        tokenizer=tokenizer,
        template=config.template or None,
        max_tokens=config.grpo.max_tokens,
    )


def make_task(config: R1ZeroConfig, tokenizer: str, split: str) -> TokenTask:
    """Returns the task of the configured environment on one split."""
    return task_of(make_env(config, tokenizer, split))


def _source(config: R1ZeroConfig, split: str) -> tuple[str, str]:
    """Returns where a split's problems come from, and which split of that."""
    if not config.eval_problems or (split != "test" and not is_file(config.problems)):
        return config.problems, split
    # A file with another for evaluation is trained on whole, so nothing of it is left to validate.
    return (config.problems if split == "train" else config.eval_problems), "all"


def base_folder(config: R1ZeroConfig, runs: Path) -> Path:
    """Returns where the tiny base model of this configuration lives: runs share it."""
    settings = [asdict(config.base), config.problems, config.device, config.dtype]
    plain = json.dumps(settings, sort_keys=True)
    return runs / f"base-{hashlib.sha256(plain.encode()).hexdigest()[:8]}"


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
    check_device(config.device)
    _check_problems(config)
    folder = runs / config.name
    with only_process(folder), Stopper() as stopper, _memory_explained():
        record = Run(folder, {"recipe": "r1_zero", **asdict(config)})
        policy = _base_policy(config, runs, stopper)
        tasks = {
            split: make_task(config, policy.tokenizer.name, split)
            for split in ("train", "validation", "test")
        }
        trainer = GRPO(policy, tasks["train"], config.grpo, config.seed)
        trainer.resume(record)
        if trainer.step == 0:
            _evaluate(config, policy, tasks["test"], record.folder, 0, stopper)
        if config.tensorboard:
            record.sinks.append(_tensorboard(record.folder))
        _train(config, trainer, record, tasks["validation"], stopper)
        _evaluate(config, policy, tasks["test"], record.folder, trainer.step, stopper)
    return record.folder


def _check_problems(config: R1ZeroConfig) -> None:
    """Finds wrong names, and training on what is evaluated, before they cost any time."""
    train, test = (make_task(config, "tiny", split).problem_set for split in ("train", "test"))
    if isinstance(train, JsonlProblems) and isinstance(test, JsonlProblems):
        shared = {train[i].question for i in range(len(train))}
        shared &= {test[i].question for i in range(len(test))}
        if shared:
            raise ConfigError(
                f"{len(shared)} questions of {config.eval_problems} stand in {config.problems} as "
                f"well, {sorted(shared)[0][:60]!r} for one: take them out of one file."
            )


def _check_up(config: R1ZeroConfig, tokenizer: str) -> None:
    """Stops if the doctor finds that training would be for nothing."""
    started = time.perf_counter()
    checks = examine(make_env(config, tokenizer, "train"))
    stop_unless_fit(checks)
    for check in checks:
        if check.status is Status.WARNING:
            print(f"Warning: {check.name}: {check.detail}")
    names = ", ".join(check.name for check in checks)
    print(f"Checked in {time.perf_counter() - started:.1f} s: {names}")


@contextmanager
def _memory_explained() -> Iterator[None]:
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise RunError(
            "The device is out of memory: lower --grpo.rollout-rows or --grpo.microbatch-tokens, "
            "under another --name."
        ) from error


def _base_policy(config: R1ZeroConfig, runs: Path, stopper: Stopper) -> Policy:
    """Returns the base model, pretrained here if it is the tiny one."""
    if config.model != "tiny":
        policy = load_policy(config.model, config.device, config.dtype)
        _check_up(config, policy.tokenizer.name)
        return policy
    families = parse_problems(config.problems)
    if isinstance(families, str):
        raise ConfigError(
            "The tiny model is pretrained on the procedural families and knows no others; "
            "train on a file with --model FOLDER or --model HUB_ID."
        )
    _check_up(config, "tiny")
    steps, folder = config.base.sft.steps, base_folder(config, runs)
    with ExitStack() as stack:
        bar = None

        def after_step(sft: SFT, metrics: Mapping[str, float]) -> None:
            nonlocal bar
            bar = bar or stack.enter_context(progress_bar("Pretraining", steps, sft.step - 1))
            bar.set_postfix({"loss": f"{metrics['train/loss']:.3f}"}, refresh=False)
            bar.update()
            stopper.check(f"pretraining step {sft.step} of {steps}")

        return make_base(
            config.base, families, folder, after_step, device=config.device, dtype=config.dtype
        )


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
        raise ConfigError("--tensorboard needs a package: pip install tensorboard.") from error
    writer: Any = SummaryWriter(str(folder / "tensorboard"))

    def write(metrics: Mapping[str, float], step: int) -> None:
        for name, value in metrics.items():
            writer.add_scalar(name, value, step)
        writer.flush()

    return write
