"""Promise 2: every registered id keeps to Gymnasium's and Stable-Baselines3's rules."""

import copy
import itertools
import pickle
import warnings
from importlib.util import find_spec

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import r1gym  # registers the ids
from r1gym.problems.families import FAMILIES
from r1gym.problems.problem_set import ProceduralProblems

IDS = sorted(name for name in gym.registry if name.startswith("r1/"))
if find_spec("reasoning_gym") is None:  # an extra
    IDS.remove("r1/ReasoningGym-v0")


def roll(env, seed, steps=200):
    """Plays random tokens. Returns everything the environment said, as one comparable list."""
    rng = np.random.default_rng(seed)
    observation, info = env.reset(seed=seed)
    said = [(observation.tolist(), info)]
    for token in rng.integers(0, env.action_space.n, steps):
        observation, reward, terminated, truncated, info = env.step(token)
        said.append((observation.tolist(), reward, terminated, truncated, info))
        if terminated or truncated:
            observation, info = env.reset()
            said.append((observation.tolist(), info))
    return said


def test_there_are_ids():
    assert "r1/Math-v0" in IDS


@pytest.mark.parametrize("name", IDS)
def test_gymnasiums_checker_finds_nothing(name, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gym.make(name).unwrapped)


@pytest.mark.parametrize("name", IDS)
def test_stable_baselines3s_checker_finds_nothing(name):
    checker = pytest.importorskip("stable_baselines3.common.env_checker")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        checker.check_env(gym.make(name))


@pytest.mark.parametrize("name", IDS)
def test_stable_baselines3_learns_from_the_id_alone(name):
    sb3 = pytest.importorskip("stable_baselines3")
    with pytest.warns(UserWarning, match="render_mode='rgb_array'"):  # it asks for pictures first
        model = sb3.PPO("MlpPolicy", name, n_steps=64, batch_size=32, n_epochs=1, device="cpu")
    assert model.learn(64).num_timesteps == 64


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("mode", [None, "sync"])
def test_make_vec_gives_a_vector_env_with_autoreset(name, mode):
    envs = gym.make_vec(name, num_envs=3, vectorization_mode=mode)
    envs.action_space.seed(0)
    observations, _ = envs.reset(seed=0)
    for _ in range(200):
        assert observations in envs.observation_space
        observations, rewards, terminations, truncations, _ = envs.step(envs.action_space.sample())
        assert rewards.dtype == np.float64 and rewards.shape == (3,)
        assert terminations.dtype == truncations.dtype == np.bool_
    assert isinstance(envs.metadata["autoreset_mode"], gym.vector.AutoresetMode)
    envs.close()


@pytest.mark.parametrize("name", IDS)
def test_the_same_seed_gives_the_same_episodes(name):
    assert roll(gym.make(name), 3) == roll(gym.make(name), 3)
    assert roll(gym.make(name), 3) != roll(gym.make(name), 4)


@pytest.mark.parametrize("name", IDS)
def test_no_global_generator_is_touched(name):
    import random

    def states():
        return random.getstate(), pickle.dumps(np.random.get_state())

    before = states()
    roll(gym.make(name), 3)
    assert states() == before


@pytest.mark.parametrize("name", IDS)
def test_2000_random_tokens_stay_in_the_spaces(name):
    env = gym.make(name, max_tokens=64)
    ends = 0
    for observation, *rest in roll(env, 0, steps=2000):
        assert np.array(observation) in env.observation_space
        if len(rest) == 4:
            reward, terminated, truncated, _ = rest
            assert type(reward) is float and type(terminated) is type(truncated) is bool
            assert not (terminated and truncated)
            ends += terminated or truncated
    assert ends > 20


@pytest.mark.parametrize("name", IDS)
def test_the_spec_makes_the_round_trip_through_json(name):
    spec = gym.make(name, max_tokens=7).spec
    again = gym.envs.registration.EnvSpec.from_json(spec.to_json())
    assert roll(gym.make(again), 3, 30) == roll(gym.make(name, max_tokens=7), 3, 30)


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("clone", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
def test_environments_can_be_copied_in_the_middle_of_an_episode(name, clone):
    env = gym.make(name)
    env.reset(seed=0)
    env.step(5)
    twin = clone(env)
    assert (twin.step(6)[0] == env.step(6)[0]).all()
    assert (twin.reset()[0] == env.reset()[0]).all()


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("mode", ["single", "native"])
def test_the_gold_answer_is_in_no_observation_and_in_no_info(name, mode):
    """What the environment says must not depend on the gold answer before the end's verdict."""
    env = gym.make(name) if mode == "single" else gym.make_vec(name, num_envs=2)
    base = env.unwrapped

    class Gold(str):
        """A gold answer that no question holds, so that every trace of it is a leak."""

    gold = Gold("918273645")
    real = base.task.problem_set

    class Marked:
        def __len__(self):
            return len(real)

        def __getitem__(self, index):
            problem = real[index]
            return r1gym.Problem(problem.id, problem.question, gold, problem.family, problem.level)

    base.task.problem_set = Marked()
    _, info = env.reset(seed=0)
    actions = np.random.default_rng(0).integers(0, base.tokenizer.vocab_size, (150, 2))
    for action in actions:
        step = env.step(action if mode == "native" else action[0])
        rows = step[0] if mode == "native" else [step[0]]
        texts = [base.tokenizer.decode(row[: row[-1]]) for row in rows]
        assert gold not in str(info) + str(step[4]) + "".join(texts)
        info = step[4]
        if mode == "single" and (step[2] or step[3]):
            _, info = env.reset()


def test_a_misspelt_id_gets_a_suggestion():
    with pytest.raises(gym.error.NameNotFound, match="Did you mean: `Math`"):
        gym.make("r1/Maths-v0")


@pytest.mark.parametrize("name", IDS)
def test_ten_thousand_random_tokens(name):
    env = gym.make(name)
    said = roll(env, seed=1, steps=10_000)
    rewards = [step[1] for step in said if len(step) == 5]
    assert len(rewards) == 10_000 and all(0 <= reward <= 1.1 for reward in rewards)


@pytest.mark.parametrize("name", FAMILIES.names())
def test_splits_and_neighbouring_seeds_share_no_question(name):
    sets = [("train", 0), ("train", 1), ("validation", 0), ("test", 0), ("test", 1)]
    seen = [
        {p.question for p in itertools.islice(ProceduralProblems({name: [1]}, *key), 30)}
        for key in sets
    ]
    for one, other in itertools.combinations(seen, 2):
        assert not one & other
