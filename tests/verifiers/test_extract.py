import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from r1gym import Completion, Problem, RewardSum, Verdict
from r1gym.verifiers.extract import after_thinking, extract_answer, gold_text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("<think>a</think><answer>42</answer>", "42"),
        ("<answer> 42\n</answer>", "42"),
        ("no thinking, \\boxed{42}.", "42"),
        ("</think><answer>so \\boxed{42}</answer>", "42"),
        ("\\boxed{\\frac{1}{2}}", "\\frac{1}{2}"),
        ("\\boxed{\\{1, 2\\}}", "\\{1, 2\\}"),
        ("\\boxed{1} no, \\boxed{2}", "2"),
        ("\\boxed{1} no, \\boxed{2", "1"),
        ("<answer>1</answer> no, <answer>2</answer>", "2"),
        ("<answer>1</answer> no, <answer>2", "1"),
        ("<answer>42</answer></answer>", "42"),
        ("<answer>1<answer>42</answer> so</answer>", "42"),
        ("<think>a</think>\\boxed{41}<answer>42</answer></answer>", "41"),
        ("\\boxed{42$ is it", "42"),
        ("\\boxed{42\nand so on", "42"),
        ("so \\boxed{\\boxed{42}}", "42"),
        ("\\fbox{42}", "42"),
        ("\\boxed{42\\\\}", "42\\\\"),
        ("<think>a</think><answer>42", "42"),
        ("【答案】42", "42"),
        ("【答案】：C", "C"),
        ("The answer (in cm) is 42.", "42"),
        ("The answer, in cm, is 42.", "42"),
        ("The answer must therefore be 42.", "42"),
        ("The answer is, therefore, 42.", "42"),
        ("The final answer turns out to be 42.", "42"),
        ("\\boxed 42", "42"),
        ("\\boxed{7} or \\boxed{8}", "\\boxed{7} or \\boxed{8}"),
        ("\\boxed{7}, \\boxed{8}", "\\boxed{7}, \\boxed{8}"),
        ("\\boxed{x=7}\\boxed{y=8}", "x=7, y=8"),
        ("x=\\boxed{7}\\quad y=\\boxed{8}", "7, 8"),
        ("\\boxed{8}\\boxed{8}", "8"),
        ("\\boxed{\\boxed{8}, 7}", "\\boxed{8}, 7"),
        ("\\boxed{\\boxed{\\boxed{8}}, 7}", "\\boxed{\\boxed{8}}, 7"),
        ("\\boxed{ \\boxed{8} }", "8"),
        ("The answer is 41. Is the answer is 42?", "41"),
        ("The answer is 3.5? The answer is 42.", "42"),
        ("The answer is 42, which is even.", "42"),
        ("The answer is 42, which is wrong.", "42, which is wrong"),
        ("The answer is exactly 42.", "42"),
        ("The answer is 42.", "42"),
        ("The final answer to the question is: $42$, because 6 times 7.", "$42$"),
        ("**Answer:** 42", "42"),
        ("## Final Answer\n\n42\n", "42"),
        ("6 * 7\n#### 42", "42"),
        ("The answer is 41. No: the answer is 42", "42"),
        ("<answer>The answer is 42</answer>", "42"),
        ("所以答案是42。", "42"),
        ("故选C", "C"),
    ],
)
def test_the_last_marked_answer_counts(text, answer):
    assert extract_answer(text) == answer


@pytest.mark.parametrize(
    "text",
    [
        "",
        "42",
        "<answer></answer>",
        "<answer> </answer>",
        "\\boxed{}",
        "\\boxed{42",
        "</answer>42<answer>",
        "<think>\\boxed{42}</think>",
        "<think><answer>42</answer></think> hm",
        "<think>never closed <answer>42</answer>",
        "The answer is 42? No, 43.",
    ],
)
def test_no_answer_is_none(text):
    assert extract_answer(text) is None


def test_only_what_follows_the_last_thinking_counts():
    assert after_thinking("<think>a</think>b</think>c") == "c"
    assert after_thinking("plain") == "plain"
    assert after_thinking("<think>open") == ""


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("We multiply 6 and 7 to get $\\boxed{42}$.", "42"),
        ("First $\\boxed{40}$ and then two more: $\\boxed{42}$", "42"),
        ("He has 6*7=42 apples.\n#### 42", "42"),
        ("#### 1,042", "1,042"),
        ("The answer is 42.", "42"),
        ("<think>41?</think><answer>42</answer>", "42"),
        ("6*7=42。答案是42。", "42"),
        (" 42\n", "42"),
        ("\\text{no answer}", "\\text{no answer}"),
        ("He has 42 apples.", "He has 42 apples."),
        ("\\boxed{}", "\\boxed{}"),
        ("", ""),
    ],
)
def test_a_gold_that_is_a_solution_is_read_as_a_completion_is(gold, answer):
    assert gold_text(gold) == answer


TAGS = ["<think>", "</think>", "<answer>", "</answer>", "\\boxed{", "{", "}", "\\", "4", " "]


@given(st.lists(st.sampled_from(TAGS)).map("".join) | st.text())
@example("\\boxed{4}\\boxed{5}").via("boxes side by side are a list")
@example("\\boxed{}\\boxed{<answer></answer>")
def test_any_text_gives_a_stripped_part_of_it_or_none(text):
    answer = extract_answer(text)
    assert answer is None or (answer and answer == answer.strip())
    assert answer is None or all(part.strip() in text for part in answer.split(","))


@pytest.mark.parametrize(
    "piece",
    [
        "{",
        "}",
        "\\boxed{",
        "\\boxed{}",
        "\\boxed{1}, ",
        "\\f",
        "<answer>",
        "</answer>",
        "\\",
        "answer to ",
    ],
)
def test_hostile_text_takes_linear_time(piece):
    start = time.perf_counter()
    extract_answer(piece * (1_000_000 // len(piece)))
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("text", "whole", "cut"),
    [
        ("<think>6*7</think><answer>4", "4", None),  # perhaps of 42
        ("<answer>", None, None),
        ("<answer>B", "B", None),
        ("<answer>4</answer><answer>4", "4", "4"),
        (r"\boxed{42} <answer>4", "42", "42"),
        ("The answer is 7. <answer>4", "4", "7"),
    ],
)
def test_an_answer_that_the_token_limit_cuts_off_is_none(text, whole, cut):
    assert extract_answer(text) == whole
    assert extract_answer(text, truncated=True) == cut


@pytest.mark.parametrize(
    ("name", "answer", "metadata"),
    [
        ("accuracy", "4", {}),
        ("choice", "B", {}),
        ("logic", "yes", {"logic": {"kind": "truth", "gold": True}}),
        ("countdown", "3+4", {"countdown": {"numbers": [3, 4], "target": 7}}),
    ],
)
def test_no_component_pays_what_the_token_limit_cut_off(name, answer, metadata):
    problem = Problem("p", "q", answer, metadata=metadata)
    reward = RewardSum({name: 1.0})
    text = f"<answer>{answer}"
    assert reward.score(problem, Completion(text)).value == 1.0
    score = reward.score(problem, Completion(text, truncated=True))
    assert (score.value, score.verdict) == (0.0, Verdict.TRUNCATED)
