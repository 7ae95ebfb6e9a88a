import pytest

from r1gym.agents.search.beam import StepBeam
from r1gym.core.errors import ConfigError
from tests.agents.search.toys import text_of, toy


def test_the_best_step_is_taken_each_time():
    expander, writer, scorer = toy()
    results = StepBeam(expander, children=6).search(["x", "y"], 9, seed=0)
    assert list(map(text_of, results)) == ["bbbb", "bbbb"]
    assert writer.calls == [2, 2, 2, 2] and len(scorer.calls) == 4
    assert results[0].cost.tokens == 24 and results[0].candidates[0].value == 1.0


def test_a_wider_beam_keeps_what_looks_worse_at_first():
    def trap(text):  # a looks better until the end
        return {"bbbb": 0.9}.get(text, 0.5 - 0.1 * text.startswith("b"))

    narrow, wide = (
        StepBeam(toy(trap)[0], width=width, children=16).search(["x"] * 4, 9, seed=0)
        for width in (1, 20)
    )
    assert all(text_of(r).startswith("a") for r in narrow)
    assert list(map(text_of, wide)) == ["bbbb"] * 4
    assert all(len(r.candidates) > 8 for r in wide)


def test_beams_of_all_questions_are_written_together():
    expander, writer, _ = toy()
    results = StepBeam(expander, width=2, children=4).search(["x"] * 3, 9, seed=0)
    assert writer.calls == [3, 6, 6, 6]
    assert all(r.root is None and len(r.candidates) == 2 for r in results)


def test_the_limit_of_tokens_ends_an_answer():
    (result,) = StepBeam(toy()[0]).search(["x"], 3, seed=0)
    assert len(text_of(result)) == 3 and result.completion.truncated


@pytest.mark.parametrize("wrong", [{"width": 0}, {"children": 0}, {"width": 1.5}])
def test_wrong_options_are_refused(wrong):
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        StepBeam(toy()[0], **wrong)
