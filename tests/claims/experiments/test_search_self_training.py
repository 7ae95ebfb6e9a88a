from r1gym.claims.experiments.search_common import ask
from r1gym.claims.experiments.search_self_training import _Arm, _rows, _sample
from r1gym.core.types import Completion


def test_what_is_learnt_is_right_whole_and_different():
    answers = [Completion(t, truncated=t == "d") for t in ("a", "b", "a", "d", "c")]
    rows = _rows("q", answers, [True, False, True, True, True])
    assert [(row.question, row.completion) for row in rows] == [("q", "a"), ("q", "c")]


def test_samples_take_as_many_tokens_as_the_search_did(llama):
    asked, arm = ask("train", 6), _Arm(llama)
    llama.model.config.max_position_embeddings = 256
    for tokens in (300, 1000):
        assert abs(_sample(asked, arm, tokens, seed=0) - tokens) < 2 * asked.task.max_tokens
    assert len(arm.found) == 2 and all(0 <= share <= 1 for share in arm.found)
