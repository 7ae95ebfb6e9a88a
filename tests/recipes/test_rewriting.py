import threading

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem
from r1gym.recipes.parts import make_part
from r1gym.recipes.rewriting import REWRITERS, Refused, Unanswered, rewrite_all
from r1gym.verifiers import RewardSum

ENGLISH = Problem("p/1", "What is seven plus five, please?", "12")
CHINESE = Problem("p/2", "请问七加五是多少？", "12")
NEITHER = Problem("p/3", "7+5", "12")
WORDS = {
    "en": {"先": "first ", "加": "plus ", "是": "is ", "嗯": "", "再加": "then plus "},
    "zh": {"first ": "先", "plus ": "加", "is ": "是", "so": "所以"},
}
SUMMARY = {
    "en": "The answer is <answer>{answer}</answer>.",
    "zh": "答案是<answer>{answer}</answer>",
}
ANSWER = "<answer>12</answer>"


def made(problem, response, **options):
    return make_part(REWRITERS, "procedural", options)(problem, response)


@pytest.mark.parametrize(
    ("problem", "before", "after"),
    [
        (ENGLISH, "先7 加5 是12", "first 7 plus 5 is 12"),
        (ENGLISH, "先7 再加5 嗯 是12 嗯\n嗯 是12", "first 7 then plus 5 is 12\n is 12"),
        (ENGLISH, "first 7 加5 是12", "first 7 plus 5 is 12"),
        (ENGLISH, "first 7 plus 5  is 12", "first 7 plus 5  is 12"),
        (CHINESE, "first 7 plus 5 is 12 so 12", "先7 加5 是12 所以 12"),
        (CHINESE, "sofa first 7", "sofa 先7"),
        (NEITHER, "先7 加5 是12", "first 7 plus 5 is 12"),
    ],
)
def test_words_of_other_languages_are_translated(problem, before, after):
    assert made(problem, f"<think>{before}</think>{ANSWER}", words=WORDS) == (
        f"<think>{after}</think>{ANSWER}"
    )


def test_a_language_may_be_set():
    text = f"<think>先7</think>{ANSWER}"
    assert made(CHINESE, text, words=WORDS, language="en") == f"<think>first 7</think>{ANSWER}"
    assert made(ENGLISH, text, words=WORDS, language="fr") == text


def test_a_summary_carries_the_answer_and_is_judged_right():
    text = f"<think>7+5=12</think> {ANSWER}\n"
    right = "<think>7+5=12</think>The answer is <answer>12</answer>."
    assert made(ENGLISH, text, summary=SUMMARY["en"]) == right
    assert made(ENGLISH, text, summary=SUMMARY) == right
    assert made(CHINESE, text, summary=SUMMARY) == "<think>7+5=12</think>答案是<answer>12</answer>"
    assert RewardSum({"accuracy": 1.0}).score(ENGLISH, Completion(right)).value == 1.0


@pytest.mark.parametrize(
    ("problem", "text", "options", "why"),
    [
        (ENGLISH, f"<think>7{ANSWER}", {}, "not closed"),
        (ENGLISH, "<think>7</think>", {"summary": "It is {answer}"}, "states no answer"),
        (CHINESE, f"<think>7</think>{ANSWER}", {"summary": {"en": "{answer}"}}, "language zh"),
    ],
)
def test_what_cannot_be_rewritten_is_refused(problem, text, options, why):
    with pytest.raises(Refused, match=why):
        made(problem, text, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"summary": "It is 12"}, "must hold {answer}, unlike 'It is 12'"),
        ({"summary": {"en": 3}}, "summary must be a text"),
        (
            {"summary": {"eng": "{answer}"}},
            "A language of the rewriter's summary must be one of .*, not 'eng'",
        ),
        ({"words": {"xx": {"a": "b"}}}, "rewriter's words must be one of"),
        ({"words": {"en": {}}}, "The words of 'en' need a text"),
        ({"words": {"en": {"a": 1}}}, "What stands for 'a' must be a text"),
        ({"words": {"en": ["a"]}}, "words of 'en' must be"),
        ({"words": 3}, "The rewriter's words must be"),
        ({"language": "tlh"}, "language 'tlh' is not known"),
        ({"tables": {}}, "The rewriter 'procedural' has no option 'tables'"),
    ],
)
def test_a_wrong_option_is_one_line(options, message):
    with pytest.raises(ConfigError, match=message) as caught:
        make_part(REWRITERS, "procedural", options)
    assert "\n" not in str(caught.value)


def test_an_unknown_rewriter():
    with pytest.raises(
        UnknownNameError, match="no rewriter 'procedual'. Did you mean 'procedural'"
    ):
        make_part(REWRITERS, "procedual", {})


def test_none_leaves_a_response_as_it_is():
    assert make_part(REWRITERS, "none", {})(ENGLISH, " a \n") == " a \n"


def test_all_are_rewritten_in_order_and_refusals_stand_in_their_places():
    def odd(problem, text):
        if text == "b":
            raise Unanswered("nobody there")
        return "" if text == "c" else text * 2

    first, refused, empty, last = rewrite_all(odd, [(ENGLISH, text) for text in "abcd"])
    assert (first, last) == ("aa", "dd")
    assert isinstance(refused, Unanswered) and str(refused) == "nobody there"
    assert isinstance(empty, Refused) and str(empty) == "it wrote nothing"
    assert rewrite_all(odd, []) == []


def test_one_that_waits_is_asked_side_by_side():
    barrier = threading.Barrier(3, timeout=5)

    def waits(problem, text):
        barrier.wait()
        return text

    waits.concurrency = 3
    assert rewrite_all(waits, [(ENGLISH, text) for text in "abc"]) == ["a", "b", "c"]


def test_a_rewriter_that_fails_is_one_line():
    with pytest.raises(ConfigError, match="failed on a response to problem p/1 .ZeroDivisionError"):
        rewrite_all(lambda problem, text: 1 / 0, [(ENGLISH, "a")])
