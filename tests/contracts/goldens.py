"""What must not change by itself: a small run to the bit, and every environment's first episodes.

    python -m tests.contracts.goldens

writes the golden files anew, which is done only for a change that is announced as one.
"""

from __future__ import annotations

import hashlib
import json
import platform
import tempfile
from pathlib import Path

import gymnasium as gym

import r1gym  # noqa: F401

FOLDER = Path(__file__).parent / "golden"
EPISODES = 100
_OPTIONAL = {"r1/ReasoningGym-v0"}  # its problems are another package's


def ids():
    """Returns the ids whose episodes are golden."""
    return sorted(i for i in gym.registry if i.startswith("r1/") and i not in _OPTIONAL)


def episodes(env_id):
    """Returns a hash of all observations, and the rewards, of the first episodes of an id."""
    # An open question needs a model as judge, and none is here.
    more = {"rewards": {"format": 1.0, "length": 0.5}} if "General" in env_id else {}
    env = gym.make(env_id, **more, disable_env_checker=True)
    observations, rewards = hashlib.sha256(), []
    for seed in range(EPISODES):
        observation, info = env.reset(seed=seed)
        observations.update(observation.tobytes() + info["prompt"].encode())
        total = 0.0
        for token in _tokens(env, seed):
            observation, reward, terminated, truncated, _ = env.step(token)
            observations.update(observation.tobytes())
            total += float(reward)
            if terminated or truncated:
                break
        rewards.append(round(total, 9))
    return {"observations": observations.hexdigest(), "rewards": rewards}


def _tokens(env, seed):
    """Returns a right answer, one without tags, a wrong one, or one that never ends."""
    tokenizer, gold = env.unwrapped.tokenizer, str(env.unwrapped.problem.answer)
    text = (f"<think>I see.</think><answer>{gold}</answer>", gold, "<answer>no</answer>", gold)
    ends = [] if seed % 4 == 3 else [tokenizer.eos_id]
    return [*tokenizer.encode(text[seed % 4]), *(ends or [5] * env.unwrapped.task.max_tokens)]


def machine():
    """Returns what decides the last bits of a floating-point result."""
    import torch

    names = [
        line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    found = {"cpu": names[0].partition(": ")[2] if names else platform.processor()}
    return found | {
        "torch": torch.__version__,
        "capability": torch.backends.cpu.get_cpu_capability(),
    }


def micro(folder):
    """Returns what a finished micro run holds: metrics, samples, evaluations, hashes of weights."""
    from r1gym.recipes.run_view import load_run

    places = {"base": Path(load_run(folder).start()), "trained": folder}
    weights = {
        name: hashlib.sha256(sorted(place.rglob("model.safetensors"))[-1].read_bytes()).hexdigest()
        for name, place in places.items()
    }
    evaluations = {path.name: _rows(path) for path in sorted((folder / "evals").glob("*.jsonl"))}
    return {
        "weights": weights,
        "metrics": _rows(folder / "metrics.jsonl"),
        "samples": _rows(folder / "samples.jsonl"),
        "evaluations": evaluations,
    }


def _rows(path):
    return [
        {name: value for name, value in json.loads(line).items() if not name.startswith("time/")}
        for line in path.read_text("utf-8").splitlines()
    ]


def read(name):
    """Returns a golden file's content."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def _write(name, content):
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def main():
    """Writes all golden files."""
    from r1gym.recipes.recipe import run
    from tests.conftest import micro_config

    _write("environments", {env_id: episodes(env_id) for env_id in ids()})
    with tempfile.TemporaryDirectory() as runs:
        _write("micro", {"machine": machine(), **micro(run(micro_config(), Path(runs)))})


if __name__ == "__main__":
    main()
