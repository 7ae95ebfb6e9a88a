"""Artifacts that are brought, and which stages run then."""

from dataclasses import dataclass

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.recipes.brought import check_brought, left_to_run
from r1gym.recipes.stage import Kind, Stage


@dataclass(frozen=True)
class Step(Stage):
    takes: str = ""
    gives: str = ""

    @property
    def needs(self):
        return {n: kind(n) for n in self.takes.split()}

    @property
    def makes(self):
        return {n: kind(n) for n in self.gives.split()}

    def run(self, at, given):
        return {}


def kind(name):
    return Kind.EXAMPLES if name.startswith("samples") else Kind.MODEL


STAGES = [
    Step("pretraining", "", "base"),
    Step("first", "base", "zero figures"),
    Step("look", "zero", "picture"),
    Step("sampling", "zero mine", "samples"),
    Step("tuning", "base samples", "dev"),
    Step("last", "dev", "end"),
]


@pytest.mark.parametrize(
    ("brought", "until", "left"),
    [
        ("mine", "", "pretraining first look sampling tuning last"),
        ("mine", "sampling", "pretraining first sampling"),
        ("samples", "tuning", "pretraining tuning"),
        ("samples base", "tuning", "tuning"),
        ("samples base", "", "first look tuning last"),
        ("zero mine", "", "pretraining look sampling tuning last"),
        ("dev", "last", "last"),
        ("dev", "", "pretraining first look last"),
        ("end zero", "", "look"),
        ("", "look", "pretraining first look"),
    ],
)
def test_who_is_left_to_run(brought, until, left):
    found = left_to_run(STAGES, dict.fromkeys(brought.split(), "x"), until)
    assert [stage.name for stage in found] == left.split()


@pytest.mark.parametrize(
    ("brought", "until", "message"),
    [
        ("mine", "tunning", "no stage 'tunning'. Did you mean 'tuning'"),
        ("dev", "tuning", "'tuning' makes what is brought"),
        ("base zero picture samples dev end", "", "nothing is left to run"),
    ],
)
def test_what_cannot_run_is_one_line(brought, until, message):
    with pytest.raises((ConfigError, UnknownNameError), match=message) as caught:
        left_to_run(STAGES, dict.fromkeys(brought.split(), "x"), until)
    assert "\n" not in str(caught.value)


def test_half_of_what_a_stage_makes_is_not_enough():
    stages = [Step("a", "", "x y"), Step("b", "x y", "z")]
    with pytest.raises(ConfigError, match="x is brought, so the stage 'a' .* 'b' .* bring y too"):
        left_to_run(stages, {"x": "somewhere"})
    assert left_to_run(stages, {"x": "somewhere", "y": "elsewhere"}) == stages[1:]


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder in ("model", "nothing", "runs/mine/checkpoints/step-000002"):
        (tmp_path / folder).mkdir(parents=True)
    for folder in ("model", "runs/mine", "runs/mine/checkpoints/step-000002"):
        (tmp_path / folder / "config.json").write_text("{}")
    (tmp_path / "runs/begun").mkdir()
    (tmp_path / "runs/begun/tasks.json").write_text("{}")
    (tmp_path / "lines.jsonl").write_text('{"question": "1+1", "completion": "2"}\n')
    (tmp_path / "empty.jsonl").write_text("")
    return tmp_path


@pytest.mark.parametrize(
    "brought",
    [
        {"zero": "model", "samples": "lines.jsonl"},
        {"zero": "somebody/a-model"},
        {"zero": "gpt2"},
        {"zero": "runs/mine/checkpoints/step-000002"},
    ],
)
def test_what_may_be_brought(brought, place):
    check_brought(STAGES, brought)


@pytest.mark.parametrize(
    ("brought", "message"),
    [
        ({"zeroo": "model"}, "no artifact 'zeroo'. Did you mean 'zero'.*samples is a file of ex"),
        ({"zero": "runs/other"}, "zero is to be a model, and runs/other is not there"),
        ({"zero": "./model-2"}, "./model-2 is not there"),
        ({"zero": "runs/mine/checkpoints/step-000009"}, "is not there"),
        ({"zero": "lines.jsonl"}, "zero is to be a model, and lines.jsonl is a file"),
        ({"zero": "nothing"}, "nothing holds none"),
        ({"zero": "runs/begun"}, "is a run without a model of its own yet: train it first"),
        ({"samples": "model"}, "samples is to be a file of examples, and model is a folder"),
        ({"samples": "somebody/a-file"}, "is not there"),
        ({"samples": "empty.jsonl"}, "empty.jsonl holds none"),
    ],
)
def test_what_may_not_is_one_line(brought, message, place):
    with pytest.raises((ConfigError, UnknownNameError), match=message) as caught:
        check_brought(STAGES, brought)
    assert "\n" not in str(caught.value)
