"""Every argument of every id: a wrong value is refused in one line that names the argument."""

import json
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

import r1gym  # noqa: F401
from r1gym.core.errors import ConfigError, ProblemFileError, R1GymError, UnknownNameError
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask

IDS = [name for name in gym.registry if name.startswith("r1/")]
ODD = [
    None, -1, 2.5, float("nan"), True, "", "x", b"x", "\0", "\ud800", [], [1], {}, {"a": 1},
    {None: 1}, {1: 2}, {"arithmetic": None}, {"arithmetic": "1"}, {"arithmetic": {"levels": None}},
    {"start": np.array([1, 2])}, np.array([1, 2]), np.float32(2), object(), int, 10**30,
]  # fmt: skip
ALLOWED = {  # odd only elsewhere
    "template": (None,),
    "window": (None,),
    "interaction": (None,),
    "curriculum": (None, {}),
    "problem_seed": (10**30,),
    "copy": (True,),
    "disable_env_checker": (None, True),
    "max_episode_steps": (None,),
    "render_mode": (None,),
}
ARGUMENTS = ["problems", "split", "problem_seed", "rewards", "tokenizer", "template", "max_tokens"]
ARGUMENTS += ["window", "curriculum", "interaction", "nonsense"]
OF_VECTORS = ["num_envs", "autoreset_mode", "copy", "render_mode", "disable_env_checker"]
OF_VECTORS += ["max_episode_steps"]


def refused(make, name, argument):
    allowed = ALLOWED.get(argument, ())
    for value in ODD:
        if any(repr(value) == repr(one) for one in allowed):
            continue
        with pytest.raises(R1GymError) as caught:
            make(name, **{argument: value})
        line = str(caught.value)
        assert "\n" not in line and len(line) < 800, (name, argument, value)


@pytest.mark.parametrize("argument", ARGUMENTS)
@pytest.mark.parametrize("name", IDS)
def test_single(name, argument):
    if "ReasoningGym" in name:
        pytest.importorskip("reasoning_gym")
    refused(gym.make, name, argument)


@pytest.mark.parametrize("argument", [*ARGUMENTS, *OF_VECTORS])
def test_vector(argument):
    refused(gym.make_vec, "r1/Math-v0", argument)


@pytest.mark.parametrize("argument", ["task", "task_options"])
def test_reasoning_gym(argument):
    pytest.importorskip("reasoning_gym")
    for value in (3, "nothing", [1], {"nothing": 1}, b"x"):
        with pytest.raises(R1GymError):
            gym.make("r1/ReasoningGym-v0", **{argument: value})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"split": None}, "split must be 'train', 'validation', 'test' or 'all', not None"),
        ({"template": 5}, "template must be the name of a template or a text with .*, not 5"),
        ({"template": "{question} \ud800"}, "template must be "),
        ({"max_tokens": "8"}, "max_tokens must be a whole number of at least 1, not '8'"),
        ({"max_tokens": 10**9}, "The window has .* tokens, more than 16777216: lower max_tokens"),
        ({"tokenizer": 3}, "tokenizer must be 'tiny', a folder or a Hugging Face id, not 3"),
        ({"problem_seed": -1}, "problem_seed must be a whole number of at least 0, not -1"),
    ],
)
def test_what_it_says(arguments, said):
    with pytest.raises(ConfigError, match=said):
        gym.make("r1/Math-v0", **arguments)


@pytest.mark.parametrize("make", [gym.make, gym.make_vec])
def test_an_argument_that_there_is_not(make):
    with pytest.raises(UnknownNameError, match="'max_token'. Did you mean 'max_tokens'"):
        make("r1/Math-v0", max_token=8)


def test_what_gymnasium_hands_on_to_a_vector_environment():
    envs = gym.make_vec("r1/Math-v0", 2, disable_env_checker=True, max_episode_steps=None)
    assert envs.reset(seed=0)[0].shape[0] == 2
    with pytest.raises(ConfigError, match="make it with max_tokens=9, or with vectorization_mode"):
        gym.make_vec("r1/Math-v0", 2, max_episode_steps=9)
    with pytest.raises(ConfigError, match="leave out disable_env_checker"):
        gym.make_vec("r1/Math-v0", 2, disable_env_checker=False)


def test_numbers_of_numpy_and_paths_are_as_good():
    task = TokenTask(
        TaskSpec(problems={"arithmetic": [1]}, max_tokens=np.int64(8), tokenizer=Path("tiny"))
    )
    assert (task.max_tokens, type(task.max_tokens), task.tokenizer.name) == (8, int, "tiny")


def test_half_a_character_in_a_question(tmp_path):
    file = tmp_path / "p.jsonl"
    rows = [{"problem": "1+1", "answer": "2"}, {"problem": "1+\ud83d", "answer": "2"}]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(ProblemFileError, match=r'line 2: "problem" holds half a character'):
        gym.make("r1/Math-v0", problems=str(file), split="all")


@pytest.mark.parametrize("options", [5, "problem", ["problem"], {"problem": True}])
def test_reset_options(options):
    env, envs = gym.make("r1/Math-v0").unwrapped, gym.make_vec("r1/Math-v0", num_envs=2)
    with pytest.raises(ConfigError, match=r"Reset options must be|'problem' must be a whole"):
        env.reset(options=options)
    with pytest.raises(ConfigError):
        envs.reset(options=options)
