"""A bench: cells that are run once, told apart by their names, and compared in a table."""

import json
from dataclasses import replace
from pathlib import Path

import gymnasium as gym
import pytest

from r1gym.agents.protocol import AGENTS
from r1gym.core.errors import R1GymError
from r1gym.envs.wrappers import TokenWindow
from r1gym.inspection.bench import BenchConfig, run, run_cell
from r1gym.inspection.bench import _cells as cells_of
from r1gym.models.policy import save_policy
from r1gym.recipes.base import BaseConfig
from r1gym.report.bench import cost_points, load_cells, print_bench, rows

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
                 "length": 9.0, "answer_tokens": 9.5 + seed, "answer_seconds": 0.002}
                for t, a in ((0, 0.1), (100, after))
            ]  # fmt: skip
            cell = {
                "agent": agent, "env": "r1/Math-v0", "seed": seed, "curve": curve, "updates": 5,
                "learning_seconds": 10.0, "tokens": 100, "memory_mb": 300.0,
            }  # fmt: skip
            (tmp_path / "cells" / f"{agent}-{seed}.json").write_text(json.dumps(cell))
    table = rows(load_cells(tmp_path))
    assert [row[0] for row in table] == ["quick", "slow"]
    assert table[0][2].startswith("0.805 [") and table[0][4:] == [
        *("10.0", "2.0", "2,000", "10", "300")
    ]
    print_bench(tmp_path)
    assert "quick" in capsys.readouterr().out
    for picture in ("r1-Math-v0.png", "r1-Math-v0-cost.png"):
        assert (tmp_path / picture).stat().st_size > 10_000
    assert "| quick |" in (tmp_path / "bench.md").read_text()


def test_cells_of_before_costs_were_measured_have_none(tmp_path):
    (tmp_path / "cells").mkdir()
    curve = [{"tokens": 0, "seconds": 0, "accuracy": 0.5, "length": 9.0}]
    cell = {"agent": "a", "env": "r1/Math-v0", "seed": 0, "curve": curve, "updates": 0,
            "learning_seconds": 0, "tokens": 0, "memory_mb": 1.0}  # fmt: skip
    (tmp_path / "cells" / "a.json").write_text(json.dumps(cell))
    assert rows(load_cells(tmp_path))[0][4:6] == ["-", "-"]
    assert cost_points(load_cells(tmp_path)) == []


def test_one_agent_under_several_labels(tmp_path, llama):
    llama.model.config.max_position_embeddings = 512  # a folder's prompts are those of `r1`
    save_policy(llama, tmp_path / "model")
    config = replace(
        SMALL,
        agents=("maj-2=best_of_n", "maj-4=best_of_n", "mcts", "greedy"),
        problems="equations:1",
        options='{"maj-2": {"n": 2}, "maj-4": {"n": 4}, "mcts": {"simulations": 2}}',
    )
    config = replace(config, model=str(tmp_path / "model"), questions=4)
    cells = list(cells_of(config, tmp_path))
    assert [cell.agent for cell in cells] == ["maj-2", "maj-4", "mcts", "greedy"]
    assert all("model" in cell.options for cell in cells)
    two, four, mcts, greedy = (run_cell(cell)["curve"][-1] for cell in cells)
    assert two["answer_tokens"] < four["answer_tokens"]
    assert greedy["answer_tokens"] == greedy["length"] < mcts["answer_tokens"]
    assert mcts["answer_nodes"] > greedy["answer_nodes"] == 1
    assert all(point["answer_seconds"] > 0 for point in (two, four, mcts, greedy))


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


