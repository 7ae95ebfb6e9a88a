from fractions import Fraction

import pytest

from r1gym.verifiers.math.answers import Group, Matrix, Named, Relation, Text, Union, Value
from r1gym.verifiers.math.fold import Unreadable
from r1gym.verifiers.math.read import MOST_CHARACTERS, list_reading, read, read_normal, read_short


def values(group):
    return [item.node for item in group.items]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("7", Value),
        ("1,2", Group),
        ("(1,2)", Group),
        (r"\{1,2\}", Group),
        ("1:2", Group),
        (r"\pm 2", Group),
        (r"(1,2)\cup(3,4)", Union),
        ("x<1 or x>2", Named),
        (r"\R\setminus\{0\}", Group),
        (r"\begin{pmatrix}1&2\end{pmatrix}", Matrix),
        ("x=5", Named),
        ("1<x<2", Named),
        ("x+y=1", Relation),
        ("x<y", Relation),
        ("no idea", Text),
        ("", Text),
    ],
)
def test_the_type_of_an_answer(text, kind):
    assert isinstance(read(text), kind)


def test_brackets_decide_the_group():
    groups = [read(text) for text in ("(1,2]", "[1,2)", "]1,2[", r"\langle 1,2\rangle")]
    assert [group.open + group.close for group in groups] == ["(]", "[)", "()", "()"]
    assert read(r"\{1,2\}").open == "{"
    assert read("1 or 2").open == "or"


def test_items():
    assert values(read("1, 2, and 3")) == [1, 2, 3]
    assert values(read(r"2\pm 1")) == [3, 1]
    assert values(read("x=1 or x=2").value) == [1, 2]
    assert read("x=1 or x=2").name == "x"


@pytest.mark.parametrize("text", ["1 or", "5=6", "5=5", "x=x", "a+1=1+a", "1<x>2", r"\{x|x\}"])
def test_what_says_nothing_is_text(text):
    assert isinstance(read(text), Text)


def test_chains_of_equations_must_hold():
    assert read(r"x = 2+3 = 5").value == Value(5)
    assert isinstance(read("x = 2+3 = 6"), Text)


def test_a_rounding_must_be_near():
    said = read(r"\sqrt{2} \approx 1.414")
    assert said.rounded == Fraction(707, 500)
    assert isinstance(read(r"\sqrt{2} \approx 2"), Text)


def test_the_budget_of_characters():
    assert read("1" * MOST_CHARACTERS) == Value(int("1" * MOST_CHARACTERS))
    assert read("1" * (MOST_CHARACTERS + 1)) == Text("")


def test_read_normal_says_what_it_cannot_read():
    for text in ("", "{}", "1 or", "((1)", "five"):
        with pytest.raises(Unreadable):
            read_normal(text)


def test_read_short_remembers():
    assert read_short("3/6") is read_short("3/6")


def test_a_thousand_may_be_two_numbers():
    assert values(list_reading("100,200")) == [100, 200]
    assert list_reading("1, 2") is None
    assert list_reading("7") is None


def test_matrices():
    assert read(r"\begin{bmatrix}1&2\\3&4\end{bmatrix}").rows == ((1, 2), (3, 4))


def test_determinants_are_computed():
    for text in (
        r"\begin{vmatrix}3&1\\1&2\end{vmatrix}",
        r"\det\begin{pmatrix}3&1\\1&2\end{pmatrix}",
        r"\left|\begin{matrix}3&1\\1&2\end{matrix}\right|",
    ):
        assert read(text) == Value(5)
    assert isinstance(read(r"\begin{vmatrix}3&1\end{vmatrix}"), Text)
    rows = r"1&1&1&1&1\\" * 5
    assert isinstance(read(rf"\begin{{vmatrix}}{rows}\end{{vmatrix}}"), Text)


def test_broken_matrices():
    assert isinstance(read(r"\begin{pmatrix}1&2\\3\end{pmatrix}"), Text)
    assert isinstance(read(r"\begin{pmatrix}1&2"), Text)
