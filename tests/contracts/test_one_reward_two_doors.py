"""The same tokens earn the same reward: stepped one by one, in a batch, or scored as a whole."""

from importlib.util import find_spec

import gymnasium as gym
import numpy as np
import pytest

import r1gym
from r1gym.core.types import Completion

IDS = sorted(name for name in gym.registry if name.startswith("r1/"))
if find_spec("reasoning_gym") is None:  # an extra
    IDS.remove("r1/ReasoningGym-v0")
PROBLEMS = {"r1/Code-v0": 30}  # each answer is run; 200 elsewhere


def draw_token_ids(env, rng):
    """Draws the tokens of an answer: right or wrong, well or badly formed, ended or cut off."""
    problem, tokenizer, limit = env.problem, env.tokenizer, env.task.max_tokens
    thought = "".join(rng.choice(list("0123456789+-*="), rng.integers(0, 30)))
    answer = problem.answer if rng.random() < 0.6 else str(rng.integers(100))
    text = rng.choice(
        [
            f"<think>{thought}</think><answer>{answer}</answer>",
            f"<think>{thought}<answer>{answer}</answer>",
            f"{thought}\\boxed{{{answer}}}",
            f"<answer>{answer}</answer>",
            thought,
            answer,
        ]
    )
    ids = ([*tokenizer.encode(str(text)), tokenizer.eos_id])[:limit]
    filler = tokenizer.encode(" ")
    return ids if ids[-1] == tokenizer.eos_id else (ids + filler * limit)[:limit]


@pytest.mark.parametrize("name", IDS)
def test_stepping_and_scoring_give_the_same_numbers(name):
    env = gym.make(name)
    vector = gym.make_vec(name, num_envs=1)
    base = env.unwrapped
    first = base.problem_set[0]
    if base.score(first, f"<answer>{first.answer}</answer>").value is None:
        pytest.skip("this machine cannot grade it: see `r1gym sandbox check`")
    rng = np.random.default_rng(0)
    rewards = set()
    for number in range(PROBLEMS.get(name, 200)):
        env.reset(options={"problem": number})
        vector.reset(options={"problem": number})
        ids = draw_token_ids(base, rng)
        for token in ids:
            _, reward, terminated, truncated, info = env.step(token)
            _, vector_rewards, _, vector_truncations, vector_info = vector.step(np.array([token]))
        cut_off = ids[-1] != base.tokenizer.eos_id
        assert terminated or truncated
        completion = Completion(base.tokenizer.decode(ids), tuple(ids), None, cut_off)
        score = base.score(base.problem, completion)
        assert reward == vector_rewards[0] == score.value
        assert truncated == vector_truncations[0]
        assert info["completion"] == vector_info["completion"][0] == completion.text
        for part, one in score.parts.items():
            assert info[f"reward/{part}"] == vector_info[f"reward/{part}"][0] == one.value
            assert info[f"verdict/{part}"] == vector_info[f"verdict/{part}"][0] == one.verdict
        rewards.add(reward)
    kinds = {0.0, 1.0} if name == "r1/Digits-v0" else {0.0, 0.1, 1.0, 1.1}
    assert rewards == kinds, "every kind of answer must have come up"


def test_text_alone_earns_the_same():
    env = r1gym.TokenEnv(problems={"arithmetic": [1]})
    problem = env.problem_set[0]
    text = f"<think></think><answer>{problem.answer}</answer>"
    env.reset(options={"problem": 0})
    for token in [*env.tokenizer.encode(text), env.tokenizer.eos_id]:
        reward = env.step(token)[1]
    assert env.score(problem, text).value == reward == 1.1


class Shown:
    """Answers every turn, and keeps what it was shown."""

    turns, feedback_tokens, discount = 2, 8, 1.0

    def __init__(self):
        self.seen = []

    def respond(self, so_far, score):
        self.seen.append((so_far.prompt_ids, so_far.token_ids, so_far.mask, score.value))
        return "no"


def test_an_interaction_is_shown_the_same_whatever_the_door():
    one, many = Shown(), Shown()
    env = gym.make("r1/Math-v0", interaction=one, max_tokens=8)
    vector = gym.make_vec("r1/Math-v0", 2, interaction=many, max_tokens=8)
    for number in range(3):
        env.reset(options={"problem": number})
        vector.reset(options={"problem": number})
        for token in (5, 20, 1, 21, 1):
            _, _, ended, _, _ = env.step(token)
            vector.step(np.array([token, token]))
        assert ended
    assert len(one.seen) == 3 and all(prompt for prompt, *_ in one.seen)
    assert many.seen[::2] == many.seen[1::2] == one.seen