def test_a_model_by_any_name(micro_run, tmp_path):
    checkpoint = str(micro_run / "checkpoints" / "step-000004")
    for model in (str(micro_run), checkpoint):
        [cell] = cells_of(replace(SMALL, agents=("greedy",), seeds=(0,), model=model), tmp_path)
        assert cell.options["model"] == checkpoint and cell.kwargs["tokenizer"] == "tiny"
    url = "http://localhost:1/v1"
    options = '{"openai": {"model": "m"}}'
    change = {"agents": ("openai",), "seeds": (0,), "model": url, "options": options}
    [cell] = cells_of(replace(SMALL, **change), tmp_path)
    assert cell.options == {"base_url": url, "model": "m"}
    for agents, said in ((("grpo", "openai"), "'grpo' needs a model's weights, and http"),
                         (("uniform",), "None of the agents asks an endpoint")):  # fmt: skip
        change = {"agents": agents, "model": url}
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
        ({"agents": ("uniform", "grpo", "uniform")}, "agents holds 'uniform' twice"),
        ({"agents": ("uniform", "uniform=grpo")}, "same label"),
        ({"agents": ("a/b=uniform",)}, "name of a folder"),
        ({"agents": ("=uniform",)}, "name of a folder"),
        ({"agents": ("u=uniform",), "options": '{"uniform": {}}'}, "Did you mean 'u'|Known: u"),
        ({"seeds": (1, 1)}, "seeds holds 1 twice"),
        ({"seeds": (0, -1)}, "seeds must be at least 0, not -1"),
        ({"agents": ()}, "at least one agent"),
        ({"name": "a/b"}, "name of a folder"),
    ],
)
def test_wrong_settings_are_refused(change, said):
    with pytest.raises(R1GymError, match=said):
        replace(SMALL, **change)


@pytest.mark.parametrize(
    ("agent", "options", "said"),
    [
        ("grpo", {"learning_rat": 1}, "no option of 'grpo' 'learning_rat'. Did you mean 'learn"),
        ("ppo", {"foo": 1}, "no option of 'ppo' 'foo'. Known: .*critic_learning_rate"),
        ("greedy", {"temperature": 1}, "no option of 'greedy' 'temperature'. Known: device, dtype"),
        ("uniform", {"questions": 4}, "no option of 'uniform' 'questions'"),
        ("sb3_ppo", {"nr_envs": 4}, "Did you mean 'num_envs'"),
        ("grpo", {"seed": 3}, "The option 'seed' of 'grpo' is the bench's to set"),
        ("grpo", {"steps": 3}, "The option 'steps' of 'grpo' is the bench's to set"),
    ],
)
def test_a_wrong_option_is_found_at_once(agent, options, said, tmp_path):
    config = replace(SMALL, agents=(agent,), options=json.dumps({agent: options}))
    with pytest.raises(R1GymError, match=said) as caught:
        list(cells_of(config, tmp_path))
    assert "\n" not in str(caught.value) and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("options", [{"num_envs": "many"}, {"num_envs": [1]}])
def test_a_value_that_an_agent_cannot_take_is_one_line(options, tmp_path):
    config = replace(SMALL, agents=("sb3_a2c",), options=json.dumps({"sb3_a2c": options}))
    (cell,) = cells_of(config, tmp_path)
    with pytest.raises(R1GymError, match="sb3_a2c|num_envs") as caught:
        run_cell(cell)
    assert "\n" not in str(caught.value)


def test_without_accuracy_the_first_component_decides(tmp_path):
    for rewards in ({"format": 1.0}, {"length": {"weight": 1.0}}):
        (cell,) = cells_of(replace(SMALL, rewards=rewards), tmp_path)
        (point,) = run_cell(cell)["curve"]
        assert 0 <= point["accuracy"] <= 1 and point["failed"] == 0


def test_what_cannot_be_graded_counts_in_no_mean(monkeypatch, tmp_path):
    from r1gym.core.types import Completion, Episode, Problem, Score, Verdict
    from r1gym.inspection import bench

    good = Score(1.0, Verdict.CORRECT, parts={"accuracy": Score(1.0, Verdict.CORRECT)})
    lost = Score(None, Verdict.INFRA_ERROR, "it is down")
    scores = [good, lost, lost]
    monkeypatch.setattr(
        bench,
        "run_episodes",
        lambda *_, **__: [
            Episode.single(Problem("p", "1", "1"), Completion("1"), s) for s in scores
        ],
    )
    (cell,) = cells_of(SMALL, tmp_path)
    (point,) = run_cell(cell)["curve"]
    assert (point["accuracy"], point["reward"], point["failed"]) == (1.0, 1.0, 2)
    del scores[0]
    with pytest.raises(R1GymError, match="No completion could be graded, for one: it is down"):
        run_cell(cell)


