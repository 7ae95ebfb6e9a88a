import pytest

from r1gym.sandbox import compare


@pytest.mark.parametrize(
    ("actual", "expected", "same"),
    [
        (b"1\n2\n", b"1\n2", True),
        (b"1 \t\n2\n\n \n", b"1\n2", True),
        (b"1\r\n2\r\n", b"1\n2\n", True),
        (b"", b"\n\n", True),
        (b" 1", b"1", False),
        (b"\n1", b"1", False),
        (b"1\n\n2", b"1\n2", False),
        (b"1  2", b"1 2", False),
        (b"1\r2", b"1\n2", False),
        (b"1\0", b"1", False),
        (b"1\x0b", b"1", False),
        (b"A", b"a", False),
    ],
)
def test_text_is_compared_line_by_line(actual, expected, same):
    assert compare.same_text(actual, expected) is same


def test_tokens_ignore_how_words_are_parted():
    assert compare.same_text(b"1  2\n3", b"1\n2 3", "tokens")
    assert not compare.same_text(b"12 3", b"1 2 3", "tokens")


def test_lines_in_any_order():
    assert compare.same_text(b"b\na\n", b"a\nb", "unordered")
    assert not compare.same_text(b"a\na", b"a\nb", "unordered")


@pytest.mark.parametrize(
    ("actual", "expected", "same"),
    [
        (b"0.3333333", b"0.33333", True),
        (b"x 1.0000001", b"x 1", True),
        (b"1000001", b"1000000", True),
        (b"0.4", b"0.3", False),
        (b"nan", b"0.3", False),
        (b"inf", b"1e308", False),
        (b"0x1", b"1", False),
        (b"1_0", b"10", False),
        (b"1 1", b"1", False),
        (b"1e400", b"1e308", False),
        (b"y 1", b"x 1", False),
    ],
)
def test_numbers_within_a_tolerance(actual, expected, same):
    assert compare.same_text(actual, expected, float_tol=1e-5) is same


@pytest.mark.parametrize("value", [None, True, 0, -1, 10**40, 1.5, "é", [], {"a": [1, None]}])
def test_a_value_is_itself(value):
    assert compare.same_value(value, value)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (True, 2),
        (2, True),
        (0, None),
        ("True", True),
        ("1", 1),
        ([1], 1),
        ([1, 2], [2, 1]),
        ({"a": 1}, {"a": 1, "b": 2}),
        (1, "1"),
        (None, []),
        ([], {}),
        ([True], [2]),
    ],
)
def test_types_tell_values_apart(actual, expected):
    assert not compare.same_value(actual, expected)
    assert not compare.same_value(actual, expected, float_tol=0.1)


def test_two_is_two_point_zero():
    assert compare.same_value(2, 2.0)
    assert compare.same_value([2.0], [2])


def test_values_within_a_tolerance():
    assert compare.same_value([0.1 + 0.2], [0.3], float_tol=1e-9)
    assert not compare.same_value([0.1 + 0.2], [0.3])
    assert not compare.same_value(10**400, 1.5, float_tol=1.0)


@pytest.mark.parametrize(
    ("actual", "expected"), [(1, True), (True, 1), ([0], [False]), (1.0, True)]
)
def test_truth_is_a_number_as_in_python(actual, expected):
    assert compare.same_value(actual, expected)
    assert compare.same_value([actual], [expected], "unordered")


def test_items_in_any_order():
    assert compare.same_value([[1, 2], "a", 3.0], [3, "a", [1, 2]], "unordered")
    assert not compare.same_value([1, 1, 2], [1, 2, 2], "unordered")
    assert not compare.same_value([True], [2], "unordered")
    assert compare.same_value([1.0000001, 0.9999999], [0.9999998, 1], "unordered", 1e-3)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[1] x",
        b"nan",
        b"NaN",
        b"Infinity",
        b"1e999",
        b"9" * 5000,
        b"[" * 200 + b"]" * 200,
        b'{"a":' * 200 + b"1" + b"}" * 200,
        b"\xff",
        b"'a'",
        b"[1, 2",
        b'"' + b"x" * (1 << 20) + b'"',
        b"[" * 100_000,
    ],
)
def test_what_is_no_json_within_limits(data):
    with pytest.raises(compare.NotJson):
        compare.parse(data)


def test_brackets_in_text_are_not_depth():
    text = '["' + "[" * 500 + '\\""]'
    assert compare.parse(text.encode()) == ["[" * 500 + '"']
