import json
from dataclasses import replace

import pytest
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    LlamaConfig,
    LlamaForSequenceClassification,
)

from r1gym.core.errors import R1GymError
from r1gym.core.run import read_metrics
from r1gym.recipes.plan import State
from r1gym.recipes.r1 import R1
from r1gym.recipes.recipe import plan_run, run
from r1gym.recipes.run_view import load_run
from tests.recipes.micro_r1 import micro_r1
from tests.reward_models import save

STAGES = [
    "base", "zero", "cold-requests", "cold-start", "dev1", "dev2", "requests", "samples", "dev3",
    "helpful-preferences", "helpful-model", "harmless-preferences", "harmless-model",
    "rules", "r1", "longer", "table",
]  # fmt: skip


MODELS = ["helpful-model", "harmless-model"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    runs = tmp_path_factory.mktemp("runs")
    return run(micro_r1(), runs)


def test_it_has_the_stages_of_the_report():
    assert [stage.name for stage in R1().stages()] == STAGES


def test_every_stage_makes_what_the_next_ones_need(made):
    ledger = json.loads((made / "artifacts.json").read_text("utf-8"))
    assert list(ledger) == STAGES
    assert all(entry["made"] for entry in ledger.values())
    table = json.loads((made / "table.json").read_text("utf-8"))
    assert [c["title"] for c in table["columns"]] == [
        "Zero",
        "Dev1",
        "Dev2",
        "Dev3",
        "R1",
        "Longer",
    ]
    assert [shape["name"] for shape in table["shapes"]] == ["a", "b", "c", "d", "e"]
    assert all(len(answer["completions"]) == 6 for answer in table["answers"])


def test_reward_and_true_quality_are_logged_side_by_side(made):
    rows = [row for row in read_metrics(made / "longer") if row["step"]]
    assert len(rows) == 2
    # A step of few questions may have none of a kind, so what it has not is looked for in all.
    for name in ("helpful", "harmless", "quality", "general", "accuracy", "language"):
        assert any(f"rollout/{name}" in row for row in rows), name


def test_reward_models_of_somebody_are_brought(made, tmp_path):
    made_here = json.loads((made / "artifacts.json").read_text("utf-8"))
    brought = {
        "helpful": save(tmp_path / "bert", BertForSequenceClassification, BertConfig),
        "harmless": save(tmp_path / "llama", LlamaForSequenceClassification, LlamaConfig),
        "rules": str(made / made_here["rules"]["made"]["rules"]),
    }
    run(micro_r1(name="brought", given=brought), made.parent, until="r1")
    assert list(json.loads((made.parent / "brought" / "artifacts.json").read_text())) == ["r1"]
    rows = read_metrics(made.parent / "brought" / "r1")
    for name in ("helpful", "harmless"):
        assert all(0 < row[f"rollout/{name}"] < 1 for row in rows if f"rollout/{name}" in row)
        assert any(f"rollout/{name}" in row for row in rows)


def test_a_run_is_looked_at_as_any_other(made):
    view = load_run(made)
    assert view.recipe == "r1" and view.config == micro_r1()
    assert view.task("test").problems == "small-logic:1"


@pytest.mark.parametrize(
    ("changes", "again"),
    [
        ({}, []),
        ({"save_every": 3, "threads": 2, "eval_every": 1}, []),
        ({"longer": {"learning_rate": 1e-5}}, ["longer", "table"]),
        ({"mixed": {"learning_rate": 1e-5}}, ["r1", "longer", "table"]),
        ({"reward_model": {"epochs": 1}}, [*MODELS, "r1", "longer", "table"]),
        ({"language_weight": 0.5}, STAGES[STAGES.index("dev2") :]),
    ],
)  # fmt: skip
def test_a_changed_setting_reruns_its_stages_and_those_behind(changes, again, made):
    recipe = micro_r1()
    for name, value in changes.items():
        value = replace(getattr(recipe, name), **value) if isinstance(value, dict) else value
        recipe = replace(recipe, **{name: value})
    plan = plan_run(recipe, made, recipe.stages())
    assert [one.stage.name for one in plan if one.state is State.AGAIN] == again
    assert all(one.state in (State.AGAIN, State.DONE) for one in plan)


def test_other_bounds_ask_no_model_again(made):
    recipe = micro_r1(bounds=micro_r1().bounds[:2])
    states = {one.stage.name: one.state for one in plan_run(recipe, made, recipe.stages())}
    assert states.pop("table") is State.GOES_ON and set(states.values()) == {State.DONE}


def test_a_second_run_makes_nothing_anew(made, capsys):
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*") if path.is_file()}
    run(micro_r1(), made.parent)
    changed = [p for p, t in before.items() if p.exists() and p.stat().st_mtime_ns != t]
    assert not [p for p in changed if p.suffix in (".jsonl", ".safetensors")]
    assert "Sampling" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"general": "small-greeting:1"}, "small-greet"),
        ({"language": "eng"}, "Did you mean 'en'"),
        ({"readable": {"repetitions": {}}}, "repetition"),
        ({"helpful": {"judge": {"type": "oracle"}}}, "rule"),
    ],
)
def test_wrong_settings_are_found_before_anything_runs(changes, message, tmp_path):
    with pytest.raises(R1GymError, match=message):
        run(micro_r1(**changes), tmp_path)
    assert not (tmp_path / "micro" / "base").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"helpful": {"question": 5}}, "Did you mean 'questions'"),
        ({"harmless": {"seed": 5}}, "no setting of harmless 'seed'"),
        ({"preference_weights": {"helpful": 1.0}}, "must have helpful and harmless"),
    ],
)
def test_settings_in_json_are_known_ones(changes, message):
    with pytest.raises(R1GymError, match=message):
        R1(**changes)


def test_a_filter_of_mixing_of_ones_own_is_taken():
    stages = {stage.name: stage for stage in R1(readable={"mixing": {"least": 0.5}}).stages()}
    for name in ("cold-start", "samples"):
        assert stages[name].filters == {"mixing": {"language": "en", "least": 0.5}}


def test_families_that_the_tiny_model_has_never_seen_are_refused():
    for changes, name in (
        ({"reasoning": "countdown:1"}, "countdown"),
        ({"general": "shortest-path:1"}, "shortest-path"),
    ):
        with pytest.raises(R1GymError, match=f"{next(iter(changes))}: .*never seen {name}"):
            R1(**changes).stages()
    assert R1(model="some/model", reasoning="countdown:1").stages()[0].name != "base"
