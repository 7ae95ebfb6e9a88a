import pytest

pytest.importorskip("sympy")

from r1gym.verifiers.set_algebra import NotSets, same_sets


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("(A \\cup B)^c", "\\overline{A} \\cap \\overline{B}", True),
        ("A' \\cup B'", "(A\\cap B)^{c}", True),
        ("A \\cap (B \\cup C)", "(A \\cap B) \\cup (A \\cap C)", True),
        ("A \\cap (B \\cup C)", "(A \\cap B) \\cup C", False),
        ("A \\setminus B", "A \\cap B^c", True),
        ("A \\setminus B", "B \\setminus A", False),
        ("A \\triangle B", "(A \\setminus B) \\cup (B \\setminus A)", True),
        ("A \\cup \\emptyset", "A", True),
        ("\\left(A \\cup B\\right) \\cap A", "A", True),
        ("A \\cup B \\cup C", "C \\cup B \\cup A", True),
    ],
)
def test_terms(first, second, same):
    assert same_sets(first, second) is same
    assert same_sets(second, first) is same


@pytest.mark.parametrize(
    "text",
    ["A \\cup B \\cap C", "A \\setminus B \\setminus C", "A \\cup", "AB", "42", "(A", "", "A)"],
)
def test_what_is_no_term(text):
    with pytest.raises(NotSets):
        same_sets(text, "A \\cup B")


def test_a_letter_alone_is_a_number_s_name_as_well():
    with pytest.raises(NotSets):
        same_sets("A", "A")
