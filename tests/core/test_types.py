import dataclasses
import pickle

import pytest

from r1gym.core.types import Completion, Episode, Problem, Score, Verdict

FAILURES = {Verdict.VERIFIER_ERROR, Verdict.INFRA_ERROR, Verdict.JUDGE_FAILED}


@pytest.mark.parametrize("verdict", Verdict)
def test_a_score_has_a_value_exactly_when_the_grader_did_not_fail(verdict):
    assert verdict.is_failure == (verdict in FAILURES)
    good, bad = (None, 0.0) if verdict in FAILURES else (0.0, None)
    assert Score(good, verdict).value is good
    with pytest.raises(ValueError, match="None exactly when"):
        Score(bad, verdict)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_score_is_finite(value):
    with pytest.raises(ValueError, match="finite"):
        Score(value, Verdict.CORRECT)


def test_nouns_are_frozen_hashable_and_picklable():
    problem = Problem("a/train/0", "Compute 1+1", "2", metadata={"tests": [1]})
    score = Score(1.0, Verdict.CORRECT, parts={"accuracy": Score(1.0, Verdict.CORRECT)})
    episode = Episode(problem, Completion("2", (1, 2)), score)
    for noun in (problem, episode.completion, score, episode):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(noun, dataclasses.fields(noun)[0].name, None)
        assert hash(noun) == hash(pickle.loads(pickle.dumps(noun)))
        assert pickle.loads(pickle.dumps(noun)) == noun
