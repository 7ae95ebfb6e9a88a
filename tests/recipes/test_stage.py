from dataclasses import dataclass

import pytest

from r1gym.core.errors import ConfigError, RunError
from r1gym.evaluation.runner import EvalConfig
from r1gym.models.lora import LoRASettings
from r1gym.recipes.rl import ReinforcementLearning
from r1gym.recipes.settings import Settings
from r1gym.recipes.stage import (
    Kind,
    Stage,
    check_adapters,
    check_heeded,
    check_made,
    check_stages,
    is_there,
)


@dataclass(frozen=True)
class Step(Stage):
    takes: str = ""
    gives: str = ""
    kind: Kind = Kind.MODEL

    @property
    def needs(self):
        return {self.takes: Kind.MODEL} if self.takes else {}

    @property
    def makes(self):
        return {self.gives: self.kind} if self.gives else {}

    def run(self, at, given):
        return {}


def test_stages_that_fit():
    check_stages([Step("a", "", "base"), Step("b", "base", "better"), Step("c", "better")], {})
    check_stages([Step("b", "base", "better")], {"base": "somebody/a-model"})


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        ([], "at least one stage"),
        (["a"], "'a' is no stage"),
        ([Step("b", "base")], "'b' needs 'base', which no stage before it makes; there are: none"),
        ([Step("b", "x", "y"), Step("a", "", "x")], "'b' needs 'x'"),
        ([Step("a", "", "x", Kind.EXAMPLES), Step("b", "x")], "needs 'x' as model, and it is ex"),
        ([Step("a", "", "x"), Step("a", "x", "y")], "Two stages are called 'a'"),
        ([Step("a", "", "x"), Step("b", "", "x")], "makes 'x', which is there already"),
        ([Step("../a", "", "x")], "name"),
        ([Step("checkpoints", "", "x"), Step("b", "x")], "cannot be called 'checkpoints'"),
    ],
)
def test_stages_that_do_not_fit_are_one_line(stages, message):
    with pytest.raises(ConfigError, match=message) as caught:
        check_stages(stages, {})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "settings", [Settings(lora=LoRASettings(rank=2)), Settings(gradient_checkpointing=True)]
)
def test_adapters_without_a_stage_that_has_them_are_refused(settings):
    with pytest.raises(ConfigError, match=r"--\w.* no such stage \(a\): leave it out"):
        check_adapters(settings, [Step("a", "", "x")])
    check_adapters(settings, [Step("a", "", "x"), ReinforcementLearning(start="x")])
    check_adapters(Settings(), [Step("a", "", "x")])


def test_what_a_stage_has_made(tmp_path):
    model = tmp_path / "model"
    model.mkdir()
    stage = Step("a", "", "x")
    with pytest.raises(RunError, match="'a' did not make 'x'"):
        check_made(stage, {})
    with pytest.raises(RunError, match=r"'a' made 'x', but .*model is no model"):
        check_made(stage, {"x": str(model)})
    (model / "config.json").write_text("{}")
    check_made(stage, {"x": str(model)})


def test_what_is_there(tmp_path):
    file = tmp_path / "file.json"
    for kind in Kind:
        assert not is_there(kind, str(file))
    file.write_text("")
    assert not is_there(Kind.EXAMPLES, str(file)) and not is_there(Kind.EVALUATION, str(file))
    file.write_text("{}\n")
    assert is_there(Kind.EXAMPLES, str(file)) and is_there(Kind.EVALUATION, str(file))


class Blind(Step):
    heeds = ()


@pytest.mark.parametrize(
    "given", [{"show_every": 3}, {"eval_every": 0}, {"quick_eval": EvalConfig(questions=3)}]
)
def test_looks_on_the_way_are_for_stages_that_take_them(given):
    check_heeded(Settings(**given), [Blind("a"), Step("b")])
    check_heeded(Settings(), [Blind("a")])
    with pytest.raises(ConfigError, match=r"^--.* is for rein.* no such stage \(a\): leave it out"):
        check_heeded(Settings(**given), [Blind("a")])
