import gymnasium as gym
import pytest
from gymnasium.error import InvalidAction, ResetNeeded

from r1gym.core.errors import ConfigError
from r1gym.envs.wrappers import TextObservation, WholeAnswer

TEXTS = [
    "",
    "<answer>1</answer>",
    "<think>so</think><answer>1</answer>",
    "x" * 38,
    "x" * 39,  # with the end token as many as there may be
    "x" * 40,
    "x" * 41,
    "<think>二</think>\N{GRINNING FACE}",
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_text_earns_what_its_tokens_earn(math, text):
    plain, whole = math(), WholeAnswer(math())
    plain.reset(seed=5)
    whole.reset(seed=5)
    result = whole.step(text)
    for token in [*plain.unwrapped.tokenizer.encode(text), plain.unwrapped.tokenizer.eos_id]:
        expected = plain.step(token)
        if expected[2] or expected[3]:
            break
    assert (result[0] == expected[0]).all()
    assert result[1:] == expected[1:]
    assert result[3] == (len(text) >= 40)


def test_a_right_answer_is_paid(math):
    env = WholeAnswer(math())
    env.reset(seed=0)
    answer = env.unwrapped.problem.answer
    text = f"<think>.</think><answer>{answer}</answer>"
    assert env.step(text)[1:4] == (1.1, True, False)
    with pytest.raises(ResetNeeded):
        env.step("again")


def test_the_score_is_that_of_the_environment(math):
    env = WholeAnswer(math())
    env.reset(seed=0)
    base = env.unwrapped
    for text in ("<answer>7</answer>", "<think>a</think><answer>7</answer>"):
        env.reset(seed=0)
        assert env.step(text)[1] == base.score(base.problem, text).value


@pytest.mark.parametrize("action", [3, None, b"1", ["1"]])
def test_an_action_is_a_text(math, action):
    env = WholeAnswer(math().unwrapped)
    env.reset(seed=0)
    with pytest.raises(InvalidAction, match="must be a text"):
        env.step(action)


def test_any_completion_is_an_action(math):
    space = WholeAnswer(math()).action_space
    assert "二" * 40 in space and ". Assistant:" * 40 in space
    space.seed(0)
    assert max(len(space.sample()) for _ in range(300)) == 39


def test_checkers_find_nothing(math, passes_checks):
    passes_checks(WholeAnswer(math()))


def test_it_steps_tokens_and_no_texts(math):
    with pytest.raises(ConfigError, match="WholeAnswer steps tokens"):
        WholeAnswer(WholeAnswer(math()))


def test_programs_are_answers_as_well():
    env = WholeAnswer(gym.make("r1/Code-v0"))
    env.reset(seed=0)
    program = "<answer>\n```python\nprint('nothing')\n```\n</answer>"
    _, reward, terminated, _, info = env.step(program)
    assert terminated and reward == 0.0 and info["completion"] == program
    assert info["verdict/accuracy"] in ("wrong", "infra_error")


def test_the_prompt_is_what_text_agents_read(math):
    env = WholeAnswer(TextObservation(math()))
    text, info = env.reset(seed=0)
    assert text == info["prompt"] and env.step("12")[0] == text + "12"
