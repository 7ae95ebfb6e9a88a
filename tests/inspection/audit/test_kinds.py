import time

import pytest

from r1gym.core.types import Problem
from r1gym.inspection.audit.kinds import kind_of


@pytest.mark.parametrize(
    ("answer", "gold", "kind"),
    [
        (None, "42", "no answer"),
        ("\\dfrac{1}{2}", "\\frac12", "notation"),
        ("$ 1,234 $", "1234", "notation"),
        ("\\frac{1}{4}", "0.25", "notation"),
        ("5 cm", "5", "units"),
        ("35\\%", "35", "units"),
        ("\\$3.50", "3.50", "units"),
        ("0.333", "1/3", "rounding"),
        ("41", "42", "other value"),
        ("3 or 4", "4", "several candidates"),
        ("x=3 \\quad x=5", "x=5", "several candidates"),
        ("1, 2", "\\{1, 2, 3\\}", "several candidates"),
        ("B", "C", "choice"),
        ("east", "\\text{west}", "text"),
        ("\\frac{n(n+1)}{2}", "\\sum_{k=1}^{n} k", "operators"),
        ("x^2+1", "x^2-1", "other"),
        ("", "42", "other"),
        ("1/0", "2", "other"),
    ],
)
def test_kinds(answer, gold, kind):
    assert kind_of(Problem("p", "", gold), answer, failed=False) == kind


def test_failures_and_tests_come_first():
    problem = Problem("p", "", "", metadata={"tests": [{}]})
    assert kind_of(problem, None, failed=True) == "failure"
    assert kind_of(problem, None, failed=False) == "tests"


@pytest.mark.parametrize(
    "answer",
    [
        "3 " + "a" * 5000 + "!",
        "3" + r"\circ" * 1000 + "!",
        r"3\%^\circ" * 500,
        "3" + "m2" * 2000 + "?",
    ],
)
def test_no_answer_takes_long(answer):
    began = time.perf_counter()
    assert kind_of(Problem("p", "", "3"), answer, failed=False) == "other"
    assert time.perf_counter() - began < 0.5
