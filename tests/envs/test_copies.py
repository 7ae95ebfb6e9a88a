"""A copied or pickled environment goes on as the original would, and by itself."""

import copy
import pickle

import cloudpickle
import gymnasium as gym
import numpy as np
import pytest

import r1gym  # noqa: F401
from r1gym.envs.wrappers import (
    ActionMask,
    MultiTurn,
    ProcessReward,
    RecordEpisodes,
    TextObservation,
    TokenWindow,
    VectorRecordEpisodes,
    WholeAnswer,
)

SMALL = {"problems": {"arithmetic": [1, 2], "equations": [1]}, "max_tokens": 6}
CURRICULUM = {"start": 1, "window": 4, "raise_at": 0.1}
WAYS = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda env: pickle.loads(pickle.dumps(env)),
    "cloudpickle": lambda env: pickle.loads(cloudpickle.dumps(env)),
}
way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


def same(one, other):
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, tuple | list) or (isinstance(one, np.ndarray) and one.dtype == object):
        return len(one) == len(other) and all(map(same, one, other))
    return np.array_equal(one, other)


def go(env, actions, disabled=False):
    """Steps all actions. Returns what came back, as it was then."""
    results = []
    for action in actions:
        results.append(copy.deepcopy(env.step(action)))
        ended = results[-1][2] | results[-1][3]
        if disabled and ended.any():
            results.append(copy.deepcopy(env.reset(options={"reset_mask": ended})))
        elif ended is True:
            results.append(env.reset())
    return results


@way
@pytest.mark.parametrize("mode", ["NextStep", "SameStep", "Disabled"])
@pytest.mark.parametrize("steps", [None, 0, 1, 9])
def test_vector_environments(way, mode, steps, tmp_path):
    native = gym.make_vec(
        "r1/Math-v0", 3, autoreset_mode=mode, curriculum=CURRICULUM, copy=steps != 1, **SMALL
    )
    env = VectorRecordEpisodes(native, tmp_path / "episodes.jsonl")
    rng = np.random.default_rng(0)
    actions = rng.integers(2, 107, (60, 3))
    actions[rng.random(actions.shape) < 0.1] = env.unwrapped.tokenizer.eos_id
    if steps is not None:
        env.reset(seed=3)
        go(env, actions[:steps], mode == "Disabled")
    twin = way(env)
    if steps is None:
        assert same(env.reset(seed=3), twin.reset(seed=3))
    original = go(env, actions[steps:], mode == "Disabled")
    assert same(original, go(twin, actions[steps:], mode == "Disabled"))
    assert same(env.unwrapped.task.curriculum_state, twin.unwrapped.task.curriculum_state)


@way
def test_a_right_answer_earns_what_it_earned(way):
    envs = way(gym.make_vec("r1/Math-v0", num_envs=2, problems={"arithmetic": [1]}))
    envs.reset(seed=0)
    text = f"<think>.</think><answer>{envs.problems[0].answer}</answer>"
    for token in [*envs.tokenizer.encode(text), envs.tokenizer.eos_id]:
        _, rewards, _, _, infos = envs.step(np.array([token, 20]))
    assert rewards[0] == 1.1 and infos["completion"][0] == text


def equal_signs(problem, text):
    return 0.1 * text.count("=")


STACKS = {
    "bare": lambda env, path: env.unwrapped,
    "window": lambda env, path: TokenWindow(env, 8),
    "mask": lambda env, path: ActionMask(env, "0123456789"),
    "text": lambda env, path: TextObservation(env),
    "process": lambda env, path: ProcessReward(env, equal_signs, pay="difference"),
    "turns": lambda env, path: RecordEpisodes(MultiTurn(Idle(env)), path),
}


class Idle(gym.Wrapper):
    """Somebody's wrapper that changes nothing."""


@way
@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
@pytest.mark.parametrize("steps", [0, 1, 9])
def test_environments_and_wrappers(way, stack, steps, tmp_path):
    made = gym.make("r1/Math-v0", window=300, disable_env_checker=True, **SMALL)
    env = stack(made, tmp_path / "episodes.jsonl")
    rng = np.random.default_rng(0)
    actions = rng.choice([1, 11, 12, 24, 30], 80).tolist()
    env.reset(seed=3)
    go(env, actions[:steps])
    twin = way(env)
    assert same(go(env, actions[steps:]), go(twin, actions[steps:]))


@way
def test_whole_answers(way):
    env = WholeAnswer(MultiTurn(gym.make("r1/Math-v0", window=300, **SMALL), turns=2))
    env.reset(seed=0)
    env.step("no")
    twin = way(env)
    assert same(env.step("no"), twin.step("no"))
    assert same(env.reset(), twin.reset())


def test_a_copy_shares_what_never_changes():
    env = gym.make("r1/Math-v0", **SMALL)
    twin = copy.deepcopy(env)
    assert twin.unwrapped.task is not env.unwrapped.task
    assert twin.unwrapped.problem_set is env.unwrapped.problem_set
