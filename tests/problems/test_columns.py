import numpy as np
import pytest

from r1gym.core.errors import ProblemFileError
from r1gym.problems.columns import fault, label, level, text, text_or_number, texts


def test_the_first_column_that_is_there_counts():
    assert text({"Problem": "?", "question": "!"}, "problem", "Problem", "question") == "?"
    assert text_or_number({"Answer": 70.0}, "answer", "Answer") == "70"
    assert text_or_number({"answer": 0.5}, "answer") == "0.5"
    assert texts({"a": np.array(["x", "y"])}, "a") == ["x", "y"]
    assert (level({"l": "Level 5"}, "l"), level({"l": 2}, "l")) == (5, 2)
    assert label({"id": None, "name": 7}, "id", "name") == "7" and label({}, "id") == ""


@pytest.mark.parametrize(
    "read",
    [
        lambda: text({"a": " "}, "a"),
        lambda: text({}, "a", "b"),
        lambda: text_or_number({"a": True}, "a"),
        lambda: texts({"a": "x"}, "a"),
        lambda: texts({"a": ["x"]}, "a", least=2),
        lambda: level({"a": "hard"}, "a"),
    ],
)
def test_what_is_wrong_names_the_column(read):
    with pytest.raises(ProblemFileError, match='"a" must be'):
        read()


def test_long_values_are_cut():
    assert str(fault("a", "short", "x" * 99)).endswith("xxx...")
