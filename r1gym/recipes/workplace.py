"""Where a stage works: its folder and the device, with what every stage needs more than once.

Policies, environments and the engine are made here, and nowhere else in a recipe: each environment
once, one engine at a time, which is closed at the end. Of several processes only the first has a
workplace, see `r1gym.agents.ranks`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import gymnasium as gym
import torch
from tqdm import tqdm

from r1gym.agents.episodes import Rollout
from r1gym.agents.learner import Learner
from r1gym.agents.progress import progress_bar
from r1gym.agents.ranks import share_training
from r1gym.agents.sft import SFT
from r1gym.core.errors import (
    ModelNotFoundError,
    RunError,
)
from r1gym.core.run import Run, read_config
from r1gym.envs.same_task import unchanged_task
from r1gym.envs.spec import TaskSpec, own_settings
from r1gym.envs.task import TokenTask
from r1gym.evaluation.preflight import Check, Status, check_variance, examine, stop_unless_fit
from r1gym.evaluation.results import load_result, result_path, save_result
from r1gym.evaluation.rows import Row, episode_row, group_row
from r1gym.evaluation.runner import EvalConfig, evaluate
from r1gym.models.adapters import add_lora
from r1gym.models.policy import Policy, load_policy
from r1gym.models.recomputing import recompute_layers
from r1gym.models.world import World
from r1gym.recipes.fine_tuning import AfterStep, go_on
from r1gym.recipes.progress import Stopper
from r1gym.recipes.settings import Settings
from r1gym.recipes.trackers import TRACKERS, Tracker
from r1gym.rollout.engine import RolloutEngine, make_engine, shares_weights

_SAMPLES_LOGGED = 4  # of a step
_ROWS = 512  # sampled side by side, if nobody says


class Workplace:
    """A stage's folder, with policies, environments and an engine.

    Args:
        settings: Where and how it runs.
        folder: The stage's folder.
        stopper: Says whether the user asked to stop.
        world: The processes that train; one if None.

    Attributes:
        runs: The folder of all runs, where stages may keep what runs share.
        record: The folder, open for writing; only while a recipe runs.
    """

    record: Run

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        stopper: Stopper | None = None,
        world: World | None = None,
    ) -> None:
        self.settings, self.folder, self.runs = settings, folder, folder.parent
        self.stopper = stopper or Stopper()
        self.world = world or World()
        self._environments: dict[str, gym.Env[Any, Any]] = {}
        self._engine: tuple[Policy, int, RolloutEngine] | None = None
        self._trackers: list[Tracker] = []
        torch.set_num_threads(settings.threads)
        torch.set_flush_denormal(True)  # late in training, tiny gradients slow a CPU down manyfold

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def move(self, record: Run) -> None:
        """Goes to another stage's folder."""
        self.record, self.folder = record, record.folder
        self._close_trackers()
        config = read_config(record.folder) if self.settings.track else {}
        for name in self.settings.track:
            tracker = TRACKERS.get(name)(record.folder, config)
            self._trackers.append(tracker)
            record.sinks.append(tracker.log)

    def close(self) -> None:
        """Closes the trackers, and the engine if there is one."""
        self._close_trackers()
        if self._engine is not None:
            self._engine[2].close()
            self._engine = None

    def _close_trackers(self) -> None:
        while self._trackers:
            self._trackers.pop().close()

    def environment(self, spec: TaskSpec) -> gym.Env[Any, Any]:
        """Returns the environment of a spec, the same at every call.

        Raises:
            R1GymError: If it cannot be made.
        """
        key = json.dumps(spec.to_json(), sort_keys=True)
        if key not in self._environments:
            self._environments[key] = _make(spec)
        return self._environments[key]

    def task(self, spec: TaskSpec, user: str = "Training") -> TokenTask:
        """Returns the task of a spec's environment, the same at every call.

        Raises:
            ConfigError: If the environment's wrappers change it.
            R1GymError: If it cannot be made.
        """
        return unchanged_task(self.environment(spec), user)

    def policy(self, model: str) -> Policy:
        """Loads a policy from a folder or the hub."""
        return load_policy(model, self.settings.device, self.settings.dtype)

    def trainable(self, model: str, seed: int) -> Policy:
        """Loads a policy to train: with an adapter and recomputed layers, if the run has them.

        Args:
            model: A folder or the hub's id.
            seed: The seed of the adapter's first weights.
        """
        policy = self.policy(model)
        add_lora(policy.model, self.settings.lora, seed)
        if self.settings.gradient_checkpointing:
            recompute_layers(policy.model)
        return policy

    def engine(self, policy: Policy, rows: int | None = None) -> RolloutEngine:
        """Returns the engine that samples from a policy; another one is closed.

        Args:
            policy: The policy.
            rows: The most completions that are sampled side by side; None for those of the engine
                that is there.

        Raises:
            UnknownNameError: If there is no engine of the name in the settings.
        """
        held = self._engine
        if held is None or held[0] is not policy or rows not in (None, held[1]):
            self.close()
            rows = rows or _ROWS
            made = make_engine(self.settings.engine, policy, rows, self.settings.engine_options)
            held = self._engine = policy, rows, made
        elif not shares_weights(held[2]):  # the policy may have been trained meanwhile
            held[2].sync(policy, held[2].version)
        return held[2]

    def preflight(self, spec: TaskSpec) -> None:
        """Stops if the doctor finds that training on a spec would be for nothing; prints warnings.

        Raises:
            ConfigError: With the first check that failed.
        """
        started = time.perf_counter()
        checks = [*examine(self.environment(spec)), *check_limit(spec)]
        stop_unless_fit(checks)
        for check in checks:
            if check.status is Status.WARNING:
                print(f"Warning: {check.name}: {check.detail}")
        names = ", ".join(check.name for check in checks)
        print(f"Checked in {time.perf_counter() - started:.1f} s: {names}")

    def train(self, trainer: Learner[Any, Any], validation: TokenTask | None = None) -> None:
        """Trains to the end, with logs, checkpoints and quick evaluations on the way.

        Args:
            trainer: The learner, which has gone back to the record's last checkpoint.
            validation: What the quick evaluations ask; None for none.
        """
        steps = trainer.config.steps
        settings, record = self.settings, self.record
        every = settings.eval_every if validation is not None else 0
        if trainer.step == steps:
            return
        share_training(trainer, self.world, settings.parallel)

        def look() -> dict[str, float]:
            assert validation is not None
            result = evaluate(trainer.engine, validation, settings.quick_eval)
            return {
                "eval/pass@1": result.pass_at[1].mean,
                f"eval/cons@{result.samples}": result.cons_at.mean,
                "eval/ep_len_mean": result.mean_length,
            }

        if every and trainer.step == 0:
            record.log(look(), 0)

        def after_step(trainer: Learner[Any, Any], rollout: Any, metrics: dict[str, float]) -> None:
            if every and trainer.step % every == 0:
                metrics |= look()
            record.log(metrics, trainer.step)
            for episode in rollout.episodes[:: trainer.config.group_size][:_SAMPLES_LOGGED]:
                record.log_sample(trainer.step, **episode_row(episode))
            share = metrics.get("rollout/zero_variance_share")
            if trainer.step == 1 and share is not None:
                check = check_variance(share, rollout.episodes)
                if check.status is Status.WARNING:
                    tqdm.write(f"Warning: {check.name}: {check.detail}")
            if (
                trainer.step == 1
                or trainer.step % settings.save_every == 0
                or trainer.step == steps
            ):
                record.log_group(trainer.step, **taught_group(rollout, trainer.config.group_size))
            ends = trainer.step % settings.save_every == 0 or trainer.step == steps
            if self.stopper.requested or ends:
                trainer.save(record)
                self.stopper.check(f"step {trainer.step} of {steps}")

        trainer.learn([after_step], show_every=settings.show_every)

    def fine_tune(self, sft: SFT, title: str = "Fine-tuning") -> None:
        """Fine-tunes to the end, from the record's last checkpoint, with logs and checkpoints.

        Args:
            sft: The trainer, with its policy and corpus.
            title: What the progress bar says.
        """
        settings, steps = self.settings, sft.config.steps
        sft.resume(self.record)
        if sft.step == steps:
            return
        share_training(sft, self.world, settings.parallel)
        with ExitStack() as stack:
            show = self.show_fine_tuning(stack, title, steps)
            go_on(sft, self.record, settings.save_every, show)

    def show_fine_tuning(self, stack: ExitStack, title: str, steps: int) -> AfterStep:
        """Returns what shows fine-tuning's progress after each step, and stops if it is asked to.

        Args:
            stack: Closes the progress bar.
            title: What the bar says.
            steps: All steps.
        """
        bar = None

        def after_step(sft: SFT, metrics: Mapping[str, float]) -> None:
            nonlocal bar
            bar = bar or stack.enter_context(progress_bar(title, steps, sft.step - 1))
            bar.set_postfix({"loss": f"{metrics['train/loss']:.3f}"}, refresh=False)
            bar.update()
            self.stopper.check(f"{title.lower()} step {sft.step} of {steps}")

        return after_step

    def evaluate(
        self,
        policy: Policy,
        task: TokenTask,
        step: int,
        rows: int | None = None,
        config: EvalConfig | None = None,
        changed: Mapping[str, Any] | None = None,
        split: str = "test",
    ) -> Path:
        """Evaluates a policy on a task, unless that was done before. Returns the summary's path.

        Args:
            policy: The policy.
            task: What is asked.
            step: How many steps the policy was trained for.
            rows: The most completions that are sampled side by side, see `engine`.
            config: How; None for the run's own evaluations.
            changed: What is other than in the run's own evaluations; with any it stands apart.
            split: What it is kept under, the split that the recipe calls so.
        """
        config = config or self.settings.eval
        path = result_path(self.folder, split, step, changed=changed)
        if load_result(self.folder, split, step, changed=changed) is not None:
            return path
        questions = min(config.questions, len(task.problem_set))
        with progress_bar("Evaluation", questions, unit="q") as bar:

            def done(count: int) -> None:
                bar.update(count)
                self.stopper.check(f"the evaluation at step {step}")

            result = evaluate(self.engine(policy, rows), task, config, done)
        return save_result(self.folder, split, step, config, result, changed=changed)


