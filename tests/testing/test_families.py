"""`check_family` takes our families, and names the promise that a broken one breaks."""

import random

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.problems.families import Family
from r1gym.testing import check_family


def add(rng, level):
    a, b = rng.randint(0, 10**level), rng.randint(0, 10**level)
    return f"What is {a}+{b}?", str(a + b)


@pytest.mark.parametrize(
    "name",
    ["arithmetic", "logic-orderings", "math-fractions", "science-choice", "countdown-numbers"],
)
def test_ours_keep_them(name):
    check_family(name, draws=30)


def test_requests_that_no_rule_scores_are_checked_without_golds():
    check_family("general-explain", draws=10, is_checked=False)


def test_one_of_a_package_is_checked_before_it_has_a_name():
    check_family(add, levels=2, draws=50)
    check_family(Family("own-sums", 2, add), draws=50)


def shared_stream(rng, level):
    return f"What is {random.random()}?", "1"


_CALLS = iter(range(10**9))


@pytest.mark.parametrize(
    ("generate", "said"),
    [
        (shared_stream, "draws from `random` and not from its own stream"),
        (lambda rng, level: (f"{next(_CALLS)}", "1"), "the same random stream gives another"),
        (lambda rng, level: ("Always?", "1"), "1 different questions in 50 draws"),
        (lambda rng, level: (f"{rng.random()}" * 9, "1"), "more than question_bytes=64"),
        (lambda rng, level: (" ", str(rng.random())), "a question is empty"),
        (lambda rng, level: f"{rng.random()}", "must return .question, answer."),
        (lambda rng, level: (f"{rng.random()}", "1", {"x": {1}}), "metadata must be JSON values"),
        (lambda rng, level: (f"{rng.random()}", ""), "the gold answer '' earns"),
        (
            lambda rng, level: (f"{rng.random()}", "1", {"verifier": "no-such"}),
            "no-such",
        ),
        (lambda rng, level: (f"{rng.choice('ab')}", "1"), "has too few questions at level 1"),
    ],
)
def test_a_broken_promise_is_one_line(generate, said):
    with pytest.raises((AssertionError, ConfigError), match=said) as error:
        check_family(generate, levels=1, draws=50)
    assert "\n" not in str(error.value)


def test_what_cannot_be_checked_is_said():
    with pytest.raises(ConfigError, match="needs levels="):
        check_family(add)
    with pytest.raises(UnknownNameError, match="arithmetic"):
        check_family("arithmetics")


@pytest.mark.parametrize(
    ("generate", "said"),
    [
        (lambda rng: ("1", "2"), "Level 1: it must take .rng, level., and raised TypeError"),
        (lambda rng, level: 1 / 0, "and raised ZeroDivisionError: division by zero."),
    ],
)
def test_one_that_raises_is_one_line(generate, said):
    with pytest.raises(AssertionError, match=said):
        check_family(generate, levels=1)


def test_what_is_no_family_is_said():
    with pytest.raises(ConfigError, match="check_family takes a name, a Family or a function"):
        check_family(3, levels=1)
    with pytest.raises(ConfigError, match="levels must be a whole number of at least 1, not '3'"):
        Family("own", "3", lambda rng, level: ("1", "2"))
    with pytest.raises(ConfigError, match="needs a function .rng, level. that returns"):
        Family("own", 3, None)
