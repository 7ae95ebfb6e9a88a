"""A recipe runs its stages, each once, from where the folder stands."""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch

from r1gym.agents.expert_iteration import ExpertIterationConfig
from r1gym.agents.ppo import PPOConfig
from r1gym.agents.reinforce import REINFORCEConfig, RLOOConfig
from r1gym.core.errors import ConfigError, RunError, RunExistsError, UnknownNameError
from r1gym.core.run import read_metrics
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.inspection.evaluate import evaluate_run
from r1gym.inspection.play import play
from r1gym.recipes import workplace
from r1gym.recipes.recipe import Recipe, run
from r1gym.recipes.registry import RECIPES
from r1gym.recipes.run_view import load_run
from r1gym.recipes.stage import Kind, Stage
from r1gym.report.page import write_report

SIZES = {"steps": 2, "questions": 4, "group_size": 4, "max_tokens": 24}
LEARNERS = (
    RLOOConfig(**SIZES),
    REINFORCEConfig(**SIZES),
    PPOConfig(**SIZES),
    ExpertIterationConfig(**SIZES),
)


def test_environments_are_built_once_a_split(micro, tmp_path, monkeypatch):
    built, init = Counter(), TokenTask.__init__

    def count(self, spec):
        built[spec.split, spec.window is None] += 1
        init(self, spec)

    monkeypatch.setattr(TokenTask, "__init__", count)
    run(replace(micro, name="counted"), tmp_path)
    # The last is the twin that the check of seeds plays against.
    splits = {(split, True): 1 for split in ("train", "validation", "test")}
    assert built == splits | {("train", False): 1}


@pytest.mark.parametrize("learner", LEARNERS, ids=lambda learner: learner.prefix)
def test_any_algorithm_trains(learner, micro, run_copy):
    config = replace(micro, name=learner.prefix, learner=learner)
    folder = run(config, run_copy.parent)
    assert load_run(folder).config == config
    assert [row["step"] for row in read_metrics(folder)] == [0, 1, 2]
    assert play([str(folder)])[0].name == f"{learner.prefix}, step 2"
    assert "for 2 steps of 4 questions" in write_report(folder).read_text()
    text = (folder / "metrics.jsonl").read_text()
    assert run(config, run_copy.parent) == folder
    assert (folder / "metrics.jsonl").read_text() == text


def test_a_checkpoint_of_one_algorithm_is_refused_by_another(micro, run_copy):
    with pytest.raises(RunExistsError, match="algorithm: grpo -> ppo") as caught:
        run(replace(micro, learner=PPOConfig(**SIZES)), run_copy.parent)
    assert "\n" not in str(caught.value) and load_run(run_copy).config == micro


def test_another_algorithm_is_configured_as_it_is_by_default(micro):
    ppo = micro.with_algorithm("ppo")
    assert type(ppo.learner) is PPOConfig and ppo.learner.steps == micro.learner.steps
    assert micro.with_algorithm("grpo") is micro
    with pytest.raises(UnknownNameError, match="Did you mean 'ppo'"):
        micro.with_algorithm("pppo")
    with pytest.raises(ConfigError, match="'uniform' is no algorithm"):
        micro.with_algorithm("uniform")


@dataclass(frozen=True)
class Copy(Stage):
    """Copies a file of examples, line by line."""

    source: str = ""
    target: str = "copy"
    lines: int = 3

    @property
    def needs(self):
        return {self.source: Kind.EXAMPLES} if self.source else {}

    @property
    def makes(self):
        return {self.target: Kind.EXAMPLES}

    def run(self, at, given):
        text = Path(given[self.source]).read_text() if self.source else "{}\n"
        path = at.folder / "examples.jsonl"
        path.write_text(text * self.lines)
        RAN.append(self.name)
        if self.name == "fails":
            raise ConfigError("It failed.")
        return {self.target: str(path)}


RAN = []


@dataclass(frozen=True)
class Chain(Recipe):
    recipe = "chain"
    name: str = "chain"
    last: str = "c"
    lines: int = 3

    def tasks(self):
        return {"train": TaskSpec(env="r1/Math-v0")}

    def stages(self):
        first = Copy("a", "", "one")
        return [first, Copy("b", "one", "two", self.lines), Copy(self.last, "two", "three")]


@pytest.fixture
def chain():
    RAN.clear()
    RECIPES.register("chain")(Chain)
    return Chain()


def test_stages_run_one_after_the_other_and_once(chain, tmp_path):
    folder = run(chain, tmp_path)
    assert RAN == ["a", "b", "c"]
    assert len((folder / "examples.jsonl").read_text().splitlines()) == 27
    assert (folder / "a" / "examples.jsonl").exists() and (folder / "b" / "config.json").exists()
    run(chain, tmp_path)
    assert RAN == ["a", "b", "c"]


def test_a_stage_whose_artifact_is_gone_runs_again(chain, tmp_path):
    (run(chain, tmp_path) / "b" / "examples.jsonl").unlink()
    run(chain, tmp_path)
    assert RAN == ["a", "b", "c", "b"]


def test_a_recipe_that_failed_goes_on_where_it_stopped(chain, tmp_path):
    with pytest.raises(ConfigError, match="It failed"):
        run(replace(chain, last="fails"), tmp_path)
    with pytest.raises(ConfigError, match="It failed"):
        run(replace(chain, last="fails"), tmp_path)
    assert RAN == ["a", "b", "fails", "fails"]


def test_any_stage_runs_alone(chain, tmp_path):
    mine = tmp_path / "mine.jsonl"
    mine.write_text('{"question": "q", "completion": "a"}\n' * 5)
    folder = run(replace(chain, given={"two": str(mine)}), tmp_path)
    assert RAN == ["c"] and len((folder / "examples.jsonl").read_text().splitlines()) == 15
    assert load_run(folder).config.given == {"two": str(mine)}


def test_a_recipe_runs_up_to_a_stage_and_on(chain, tmp_path):
    folder = run(chain, tmp_path, until="b")
    assert RAN == ["a", "b"] and not (folder / "examples.jsonl").exists()
    run(chain, tmp_path)
    assert RAN == ["a", "b", "c"]


def test_what_must_be_brought_is_said(chain, tmp_path):
    with pytest.raises(ConfigError, match="'chain' needs 'model': bring it with --given model="):
        chain.place("model")
    assert replace(chain, given={"model": "~/x"}).place("model") == str(Path("~/x").expanduser())


def test_a_recipe_without_a_learner_has_no_choice_of_algorithm(chain):
    with pytest.raises(ConfigError, match="'chain' has no choice of algorithm"):
        chain.with_algorithm("ppo")


def test_a_recipe_without_a_name(tmp_path):
    @dataclass(frozen=True)
    class Nameless(Chain):
        recipe = ""

    with pytest.raises(ConfigError, match="Nameless has no name"):
        run(Nameless(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_split_without_a_model_cannot_be_evaluated(chain, micro, tmp_path):
    folder = run(chain, tmp_path)
    with pytest.raises(Exception, match="has no checkpoint yet"):
        evaluate_run(folder, "train", micro.eval)


def test_a_device_without_memory_is_one_line_wherever_it_ends(micro, run_copy, monkeypatch):
    def full(*_, **__):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(workplace, "evaluate", full)
    with pytest.raises(RunError, match="lower --grpo.rollout-rows or --grpo.microbatch-tokens"):
        run(replace(micro, name="full"), run_copy.parent)
