import json

import gymnasium as gym
import numpy as np
import pytest

from r1gym.core.errors import ConfigError
from r1gym.envs.wrappers import RecordEpisodes, VectorRecordEpisodes

SMALL = {"problems": {"arithmetic": [1, 2]}, "max_tokens": 6}


def rows_of(path):
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for row in rows:
        assert row.pop("seconds") >= 0 and row.pop("time") > 0
    return rows


@pytest.mark.parametrize("mode", ["NextStep", "SameStep", "Disabled"])
def test_the_lines_are_those_of_single_environments(tmp_path, mode):
    native, single = tmp_path / "native.jsonl", tmp_path / "single.jsonl"
    kwargs = {**SMALL, "autoreset_mode": mode}
    envs = VectorRecordEpisodes(gym.make_vec("r1/Math-v0", 4, **kwargs), native)
    sync = gym.make_vec(
        "r1/Math-v0",
        4,
        "sync",
        vector_kwargs={"autoreset_mode": mode},
        wrappers=[lambda env: RecordEpisodes(env, single)],
        **SMALL,
    )
    rng = np.random.default_rng(0)
    for each in (envs, sync):
        each.reset(seed=3)
    for _ in range(40):
        actions = rng.integers(0, 107, 4)
        actions[rng.random(4) < 0.2] = 1
        _, _, terminations, truncations, _ = envs.step(actions)
        sync.step(actions)
        if mode == "Disabled" and (ended := terminations | truncations).any():
            for each in (envs, sync):
                each.reset(options={"reset_mask": ended.copy()})
    rows = rows_of(native)
    assert len(rows) > 20 and rows == rows_of(single)
    assert {row["truncated"] for row in rows} == {True, False}


def test_the_gold_answer_is_written_only_if_asked_for(tmp_path):
    for gold in (False, True):
        path = tmp_path / f"{gold}.jsonl"
        envs = VectorRecordEpisodes(gym.make_vec("r1/Math-v0", 2, **SMALL), path, gold)
        envs.reset(seed=0)
        envs.step(np.array([1, 1]))
        assert ["answer" in row for row in rows_of(path)] == [gold, gold]


def test_another_vector_environment_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(ConfigError, match="give RecordEpisodes to its environments"):
        VectorRecordEpisodes(gym.make_vec("r1/Math-v0", 2, "sync"), tmp_path / "episodes.jsonl")
