"""What sympy sees that evaluation does not, and what it leaves alone."""

import pytest

pytest.importorskip("latex2sympy2_extended")

from r1gym.core.types import Verdict
from r1gym.verifiers.second_opinion import second_opinion


@pytest.mark.parametrize(
    ("answer", "gold", "value"),
    [
        ("\\frac{n(n+1)}{2}", "\\sum_{k=1}^{n} k", 1.0),
        ("\\frac{n(n-1)}{2}", "\\sum_{k=1}^{n} k", 0.0),
        ("1/3", "\\int_0^1 x^2\\,dx", 1.0),
        ("1/2", "\\int_0^1 x^2\\,dx", 0.0),
        ("1", "\\lim_{x\\to 0}\\frac{\\sin x}{x}", 1.0),
        ("\\frac{\\pi^2}{6}", "\\sum_{k=1}^\\infty \\frac{1}{k^2}", 1.0),
        ("n!", "\\prod_{k=1}^n k", 1.0),
        ("\\int_0^1 t^2\\,dt", "\\int_0^1 x^2\\,dx", 1.0),
        ("A \\cap B^c", "A \\setminus B", 1.0),
        ("A \\cap B", "A \\setminus B", 0.0),
        ("2(x+1)", "2x+2", 1.0),
        ("\\frac12", "0.5", 1.0),
        ("0.333", "1/3", 0.0),
        ("x=3", "3", 1.0),
        ("X", "x", 0.0),
        ("x>2", "2<x", 1.0),
        ("3 apples", "3", None),
        ("1 2", "3", None),
        ("3 or 4", "4", None),
        ("east", "\\text{west}", None),
        ("\\frac{1}", "1", None),
        ("__import__('os').system('true')", "1", None),
    ],
)
def test_opinions(answer, gold, value):
    score = second_opinion(f"\\boxed{{{answer}}}", gold)
    assert score.value == value, score.reason
    if value is None:
        assert score.reason.startswith("no opinion: ")


@pytest.mark.parametrize("answer", ["\\int_0^1 x^2\\,dx", "\\sum_{k=1}^{1} \\frac{k}{3}"])
def test_to_write_the_question_down_is_no_answer(answer):
    assert second_opinion(f"\\boxed{{{answer}}}", "\\frac{1}{3}").value == 0.0


def test_no_answer_is_none():
    assert second_opinion("hm", "1").verdict is Verdict.UNPARSEABLE
    assert second_opinion("<answer>1", "1").value == 1.0
    assert second_opinion("<answer>1", "1", truncated=True).verdict is Verdict.UNPARSEABLE
