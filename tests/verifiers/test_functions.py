"""A function is a reward: its arguments are options, and what it says becomes a score."""

import copy
import functools
import pickle

import numpy as np
import pytest

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.testing import Case, check_verifier
from r1gym.verifiers import VERIFIERS, RewardSum, register_verifier
from r1gym.verifiers.functions import as_factory

PROBLEM, SAID = Problem("p", "q", "42"), Completion("forty-two!")


def calm(problem, completion, *, most=0):
    return completion.text.count("!") <= most


def says(value):
    return as_factory(lambda problem, completion: value)().score(PROBLEM, SAID)


@pytest.mark.parametrize(
    ("said", "value", "verdict"),
    [
        (True, 1.0, Verdict.CORRECT),
        (False, 0.0, Verdict.WRONG),
        (0.25, 0.25, Verdict.WRONG),
        (2, 2.0, Verdict.CORRECT),
        (np.float32(0.75), 0.75, Verdict.CORRECT),
        (-1.0, -1.0, Verdict.WRONG),
    ],
)
def test_numbers_and_truth_values_become_scores(said, value, verdict):
    assert says(said) == Score(value, verdict)


def test_a_score_stays_one_and_no_number_is_a_failure_of_the_grader():
    score = Score(None, Verdict.INFRA_ERROR, "the server is gone")
    assert says(score) is score
    with VERIFIERS.scoped():
        register_verifier("mute")(lambda problem, completion: None)
        register_verifier("huge")(lambda problem, completion: float("inf"))
        for name in ("mute", "huge"):
            found = RewardSum({name: 1.0}).score(PROBLEM, SAID)
            assert found.value is None and found.verdict is Verdict.VERIFIER_ERROR


def test_it_is_a_reward_by_name_with_options():
    with VERIFIERS.scoped():
        register_verifier("calm")(calm)
        assert RewardSum({"calm": 1.0}).score(PROBLEM, SAID).value == 0
        reward = RewardSum({"calm": {"weight": 0.5, "most": 1}})
        assert reward.score(PROBLEM, SAID).value == 0.5
        assert copy.deepcopy(reward).score(PROBLEM, SAID).value == 0.5
        with pytest.raises(ConfigError, match="no option 'mots'. Did you mean 'most'"):
            RewardSum({"calm": {"weight": 0.5, "mots": 1}})
        check_verifier("calm", [Case(PROBLEM)], empty=1.0, strings=50)
    check_verifier(calm, [Case(PROBLEM)], empty=1.0, strings=50)


def test_it_goes_to_other_processes():
    assert pickle.loads(pickle.dumps(as_factory(calm)())).score(PROBLEM, SAID).value == 0


def test_what_makes_a_verifier_is_left_as_it_is():
    class Own:
        def score(self, problem, completion):
            return Score(1.0, Verdict.CORRECT)

    def make(*, value=1.0):
        return Own()

    assert as_factory(Own) is Own and as_factory(make) is make
    with VERIFIERS.scoped():
        register_verifier("made")(make)
        assert RewardSum({"made": 1.0}).score(PROBLEM, SAID).value == 1


class Calm:
    """An object that is called as a function."""

    def __call__(self, problem, completion):
        return calm(problem, completion, most=1)


@pytest.mark.parametrize("function", [Calm(), functools.partial(calm, most=1), Calm().__call__])
def test_whatever_is_called_as_a_function_is_one(function):
    with VERIFIERS.scoped():
        register_verifier("own")(function)
        assert RewardSum({"own": 1.0}).score(PROBLEM, SAID).value == 1


@pytest.mark.parametrize(
    "function",
    [
        lambda completion: 1.0,
        lambda problem, completion, answer: 1.0,
        lambda completions, **columns: [1.0],
    ],
)
def test_a_function_with_other_arguments_is_refused(function):
    with VERIFIERS.scoped():
        register_verifier("own")(function)
        with pytest.raises(ConfigError, match=r"it must take \(problem, completion\), and"):
            RewardSum({"own": 1.0})


def test_an_option_without_a_default_is_missed_at_once():
    with VERIFIERS.scoped():
        register_verifier("own")(lambda problem, completion, *, most: most)
        with pytest.raises(ConfigError, match="missing a required argument: 'most'"):
            RewardSum({"own": 1.0})
        reward = RewardSum({"own": {"weight": 1.0, "most": 3}})
        assert reward.score(PROBLEM, SAID).value == 3


@pytest.mark.parametrize("said", [None, "yes", float("nan"), (1.0, "why"), [1.0], 1j])
def test_what_is_no_reward_is_quoted(said):
    with pytest.raises(TypeError, match="and not a finite number, a truth value or a Score") as no:
        says(said)
    assert str(no.value).startswith(f"it returned {said!r}")


@pytest.mark.parametrize("name", [calm, None, ""])
def test_the_name_comes_first(name):
    with pytest.raises(ConfigError, match="A reward is registered under a name"):
        register_verifier(name)


@pytest.mark.parametrize("thing", [None, "calm", 3])
def test_what_cannot_be_called_is_not_registered(thing):
    with pytest.raises(ConfigError, match="it must be a class that is a verifier, a function"):
        register_verifier("own")(thing)
