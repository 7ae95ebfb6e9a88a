import pytest

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Verdict
from r1gym.verifiers import RewardSum
from r1gym.verifiers.format import Format


def score(text, truncated=False, **options):
    return Format(**options).score(Problem("p", "q", "42"), Completion(text, truncated=truncated))


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


INSIDE = "6*7=42</think> <answer>42</answer>"


def test_inside_an_opened_thinking_the_completion_only_closes_it():
    opened = RewardSum({"format": 1.0}).for_template("{question}<think>")
    problem = Problem("p", "q", "42")
    assert opened.score(problem, Completion(INSIDE)).value == 1.0
    assert score(INSIDE).value == 0.0
    again = opened.score(problem, Completion("<think>" + INSIDE))
    assert again.value == 0.0 and "comes again" in again.reason
    for text in ("", "42", "a</think><answer></answer>", "a</think>b<answer>c</answer>"):
        assert opened.score(problem, Completion(text)).value == 0.0


@pytest.mark.parametrize(
    "template",
    [
        "Use <think> </think> and <answer> </answer>. User: {question}. Assistant:",
        "{question}",
        "<|User|>{question}<|Assistant|>",
        "{question} Think in <think> </think>, answer in <answer> </answer>. Assistant:",
        "{question} Write <think>...</think><answer>...</answer>",
        "{question} Use the tags <think> and <answer>.\nAssistant:",
    ],
)
def test_a_template_without_tags_after_the_question_changes_nothing(template):
    verifier = RewardSum({"format": 1.0}).for_template(template)
    assert not verifier.opening
    assert verifier.score(Problem("p", "q", "42"), Completion("<think>" + INSIDE)).value == 1.0


@pytest.mark.parametrize("end", ["<think>", "<think>\n", "Assistant: <think> ", "<think> First,"])
def test_a_template_that_opens_the_thinking(end):
    verifier = RewardSum({"format": 1.0}).for_template("Use <answer> </answer>. {question}" + end)
    assert verifier.score(Problem("p", "q", "42"), Completion(INSIDE)).value == 1.0
    assert verifier.score(Problem("p", "q", "42"), Completion("<think>" + INSIDE)).value == 0.0


@pytest.mark.parametrize(
    "end",
    [
        "<think>\n\n</think>",
        "<think>\n\n</think>\n<answer>",
        "<answer>",
        "<think>There is nothing to think about.</think>",
    ],
)
def test_a_template_under_which_the_format_cannot_be_earned(end):
    with pytest.raises(ConfigError, match="no completion could earn"):
        Format().for_template("{question}" + end)


def test_many_tags_are_read_in_linear_time():
    for tag in ("<think>", "</think>", "<answer>", "</answer>", "<"):
        assert score(tag * (100_000 // len(tag))).value == 0.0
