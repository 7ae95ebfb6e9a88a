import pytest

from r1gym.verifiers.math.written import same_as_written, same_letter


@pytest.mark.parametrize(
    ("answer", "gold", "verdict"),
    [
        ("III and I", "I and III", True),
        ("I, II and III", "I and III", False),
        ("I or III", "I and III", False),
        ("II only", "II", True),
        ("IV", "VI", False),
        ("x", "VI", None),
        ("I", "V", None),
        ("7:45 p.m.", "7:45 PM", True),
        ("19:45", "7:45 pm", True),
        ("7:45", "7:45 am", True),
        ("7:45 am", "7:45 pm", False),
        ("3:7", "6:14", None),
        ("101", "101_2", True),
        ("1a3", "1A3_{16}", True),
        ("101_3", "101_2", None),
        ("} ]", "} ]", True),
        ("]", "} ]", False),
        ("(1)", "()", None),
    ],
)
def test_what_is_compared_as_it_is_written(answer, gold, verdict):
    assert same_as_written(answer, gold) is verdict


@pytest.mark.parametrize(
    ("answer", "gold", "verdict"),
    [("(Q)", "\x01Q\x02", True), ("q", "(Q)", True), ("R", "(Q)", False), ("x", "x", None)],
)
def test_single_letters(answer, gold, verdict):
    assert same_letter(answer, gold) is verdict
