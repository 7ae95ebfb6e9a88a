import pytest

from r1gym.agents.distill import DistillConfig
from r1gym.core.errors import ModelNotFoundError
from r1gym.recipes.distilling import Distilling
from r1gym.recipes.settings import Settings
from r1gym.recipes.stage import Kind
from r1gym.recipes.workplace import Workplace


def test_it_needs_the_student_and_the_teacher():
    stage = Distilling(start="sft", teacher="big")
    assert dict(stage.needs) == {"sft": Kind.MODEL, "big": Kind.MODEL}
    assert next(iter(stage.needs)) == "sft"  # what tools take for the model that it starts from


def test_a_teacher_is_looked_at_beforehand_where_there_is_one(micro, tmp_path):
    tasks = micro.tasks()
    with Workplace(Settings(), tmp_path) as at:
        Distilling(tasks=tasks).check_problems(at)  # another stage makes it
        learner = DistillConfig(teacher=str(tmp_path / "nobody"), max_tokens=24)
        with pytest.raises(ModelNotFoundError, match="nobody"):
            Distilling(tasks=tasks, learner=learner).check_problems(at)


def test_it_says_what_the_model_learnt_from():
    assert "learnt from the teacher's probabilities" in Distilling().describe()
