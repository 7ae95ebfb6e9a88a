import time

import pytest

from r1gym.verifiers.math.phrases import without_phrase


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("27 students in both classes", "27"),
        ("$45.00 left to spend", "$45.00"),
        ("5 cm long", "5 cm"),
        ("60 km per hour on average", "60 km per hour"),
        ("10% more", "10%"),
        ("6th place", "6"),
        ("1,200, as shown above", "1,200"),
        ("$4 in change", "$4"),
        ("32 in all", "32"),
        ("2304 a year for insurance", "2304"),
        ("240 5 dollar bills", "240"),
        ("20 kids who aren't allergic to anything", "20"),
    ],
)
def test_the_number_before_a_phrase(text, number):
    assert without_phrase(text) == number


@pytest.mark.parametrize(
    "text",
    ["42", "42 is wrong", "42 isn't right", "42 or 43", "42 or so", "42 to 45 apples", "42, 43",
     "42 and 43", "42 thousand people", "42 dozens", "42 squared", "5 x", "5x + 1", "42 = 6 * 7",
     "42 no wait it is 41", "42 but maybe 41", "42 minus 1", "8 pm", "about 42", "", "42 (or 43)",
     "42 if x is positive", "-", "1" * 400 + " apples"],
)  # fmt: skip
def test_what_is_no_number_with_a_phrase(text):
    assert without_phrase(text) is None


@pytest.mark.parametrize(
    "text", ["4" * 290 + " a", "1,1" * 90 + " b", "4 " + "(" * 290, "4 a" * 99]
)
def test_hostile_text_takes_no_time(text):
    start = time.perf_counter()
    without_phrase(text)
    assert time.perf_counter() - start < 0.05
