import pytest

from r1gym.verifiers.math.normalize import normalize, strip_frame


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("½", r"\frac{1}{2}"),
        ("x²", "x^{2}"),
        ("2¹⁰", "2^{10}"),
        ("x₁", "x_{1}"),
        ("−３．５", "-3.5"),
        ("1\u200b2", "12"),
        ("【1，2】", "[1,2]"),
        (r"10\,000", "10,000"),
        (r"10{,}000", "10,000"),
        (r"10,\!000", "10,000"),
        (r"\left(1\right)", "(1)"),
        (r"\text{ cm}", "\x01cm\x02"),
        (r"2\text{ hours and }30", "2\x01hours\x02 \x01and\x0230"),
        (r"\text{3 feet 6 inches}", "3 feet 6 inches"),
        (r"\mathrm{sin}", r"\sin"),
        (r"\mathbf{7}", "{7}"),
        (r"\mathbb{R}", r"\R"),
        (r"\large 7", "7"),
        (r"\text{x = }5", "\x01x\x02=5"),
        (r"6\text{ not <=}5", "6\x01not <=\x025"),
        (r"\begin{aligned} x &= 5 \end{aligned}", "x  = 5"),
        ("", ""),
    ],
)
def test_one_spelling(text, normal):
    assert normalize(text) == normal


def test_more_than_one_row_stays():
    rows = r"\begin{aligned}x&=1\\y&=2\end{aligned}"
    assert normalize(rows) == rows


def test_the_end_of_a_row_hides_the_space_behind_it():
    assert normalize(r"1\\ 2") == r"1\\ 2"


@pytest.mark.parametrize(
    "framed",
    ["$7$", "$$7$$", r"\(7\)", r"\[ 7 \]", "**7**", "`7`", "_7_", " 7. ", "$**7**.$", "7$"],
)
def test_frames_come_off(framed):
    assert strip_frame(framed) == "7"


@pytest.mark.parametrize("text", ["$7$ or $8$", r"7\$", "a*b", r"\,"])
def test_what_is_no_frame_stays(text):
    assert strip_frame(text) == text
