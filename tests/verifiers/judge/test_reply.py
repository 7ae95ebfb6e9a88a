import pytest

from r1gym.core.types import Completion, Problem, Verdict

from .conftest import chat, marker_of, verdict

PROBLEM = Problem("p", "Compute 6*7", "42")
ANSWER = Completion("<think>6*7</think><answer>forty-two</answer>")


@pytest.mark.parametrize("structured", [True, False])
@pytest.mark.parametrize(
    "around",
    [
        "<think>Is it CORRECT? 6*7 is 42.</think>{}",
        "  <think>\nhm\n</think>\n\n{}\n",
        "```json\n{}\n```",
        "```\n{}\n```\n",
        "<think>hm</think>\n```json\n{}\n```",
    ],
)
def test_thinking_and_one_fence_are_taken_off(server, make_judge, around, structured):
    def answer(request):
        reply = verdict("INCORRECT")(request)["choices"][0]["message"]["content"]
        return chat(around.replace("{}", reply))

    server.script = [answer]
    judge = make_judge(structured=structured)
    assert judge.score(PROBLEM, ANSWER).verdict is Verdict.WRONG
    assert (len(server.requests), judge.asked_again) == (1, 0)


@pytest.mark.parametrize(
    "around",
    ["", " \n", "Here is my verdict:\n{}", "{} I hope that helps.", "```\n```json\n{}\n```\n```",
     "<think>hm {}", "{}\n{}"],
)  # fmt: skip
def test_a_reply_in_another_form_is_asked_for_once_more(server, make_judge, around):
    def odd(request):
        reply = verdict("CORRECT")(request)["choices"][0]["message"]["content"]
        return chat(around.replace("{}", reply))

    server.script = [odd, verdict("INCORRECT")]
    judge = make_judge()
    assert judge.score(PROBLEM, ANSWER).verdict is Verdict.WRONG
    first, second = server.requests
    assert judge.asked_again == 1 and marker_of(first) == marker_of(second)
    assert "another form" in second["messages"][-1]["content"]
    server.script = [odd]
    score = judge.score(PROBLEM, Completion("43"))
    assert score.verdict is Verdict.JUDGE_FAILED and score.reason.endswith("(asked twice)")
    assert judge.asked_again == 2 and len(server.requests) == 4
