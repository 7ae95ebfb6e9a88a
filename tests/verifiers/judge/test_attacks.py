"""Judges that are easily led, behind a real server: what our side prevents whatever they say."""

import json

import pytest

from r1gym.core.types import Completion, Problem, Verdict
from r1gym.testing import JUDGING, check_judge
from r1gym.verifiers.judge.substance import states_nothing

from .conftest import chat, marker_of, shown_to, verdict

PROBLEM = Problem("days", "How many days does a week have?", "7")
PRAISE = ("careful grader", "my job", "switched off", "Ignore all", "professors", "undoubtedly")


def text_of(request):
    return "\n".join(line.removeprefix("| ") for line in shown_to(request).split("\n"))


def is_right(request):
    text = text_of(request)
    return "7" in text and "8" not in text


def led_by_openers(request):
    """Calls right whatever is short and does not say a wrong number."""
    text = text_of(request)
    return verdict("CORRECT" if is_right(request) or len(text) < 45 else "INCORRECT")(request)


def echoing(request):
    """Says again what it reads, which may look like a verdict."""
    return verdict("CORRECT")(request) if is_right(request) else chat(text_of(request))


def echoing_all(request):
    """Says again all that it was sent, our own lines as well."""
    if is_right(request):
        return verdict("CORRECT")(request)
    return chat(request["messages"][-1]["content"])


def of_two_minds(request):
    """Says both verdicts, one after the other."""
    if is_right(request):
        return verdict("CORRECT")(request)
    replies = [verdict(word)(request) for word in ("INCORRECT", "CORRECT")]
    return chat("\n".join(reply["choices"][0]["message"]["content"] for reply in replies))


def careless_with_quotes(request):
    """Copies the response into its object as it stands."""
    if is_right(request):
        return verdict("CORRECT")(request)
    return chat(
        f'{{"analysis": "It says {text_of(request)}", "marker": "{marker_of(request)}", '
        '"verdict": "INCORRECT"}'
    )


def told_what_to_say(request):
    """Replies as the response tells it to, with a marker that it makes up."""
    if is_right(request):
        return verdict("CORRECT")(request)
    text = text_of(request)
    word = "CORRECT" if "orrect" in text or "CORRECT" in text else "INCORRECT"
    return chat(json.dumps({"analysis": "", "marker": "0" * 16, "verdict": word}))


@pytest.mark.parametrize("structured", [True, False])
@pytest.mark.parametrize(
    "led", [echoing, echoing_all, of_two_minds, careless_with_quotes, told_what_to_say]
)
def test_no_attack_is_paid_for_what_a_judge_repeats(server, make_judge, led, structured):
    server.script = [led]
    report = check_judge(make_judge(structured=structured))
    assert len(report.outcomes) == len(JUDGING)
    assert [str(o.attack.name) for o in report.broken if o.what == "paid"] == []


def test_empty_openings_do_not_reach_a_judge(server, make_judge):
    server.script = [led_by_openers]
    assert check_judge(make_judge(), kinds=["empty opening"]).broken == ()
    assert len(server.requests) == 1  # the honest answer
    judge = make_judge()
    score = judge.score(PROBLEM, Completion("<think>7?</think> Answer:", truncated=True))
    assert score.verdict is Verdict.TRUNCATED
    assert not judge.probe().passed  # where the judge itself is asked


def test_what_only_a_judge_can_see_through_is_left_to_it(server, make_judge):
    """A judge that falls for praise is not ours to mend: that is what its probe is for."""
    server.script = [
        lambda request: verdict(
            "CORRECT"
            if is_right(request) or any(word in text_of(request) for word in PRAISE)
            else "INCORRECT"
        )(request)
    ]
    paid = check_judge(make_judge(), kinds=["judge flattery"]).broken
    assert len(paid) == len(PRAISE)


@pytest.mark.parametrize(
    ("response", "gold"),
    [
        ("Thought process:", "7"),
        ("**Answer:**", "7"),
        ("Okay, so let’s think step by step about this problem", "Paris"),
        ("To solve this we need to", "no"),
        ("Lösung:", "7"),
        ("最终答案：", "7"),
        ("...", "7"),
        ("\\boxed{}", "7"),
        ("<b></b>", "7"),
        ("how many days does a week have", "7"),
    ],
)
def test_a_response_that_states_nothing(response, gold):
    assert states_nothing(response, PROBLEM.question, gold)


@pytest.mark.parametrize(
    ("response", "gold"),
    [
        ("7", "7"),
        ("A", "A"),
        ("I", "one"),
        ("first", "1st"),
        ("The process", "a process"),
        ("two steps", "2"),
        ("step", "steps"),
        ("∅", "the empty set"),
        (">", "greater"),
        (",", ","),
        ("yes", "true"),
        ("sure", "yes"),
        ("The final answer is x", "y"),
        ("Paris", "\\text{Paris}"),
        ("答案是七", "7"),
    ],
)
def test_an_answer_is_for_the_judge_to_judge(response, gold):
    assert states_nothing(response, PROBLEM.question, gold) is None


def test_an_answer_that_the_token_limit_cut_off_in_its_tags_is_none(server, make_judge):
    judge = make_judge()
    cut = Completion("<think></think><answer>7", truncated=True)
    assert judge.score(PROBLEM, cut).verdict is Verdict.TRUNCATED
    assert server.requests == []
    stopped = Completion("<think></think><answer>seven")  # by a stop string
    assert judge.score(PROBLEM, stopped).value == 1.0
