import pytest

from r1gym.verifiers.math import answers_match


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        ("0.50", "1/2"),
        ("-0.5", r"-\frac{1}{2}"),
        ("$7$.", "7"),
        ("1,234", "1234"),
        ("(C) 12", "12"),
        ("C. 12", "(C)"),
        ("12", "(C) 12"),
        ("the total is 7", "7"),
        (r"\text{Answer: }7", "7"),
        ("答案：7", "7"),
        ("Tuesday", r"\text{tuesday}"),
        ("7" * 5_000, "7" * 5_000),
        ("7 " * 5_000, "7" * 5_000),
    ],
)
def test_a_match(answer, gold):
    assert answers_match(answer, gold)


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        ("", ""),
        (" ", " "),
        ("7", ""),
        ("7/0", "14/0"),
        ("```7```", "7"),
        ("``` the total is 7", "7"),
        ("D", "C"),
        ("C or D", "C"),
        ("Cannot", "C"),
        ("C. 13", "(C) 12"),
        ("(C) 13", "12"),
        ("the total is not 7", "7"),
        ("A or B", "A, B"),
        ("6'", "6''"),
        ("6%", "600%"),
        ("6%", "6:1"),
        ("1.5%", "3/2"),
        ("20%, 40%", "20, 30"),
        ("wrong answer: 7", "7"),
        ("Answer: 7 or 8", "7"),
        ("it is 7 or 8", "7"),
        ("7" * 5_000, "7" * 4_999),
    ],
)
def test_no_match(answer, gold):
    assert not answers_match(answer, gold)
