import pytest

from r1gym.core.types import Completion
from r1gym.verifiers.adapters.plain import plain_reward
from r1gym.verifiers.adapters.trl import trl_reward
from r1gym.verifiers.adapters.verl import compute_score
from r1gym.verifiers.extract import after_thinking
from r1gym.verifiers.response import opening_of, opening_of_prompt, with_opening

ACCURACY = {"accuracy": 1.0}
DRAFT = "Perhaps \\boxed{42}? No"


@pytest.mark.parametrize(
    ("template", "opening"),
    [
        ("User: {question} Assistant: <think>\n", "<think>"),
        ("{question}<think> First,", "<think>"),
        ("{question}<think>\n\n</think>\n\n<answer>", "<answer>"),
        ("{question}<think>\n\n</think>", ""),
        ("Use <think> </think>. User: {question}. Assistant:", ""),
        ("{question} Use the tags <think> and <answer>.\nAssistant:", ""),
        ("{question}", ""),
        ("", ""),
    ],
)
def test_what_a_template_leaves_open(template, opening):
    assert opening_of(template) == opening


@pytest.mark.parametrize(
    ("prompt", "opening"),
    [
        ("What is 6*7? <think>\n", "<think>"),
        ("What is 6*7? <answer>", "<answer>"),
        ("What does the tag <think> mean?", ""),
        ([{"content": "6*7?"}, {"role": "assistant", "content": "<think>"}], "<think>"),
        ([{"role": "user", "content": "6*7?"}], ""),
        ([{"role": "user", "content": [{"type": "text", "text": "6*7?"}]}], ""),
        ([], ""),
    ],
)
def test_what_a_prompt_leaves_open(prompt, opening):
    assert opening_of_prompt(prompt) == opening


def test_an_opening_is_put_in_front_once_and_what_was_written_is_kept():
    opened = with_opening(Completion("so</think>42", (1, 2), None, True), "<think>")
    assert (opened.text, opened.written) == ("<think>so</think>42", "so</think>42")
    assert (opened.token_ids, opened.truncated) == ((1, 2), True)
    assert with_opening(opened, "<think>") is opened
    assert with_opening(Completion("a"), "") == Completion("a")
    assert Completion("a").written == "a"


def test_thinking_that_is_opened_again_is_no_answer():
    assert after_thinking("a</think>b<think>c") == "b"
    assert after_thinking("<think>a</think>b<think>c</think>d") == "d"


def test_an_answer_that_the_template_opens_is_read():
    reward = plain_reward(ACCURACY, template="{question}<think>\n</think>\n<answer>")
    assert reward("42</answer>", "42") == 1.0
    assert reward("41</answer>", "42") == 0.0
    assert reward("", "42") == 0.0


def test_every_adapter_heeds_an_opening():
    template = "{question}<think>"
    for text, value in ((DRAFT, 0.0), (f"{DRAFT}</think>\\boxed{{42}}", 1.0)):
        assert plain_reward(ACCURACY, template)(text, "42") == value
        assert trl_reward(ACCURACY, template=template)(["6*7?"], [text], answer=["42"]) == [value]
        assert trl_reward(ACCURACY)(["6*7? <think>\n"], [text], answer=["42"]) == [value]
        scored = compute_score("maths", text, "42", rewards=ACCURACY, template=template)
        assert scored["score"] == value
    assert trl_reward(ACCURACY)(["6*7?"], [DRAFT], answer=["42"]) == [1.0]
