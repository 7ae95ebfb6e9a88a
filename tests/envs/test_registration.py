"""r1/Code-v0: what its own reward and its hidden tests ask of an environment."""

import json
import subprocess
import sys

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.envs.registration import EnvSpec

import r1gym
from r1gym.core.types import Completion
from r1gym.problems.problem_set import ProceduralProblems
from r1gym.sandbox import SandboxError
from r1gym.sandbox.backends import pool_of
from r1gym.verifiers import code as code_module

PROBE = 40


@pytest.fixture
def sandbox():
    try:
        return pool_of("local")
    except SandboxError as error:
        pytest.skip(str(error))


def make(**kwargs):
    return gym.make("r1/Code-v0", **kwargs).unwrapped


def tokens(env, problem):
    text = f"<think></think><answer>{problem.answer}</answer>"
    return [*env.tokenizer.encode(text), env.tokenizer.eos_id]


def test_a_reference_solution_stepped_token_by_token_earns_1(sandbox):
    env = make()
    for number in range(3):
        env.reset(options={"problem": number})
        for token in tokens(env, env.problem):
            _, reward, terminated, _, info = env.step(token)
        assert terminated and reward == 1.1
        assert (info["reward/accuracy"], info["verdict/accuracy"]) == (1.0, "correct")
        assert [test.verdict for test in info["tests/accuracy"]] == ["accepted"] * len(
            env.problem.metadata["tests"]
        )


def test_the_vector_environment_scores_its_rows_as_a_batch(sandbox):
    envs = gym.make_vec("r1/Code-v0", num_envs=3)
    envs.reset(seed=0)
    rows = [tokens(envs, problem) for problem in envs.problems]
    rows[1] = [*envs.tokenizer.encode("<answer>print(1)</answer>"), envs.tokenizer.eos_id]
    longest = max(map(len, rows))
    filler = envs.tokenizer.encode(" ")
    padded = [filler * (longest - len(row)) + row for row in rows]
    for step in np.array(padded).T:
        _, rewards, terminations, _, infos = envs.step(step)
    assert terminations.all() and rewards.tolist() == [1.1, 0.0, 1.1]
    assert infos["tests/accuracy"][1][0].verdict != "accepted"


@pytest.mark.slow
def test_gold_answers_of_every_family_earn_1(sandbox):
    env = make()
    pairs = [
        (problem, Completion(env.tokenizer.decode(tokens(env, problem))))
        for problem in (env.problem_set[i] for i in range(200))
    ]
    for (problem, _), score in zip(pairs, env.task.score_batch(pairs), strict=True):
        assert score.value == 1.1, (problem.id, score.reason)


def test_questions_and_answers_fit_and_survive_the_tokenizer():
    for split in ("train", "test"):
        env = make(split=split)
        for number in range(PROBE):
            problem = env.problem_set[number]
            env.task.encode_prompt(problem)
            assert len(tokens(env, problem)) <= env.task.max_tokens
            for text in (problem.question, problem.answer):
                assert env.tokenizer.decode(env.tokenizer.encode(text)) == text


def test_the_tests_are_in_no_observation_and_in_no_info(sandbox):
    env = make()
    for number in range(8):
        observation, info = env.reset(options={"problem": number})
        said = [str(info), env.tokenizer.decode(observation[: observation[-1]])]
        wrong = "<think></think><answer>print(input())</answer>"
        for token in [*env.tokenizer.encode(wrong), env.tokenizer.eos_id]:
            *_, info = env.step(token)
        said.append(str(info))
        score = env.score(env.problem, wrong)
        said += [str(score), env.problem.question]
        hidden = [str(t.get("args", t.get("input"))) for t in env.problem.metadata["tests"]]
        for given in hidden:
            if len(given) > 12:
                assert not any(given in text for text in said)


def test_without_a_sandbox_it_is_made_and_a_program_is_masked(monkeypatch):
    def refuse(backend):
        raise SandboxError("No sandbox works on this machine.")

    monkeypatch.setattr(code_module, "pool_of", refuse)
    env = make()
    observation, _ = env.reset(options={"problem": 0})
    assert observation in env.observation_space
    for token in tokens(env, env.problem):
        _, reward, terminated, _, info = env.step(token)
    assert (reward, terminated, info["masked"]) == (0.0, True, True)
    assert info["verdict/accuracy"] == "infra_error" and "reward/accuracy" not in info
    assert "r1gym sandbox check" in env.score(env.problem, info["completion"]).reason
    assert env.score(env.problem, "nothing").value == 0.0


def test_the_same_tokens_have_the_same_info(sandbox):
    said = []
    for env in (make(), make()):
        env.reset(options={"problem": 1})
        said.append([env.step(token)[1:] for token in tokens(env, env.problem)])
    assert said[0] == said[1]


def test_asking_where_gymnasium_is_does_not_lose_the_ids():
    code = (
        "import r1gym, importlib.util; importlib.util.find_spec('gymnasium'); import gymnasium; "
        "assert 'r1/Math-v0' in gymnasium.registry"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_window_has_room_for_the_questions():
    env = make(max_tokens=20)
    empty = len(env.tokenizer.encode(env.task.template.replace("{question}", "")))
    assert env.task.window == empty + env.problem_set.question_bytes + 20
    with pytest.raises(r1gym.R1GymError, match="pass window="):
        make(max_tokens=20, window=60).reset(seed=0)


def test_the_specification_is_json_and_the_reward_can_be_changed():
    rewards = {"accuracy": {"type": "code", "weight": 1.0, "partial": True, "limits": {"cpu_s": 1}}}
    env = gym.make("r1/Code-v0", rewards=rewards, problems={"code": [1]})
    text = env.spec.to_json()
    assert json.loads(text)["kwargs"]["rewards"] == rewards
    again = gym.make(EnvSpec.from_json(text)).unwrapped
    assert again.task.reward.components["accuracy"].bare.options["limits"] == {"cpu_s": 1}
    assert isinstance(again.problem_set, ProceduralProblems)
    assert again.problem_set[3] == env.unwrapped.problem_set[3]


@pytest.mark.parametrize(
    "statements",
    [
        "import r1gym, gymnasium",
        "import gymnasium, r1gym",
        "import r1gym, gymnasium.envs",
        "import gymnasium",  # which imports r1gym by the name of the module in the id
        "import r1gym; from r1gym import TokenEnv; import gymnasium",
    ],
)
def test_the_order_of_imports_does_not_matter(statements):
    code = f"{statements}; print(gymnasium.make('r1gym:r1/Math-v0').spec.id)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "r1/Math-v0\n"


def test_rewards_do_without_gymnasium():
    code = "import sys, r1gym.verifiers; print('gymnasium' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
