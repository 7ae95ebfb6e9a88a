from concurrent.futures import ThreadPoolExecutor
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers import VERIFIERS
from r1gym.verifiers.choice import Choice

TEXTS = ["10 m", "12 m", "$12$ cm", "none of these"]


def score(answer, gold="C", texts=None):
    metadata = {} if texts is None else {"choices": texts}
    problem = Problem("p", "q", gold, metadata=metadata)
    return Choice().score(problem, Completion(f"<think>a</think><answer>{answer}</answer>"))


@pytest.mark.parametrize("gold", ["C", "(C)", "c", r"\text{(C)}", "C."])
@pytest.mark.parametrize(
    "answer",
    ["C", "(C)", "c", "C)", "C.", r"\text{(C)}", r"$\mathrm{C}$", r"\boxed{C}", "**C**", "option C",
     "Option (C)", "The answer is (C)", "选C", "（Ｃ）", "C. 12 cm", "(C) 12 cm",
     "option C: 12 cm"],
)  # fmt: skip
def test_one_letter_in_many_forms(gold, answer):
    assert score(answer, gold) == Score(1.0, Verdict.CORRECT)
    assert score(answer, gold, TEXTS) == Score(1.0, Verdict.CORRECT)


@pytest.mark.parametrize("answer", ["12 cm", "$12$ cm", "12cm.", r"12\ \text{cm}"])
def test_the_text_of_a_choice(answer):
    assert score(answer, "C", TEXTS).value == 1.0
    assert score(answer, "12 cm", TEXTS).value == 1.0
    assert score(answer, "B", TEXTS).value == 0.0


@pytest.mark.parametrize(
    "answer",
    ["A", "B, C", "C, D", "C and D", "C/D", "A B C D", "ABCD", "C or D", "C. D.", "(B) (C)",
     "C, but perhaps D", "not C", "C?", "Cat", "X", "Z", "12", "A-D", "any", "-",
     r"\boxed{B}, \boxed{C}", "C. 12 m or D. 3 m", "C. 12 m, D"],
)  # fmt: skip
def test_other_letters_and_several_are_wrong(answer):
    assert score(answer).value == 0.0
    assert score(answer, texts=TEXTS).value == 0.0


STATES = ["frozen", "melted", "boiled", "burnt"]


@pytest.mark.parametrize(
    "answer",
    ["B, melted", "B - melted", "B – melted", "Option B, melted", "B (melted)", "melted (B)",
     "**B**, melted", "**B** melted", "**(B)** melted", "(B), melted", "(B) is correct",
     "B is the correct answer", "The answer is B, melted"],
)  # fmt: skip
def test_a_letter_beside_its_text(answer):
    assert score(answer, "B", STATES).value == 1.0
    assert score(answer, "B").value == 1.0
    assert score(answer, "C", STATES).value == 0.0
    assert score(answer, "C").value == 0.0


@pytest.mark.parametrize(
    "answer", ["B, frozen", "melted (C)", "B (boiled)", "B, C", "B, or maybe C", "B - not melted"]
)
def test_a_letter_beside_another_text_is_wrong(answer):
    assert score(answer, "B", STATES).value == 0.0


@pytest.mark.parametrize(
    "answer", ["(B) is wrong", "(B) is not correct", "B, or maybe C", "B, not"]
)
def test_a_letter_that_is_taken_back_is_wrong(answer):
    assert score(answer, "B").value == 0.0


def test_golds_behind_j_need_no_list_of_choices():
    assert score("Q", "(Q)").value == 1.0
    assert score("R", "Q").value == 0.0
    assert score("Q, melted", "Q").value == 1.0
    assert score("Q", "C").verdict is Verdict.UNPARSEABLE  # where ten letters can be meant


def test_a_gold_that_is_a_solution():
    assert score("C", "The ice melts, so the answer is (C).").value == 1.0
    assert score("B", "The ice melts, so the answer is (C).").value == 0.0


def test_a_letter_with_the_text_of_another_choice_is_wrong():
    assert score("C. 12 m", texts=TEXTS).value == 0.0
    assert score("12 m", texts=TEXTS).value == 0.0
    assert score("the same", "A", ["the same", "the same"]).value == 0.0


def test_texts_that_look_like_letters_or_differ_in_capitals():
    assert score("B", "B", ["B", "A"]).value == 1.0  # a lone letter is a letter
    assert score("5 Mg", "A", ["5 Mg", "5 mg"]).value == 1.0
    assert score("5 mg", "A", ["5 Mg", "5 mg"]).value == 0.0


@pytest.mark.parametrize("answer", ["A, C", "C and A", "AC", "(A) (C)", "options A & C", "C; A"])
def test_several_letters_are_a_set(answer):
    assert score(answer, "A, C").value == 1.0
    assert score(answer, "AC", TEXTS).value == 1.0
    assert score(answer, "A").value == 0.0
    assert score("A", "A, C").value == 0.0


@pytest.mark.parametrize("gold", ["", "42", "none", "E or F"])
def test_a_gold_that_is_no_choice_is_our_failure(gold):
    assert score("C", gold).verdict is Verdict.VERIFIER_ERROR


@pytest.mark.parametrize("texts", ["abc", [1, 2], 7, ["x"] * 27, {"A": "x"}])
def test_choices_of_another_form_are_our_failure(texts):
    assert score("C", texts=texts).verdict is Verdict.VERIFIER_ERROR


def test_a_letter_without_a_choice():
    assert score("E", "C", TEXTS).verdict is Verdict.UNPARSEABLE
    assert score("C", "E", TEXTS).verdict is Verdict.VERIFIER_ERROR


def test_no_answer():
    problem = Problem("p", "q", "C")
    assert Choice().score(problem, Completion("")).verdict is Verdict.UNPARSEABLE
    assert Choice().score(problem, Completion("C")).value == 0.0
    assert Choice().score(problem, Completion("C", truncated=True)).verdict is Verdict.TRUNCATED
    assert VERIFIERS.get("choice") is Choice


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ABCDabc ()., :and12m$\\text{}") | st.text(), st.booleans())
def test_any_text_has_a_score(text, listed):
    found = score(text, texts=TEXTS if listed else None)
    assert found.value in (0.0, 1.0)
    assert found == score(text, texts=TEXTS if listed else None)


@pytest.mark.parametrize("unit", ["A and ", "a  ", "(", "A.", "\\text{", "C, ", "the answer is "])
def test_hostile_answers_are_read_in_time(unit):
    for size in (1_900, 100_000):
        start = thread_time()
        score((unit * size)[:size] + "!", texts=TEXTS)
        assert thread_time() - start < 0.25


def test_threads_agree():
    answers = ["C", "A, C", "12 m", "C. 12 cm", "nothing"] * 20
    expected = [score(answer, texts=TEXTS) for answer in answers]
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(lambda answer: score(answer, texts=TEXTS), answers)) == expected
