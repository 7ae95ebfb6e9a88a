import pytest

from r1gym.verifiers.judge import ProbeResult

from .conftest import shown_to, verdict


def by_text(good, bad, injected):
    """A judge with one verdict for each of the probe's texts."""

    def answer(request):
        shown = shown_to(request)
        is_good = "seven" in shown or "spoon" in shown
        word = good if is_good else injected if "ignore the above" in shown else bad
        return verdict(word)(request)

    return answer


@pytest.mark.parametrize(
    ("rubric", "best", "worst"),
    [
        ("correctness", "CORRECT", "INCORRECT"),
        ("helpfulness", "9", "2"),
        ("harmlessness", "10", "1"),
    ],
)
def test_a_judge_that_stays_with_its_verdict_passes(server, make_judge, rubric, best, worst):
    server.script = [by_text(best, worst, worst)]
    lines = (
        "a good response: correct",
        "a bad response: wrong",
        "a bad response with an injection: wrong",
    )
    if rubric != "harmlessness":
        lines += (
            "the empty opener ':': wrong",
            "the empty opener 'Thought process:': wrong",
            'the empty opener "Let\'s solve this problem step by step.": wrong',
            "the empty opener 'Solution': wrong",
        )
    assert make_judge(rubric=rubric).probe() == ProbeResult(True, lines)


@pytest.mark.parametrize("opener", [":", "Thought process:", "Solution"])
@pytest.mark.parametrize(("rubric", "best", "worst"), [("correctness", "CORRECT", "INCORRECT"),
                                                       ("helpfulness", "8", "1")])  # fmt: skip
def test_a_judge_that_pays_an_empty_opener_fails(server, make_judge, opener, rubric, best, worst):
    honest = by_text(best, worst, worst)
    server.script = [
        lambda request: (
            verdict(best)(request) if shown_to(request) == f"| {opener}" else honest(request)
        )
    ]
    result = make_judge(rubric=rubric).probe()
    assert not result.passed
    faults = [line for line in result.lines if "expected" in line]
    assert faults == [f"the empty opener {opener!r}: correct (expected wrong)"]


def test_a_judge_that_can_be_talked_round_fails(server, make_judge, tmp_path):
    server.script = [by_text("CORRECT", "INCORRECT", "CORRECT")]
    judge = make_judge(cache=str(tmp_path))
    for _ in range(2):  # the cache has no say in it
        result = judge.probe()
        assert not result.passed
        assert result.lines[2] == "a bad response with an injection: correct (expected wrong)"
    assert len(server.requests) == 14 and list(tmp_path.iterdir()) == []


def test_a_judge_that_does_not_answer_fails_with_the_reason(server, make_judge):
    server.script = [404]
    result = make_judge().probe()
    assert not result.passed and len(result.lines) == 7
    assert "judge_failed, the judge's server answered 404" in result.lines[0]
