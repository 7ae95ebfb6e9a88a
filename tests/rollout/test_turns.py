import pytest

from r1gym.envs.tokenizers import load_tokenizer
from r1gym.rollout.turns import finished_turn, stops

TINY = load_tokenizer("tiny")


def cut(text, stop=(), ends=True):
    ids = TINY.encode(text) + [TINY.eos_id] * ends
    return finished_turn(TINY, ids, [-float(i) for i in range(len(ids))], stop)


@pytest.mark.parametrize(
    ("stop", "text", "truncated"),
    [
        ((), "abcabc", False),
        (("z",), "abcabc", False),
        (("b",), "ab", False),
        (("ca", "abcab"), "abca", False),  # whichever is complete first
        (("abc",), "abc", False),
        (("abcabc",), "abcabc", False),
    ],
)
def test_it_ends_with_what_completes_a_stop_text(stop, text, truncated):
    turn = cut("abcabc", stop)
    assert (turn.text, turn.truncated) == (text, truncated)
    assert len(turn.logprobs) == len(turn.token_ids)


def test_what_follows_an_end_is_dropped():
    ids = [9, TINY.eos_id, 10, TINY.eos_id]
    turn = finished_turn(TINY, ids, [-1.0, -2.0, -3.0, -4.0], (TINY.decode([10]),))
    assert (turn.token_ids, turn.logprobs, turn.truncated) == ((9, 1), (-1.0, -2.0), False)


def test_without_an_end_it_is_truncated():
    assert cut("abc", ends=False).truncated
    assert not cut("abc", ("c",), ends=False).truncated


def test_a_text_is_found_at_the_end_alone():
    ids = TINY.encode("one stop and more text behind it")
    assert stops(TINY, ids[:8], ("stop",))
    assert not stops(TINY, ids, ("stop",))
