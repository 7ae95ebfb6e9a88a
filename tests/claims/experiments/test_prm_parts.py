import pytest

from r1gym.agents.prm.labels import exact_labels
from r1gym.agents.prm.solutions import cut_into_steps
from r1gym.claims.experiments.prm_parts import (
    Sampled,
    auc_of_planted,
    best_of,
    plant,
    values_of,
)
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.models.step_exact import ExactSteps
from tests.agents.prm.test_solutions import said

RIGHT = "<think>7+5=12\n12-2=10</think><answer>10</answer>"
SLIP = "<think>7+5=12\n12-2=11</think><answer>11</answer>"
WRONG = "<think>7+5=13\n13-2=11</think><answer>11</answer>"
BARE = "<think></think><answer>10</answer>"


@pytest.fixture
def task():
    return TokenTask(TaskSpec(problems={"arithmetic": [2]}, max_tokens=48))


def found(task, *groups):
    cut = [cut_into_steps([said(task, text) for text in group], task.tokenizer) for group in groups]
    right = [[text.endswith("<answer>10</answer>") for text in group] for group in groups]
    return Sampled(task, cut, right)


def test_one_step_of_a_right_solution_is_made_wrong(task):
    pairs = plant(found(task, *[[RIGHT]] * 20, [SLIP], [BARE]), seed=0)
    assert len(pairs) == 20  # what is wrong already, or has no calculation, is left out
    assert {place for _, _, place in pairs} == {0, 1}
    for right, wrong, place in pairs:
        assert len(right.steps) == len(wrong.steps)
        changed = [i for i in range(2) if right.steps[i] != wrong.steps[i]]
        assert changed == [place]
        [labels] = exact_labels(task, [wrong])
        assert labels == tuple(float(i < place) for i in range(2))
        assert wrong.steps[-1][-1] == task.tokenizer.eos_id
    assert auc_of_planted(ExactSteps(task), pairs) == 1.0
    assert pairs == plant(found(task, *[[RIGHT]] * 20, [SLIP], [BARE]), seed=0)


def test_the_best_of_n_by_majority_by_scorers_and_by_an_oracle(task):
    samples = found(task, [WRONG, SLIP, RIGHT, RIGHT], [RIGHT, WRONG, SLIP, SLIP])
    result = best_of(samples, {"exact": ExactSteps(task)}, (2, 4))
    assert result["majority_2"] == 0.5  # of two answers the first
    assert result["majority_4"] == 0.0 or result["majority_4"] == 0.5
    assert (result["oracle_2"], result["oracle_4"]) == (0.5, 1.0)
    assert (result["exact_2"], result["exact_4"]) == (0.5, 1.0)
    assert result["exact_auc"] == 1.0
    assert samples.accuracy == 3 / 8
    assert values_of(ExactSteps(task), samples.solutions)[2] == [1.0, 1.0]
