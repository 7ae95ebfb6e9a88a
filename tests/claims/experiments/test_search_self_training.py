from r1gym.claims.experiments.search_self_training import _rows
from r1gym.core.types import Completion


def test_what_is_learnt_is_right_whole_and_different():
    answers = [Completion(t, truncated=t == "d") for t in ("a", "b", "a", "d", "c")]
    rows = _rows("q", answers, [True, False, True, True, True])
    assert [(row.question, row.completion) for row in rows] == [("q", "a"), ("q", "c")]
