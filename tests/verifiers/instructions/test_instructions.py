"""The reward component."""

import pytest

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Verdict
from r1gym.verifiers import RewardSum
from r1gym.verifiers.instructions import Instructions, response_of

IDS = ["punctuation:no_comma", "length_constraints:number_words"]
KWARGS = [{}, {"num_words": 3, "relation": "at least", "keyword": None}]
PROBLEM = Problem("p", "Write.", "", metadata={"instruction_id_list": IDS, "kwargs": KWARGS})


def score(text, **options):
    return Instructions(**options).score(PROBLEM, Completion(text))


def test_a_prompt_pays_if_all_instructions_are_followed():
    assert score("no comma here").value == 1.0
    missed = score("one, two, three")
    assert (missed.value, missed.verdict) == (0.0, Verdict.WRONG)
    assert missed.reason == "not followed: punctuation:no_comma"


def test_an_instruction_pays_its_share():
    assert score("one, two, three", level="instruction").value == 0.5
    assert score("one, two", level="instruction").value == 0.0
    assert score("so here it is", level="instruction").value == 1.0


def test_loose_forgives_an_introduction():
    text = "Sure, here:\nno comma here"
    assert score(text).value == 0.0 and score(text, loose=True).value == 1.0


def test_the_response_is_what_follows_the_thinking():
    assert response_of("<think>a, b</think> c") == " c"
    assert (
        response_of("<think>x</think>Sure, <answer>no comma here</answer>, bye") == "no comma here"
    )
    assert score("<think>a, b</think>no comma here").value == 1.0
    assert score("<think>no comma here").verdict is Verdict.UNPARSEABLE
    cut = Instructions().score(PROBLEM, Completion("<think>no comma here", truncated=True))
    assert (cut.value, cut.verdict) == (0.0, Verdict.TRUNCATED)


@pytest.mark.parametrize(
    "metadata", [{}, {"instruction_id_list": IDS}, {"instruction_id_list": ["x"], "kwargs": [{}]}]
)
def test_what_cannot_be_read_is_masked(metadata):
    found = Instructions().score(Problem("p", "Write.", "", metadata=metadata), Completion("x"))
    assert found.value is None and found.verdict is Verdict.VERIFIER_ERROR and "p:" in found.reason


def test_options_are_checked():
    with pytest.raises(ConfigError, match="loose"):
        Instructions(loose=1)
    with pytest.raises(ConfigError, match="level"):
        Instructions(level="strict")


def test_it_is_a_component_of_a_reward():
    reward = RewardSum({"instructions": {"weight": 1.0, "level": "instruction"}})
    assert reward.score(PROBLEM, Completion("one, two, three")).value == 0.5
