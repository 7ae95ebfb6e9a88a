"""Open requests: what they hold, who judges them, and that all of it works without a network."""

import json
import random
import socket

import gymnasium as gym
import pytest
from gymnasium.utils.env_checker import check_env

from r1gym.core.types import Completion, Score, Verdict
from r1gym.envs.token_env import TokenEnv
from r1gym.problems.families import FAMILIES, members
from r1gym.problems.problem_set import SPLITS, ProceduralProblems
from r1gym.verifiers import RewardSum, register_verifier

CELLS = [(name, level) for name in members("general") for level in (1, 2, 3)]
REWARDS = {"accuracy": {"type": "auto", "weight": 1.0}, "format": 0.1}


@pytest.mark.parametrize(("name", "level"), CELLS)
def test_requests_are_many_short_and_name_their_judge(name, level):
    family = FAMILIES.get(name)
    assert family.levels == 3
    rng = random.Random(level)
    drawn = [family.generate(rng, level) for _ in range(1500)]
    for question, answer, metadata in drawn:
        assert question.isascii() and len(question.encode()) <= family.question_bytes
        assert not question.endswith((".", "?", " ")) and "  " not in question
        assert answer and json.loads(json.dumps(metadata)) == metadata
        assert metadata["verifier"] == {"type": "judge", "rubric": "helpfulness"}
    assert len({question for question, *_ in drawn}) > 900
    for split in SPLITS:
        assert len(ProceduralProblems({name: [level]}, split, size=20)[19].question) > 20


@pytest.mark.parametrize("name", [n for n in members("general") if n != "general-summarise"])
def test_each_level_has_one_more_constraint(name):
    from r1gym.problems.general import words

    rng = random.Random(0)
    for level in (1, 2, 3):
        for _ in range(100):
            question, *_ = FAMILIES.get(name).generate(rng, level)
            found = [w for w in (*words.LENGTHS, *words.MANNERS) if question.find(f" {w}") > 0]
            assert len(found) == level - 1, question


def test_without_a_judge_all_is_masked_and_nothing_is_asked(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    kwargs = {"problems": {"general": [1, 2, 3]}, "rewards": REWARDS, "max_tokens": 8}
    spec = gym.envs.registration.EnvSpec("General-v0", entry_point=TokenEnv, kwargs=kwargs)
    check_env(gym.make(spec).unwrapped)
    env = TokenEnv(**kwargs)
    env.reset(seed=0)
    for token in [*env.tokenizer.encode("hello"), 1]:
        *_, reward, terminated, _, info = env.step(token)
    assert terminated and reward == 0.0 and info["masked"]
    assert info["verdict/accuracy"] == "verifier_error" and "reward/accuracy" not in info
    assert "needs a model" in env.score(env.problem, "hello").reason


def test_a_server_that_is_not_there_is_a_judge_that_failed():
    pytest.importorskip("openai")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    judge = {"model": "m", "base_url": url, "api_key_env": None, "max_retries": 0, "timeout": 2}
    spec = {"accuracy": {"type": "auto", "weight": 1.0, "options": {"judge": judge}}}
    problem = ProceduralProblems({"general-write": [1]})[0]
    score = RewardSum(spec).score(problem, Completion("<answer>Roses</answer>"))
    assert score.verdict is Verdict.JUDGE_FAILED and score.value is None


def test_another_preference_can_stand_in_for_the_judge():
    @register_verifier("liking")
    class Liking:
        def score(self, problem, completion):
            return Score(0.75, Verdict.CORRECT)

    spec = {"accuracy": {"type": "auto", "weight": 1.0, "options": {"judge": {"type": "liking"}}}}
    problem = ProceduralProblems({"general-write": [1]})[0]
    assert RewardSum(spec).score(problem, Completion("Roses")).value == 0.75
