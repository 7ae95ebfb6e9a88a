import pytest

from r1gym.core.errors import ConfigError
from r1gym.inspection.play import play


def test_tokens_probabilities_and_the_environments_reward(micro_run):
    played = play(micro_run, problem=3)
    assert played.problem.id.endswith("/test/0/3") and played.step == 4
    assert played.prompt == f"User: {played.problem.question}. Assistant:"
    assert len(played.tokens) == len(played.probabilities) <= 24
    assert all(0 < p <= 1 for p in played.probabilities)
    assert played.reward == played.score.value
    assert set(played.score.parts) == {"accuracy", "format"}


def test_the_same_seed_gives_the_same_answer(micro_run):
    assert play(micro_run, seed=1).tokens == play(micro_run, seed=1).tokens
    assert play(micro_run, seed=1).tokens != play(micro_run, seed=2).tokens


def test_the_base_model_answers_too(micro_run):
    assert play(micro_run, base=True, temperature=0).step == 0


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_a_problem_out_of_range(number, micro_run):
    with pytest.raises(ConfigError, match=f"from 0 to 999999, not {number}"):
        play(micro_run, problem=number)
