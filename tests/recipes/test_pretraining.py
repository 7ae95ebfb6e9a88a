import pytest

from r1gym.core.errors import ConfigError
from r1gym.envs.spec import TaskSpec
from r1gym.recipes.pretraining import Pretraining, base_folder
from r1gym.recipes.stage import Kind, is_there
from r1gym.recipes.workplace import Workplace


def test_the_model_of_another_run_is_found(micro, micro_run, tmp_path):
    stage = Pretraining(config=micro.base, tasks=micro.tasks())
    found = stage.found(Workplace(micro, micro_run.parent / "another"))
    assert stage.makes == {"base": Kind.MODEL} and is_there(Kind.MODEL, found["base"])
    assert stage.found(Workplace(micro, tmp_path / "another")) is None


def test_problems_that_the_tiny_model_has_no_solutions_of():
    stage = Pretraining(tasks={"train": TaskSpec(problems="logic:1")})
    with pytest.raises(ConfigError, match="does not know logic: train another with --model"):
        stage.check_problems(None)


def test_models_lie_apart_by_what_they_are_made_with(micro, tmp_path):
    folders = {
        base_folder(micro.base, problems, tmp_path, device)
        for problems in ("arithmetic:1", "arithmetic:2")
        for device in ("cpu", "cuda")
    }
    assert len(folders) == 4
    assert base_folder(micro.base, "arithmetic:1", tmp_path, "cpu") in folders
