"""The reward of a pair, asked at both places."""

import re

import pytest

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Verdict
from r1gym.verifiers.judge.pairs import Pairs, summary_of
from tests.chat_server import chat

PROBLEM = Problem("p", "2+2?", "", metadata={"reference": "<think>hm</think>It is five."})


def prefers(word):
    """A judge that says one thing, whoever stands where."""

    def answer(request):
        last = request["messages"][-1]["content"]
        marker = re.search("VERDICT ([0-9a-f]{16}) <verdict>", last)[1]
        return chat(f"VERDICT {marker} {word}")

    return answer


def likes(text, word="A>B"):
    """A judge that prefers the response with a text in it."""

    def answer(request):
        last = request["messages"][-1]["content"]
        is_first = last.index(text) < last.index("=== RESPONSE B")
        return prefers(f"[[{word if is_first else word[::-1].replace('<', '>')}]]")(request)

    return answer


@pytest.fixture
def make(server):
    return lambda **options: Pairs(
        **{"model": "m", "base_url": server.url, "timeout": 5, "max_retries": 0, **options}
    )


@pytest.mark.parametrize(
    ("script", "value", "verdict"),
    [
        (likes("four"), 0.75, Verdict.CORRECT),
        (likes("five"), 0.25, Verdict.WRONG),
        (likes("four", "A>>B"), 1.0, Verdict.CORRECT),
        (likes("five", "A>>B"), 0.0, Verdict.WRONG),
        (prefers("[[A=B]]"), 0.5, Verdict.WRONG),
        (prefers("[[A>>B]]"), 0.5, Verdict.WRONG),  # whoever stands first
    ],
)
def test_the_value_is_the_mean_of_both_places(server, make, script, value, verdict):
    server.script = [script, script]
    score = make().score(PROBLEM, Completion("<think>a draft</think> It is four."))
    assert (score.value, score.verdict) == (value, verdict)
    assert len(server.requests) == 2
    for request in server.requests:
        text = request["messages"][-1]["content"]
        assert "| It is four." in text and "| It is five." in text
        assert "draft" not in text and "hm" not in text  # the summaries only


def test_a_judge_that_fails_at_one_place_masks_the_pair(server, make):
    server.script = [prefers("[[A>B]]"), chat("no verdict"), chat("no verdict")]
    score = make().score(PROBLEM, Completion("It is four."))
    assert score.value is None and score.verdict is Verdict.JUDGE_FAILED


def test_what_was_asked_once_is_not_asked_again(server, make, tmp_path):
    server.script = [likes("four")] * 4
    judge = make(cache=str(tmp_path))
    first = judge.score(PROBLEM, Completion("It is four."))
    assert judge.score(PROBLEM, Completion("<think>other</think>It is four.")) == first
    assert len(server.requests) == 2
    judge.score(PROBLEM, Completion("It is four!"))
    assert len(server.requests) == 4


def test_nobody_is_asked_about_nothing(server, make):
    for text, truncated, verdict in (
        ("", False, Verdict.UNPARSEABLE),
        ("<think>It is four.", True, Verdict.TRUNCATED),
        ("<think>a</think> <answer> </answer>", False, Verdict.UNPARSEABLE),
    ):
        score = make().score(PROBLEM, Completion(text, truncated=truncated))
        assert (score.value, score.verdict) == (0.0, verdict)
    assert server.requests == []


@pytest.mark.parametrize("reference", [None, 5, " "])
def test_a_problem_without_a_reference_is_masked(make, reference):
    problem = Problem("p", "2+2?", "", metadata={"reference": reference})
    score = make().score(problem, Completion("four"))
    assert score.verdict is Verdict.VERIFIER_ERROR and "'reference'" in score.reason


def test_options_are_the_judge_s(make):
    with pytest.raises(ConfigError, match="rubric"):
        make(rubric="correctness")
    with pytest.raises(ConfigError, match="structured"):
        make(structured=True)


def test_the_summary():
    assert summary_of("<think>a</think> b <answer>c</answer>") == "c"
    assert summary_of("b") == "b" and summary_of("<think>b") == ""
