import pytest

from r1gym.verifiers.math import answers_match


@pytest.mark.parametrize(
    ("gold", "answer", "right"),
    [
        ("5", "x = 5", True),
        ("5", "2+3=5", True),
        ("5", "2+4=5", False),  # a chain that is not true
        ("x>3", "3<x", True),
        ("x>3", r"x\ge 3", False),
        ("y=2x+1", "2x-y+1=0", True),
        ("y=2x+1", "y=2x-1", False),
        ("2 < x < 5", "5 > x > 2", True),
        (r"x \equiv 3 \pmod{7}", r"x \equiv 3 \pmod 7", True),
        (r"x \equiv 3 \pmod{7}", r"x \equiv 4 \pmod 7", False),
    ],
)
def test_equations_chains_and_inequalities(gold, answer, right):
    assert answers_match(gold, answer) is right
