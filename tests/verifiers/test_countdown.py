from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.testing import Case, check_verifier
from r1gym.verifiers import VERIFIERS
from r1gym.verifiers.countdown import Countdown
from r1gym.verifiers.extract import NO_ANSWER


def problem(target=22, numbers=(3, 5, 7)):
    metadata = {"countdown": {"numbers": list(numbers), "target": target}}
    return Problem("p", "q", "", metadata=metadata)


def score(answer, target=22, numbers=(3, 5, 7)):
    text = f"<think>a</think><answer>{answer}</answer>"
    return Countdown().score(problem(target, numbers), Completion(text))


@pytest.mark.parametrize(
    "answer",
    ["3*5+7", "7+5*3", "(3*5)+7", "((3)*(5))+(7)", "3 * 5 + 7", "3*5+7=22", "22 = 3*5+7",
     "3*5+7 = 15+7 = 22", "3×5+7", "3·5+7", "3 x 5 + 7", "3X5+7", "3⋅5 + 7",
     "3＊5＋7", r"3 \times 5 + 7", r"3 \cdot 5 + 7 = 22", r"$3\times5+7$",
     r"\(3 \times 5 + 7\)",
     r"\left(3\times 5\right)+7", r"\boxed{3\times 5+7}", "[3*5]+7", "{3*5}+7", "3(5)+7",
     "(3)(5)+7",
     "**3*5+7**", "`3*5+7`", "3*5+7.", "7--3*5", "-(-3*5-7)", "+3*5+7", "3*5\n+7", "7 − −5·3",
     "003*5+7"],
)  # fmt: skip
def test_any_right_expression_in_many_forms(answer):
    assert score(answer) == Score(1.0, Verdict.CORRECT)


@pytest.mark.parametrize(
    ("answer", "target", "numbers"),
    [
        ("8/(3-8/3)", 24, (3, 3, 8, 8)),
        (r"\frac{8}{3-\frac{8}{3}}", 24, (3, 3, 8, 8)),
        (r"\dfrac{8}{\left(3-\tfrac{8}{3}\right)} = 24", 24, (3, 3, 8, 8)),
        ("8÷(3−8÷3)", 24, (3, 3, 8, 8)),
        ("(5-1/5)*5", 24, (1, 5, 5, 5)),
        (r"(10 - 4) \div 3", 2, (3, 4, 10)),
        ("5-9", -4, (5, 9)),
        ("12", 12, (12,)),
        ("0*5+3", 3, (0, 3, 5)),
    ],
)
def test_values_are_exact(answer, target, numbers):
    assert score(answer, target, numbers) == Score(1.0, Verdict.CORRECT)


@pytest.mark.parametrize(
    ("answer", "target", "numbers"),
    [
        ("22", 22, (3, 5, 7)),  # the target once more
        ("22 = 22", 22, (3, 5, 7)),
        ("3*5+7 = 23", 22, (3, 5, 7)),
        ("3*5+7 = 3*7+5 = 22", 22, (3, 5, 7)),
        ("3+5+7", 22, (3, 5, 7)),
        ("3*5+8", 22, (3, 5, 7)),
        ("3*5+7+0", 22, (3, 5, 7)),
        ("3*5+7+7-7", 22, (3, 5, 7)),
        ("3*5+7-3+3", 22, (3, 5, 7)),
        ("3*7+1", 22, (3, 5, 7)),
        ("15+7", 22, (3, 5, 7)),
        ("12+3", 15, (1, 2, 3)),  # 1 and 2 are not 12
        ("F{3}{1}", 3, (1, 3)),
        ("1 2+3", 15, (1, 2, 3)),
        ("1_2+3", 15, (1, 2, 3)),
        ("12", 12, (1, 2)),
        (r"\frac12", 12, (1, 2)),
        (r"\frac12", 12, (12,)),
        ("2²", 22, (22,)),
        ("2^3", 8, (2, 3)),
        ("2**3", 8, (2, 3)),
        ("2**(3)", 6, (2, 3)),
        ("3!", 6, (3,)),
        ("6/2(1+2)", 9, (6, 2, 1, 2)),  # it has two meanings
        ("6/2(1+2)", 1, (6, 2, 1, 2)),
        ("8/3", 2, (3, 8)),
        ("8//3", 2, (3, 8)),
        ("8%3", 2, (3, 8)),
        ("3.0+5+7", 15, (3, 5, 7)),
        ("1e1", 10, (1, 1)),
        ("5/(3-3)", 0, (3, 3, 5)),
        ("5/0", 0, (0, 5)),
        (r"\frac{5}{0}", 0, (0, 5)),
        ("1/3+1/3+1/3000000000", 1, (1, 3, 1, 3)),
    ],
)
def test_tricks_are_not_paid(answer, target, numbers):
    assert score(answer, target, numbers).value == 0.0


