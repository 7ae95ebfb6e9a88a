import pytest

from r1gym.verifiers.judge.substance import states_nothing


@pytest.mark.parametrize(
    ("response", "gold", "why"),
    [
        (":", "7", "there is no word and no number"),
        ("Thought process:", "7", "it announces an answer"),
        ("Let's solve this step by step", "7", "it announces an answer"),
        ("<answer>The final answer is</answer>", "7", "it announces an answer"),
        ("How many days has a week?", "7", "it repeats the question"),
    ],
)
def test_what_states_nothing(response, gold, why):
    assert why in states_nothing(response, "How many days has a week?", gold)


@pytest.mark.parametrize(
    ("response", "gold"),
    [("7", "7"), ("seven", "7"), ("The process", "a process"), ("∞", "infinity"), ("+", "-")],
)
def test_what_may_be_an_answer_is_for_the_judge(response, gold):
    assert states_nothing(response, "How many days has a week?", gold) is None
