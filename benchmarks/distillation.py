"""Distillation against reinforcement learning at equal seconds (the report's Table 6), by size.

A teacher is made by R1-Zero on the embedded base model, and writes samples of the training split,
of which the right and well-formed ones are kept. Students are the same base at smaller sizes, with
the same corpus. Each learns in several ways:

    sft            fine-tuning on the teacher's samples, as the report distills
    rl             GRPO alone, which is never shown a solution
    sft_rl         half of sft's steps, then GRPO
    on_policy      the reverse KL to the teacher on the student's own samples, full vocabulary
    sampled        the same by the sampled token's log-ratio as its advantage
    sft_on_policy  half of sft's steps, then on_policy

A size's ways take the seconds that `sft` took there: seconds of one core's own time, since a cell
is one thread, so that other work on the machine does not decide. What the teacher took is told
apart. pass@1 is the report's (temperature 0.6, top-p 0.95; 16 samples of each of 256 questions of
the test split); pass@k up to 64 is at temperature 1, without a nucleus, of the first 128. Seeds
beyond the first have sft and rl alone, and sizes other than the bar's neither sampled nor
sft_on_policy.

The bar, declared before the run: at 30,000 parameters (w32l2) sft is right at least 0.35 more often
than rl, at each of three seeds, which are those of the student's base as well; all within 15
minutes. Exits with 1 if it is missed. Cells that are finished are kept: the same command goes on.

    python benchmarks/distillation.py [--folder runs/distillation] [--jobs 2] [--picture FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as `r1gym train` does, before torch is loaded

import torch
from distillation_report import bars_missed, draw, print_shapes, print_table, print_teacher

from r1gym.claims.experiments.distillation import fine_tune, learn_from_itself, way_of
from r1gym.claims.materials import SIZES
from r1gym.core.files import write_text
from r1gym.core.machine import describe_machine
from r1gym.core.run import find_checkpoints, read_metrics
from r1gym.envs.same_task import unchanged_task
from r1gym.envs.task import TokenTask
from r1gym.evaluation.runner import EvalConfig, evaluate
from r1gym.models.policy import Policy, load_policy
from r1gym.recipes.distillation import Distillation, small_base
from r1gym.recipes.embedded_base import make_base
from r1gym.recipes.ledger import Ledger
from r1gym.recipes.pretraining import base_folder
from r1gym.recipes.r1_zero import R1Zero
from r1gym.recipes.recipe import run
from r1gym.recipes.task_choice import tiny_families
from r1gym.rollout.embedded import EmbeddedEngine

BASE = "base-w64l3-0"  # the teacher's
BARRED = "w32l2"
SEEDS = {size: (0, 1, 2) if size == BARRED else (0,) for size in SIZES}
WAYS = ("sft", "rl", "sft_rl", "on_policy", "sampled", "sft_on_policy")
AT_BARRED = ("sampled", "sft_on_policy")  # at the size of the bar alone
SFT_STEPS = 350
MOST = 64  # samples a question
Result = dict[str, Any]
Cell = tuple[Callable[..., Result], list[str], tuple[Any, ...]]


def run_all(folder: Path, jobs: int, sizes: list[str], ways: list[str]) -> dict[str, Result]:
    """Runs the cells that are missing, each as soon as those that it needs are there.

    Args:
        folder: Where they are kept.
        jobs: Cells at a time, each of one thread.
        sizes: The students' sizes.
        ways: How they learn.

    Returns:
        Every cell's result by its name, and the minutes that all took.
    """
    cells = {name: cell for name, *cell in plan(sizes, ways)}
    results = {
        name: json.loads(p.read_text("utf-8"))
        for name in cells
        if (p := _file(folder, name)).exists()
    }
    spent, started = _file(folder, "minutes"), time.perf_counter()
    before = json.loads(spent.read_text("utf-8"))["minutes"] if spent.exists() else 0.0
    running: dict[Future[Result], str] = {}
    end_with_us = {"initializer": _end_with, "initargs": (os.getpid(),)}
    with ProcessPoolExecutor(jobs, get_context("spawn"), **end_with_us) as pool:
        while len(results) < len(cells):
            for name, (work, needs, arguments) in cells.items():
                is_new = name not in results and name not in running.values()
                if is_new and len(running) < jobs and all(need in results for need in needs):
                    found = [results[need] for need in needs]
                    running[pool.submit(work, folder, found, *arguments)] = name
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                name = running.pop(done)
                results[name] = done.result()
                write_text(_file(folder, name), json.dumps(results[name]) + "\n")
                minutes = before + (time.perf_counter() - started) / 60
                write_text(_file(folder, "minutes"), json.dumps({"minutes": minutes}))
                print(f"{minutes:5.1f} min  {name}: {_in_short(results[name])}", flush=True)
    return results | {"minutes": _kept(folder, "minutes")}


def plan(
    sizes: list[str], ways: list[str]
) -> Iterator[tuple[str, Callable[..., Result], list[str], tuple[Any, ...]]]:
    """Yields each cell's name, its work, the cells that it needs, and its arguments."""
    chosen = [(size, seed) for size in sizes for seed in SEEDS[size]]
    yield BASE, make_student, [], (next(iter(SIZES)), 0)
    yield "teacher", make_teacher, [BASE], ()
    yield "samples", write_samples, ["teacher"], ()
    for size, seed in chosen:
        if (name := f"base-{size}-{seed}") != BASE:
            yield name, make_student, [], (size, seed)
    for size, seed in chosen:
        yield f"{size}-{seed}-base", measure, [f"base-{size}-{seed}"], (size, seed)
    for size, seed in chosen:
        needs, sft = [f"base-{size}-{seed}", "teacher", "samples"], f"{size}-{seed}-sft"
        yield sft, learn, needs, (size, seed, "sft")
        for way in ways:
            is_left_out = (seed > 0 and way != "rl") or (way in AT_BARRED and size != BARRED)
            if way != "sft" and not is_left_out:
                yield f"{size}-{seed}-{way}", learn, [*needs, sft], (size, seed, way)


