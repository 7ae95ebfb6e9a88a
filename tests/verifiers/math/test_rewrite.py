import pytest

from r1gym.verifiers.math.rewrite import prepared, readings


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("x=1 y=2", ["x=1", "y=2"]),
        ("x=1\ny=2\nz=3", ["x=1", "y=2", "z=3"]),
        ("k=2 k=5", ["k=2", "k=5"]),
        (r"C = 2\pi r = 10\pi", [r"C = 2\pi r = 10\pi"]),
        ("d = 5 cm = 50 mm", ["d = 5 cm = 50 mm"]),
        ("3x + 2 y = 6", ["3x + 2 y = 6"]),
        ("x - 4 y = 1, 3x + 2 y = 6", ["x - 4 y = 1", "3x + 2 y = 6"]),
    ],
)
def test_equations_side_by_side(text, parts):
    assert [part.strip() for part in prepared(text).split(",")] == parts


@pytest.mark.parametrize(
    ("text", "said"),
    [("8th", "8\x01ordinal\x02"), ("8^{th}", "8\x01ordinal\x02"), ("21st", "21\x01ordinal\x02"),
     ("7st", "7st"), ("8ths", "8ths"),
     ("f^{(2)}(x)", "f''(x)"), ("x^{(2)}", "x^{(2)}"),
     (r"\approx 3", "3"), ("= 3", "3"), ("7 (apples)", "7 \x01apples\x02"), ("2 (ab)", "2 (ab)")],
)  # fmt: skip
def test_what_is_taken_off(text, said):
    assert prepared(text) == said


@pytest.mark.parametrize(
    ("text", "other", "reading"),
    [
        ("6 m^2", "6m^2", "6m^2"),
        ("2e+1", "2e + 1", "2 e +1"),
        (r"\log 2", r"\ln 2", r"\ln  2"),
        ("h(x+1)", "hx+h", "h*(x+1)"),
        ("52g", "52", "52 g"),
        ("2 to 5", "2:5", "2:5"),
        ("1 \x01to\x02 2 \x01to\x02 3", "1:2:3", "1:2:3"),
        ("{1,2}", "1,2", r"\{1,2\}"),
    ],
)
def test_other_readings(text, other, reading):
    assert reading in readings(text, other)


def test_a_call_stays_one_beside_calls():
    assert "f*(x)" not in readings("f(x)", "2f(x)")
    assert "f*(6)" not in readings("f(6)", "6f")
    assert "2:5" not in readings("2 to 5", "2, 5") + readings("2 to 5 km", "2:5")
    assert "52 g" not in readings("52g", "52x")
