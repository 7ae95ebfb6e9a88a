import pytest

from r1gym.core.errors import ConfigError
from r1gym.envs.spec import TaskSpec
from r1gym.recipes.all_scenarios import AllScenarios
from r1gym.recipes.stage import Kind

SPEC = TaskSpec(problems="arithmetic:1", rewards={"accuracy": 1.0})
HELPFUL = {"helpful": {"artifact": "liked", "weight": 0.5, "part": "summary"}}


def stage(**changes):
    return AllScenarios(tasks={"train": SPEC, "test": SPEC}, reward_models=HELPFUL, **changes)


def test_it_needs_the_model_and_the_reward_models():
    assert stage().needs == {"base": Kind.MODEL, "liked": Kind.REWARD_MODEL}


def test_the_reward_models_that_were_made_join_the_rules():
    filled = stage().filled(SPEC, {"base": "b", "liked": "somewhere/model"})
    assert filled.rewards == {
        "accuracy": 1.0,
        "helpful": {
            "type": "reward_model", "model": "somewhere/model", "weight": 0.5, "part": "summary"
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("models", "message"),
    [
        ({"helpful": {"weight": 1.0}}, "needs the name of an artifact"),
        ({"accuracy": {"artifact": "liked", "weight": 1.0}}, "has a reward 'accuracy' already"),
    ],
)
def test_what_cannot_be_filled_in_is_refused(models, message):
    with pytest.raises(ConfigError, match=message):
        AllScenarios(tasks={"train": SPEC, "test": SPEC}, reward_models=models)
