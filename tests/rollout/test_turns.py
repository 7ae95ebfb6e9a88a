import pytest

from r1gym.envs.tokenizers import load_tokenizer
from r1gym.rollout.turns import finished_turn, stop_tokens, stops

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


def test_only_tokens_that_may_complete_a_stop_text_are_looked_at():
    marked = stop_tokens(TINY, ("ab\n", "</think>"))
    found = {TINY.decode([token]) for token, is_one in enumerate(marked) if is_one}
    tags = {"<think>", "</think>", "<answer>", "</answer>"}  # they end with the same character
    assert found == {"", "\N{REPLACEMENT CHARACTER}", "\n", ">", *tags}
    assert all(stop_tokens(TINY, ("a ",))) and not any(stop_tokens(TINY, ()))


@pytest.mark.parametrize("stop", ["\n", "b", "c\n", "</think>", "1<answer>"])
def test_no_token_that_completes_a_stop_text_is_overlooked(stop):
    ids = TINY.encode("ab\nc\n</think>1<answer>b")
    for end in range(1, len(ids) + 1):
        ends_new = stops(TINY, ids[:end], (stop,)) and not stops(TINY, ids[: end - 1], (stop,))
        assert not ends_new or stop_tokens(TINY, (stop,))[ids[end - 1]]
