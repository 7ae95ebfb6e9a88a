from collections import Counter

from r1gym.agents.uniform import Uniform
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask


def test_every_token_is_equally_likely_and_the_seed_decides():
    task = TokenTask(TaskSpec(problems={"equations": [1]}))
    draws = [[Uniform(task, seed=seed).act(None) for _ in range(3)] for seed in (0, 0, 1)]
    assert draws[0] == draws[1] != draws[2]
    agent = Uniform(task)
    counts = Counter(agent.act(None) for _ in range(107 * 100))
    assert set(counts) == set(range(107))
    assert min(counts.values()) > 50 and max(counts.values()) < 160
