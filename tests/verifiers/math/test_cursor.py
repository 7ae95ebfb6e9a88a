import pytest

from r1gym.verifiers.math.cursor import Cursor
from r1gym.verifiers.math.fold import Unreadable


def test_tokens_are_taken_in_order():
    cursor = Cursor(["-", "+", "-", "-", "x", "1"])
    assert cursor.signs()  # three of them
    assert (cursor.take(), cursor.take(), cursor.peek()) == ("x", "1", "")
    with pytest.raises(Unreadable):
        cursor.take()


def test_what_does_not_come_is_unreadable():
    with pytest.raises(Unreadable):
        Cursor(["x"]).expect("{")
    cursor = Cursor(["{", "x"])
    cursor.expect("{")
    assert cursor.take() == "x"
    cursor.expect("}")  # which the end may leave out