def make_student(folder: Path, found: list[Result], size: str, seed: int) -> Result:
    """Pretrains a student."""
    config, problems = small_base(*SIZES[size], seed=seed), _tasks()["train"].spec.problems
    home = _emptied(base_folder(config, problems, folder))
    seconds = _timed(lambda: make_base(config, tiny_families(_tasks()["train"].spec), home))
    return {"seconds": seconds, "model": str(find_checkpoints(home)[-1])}


def make_teacher(folder: Path, found: list[Result]) -> Result:
    """Trains the teacher as R1-Zero, from the base that is there."""
    few = EvalConfig(questions=16, samples=1)
    _emptied(folder / "teacher")
    recipe = R1Zero(name="teacher", eval_every=0, save_every=40, eval=few)
    seconds = _timed(lambda: run(recipe, folder))
    model = str(find_checkpoints(folder / "teacher")[-1])
    rows = read_metrics(folder / "teacher")
    tokens = rows[-1]["time/total_timesteps"]
    return {"seconds": seconds, "model": model, "tokens": tokens, **_evaluated(load_policy(model))}


def write_samples(folder: Path, found: list[Result]) -> Result:
    """Lets the teacher write its samples, by the recipe."""
    _emptied(folder / "samples")
    recipe = Distillation(name="samples", teacher=found[0]["model"])
    seconds = _timed(lambda: run(recipe, folder, until="samples"))
    made = Ledger(folder / "samples").made("samples") or {}
    counts = json.loads(Path(made["examples"]).with_name("counts.json").read_text("utf-8"))
    return {"seconds": seconds, "file": made["examples"], **counts}


def measure(folder: Path, found: list[Result], size: str, seed: int) -> Result:
    """Evaluates a student that has learnt nothing yet."""
    policy = load_policy(found[0]["model"])
    return _cell(policy, size, seed, "base", seconds=0.0)


def learn(folder: Path, found: list[Result], size: str, seed: int, way: str) -> Result:
    """Lets a student learn in one way, for as long as `sft` took, and evaluates it."""
    base, teacher, samples, *sft = found
    policy, own, examples, steps = load_policy(base["model"]), 0, 0, SFT_STEPS
    begun = time.process_time()
    if "sft" in way:
        steps = SFT_STEPS // (1 if way == "sft" else 2)
        examples = fine_tune(policy, samples["file"], seed, steps)
    if way != "sft":
        left = sft[0]["seconds"] - (time.process_time() - begun)
        own = learn_from_itself(policy, way_of(way, teacher["model"]), seed, left)
    seconds = time.process_time() - begun
    return _cell(policy, size, seed, way, seconds=seconds, examples=examples, own_tokens=own)


def _cell(policy: Policy, size: str, seed: int, arm: str, **spent: float) -> Result:
    parameters = policy.model.num_parameters()
    named = {"size": size, "parameters": parameters, "seed": seed, "arm": arm}
    return named | spent | _evaluated(policy)


def _evaluated(policy: Policy) -> Result:
    """Returns pass@1 as the report has it, and pass@k at temperature 1, with intervals."""
    task, engine = _tasks()["test"], EmbeddedEngine(policy, 2048)
    report = evaluate(engine, task, EvalConfig())
    wide = evaluate(engine, task, EvalConfig(128, MOST, temperature=1.0, top_p=1.0))
    return {
        "pass@1": asdict(report.pass_at[1]),
        "length": report.mean_length,
        "pass_at": {str(k): asdict(found) for k, found in wide.pass_at.items()},
    }


def _tasks(seed: int = 0) -> dict[str, TokenTask]:
    """Returns the tasks of R1-Zero's own run, and sets up this process."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    specs = R1Zero(seed=seed).tasks()
    return {split: unchanged_task(spec.make(), "A benchmark") for split, spec in specs.items()}


def _end_with(parent: int) -> None:
    """Ends this process when its parent is gone, so that nobody works on a cell twice."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _emptied(folder: Path) -> Path:
    """Returns a folder without what a cell that was cut short has left, which nobody timed."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _timed(work: Callable[[], object]) -> float:
    """Returns the seconds of this process's own time that some work takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def _file(folder: Path, cell: str) -> Path:
    return folder / "cells" / f"{cell}.json"


def _kept(folder: Path, cell: str) -> Result:
    """Returns the result of a cell that is finished; nothing if it is not."""
    path = _file(folder, cell)
    found: Result = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return found


def _in_short(result: Result) -> str:
    found = f", pass@1 {result['pass@1']['mean']:.3f}" if "pass@1" in result else ""
    return f"{result['seconds']:.1f} s{found}"


def main() -> int:
    """Runs the cells that are missing. Returns 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("runs/distillation"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sizes", nargs="+", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=list(WAYS))
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    print(describe_machine())
    results = run_all(options.folder, options.jobs, options.sizes, options.ways)
    cells = [cell for cell in results.values() if "arm" in cell]
    print_teacher(results, BASE)
    print_table(cells, results)
    print_shapes(cells)
    draw(cells, BARRED, options.picture or options.folder / "distillation.png")
    missed = bars_missed(cells, results["minutes"]["minutes"], BARRED)
    print("missed: " + "; ".join(missed) if missed else "all bars met")
    write_text(options.folder / "distillation.json", json.dumps(results, indent=2) + "\n")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
