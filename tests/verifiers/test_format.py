import pytest

from r1gym.core.types import Completion, Problem, Verdict
from r1gym.verifiers.format import Format


def score(text, truncated=False):
    return Format().score(Problem("p", "q", "42"), Completion(text, truncated=truncated))


@pytest.mark.parametrize(
    "text",
    [
        "<think>6*7=42</think><answer>42</answer>",
        " <think>6*7=42</think>\n<answer>\n42</answer>\n",
        "<think></think><answer>wrong but well formed</answer>",
    ],
)
def test_the_format_is_paid_whatever_the_answer(text):
    assert score(text).value == 1.0
    assert score(text).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "<think> stands 0 times"),
        ("<answer>42</answer>", "<think> stands 0 times"),
        ("<think>a</think>", "<answer> stands 0 times"),
        ("<think>a<think>b</think><answer>42</answer>", "<think> stands 2 times"),
        ("<think>a</think><answer>4</answer><answer>2</answer>", "<answer> stands 2 times"),
        ("<answer>42</answer><think>a</think>", "<answer> is out of order"),
        ("</think>a<think><answer>42</answer>", "</think> is out of order"),
        ("well <think>a</think><answer>42</answer>", "text outside"),
        ("<think>a</think> so <answer>42</answer>", "text outside"),
        ("<think>a</think><answer>42</answer> done", "text outside"),
        ("<think>a</think><answer> </answer>", "empty"),
    ],
)
def test_faults_are_named(text, fault):
    assert score(text).value == 0.0
    assert score(text).verdict is Verdict.WRONG
    assert fault in score(text).reason


def test_a_completion_that_was_cut_off_is_truncated():
    assert score("<think>6*7", truncated=True).verdict is Verdict.TRUNCATED
