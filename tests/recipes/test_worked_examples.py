import pytest

from r1gym.core.types import Problem
from r1gym.envs.spec import TaskSpec
from r1gym.recipes.worked_examples import solved


@pytest.mark.parametrize("problems", ["arithmetic:1-4", "equations:1-3"])
def test_every_example_is_right_by_the_rules(problems):
    task = TaskSpec(env="r1/Math-v0", problems=problems).make().unwrapped.task
    for index in range(40):
        problem = task.problem_set[index]
        row = solved(problem)
        assert row.completion.endswith(f"</think>\n<answer>{problem.answer}</answer>")
        assert row.question == problem.question and row.problem_id == problem.id


def test_steps_are_written_as_people_do():
    row = solved(Problem("1", "Compute (7+5)*3-4", "32", family="arithmetic"))
    assert row.completion == (
        "<think>7 + 5 = 12\n12 * 3 = 36\n36 - 4 = 32</think>\n<answer>32</answer>"
    )
    row = solved(Problem("2", "Solve 5*x-6=4*x-5", "1", family="equations"))
    assert "<answer>1</answer>" in row.completion and "/ 1 = 1" in row.completion
