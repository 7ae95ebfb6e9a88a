import pytest

from r1gym.core.types import Completion, Problem, Verdict
from r1gym.testing import Case, check_verifier
from r1gym.verifiers.f1 import F1, overlap, spans, words


def score(gold, answer, **more):
    problem = Problem("p", "Who?", gold, **more)
    return F1().score(problem, Completion(f"<answer>{answer}</answer>"))


@pytest.mark.parametrize(
    ("gold", "answer", "value"),
    [
        ("Chicago Bears", "the Chicago Bears", 1.0),  # articles
        ("Chicago Bears", "Bears", 2 / 3),
        ("Chicago Bears", "Packers", 0.0),
        ("1,250", "1250", 1.0),
        ("1250.0", "1,250 yards", 2 / 3),
        ("3 July 1862", "July 3, 1862", 1.0),
        ("12 yards", "13 yards", 0.0),  # the number must be stated
        ("well-known", "well known", 1.0),
        ("-5", "-5", 1.0),
        ("-5", "5", 0.0),
        ("$40", "40", 1.0),
        ("U.S.", "US", 1.0),
        ("beans; leeks", "leeks; beans", 1.0),
        ("beans; leeks", "beans", 0.5),
        ("beans", "beans; onions; leeks", 1 / 3),
        ("Łódź", "łódź", 1.0),
    ],
)
def test_words_in_common(gold, answer, value):
    found = score(gold, answer)
    assert found.value == pytest.approx(value)
    assert (found.verdict is Verdict.CORRECT) == (value == 1)


def test_the_best_of_several_golds_counts():
    assert score("Bern", "the city of Basel", other_answers=("city of Basel",)).value == 1
    assert score("Bern", "Basel now", other_answers=("Basel",)).value == pytest.approx(2 / 3)


def test_no_answer_and_no_gold():
    problem = Problem("p", "Who?", "Ada")
    assert F1().score(problem, Completion("hm", truncated=True)).verdict is Verdict.TRUNCATED
    assert F1().score(Problem("p", "Who?", " "), Completion("Ada")).value is None
    assert F1().same_answer(problem, "the Ada", "Ada.") and not F1().same_answer(problem, "A", "B")


def test_long_lists_are_paired_too():
    names = [f"town{i}" for i in range(9)]
    assert score("; ".join(names), "; ".join(reversed(names))).value == 1
    assert overlap([words("a b")] * 8, [words("b")]) == pytest.approx(1 / 8)
    assert spans(";") == [";"]


def test_it_keeps_the_promises_of_a_verifier():
    cases = [
        Case(
            Problem("1", "Who?", "Ada Brown"),
            "<answer>Ada Brown</answer>",
            ("<answer>Lin</answer>",),
        ),
        Case(Problem("2", "How many?", "42"), "<answer>42</answer>", ("<answer>43</answer>",)),
    ]
    check_verifier(F1, cases, strings=100)
