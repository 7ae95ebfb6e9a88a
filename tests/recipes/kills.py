"""A recipe that is killed with SIGKILL again and again, at writes of each stage, and goes on.

    kills(run, recipe, runs, each=8)      then    same(folder, whole)

Moments are counted in writes of files and moves of them, not in time. A killed process makes only
the checks that it needs.
"""

import json
import multiprocessing
import os
import random
import signal
import sys
from pathlib import Path

import torch

from r1gym.core.run import read_metrics
from r1gym.recipes.ledger import Ledger
from r1gym.recipes.recipe import run
from r1gym.recipes.stage import Kind
from r1gym.recipes.workplace import Workplace

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def owner(path, folder, names):
    """Returns the stage that a file belongs to; empty for one of the run's own."""
    runs = folder.parent
    if runs not in path.parents:
        return ""
    inside = path.relative_to(runs).parts
    if inside[0] != folder.name:
        return names[0] if inside[0].startswith("base-") else ""
    of_run = ("artifacts", "config", "tasks", ".lock")
    if len(inside) < 2 or inside[1].lstrip(".").startswith(of_run) or inside[1] == ".lock":
        return ""
    return inside[1] if inside[1] in names else names[-1]


def victim(recipe, runs, stage, count, done):
    """Runs a recipe, and dies before the count-th write of a stage, or the first one behind it."""
    folder, names, seen = runs / recipe.name, [s.name for s in recipe.stages()], {}

    def watch(event, arguments):
        if event == "open":
            path, mode, flags = arguments
            is_write = bool(flags & _WRITING) if mode is None else not set(mode) <= set("rbt")
            if not isinstance(path, str | os.PathLike) or not is_write:
                return
        elif event == "os.rename":
            path = arguments[1]
        else:
            return
        name = owner(Path(os.fspath(path)), folder, names)
        if not name:
            return
        seen[name] = seen.get(name, 0) + 1
        behind = stage and names.index(name) > names.index(stage)
        if behind or (name == stage and seen[name] >= count):
            os.kill(os.getpid(), signal.SIGKILL)

    Workplace.preflight = lambda *_: None
    sys.stdout = sys.stderr = open(runs / "output.txt", "a")  # noqa: SIM115, PTH123
    sys.addaudithook(watch)
    run(recipe, runs)
    done.write_text(json.dumps(seen))


def start(recipe, runs, stage, count):
    """Runs a recipe in a process of its own. Returns how often each stage wrote; None if killed."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["r1gym.cli", "r1gym.recipes.r1", "tests.recipes.kills"])
    done = runs / "done.json"
    process = context.Process(target=victim, args=(recipe, runs, stage, count, done))
    process.start()
    process.join(240)
    assert process.exitcode in (0, -signal.SIGKILL), (runs / "output.txt").read_text()[-3000:]
    return json.loads(done.read_text()) if process.exitcode == 0 else None


def killed(recipe, runs, writes, each=8, seed=0):
    """Runs a recipe to its end, killed `each` times in each stage. Returns the number of kills.

    Args:
        recipe: The recipe.
        runs: A folder for it.
        writes: How often each stage writes in a run that is not killed.
        each: Kills of a stage.
        seed: Seed of the moments.
    """
    rng, kills = random.Random(seed), 0
    for stage, count in writes.items():
        for _ in range(each):
            kills += start(recipe, runs, stage, rng.randint(1, max(1, count // 2))) is None
    run(recipe, runs)
    return kills


def state(path):
    """Returns what a trainer's state holds; its bytes also say which objects were shared."""

    def flat(value, name):
        if isinstance(value, dict):
            return [row for key in value for row in flat(value[key], f"{name}.{key}")]
        if isinstance(value, list | tuple):
            return [row for i, one in enumerate(value) for row in flat(one, f"{name}.{i}")]
        return [(name, value.numpy().tobytes() if torch.is_tensor(value) else repr(value))]

    return flat(torch.load(path, weights_only=False), "")


def contents(folder):
    """Returns the bits of all artifacts of a run, and its logs without times."""
    found = {}
    for stage, entry in Ledger(folder).entries().items():
        for name, place in entry.made.items():
            kind = Kind(entry.kinds[name])
            files = sorted(Path(place).rglob("*")) if kind.is_folder else [Path(place)]
            for path in files:
                if path.is_file():
                    key = (stage, name, str(path.relative_to(place)))
                    found[key] = state(path) if path.suffix == ".pt" else path.read_bytes()
    for path in sorted(folder.rglob("metrics.jsonl")):
        rows = read_metrics(path.parent)
        kept = [{n: v for n, v in row.items() if not n.startswith("time/")} for row in rows]
        found[str(path.relative_to(folder))] = json.dumps(kept)
    for path in sorted(folder.rglob("samples.jsonl")):
        found[str(path.relative_to(folder))] = path.read_text()
    return found


def same(one, other):
    """Checks that two runs came to the same."""
    found, expected = contents(one), contents(other)
    assert found.keys() == expected.keys()
    other = [name for name in found if found[name] != expected[name]]
    assert other == [], other