@pytest.mark.slow
def test_an_agent_that_breaks_costs_no_other_cell(tmp_path, monkeypatch):
    """A class that is no agent is in no process's way but its own."""
    config = replace(SMALL, agents=("uniform", "sb3_a2c"), questions=4, tokens=40)
    config = replace(config, options='{"sb3_a2c": {"num_envs": "many"}}')
    with pytest.raises(R1GymError, match="Of 2 cells 1 failed; the first: sb3_a2c on"):
        run(config, tmp_path)
    assert [cell["agent"] for cell in load_cells(tmp_path / "bench")] == ["uniform"]


@pytest.mark.parametrize("text", ["", "[1]", "{}", '{"env": "r1/Math-v0"}', "\x00", '{"curve": []'])
def test_a_broken_cell_is_named(text, tmp_path):
    (tmp_path / "cells").mkdir()
    (tmp_path / "cells" / "uniform-0.json").write_text(text)
    with pytest.raises(R1GymError, match="uniform-0.json is no cell of a bench") as caught:
        print_bench(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_folder_without_cells(tmp_path):
    with pytest.raises(R1GymError, match="no cell of a bench"):
        print_bench(tmp_path)


def test_an_environment_keeps_its_rewards_and_its_few_tokens(tmp_path):
    config = replace(SMALL, envs=("r1/Digits-v0", "r1/Code-v0", "r1/Math-v0"), max_tokens=None)
    digits, code, math = (cell.kwargs for cell in cells_of(config, tmp_path))
    assert (digits["rewards"], digits["max_tokens"]) == ({"exact": 1.0}, 2)
    assert (code["rewards"]["accuracy"]["type"], code["max_tokens"]) == ("code", 64)
    assert (math["rewards"]["accuracy"]["type"], math["max_tokens"]) == ("auto", 64)
    given = replace(config, rewards={"format": 1.0}, max_tokens=9)
    assert {
        (*cell.kwargs["rewards"], cell.kwargs["max_tokens"]) for cell in cells_of(given, tmp_path)
    } == {("format", 9)}


def test_an_agent_that_solves_digits_is_right_there(tmp_path):
    class Copier:
        name = "copier"

        def __init__(self, task, *, seed=0):
            self.eos = task.tokenizer.eos_id

        def act(self, observation):
            length = observation[-1]
            return self.eos if length == 7 else observation[length - 2]

    (cell,) = cells_of(replace(SMALL, envs=("r1/Digits-v0",), max_tokens=None), tmp_path)
    with AGENTS.scoped():
        AGENTS.register("copier")(Copier)
        result = run_cell(replace(cell, name="copier"))
    assert result["curve"][-1]["accuracy"] == 1.0


def test_an_agent_without_options_says_so(tmp_path):
    with pytest.raises(R1GymError, match="no option of 'uniform' 'lr': it has none"):
        list(cells_of(replace(SMALL, options='{"uniform": {"lr": 1}}'), tmp_path))


def test_a_bench_without_its_folder_is_guessed_and_no_heading_is_cut(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs" / "mine" / "cells").mkdir(parents=True)
    curve = [{"tokens": 0, "seconds": 0, "accuracy": 0.5, "length": 9.0}]
    cell = {"agent": "my-agent", "env": "r1/Math-v0", "seed": 0, "curve": curve, "updates": 0,
            "learning_seconds": 0, "tokens": 0, "memory_mb": 1.0}  # fmt: skip
    (tmp_path / "runs" / "mine" / "cells" / "a.json").write_text(json.dumps(cell))
    with pytest.raises(R1GymError, match="mine holds no cell of a bench: write runs/mine."):
        load_cells(Path("mine"))
    with pytest.raises(
        R1GymError, match="other holds no cell of a bench: run `r1gym bench agents`"
    ):
        load_cells(Path("other"))
    monkeypatch.setenv("COLUMNS", "80")
    print_bench(Path("runs/mine"))
    said = capsys.readouterr().out
    assert "…" not in said and "1 seed " in said
