import dataclasses
import json
import pickle
from fractions import Fraction

import numpy as np
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


@pytest.mark.parametrize(
    "value",
    [1, np.float32(1), np.float64(1), np.int64(1), np.uint8(1), np.array(1.0), Fraction(2, 2)],
)
def test_a_number_of_any_kind_is_stored_as_a_float(value):
    score = Score(value, Verdict.CORRECT)
    assert type(score.value) is float and score.value == 1.0
    assert json.dumps(score.value) == "1.0"


def test_a_tensor_without_dimensions_is_a_number():
    torch = pytest.importorskip("torch")
    for value in (torch.tensor(0.5), torch.tensor(0.5, dtype=torch.bfloat16, requires_grad=True)):
        assert Score(value, Verdict.WRONG).value == 0.5
    for value in (torch.tensor([0.5]), torch.tensor(True)):
        with pytest.raises(TypeError, match="must be a number or None, got tensor"):
            Score(value, Verdict.WRONG)


@pytest.mark.parametrize(
    "value",
    [True, np.bool_(True), "1.0", b"1", [1.0], np.array([1.0]), np.array(True), 1j, object(), {}],
)
def test_what_is_no_number_is_refused_in_one_line(value):
    with pytest.raises(TypeError, match="a score's value must be a number or None") as caught:
        Score(value, Verdict.CORRECT)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 150
    with pytest.raises(ValueError, match="must fit a float"):
        Score(10**400, Verdict.CORRECT)


def test_a_verdict_may_be_given_by_its_name_and_no_other():
    assert Score(1.0, "correct") == Score(1.0, Verdict.CORRECT)
    assert Score(1.0, "correct").verdict is Verdict.CORRECT
    assert Score(None, "judge_failed").verdict.is_failure
    for verdict in ("right", "CORRECT", None, 1.0, True, ["correct"]):
        with pytest.raises(ValueError, match="must be one of correct, wrong, .*, got"):
            Score(1.0, verdict)
    with pytest.raises(ValueError, match="None exactly when"):
        Score(1.0, "judge_failed")


def test_a_reason_is_a_text():
    assert Score(None, Verdict.INFRA_ERROR, OSError("disk full")).reason == "disk full"
    assert Score(1.0, Verdict.CORRECT, None).reason == ""


def test_nouns_are_frozen_hashable_and_picklable():
    problem = Problem("a/train/0", "Compute 1+1", "2", metadata={"tests": [1]})
    score = Score(1.0, Verdict.CORRECT, parts={"accuracy": Score(1.0, Verdict.CORRECT)})
    episode = Episode.single(problem, Completion("2", (1, 2)), score)
    for noun in (problem, episode.completion, score, episode):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(noun, dataclasses.fields(noun)[0].name, None)
        assert hash(noun) == hash(pickle.loads(pickle.dumps(noun)))
        assert pickle.loads(pickle.dumps(noun)) == noun
