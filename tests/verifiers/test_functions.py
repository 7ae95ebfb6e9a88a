"""A function is a reward: its arguments are options, and what it says becomes a score."""

import copy
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
