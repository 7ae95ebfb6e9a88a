import gymnasium as gym
import pytest
from gymnasium.envs.registration import register, registry
from gymnasium.vector import VectorWrapper

import r1gym  # noqa: F401
from r1gym.core.errors import ConfigError
from r1gym.envs.same_task import unchanged_task
from r1gym.envs.task import task_of
from r1gym.envs.token_env import TokenEnv
from r1gym.envs.vector_env import TokenVectorEnv
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

SMALL = {"problems": {"arithmetic": [1]}, "max_tokens": 8}


def make(**kwargs):
    return gym.make("r1/Math-v0", **{**SMALL, **kwargs})


class Idle(gym.Wrapper):
    pass


class Drawing(gym.Wrapper):
    def render(self):
        return "a picture"


class Bonus(gym.Wrapper):
    def step(self, action):
        observation, reward, *rest = self.env.step(action)
        return observation, reward + 1, *rest


class Watching(gym.Wrapper):
    same_task = True

    def step(self, action):
        print(action)
        return self.env.step(action)


class BonusAndWatching(Watching):
    step = Bonus.step


class Easier(gym.Wrapper):
    def reset(self, *, seed=None, options=None):
        return self.env.reset(seed=seed, options={"problem": 0})


class Masked(gym.Wrapper):
    def action_masks(self):
        return [True] * 107


class Narrow(gym.Wrapper):
    def __init__(self, env):
        super().__init__(env)
        self.action_space = gym.spaces.Discrete(5)


class Around:
    """No Gymnasium wrapper, and behaves as one."""

    def __init__(self, env):
        self.env = env

    def __getattr__(self, name):
        return getattr(self.env, name)

    def step(self, action):
        return Bonus.step(self, action)


class Generous(TokenEnv):
    def step(self, action):
        return Bonus.step(super(), action)


def patched(env):
    env.unwrapped.step = lambda action: None
    return env


GOES_THROUGH = {
    "nothing": lambda env, path: env,
    "bare": lambda env, path: env.unwrapped,
    "records": lambda env, path: RecordEpisodes(env, path),
    "statistics": lambda env, path: gym.wrappers.RecordEpisodeStatistics(env),
    "limit": lambda env, path: gym.wrappers.TimeLimit(env, 8),
    "texts": lambda env, path: TextObservation(WholeAnswer(env)),
    "idle": lambda env, path: Idle(env),
    "render": lambda env, path: Drawing(env),
    "says so": lambda env, path: Watching(Idle(env)),
    "turns, which the task has": lambda env, path: Idle(MultiTurn(env, turns=2)),
}
OBSERVATIONS = {
    "TokenWindow": lambda env: TokenWindow(env, 4),
    "TransformObservation": lambda env: gym.wrappers.TransformObservation(
        env, lambda seen: seen * 0, env.observation_space
    ),
}
REFUSED = {
    "ProcessReward": lambda env: RecordEpisodeStatisticsOf(ProcessReward(env, "repetition")),
    "ActionMask": lambda env: ActionMask(env, "0123"),
    "TransformReward": lambda env: gym.wrappers.TransformReward(env, lambda reward: 2 * reward),
    "RepeatAction": lambda env: gym.wrappers.RepeatAction(env, 2),
    "Bonus": lambda env: Idle(Bonus(env)),
    "BonusAndWatching": BonusAndWatching,
    "Easier": Easier,
    "Masked": Masked,
    "Narrow": Narrow,
    "Around": Around,
    "Generous": lambda env: Generous(**SMALL),
    "TokenEnv": patched,
}
RecordEpisodeStatisticsOf = gym.wrappers.RecordEpisodeStatistics


@pytest.mark.parametrize("wrap", GOES_THROUGH.values(), ids=GOES_THROUGH)
@pytest.mark.parametrize("stepped", [True, False])
def test_what_only_observes_goes_through(wrap, stepped, tmp_path):
    env = wrap(make(), tmp_path / "episodes.jsonl")
    assert unchanged_task(env, "GRPO", stepped=stepped) is task_of(env)


@pytest.mark.parametrize(("name", "wrap"), REFUSED.items(), ids=REFUSED)
@pytest.mark.parametrize("stepped", [True, False])
def test_what_changes_the_task_is_refused_by_name(name, wrap, stepped):
    with pytest.raises(ConfigError, match=rf"^GRPO .* would drop what {name} changes: .*same_task"):
        unchanged_task(wrap(make()), "GRPO", stepped=stepped)


@pytest.mark.parametrize(("name", "wrap"), OBSERVATIONS.items(), ids=OBSERVATIONS)
def test_observations_are_for_those_that_step(name, wrap):
    assert unchanged_task(wrap(make()), "GRPO", stepped=True)
    with pytest.raises(ConfigError, match=f"would drop what {name} changes"):
        unchanged_task(wrap(make()), "GRPO")


def test_a_time_limit_below_the_token_limit():
    with pytest.raises(ConfigError, match="limit of 7 steps: make the environment with max_tokens"):
        unchanged_task(make(max_episode_steps=7), "GRPO")


def test_vector_environments(tmp_path):
    class Louder(VectorWrapper):
        def step(self, actions):
            return self.env.step(actions)

    envs = gym.make_vec("r1/Math-v0", num_envs=2, **SMALL)
    harmless = VectorRecordEpisodes(VectorWrapper(envs), tmp_path / "episodes.jsonl")
    counted = gym.wrappers.vector.RecordEpisodeStatistics(harmless)
    assert unchanged_task(counted, "GRPO") is envs.task
    doubled = gym.wrappers.vector.TransformReward(envs, lambda rewards: 2 * rewards)
    for wrapped, name in ((Louder(counted), "Louder"), (doubled, "TransformReward")):
        with pytest.raises(ConfigError, match=f"would drop what {name} changes"):
            unchanged_task(wrapped, "GRPO")
    envs.__class__ = type("Faster", (TokenVectorEnv,), {"reset": lambda self: None})
    with pytest.raises(ConfigError, match="would drop what Faster changes"):
        unchanged_task(envs, "GRPO")


def test_wrappers_that_an_id_brings(monkeypatch):
    spec = ProcessReward.wrapper_spec(score="repetition")
    register("r1test/Turns-v0", "r1gym.envs.token_env:TokenEnv", additional_wrappers=(spec,))
    try:
        env = gym.make("r1test/Turns-v0", **SMALL)
        with pytest.raises(ConfigError, match="would drop what ProcessReward changes"):
            unchanged_task(env, "A bench")
    finally:
        del registry["r1test/Turns-v0"]
