import math

import pytest

from r1gym.core.errors import ConfigError
from r1gym.inspection.play import Asking, play
from r1gym.inspection.targets import How


def only(found):
    [played] = found
    [sample] = played.samples
    return played, sample


def test_tokens_probabilities_and_what_they_earn(micro_run):
    played, sample = only(play([str(micro_run)], Asking(problem=3)))
    assert played.problem.id.endswith("/test/0/3") and played.name == "micro, step 4"
    assert played.prompt == f"User: {played.problem.question}. Assistant:"
    assert len(sample.tokens) == len(sample.probabilities) == sample.length <= 24
    assert all(0 < p <= 1 for p in sample.probabilities)
    assert set(sample.score.parts) == {"accuracy", "format"}
    logprobs = sample.trajectory.logprobs
    assert sample.probabilities == pytest.approx([math.exp(value) for value in logprobs])


def test_the_likeliest_tokens_have_the_models_own_probabilities(micro_run):
    _, sample = only(play([str(micro_run)], Asking(temperature=0)))
    assert set(sample.trajectory.logprobs) == {0.0}  # nothing was left to chance
    assert 0 < min(sample.probabilities) < 1


def test_the_same_seed_gives_the_same_answer(micro_run):
    first, again, other = (
        only(play([str(micro_run)], Asking(seed=seed)))[1].tokens for seed in (1, 1, 2)
    )
    assert first == again != other


def test_base_checkpoint_and_run_are_asked_the_same(micro_run):
    checkpoint = str(micro_run / "checkpoints" / "step-000002")
    found = play([str(micro_run), checkpoint], Asking(samples=3), How(base=True))
    names = ["micro, its base", "micro, step 4", "micro, its base", "micro, step 2"]
    assert [one.name for one in found] == names
    assert len({one.prompt for one in found}) == 1
    assert [len(one.samples) for one in found] == [3] * 4


def test_a_question_of_ones_own(micro_run):
    question = "12*34 and what else may be asked, so that it is longer than any of the set"
    played, sample = only(play([str(micro_run)], Asking(question=question)))
    assert question in played.prompt and sample.score is None
    _, sample = only(play([str(micro_run)], Asking(question="1+1", answer="2")))
    assert set(sample.score.parts) == {"accuracy", "format"}


def test_a_model_without_a_run_has_default_problems(micro_run, tmp_path):
    import shutil

    shutil.copytree(micro_run / "checkpoints" / "step-000004", tmp_path / "model")
    played, _ = only(play([str(tmp_path / "model")], Asking(max_tokens=8)))
    assert played.name == str(tmp_path / "model") and played.task.max_tokens == 8
    other, _ = only(play([str(tmp_path / "model")], Asking(problems="countdown:1", max_tokens=8)))
    assert other.problem.family == "countdown-numbers"
    with pytest.raises(ConfigError, match="is no run, so nothing says what it was trained from"):
        play([str(tmp_path / "model")], how=How(base=True))


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_a_problem_out_of_range(number, micro_run):
    with pytest.raises(ConfigError, match=f"from 0 to 999999, not {number}"):
        play([str(micro_run)], Asking(problem=number))


def test_a_question_that_the_model_cannot_read_is_refused(micro_run):
    line = "The tokenizer of micro, step 4 has no 'ö', '×', so the model would not read"
    with pytest.raises(ConfigError, match=line):
        play([str(micro_run)], Asking(question="Grösser... 3×4, grösser", max_tokens=4))
    play([str(micro_run)], Asking(question="Bigger: 3*4?", max_tokens=4))
