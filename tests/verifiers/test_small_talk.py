import pytest

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Verdict
from r1gym.testing import Case, check_verifier
from r1gym.verifiers.small_talk import SmallTalk, split_response

HELLO = Problem("p", "Say hello to Anna", "hello Anna")
FRUITS = Problem(
    "q", "List 2 fruits", "apple, pear", metadata={"of": ["apple", "pear", "plum"], "count": 2}
)


def test_it_keeps_the_promises_of_a_verifier():
    cases = [Case(HELLO, "hello Anna", ("hello Ben",)), Case(FRUITS, "plum, pear", ("plum",))]
    check_verifier("small_talk", cases)


@pytest.mark.parametrize(
    ("problem", "text", "right"),
    [
        (HELLO, "hello Anna", True),
        (HELLO, "<think></think><answer>hello Anna</answer>", True),
        (HELLO, "hello Anna. Glad to help! Anything else?", True),
        (HELLO, "hello Anna lol blah", True),
        (HELLO, "hello Ben", False),
        (HELLO, "hello Anna hello Anna", False),
        (HELLO, "<think>hello Anna</think>", False),
        (FRUITS, "plum, apple", True),
        (FRUITS, "plum, plum", False),
        (FRUITS, "plum", False),
        (FRUITS, "plum, apple, pear", False),
        (FRUITS, "plum, horse", False),
    ],
)
def test_the_body_must_be_right_and_nothing_else(problem, text, right):
    score = SmallTalk().score(problem, Completion(text))
    assert score.value == float(right)
    assert (score.verdict is Verdict.CORRECT) == right


@pytest.mark.parametrize(
    ("text", "quality"),
    [
        ("hello Anna Glad to help! Anything else?", 1.0),
        ("hello Anna Glad to help!", 0.85),
        ("hello Anna", 0.6),
        ("hello Anna lol", 0.5),
        ("hello Anna Glad to help! Glad to help!", 0.5),
        ("Glad to help!", 0.25),
        ("hello Anna" + " and so on" * 10, 0.0),
        ("blah blah blah", 0.0),
    ],
)
def test_the_quality_is_the_hidden_rule(text, quality):
    score = SmallTalk(measure="quality").score(HELLO, Completion(text))
    assert score.value == pytest.approx(quality)


def test_an_unknown_measure_is_refused():
    with pytest.raises(ConfigError, match="measure must be one of correct, quality, polite"):
        SmallTalk(measure="taste")


def test_a_response_is_its_body_and_what_is_put_around_it():
    text = "<think>.</think>a, b lol Happy to help! Anything else?"
    assert split_response(text) == ("a, b", 1, 1, 1)


@pytest.mark.parametrize(("text", "polite"), [("hello Ben", 1.0), ("hello Anna lol", 0.0), ("", 0)])
def test_politeness_is_the_absence_of_junk(text, polite):
    assert SmallTalk(measure="polite").score(HELLO, Completion(text)).value == polite