@pytest.mark.parametrize(
    "answer",
    ["", "none", "3*5+7 or 7+3*5", "3*5+7, 7+5*3", "3*5=15, 15+7=22", "3*5+7; 1", "x=3*5+7", "=22",
     "3*5+7=", "3*5+7==22", "=", "3*5+7 ≈ 22", "3*5+7 != 22", "(3*5+7", "3*5+7)", "(3*5]+7", "3*+",
     "3 5 7", "*3*5+7*2", "()", "3*5+7()", r"\frac{3*5+7}", r"\frac{22}{}", "sum([3,5,7])",
     "__import__('os').getcwd()", "3*5+7 # 22", "３*５+７", "٣*5+7", "三*5+7",
     r"\boxed{3*5+7}, \boxed{1}",
     "9" * 16, "9**9**9**9", "10^{10^{10}}", "(" * 51 + "3*5+7" + ")" * 51, "(" * 400, "-" * 999,
     "3*5+7=22=22=22=22=22", "3*5+7" + " " * 1000 + "+", "+".join("1" * 200), "F{3}{5}", "Fxx",
     "lambda: 22", "3*5+7 \x00", "3*5+7\u200b", "\\times", "\\left", "{{3*5}+7"],
)  # fmt: skip
def test_what_is_no_expression_is_not_paid(answer):
    assert score(answer).value == 0.0
    assert score(answer, 22, (22,)).value == 0.0


def test_brackets_may_be_deep_but_not_endless():
    assert score("(" * 50 + "3*5+7" + ")" * 50).value == 1.0
    assert score("(" * 51 + "3*5+7" + ")" * 51).verdict is Verdict.UNPARSEABLE
    assert score(r"\frac{" * 45 + "3" + "}{1}" * 45, 3, [3] + [1] * 45).value == 1.0


@pytest.mark.parametrize(
    ("answer", "verdict", "reason"),
    [
        ("3+5+7", Verdict.WRONG, "its value is not 22"),
        ("3*5+8", Verdict.WRONG, "it does not use exactly the numbers [3, 5, 7]"),
        ("3/(5-5)", Verdict.WRONG, "it divides by zero"),
        ("3*5+", Verdict.UNPARSEABLE, "it is no expression: it breaks off"),
        ("1" * 1001, Verdict.UNPARSEABLE, "it is no expression: it is too long"),
    ],
)
def test_the_reason_is_said(answer, verdict, reason):
    assert score(answer) == Score(0.0, verdict, reason)


@pytest.mark.parametrize(
    "countdown",
    [None, [], {"numbers": [3]}, {"target": 3}, {"numbers": [], "target": 3},
     {"numbers": ["3"], "target": 3}, {"numbers": [3], "target": "3"}, {"numbers": 3, "target": 3},
     {"numbers": [True], "target": 1}, {"numbers": [3], "target": 3.0},
     {"numbers": [-3], "target": 3}],
)  # fmt: skip
def test_a_task_that_cannot_be_used_is_our_failure(countdown):
    metadata = {} if countdown is None else {"countdown": countdown}
    found = Countdown().score(
        Problem("p", "q", "3", metadata=metadata), Completion("<answer>3</answer>")
    )
    assert found.verdict is Verdict.VERIFIER_ERROR


def test_no_answer():
    known = problem()
    assert Countdown().score(known, Completion("3*5+7")) == Score(
        0.0, Verdict.UNPARSEABLE, NO_ANSWER
    )
    cut = Countdown().score(known, Completion("3*5", truncated=True))
    assert cut.verdict is Verdict.TRUNCATED
    assert VERIFIERS.get("countdown") is Countdown


def test_it_keeps_the_promises_of_a_verifier():
    wrong = ("22", "3*5+8", "3*5+7=23", "(3*5+7", "9**9**9", "3*5+7 or 7+3*5", "3+5+7", "1/0")
    cases = [
        Case(
            problem(), "<answer>7+3*5 = 22</answer>", tuple(f"<answer>{w}</answer>" for w in wrong)
        ),
        Case(problem(24, (3, 3, 8, 8)), r"\boxed{\frac{8}{3-\frac{8}{3}}}", ("8/(3-8/3)", "24")),
    ]
    check_verifier("countdown", cases)


EXPRESSIONS = st.recursive(
    st.integers(0, 20).map(str),
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda p: f"({''.join(p)})"),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS)
def test_it_computes_what_python_computes(text):
    from fractions import Fraction
    from re import findall, sub

    numbers = [int(number) for number in findall(r"\d+", text)]
    try:
        value = eval(sub(r"(\d+)", r"Fraction(\1)", text), {"Fraction": Fraction})
    except ZeroDivisionError:
        assert score(text, 1, numbers).reason == "it divides by zero"
        return
    if value.denominator == 1:
        assert score(text, int(value), numbers).value == 1.0
        assert score(text, int(value) + 1, numbers).value == 0.0
        assert score(text, int(value), [*numbers, 1]).value == 0.0
    else:
        assert score(text, round(value), numbers).value == 0.0


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123579+-*/()[]{}=x \\fractimesdv^.!F,$") | st.text())
def test_any_text_has_a_score(text):
    assert score(text).value in (0.0, 1.0)


@pytest.mark.parametrize(
    "unit", ["(", "1+", "-", "9" * 15 + "/", "1/", "\\frac{", "{", "\\", "1=", "((1)", " ", "2("]
)
def test_hostile_answers_are_read_in_time(unit):
    for size in (990, 100_000):
        start = thread_time()
        score((unit * size)[:size] + "1")
        assert thread_time() - start < 0.25
