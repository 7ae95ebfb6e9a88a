import json

import gymnasium as gym
import pytest

import r1gym  # noqa: F401
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.envs.token_env import TokenEnv

IDS = sorted(name for name in gym.registry if name.startswith("r1/"))


@pytest.mark.parametrize("env", IDS)
def test_it_survives_json(env):
    spec = TaskSpec(env=env, rewards={"format": 1}, interaction={"type": "try_again", "turns": 2})
    assert TaskSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec
    filled = spec.filled()
    assert TaskSpec.from_json(json.loads(json.dumps(filled.to_json()))) == filled == filled.filled()


@pytest.mark.parametrize("env", [name for name in IDS if "Reasoning" not in name])
def test_what_is_left_open_is_the_ids_own(env):
    kwargs = gym.spec(env).kwargs
    filled = TaskSpec(env=env).filled()
    assert filled.settings().items() >= json.loads(json.dumps(kwargs)).items()
    ours, theirs = TokenTask(TaskSpec(env=env)), gym.make(env).unwrapped.task
    assert [ours.problem_set[i] for i in range(5)] == [theirs.problem_set[i] for i in range(5)]
    assert (ours.window, ours.max_tokens) == (theirs.window, theirs.max_tokens)
    assert ours.spec == theirs.spec


def test_what_is_given_stands():
    spec = TaskSpec(env="r1/Code-v0", max_tokens=7, problems="arithmetic:1-2")
    assert (spec.filled().max_tokens, spec.filled().problems) == (7, "arithmetic:1-2")
    assert spec.filled().rewards == gym.spec("r1/Code-v0").kwargs["rewards"]
    env = spec.make(render_mode="ansi")
    assert env.unwrapped.task.spec == TokenTask(spec).spec
    assert env.render_mode == "ansi"


def test_environments_take_a_spec():
    spec = TaskSpec(env="r1/Logic-v0", max_tokens=20)
    assert TokenEnv(spec).task.spec == gym.make("r1/Logic-v0", max_tokens=20).unwrapped.task.spec
    with pytest.raises(ConfigError, match="takes a TaskSpec or its fields"):
        TokenEnv(spec, max_tokens=3)
    with pytest.raises(UnknownNameError, match="'env'"):
        TokenEnv(env="r1/Logic-v0")
    with pytest.raises(ConfigError, match="problems are missing"):
        TokenEnv()


def test_wrong_ids_are_named():
    with pytest.raises(ConfigError, match="'r1/Maths-v0' cannot be made"):
        TaskSpec(env="r1/Maths-v0").filled()
    with pytest.raises(ConfigError, match="is not a token environment"):
        TaskSpec(env="CartPole-v1", problems={"arithmetic": [1]}).make()


def test_what_cannot_be_written_down_is_refused():
    def respond(problem, text, score):
        return None

    spec = TaskSpec(problems={"arithmetic": (1, 2)}, rewards={"format": {"weight": respond}})
    with pytest.raises(ConfigError, match="rewards cannot be written down"):
        spec.to_json()
    assert TaskSpec(problems={"arithmetic": (1, 2)}) == TaskSpec(problems={"arithmetic": [1, 2]})
    with pytest.raises(UnknownNameError, match="Did you mean 'problems'"):
        TaskSpec.from_json({"problem": {}})
