from decimal import Decimal

import numpy as np
import pytest

from r1gym.core.plain import is_missing, plain, present

pandas = pytest.importorskip("pandas")


@pytest.mark.parametrize(
    "value", [None, float("nan"), np.nan, np.float32("nan"), np.array(None), pandas.NA, pandas.NaT]
)
def test_empty_cells(value):
    assert is_missing(value)


@pytest.mark.parametrize("value", [0, "", [], "nan", np.array([np.nan]), Decimal(1), False, {}])
def test_cells_that_hold_something(value):
    assert not is_missing(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float32(0.1), 0.1),
        (np.float64(0.1), 0.1),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.array(["a", "b"]), ["a", "b"]),
        (np.array("a"), "a"),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.array([{"a": np.array([1])}], dtype=object), [{"a": [1]}]),
        ((1, (2, None)), [1, [2, None]]),
        ({"a": (np.float32(0.3),)}, {"a": [0.3]}),
        (pandas.Series([1, 2]), [1, 2]),
        ("text", "text"),
    ],
)
def test_values_of_other_libraries(value, expected):
    found = plain(value)
    assert found == expected and type(found) is type(expected)


def test_values_of_arrow():
    arrow = pytest.importorskip("pyarrow")
    assert plain(arrow.array([["a"], None])) == [["a"], None]
    assert plain(arrow.scalar(3)) == 3


def test_other_objects_stay():
    thing = object()
    assert plain([thing])[0] is thing


def test_fields_that_are_empty_go():
    assert present({"a": None, "b": 0, "c": float("nan"), "d": ""}) == {"b": 0, "d": ""}
