"""A bench: cells that are run once, told apart by their names, and compared in a table."""

import json
from dataclasses import replace

import gymnasium as gym
import pytest

from r1gym.core.errors import R1GymError
from r1gym.envs.wrappers import TokenWindow
from r1gym.recipes.base import BaseConfig
from r1gym.recipes.bench import BenchConfig, run, run_cell
from r1gym.recipes.bench import _cells as cells_of
from r1gym.report.bench import load_cells, print_bench, rows

SMALL = BenchConfig(
    agents=("uniform",), seeds=(0,), questions=8, tokens=200, evaluations=2, max_tokens=8
)


@pytest.mark.slow
def test_finished_cells_are_not_run_again(tmp_path):
    folder = run(SMALL, tmp_path)
    (first,) = (folder / "cells").glob("*.json")
    written = first.stat().st_mtime_ns
    run(replace(SMALL, seeds=(0, 1), jobs=2), tmp_path)
    assert first.stat().st_mtime_ns == written
    assert [cell["seed"] for cell in load_cells(folder)] == [0, 1]
    with pytest.raises(R1GymError, match="another configuration"):
        run(replace(SMALL, questions=9), tmp_path)
    with pytest.raises(R1GymError, match="another configuration"):
        run(replace(SMALL, base=BaseConfig(seed=1)), tmp_path)


def test_a_learning_agent_has_a_curve(tmp_path):
    config = replace(
        SMALL, agents=("sb3_a2c",), problems="equations:1", options='{"sb3_a2c": {"num_envs": 4}}'
    )
    (cell,) = cells_of(config, tmp_path)
    result = run_cell(cell)
    tokens = [point["tokens"] for point in result["curve"]]
    assert tokens[0] == 0 and tokens == sorted(tokens) and 200 <= tokens[-1] == result["tokens"]
    assert result["updates"] > 1 and result["learning_seconds"] > 0
    assert 50 < result["memory_before_mb"] <= result["memory_mb"]
    assert all(0 <= point["accuracy"] <= 1 for point in result["curve"])


def test_the_table_has_the_best_agent_first_and_the_picture_every_agent(tmp_path, capsys):
    (tmp_path / "cells").mkdir()
    for agent, after in (("slow", 0.4), ("quick", 0.8)):
        for seed in (0, 1):
            curve = [
                {"tokens": t, "seconds": t / 10, "accuracy": a + seed / 100, "reward": a,
                 "length": 9.0}
                for t, a in ((0, 0.1), (100, after))
            ]  # fmt: skip
            cell = {
                "agent": agent, "env": "r1/Math-v0", "seed": seed, "curve": curve, "updates": 5,
                "learning_seconds": 10.0, "tokens": 100, "memory_mb": 300.0,
            }  # fmt: skip
            (tmp_path / "cells" / f"{agent}-{seed}.json").write_text(json.dumps(cell))
    table = rows(load_cells(tmp_path))
    assert [row[0] for row in table] == ["quick", "slow"]
    assert table[0][2].startswith("0.805 [") and table[0][4:] == ["2,000", "10", "300"]
    print_bench(tmp_path)
    assert "quick" in capsys.readouterr().out
    assert (tmp_path / "r1-Math-v0.png").stat().st_size > 10_000
    assert "| quick |" in (tmp_path / "bench.md").read_text()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"agents": ("unifrom",)}, "Did you mean 'uniform'"),
        ({"envs": ("r1/Maths-v0",)}, "Did you mean: `Math`"),
        ({"envs": ("CartPole-v1",)}, "not a token environment"),
        ({"problems": "arithmetics:1"}, "Did you mean 'arithmetic'"),
        ({"agents": ("grpo", "rlo")}, "Did you mean 'rloo'"),  # before a base model is made
    ],
)
def test_wrong_names_are_found_at_once(tmp_path, change, said):
    with pytest.raises(R1GymError, match=said):
        list(cells_of(replace(SMALL, **change), tmp_path))


def test_an_id_whose_wrappers_would_be_dropped(tmp_path):
    spec = TokenWindow.wrapper_spec(n=4)
    gym.register(
        "r1test/Short-v0",
        "r1gym.envs.token_env:TokenEnv",
        additional_wrappers=(spec,),
        kwargs={"problems": {"arithmetic": [1]}},
    )
    try:
        with pytest.raises(R1GymError, match="A bench .* would drop what TokenWindow changes"):
            list(cells_of(replace(SMALL, envs=("r1test/Short-v0",)), tmp_path))
    finally:
        del gym.registry["r1test/Short-v0"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"options": "{"}, "must be JSON"),
        ({"options": "[1]"}, "object of objects"),
        ({"options": '{"grpo": {}}'}, "grpo"),
        ({"tokens": 0}, "tokens"),
        ({"agents": ()}, "at least one agent"),
        ({"name": "a/b"}, "name of a folder"),
    ],
)
def test_wrong_settings_are_refused(change, said):
    with pytest.raises(R1GymError, match=said):
        replace(SMALL, **change)


def test_a_folder_without_cells(tmp_path):
    with pytest.raises(R1GymError, match="no cell of a bench"):
        print_bench(tmp_path)
