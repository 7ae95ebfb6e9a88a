import json
import math

import pytest

from r1gym.core.errors import ConfigError
from r1gym.envs.spec import TaskSpec
from r1gym.evaluation.runner import EvalConfig
from r1gym.models.policy import new_tiny_policy, save_policy
from r1gym.recipes.settings import Settings
from r1gym.recipes.stage_table import Bound, Row, StageTable, judge_shapes, load_table, says
from r1gym.recipes.workplace import Workplace

SPEC = TaskSpec(env="r1/Math-v0", problems="arithmetic:1", split="test", max_tokens=4)


def table(**changes):
    settings = {
        "models": {"zero": "Zero", "r1": "R1"},
        "tasks": {"sums": SPEC},
        "measures": (Row("right", "sums"), Row("format", "sums", "format", 1.0, 1.0)),
        "bounds": (Bound("a", "right", "r1", "zero", least=-1.0), Bound("b", "right", "zero")),
        "config": EvalConfig(questions=6, samples=2),
        "answers": 2,
    }
    return StageTable(**(settings | changes))


@pytest.fixture
def made(tmp_path):
    given = {}
    for seed, name in enumerate(("zero", "r1")):
        save_policy(new_tiny_policy(16, 1, 2, 32, 128, seed), tmp_path / name)
        given[name] = str(tmp_path / name)
    with Workplace(Settings(), tmp_path) as at:
        return table().run(at, given), tmp_path, at, given


def test_every_model_has_a_cell_in_every_row_and_answers_the_same_questions(made):
    artifacts, folder, at, _ = made
    found = json.loads((folder / "table.json").read_text("utf-8"))
    assert artifacts == {"table": str(folder / "table.json")} and found == load_table(folder)
    assert [column["title"] for column in found["columns"]] == ["Zero", "R1"]
    assert [row["name"] for row in found["rows"]] == ["right", "format"]
    assert all(len(row["cells"]) == 2 for row in found["rows"])
    for cell in (c for row in found["rows"] for c in row["cells"]):
        assert 0 <= cell["low"] <= cell["mean"] <= cell["high"] <= 1
    assert len(found["answers"]) == 2
    assert all(len(answer["completions"]) == 2 for answer in found["answers"])
    assert [shape["passed"] for shape in found["shapes"]] == [True, None]
    before = (folder / "table.json").read_bytes()
    at.policy = None  # nothing is sampled again
    assert len(list((folder / "evals").glob("*.json"))) == 4
    assert before == (folder / "table.json").read_bytes()


@pytest.mark.parametrize(
    ("bound", "passed"),
    [
        (Bound("a", "right", "dev1", "zero", most=-0.02), True),
        (Bound("a", "right", "dev1", "zero", most=-0.04), False),
        (Bound("a", "right", "dev1", least=0.87), True),
        (Bound("a", "right", "dev1", least=0.88), False),
        (Bound("a", "right", "dev1", "zero", least=-0.04, most=0.04), True),
        (Bound("a", "nothing", "dev1", least=0.0), False),
        (Bound("e", "right", "dev1"), None),
    ],
)
def test_a_bound_passes_within_its_limits(bound, passed):
    means = {("right", "zero"): 0.9, ("right", "dev1"): 0.87, ("nothing", "dev1"): math.nan}
    [shape] = judge_shapes([bound], means)
    assert shape["passed"] is passed


def test_a_shape_passes_if_all_of_its_bounds_do():
    means = {("right", "r1"): 0.5}
    bounds = [Bound("a", "right", "r1", least=0.4), Bound("a", "right", "r1", least=0.6)]
    [shape] = judge_shapes(bounds, means)
    assert not shape["passed"] and [b["passed"] for b in shape["bounds"]] == [True, False]


def test_bounds_are_told_in_words():
    bound = Bound("a", "right", "dev1", "zero", most=-0.02)
    assert says(bound) == "right at dev1 - zero at most -0.02"
    assert says(Bound("e", "right", "dev1")) == "right at dev1 whatever it is"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"measures": (Row("right", "products"),)}, "asks for the unknown task 'products'"),
        ({"bounds": (Bound("a", "left", "r1"),)}, "names an unknown row or model"),
        ({"bounds": (Bound("a", "right", "dev7"),)}, "names an unknown row or model"),
    ],
)
def test_what_it_names_must_be_there(changes, message, tmp_path):
    with pytest.raises(ConfigError, match=message), Workplace(Settings(), tmp_path) as at:
        table(**changes).check_problems(at)