def check_limit(spec: TaskSpec) -> list[Check]:
    """Warns where an environment's own problems need longer completions than are allowed."""
    own = own_settings(spec.env).get("max_tokens", 0)
    if spec.problems is not None or spec.max_tokens is None or spec.max_tokens >= own:
        return []
    detail = (
        f"{spec.env} gives completions {own} tokens, max_tokens gives {spec.max_tokens}: what is "
        "longer is cut off"
    )
    return [Check("token limit", Status.WARNING, detail)]


def taught_group(rollout: Rollout, size: int) -> Row:
    """Returns a rollout's first group that taught something, or its first, as plain data."""
    worth, count = rollout.advantages, len(rollout.episodes)
    starts = range(0, count, size)
    first = next((i for i in starts if worth and any(worth[i : i + size])), 0)
    found = slice(first, first + size)
    return group_row(rollout.episodes[found], worth and worth[found])


@contextmanager
def memory_explained(prefix: str) -> Iterator[None]:
    """Turns a device that is out of memory into one line.

    Args:
        prefix: What stands before the learner's options; empty without a learner.

    Raises:
        RunError: If the block finds no more memory.
    """
    try:
        yield
    except torch.OutOfMemoryError as error:
        names = ("rollout-rows", "microbatch-tokens")
        options = " or ".join(f"--{prefix}.{name}" for name in names) if prefix else "batch sizes"
        raise RunError(
            f"The device is out of memory: lower {options}, under another --name."
        ) from error


def few_prompts(task: TokenTask, most: int = 3) -> Sequence[Sequence[int]]:
    """Returns the token ids of a task's first prompts."""
    count = min(most, len(task.problem_set))
    return [task.encode_prompt(task.problem_set[i]) for i in range(count)]


def _make(spec: TaskSpec) -> gym.Env[Any, Any]:
    try:
        return spec.make()
    except ModelNotFoundError as error:
        name = spec.tokenizer
        why = str(error).replace(f"The folder {name!r}", "the folder")
        why = why.replace(f"{name!r} is", "it is")
        raise ModelNotFoundError(f"The model {name!r} cannot be loaded: {why}") from error
