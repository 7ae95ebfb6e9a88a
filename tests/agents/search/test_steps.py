import pytest

from r1gym.agents.search.steps import Cut
from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.envs.tokenizers import load_tokenizer
from r1gym.rollout.turns import finished_turn

TINY = load_tokenizer("tiny")
EOS = TINY.eos_id
TEXT = "<think>3+4=7\n7*2=14\n\n14-1=13</think><answer>13</answer>"


def texts(cut, text=TEXT, end=()):
    ids = [*TINY.encode(text), *end]
    pieces = Cut.of(cut).pieces(TINY, ids)
    assert [token for piece in pieces for token in piece] == ids
    return [TINY.decode(list(piece)) for piece in pieces]


@pytest.mark.parametrize(
    ("cut", "steps"),
    [
        ("newline", ["<think>3+4=7\n", "7*2=14\n", "\n", "14-1=13</think><answer>13</answer>"]),
        ("paragraph", ["<think>3+4=7\n7*2=14\n\n", "14-1=13</think><answer>13</answer>"]),
        ("tags", ["<think>3+4=7\n7*2=14\n\n14-1=13</think>", "<answer>13</answer>"]),
    ],
)
def test_a_completion_is_cut_behind_what_ends_a_step(cut, steps):
    assert texts(cut, end=[EOS]) == steps


def test_steps_of_so_many_tokens():
    assert texts("tokens:4", "123456789") == ["1234", "5678", "9"]
    assert texts("tokens:9", "123456789") == ["123456789"]
    assert texts("tokens:1", "12") == ["1", "2"]


@pytest.mark.parametrize("cut", ["newline", "paragraph", "tags", "tokens:3"])
def test_nothing_and_little_are_cut_too(cut):
    assert texts(cut, "") == []
    assert texts(cut, "7") == ["7"]


def test_an_end_token_alone_is_no_step():
    assert texts("newline", "1\n", [EOS]) == ["1\n"]
    assert texts("tokens:2", "12", [EOS]) == ["12"]
    assert texts("newline", "", [EOS]) == [""]  # but where it is all there is


@pytest.mark.parametrize("cut", ["newline", "paragraph", "tags"])
def test_steps_are_cut_where_an_engine_stops(cut):
    ids, stop = TINY.encode(TEXT), Cut.of(cut).stop
    turn = finished_turn(TINY, ids, [0.0] * len(ids), stop)
    assert Cut.of(cut).pieces(TINY, ids)[0] == turn.token_ids


@pytest.mark.parametrize("name", ["newlin", "", "token:3", None, 3])
def test_a_cut_that_there_is_not(name):
    with pytest.raises(UnknownNameError, match="newline"):
        Cut.of(name)


@pytest.mark.parametrize("name", ["tokens:", "tokens:0", "tokens:-1", "tokens:x", "tokens:1.5"])
def test_a_number_of_tokens_that_is_none(name):
    with pytest.raises(ConfigError, match="tokens"):
        Cut.of(name)
