import random

import pytest

from r1gym.core.errors import ConfigError
from r1gym.problems.problem_set import ProceduralProblems
from r1gym.problems.step_checks import right_steps
from r1gym.recipes.worked_solutions import worked_steps

QUESTION = "Compute (7+5)*3-4"
RIGHT = ["<think>7+5=12\n", "12*3=36\n", "36-4=32</think>", "<answer>32</answer>"]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (RIGHT, [1, 1, 1, 1]),
        (["5+7=12\n", "3*12=36\n", "36-4=32"], [1, 1, 1]),  # in the other order
        (["7 + 5 = 12\n", "12 * 3 = 36\n", "36 - 4 = 32\n"], [1, 1, 1]),
        (["7+5=12\n", "12*3=36\n", "4-36=32\n"], [1, 1, 0]),
        (["7+5=13\n", "13*3=39\n", "39-4=35"], [0, 0, 0]),  # later steps build on it
        (["7+5=12\n", "12*3=35\n", "12*3=36\n"], [1, 0, 0]),  # nothing is taken back
        (["7+5=12\n", "12*4=48\n"], [1, 0]),  # true, but not what was asked
        (["7+5=12\n", "2-2=0\n"], [1, 0]),
        (["7+5=12\n", "7+5=12\n"], [1, 0]),
        (["5*3=15\n"], [0]),  # another way
        (["<think></think>", "<answer>32</answer>"], [1, 1]),  # a lucky guess is no wrong step
        (["<think></think>", "<answer>33</answer>"], [1, 0]),
        ([*RIGHT[:3], "<answer>36</answer>"], [1, 1, 1, 0]),
        ([*RIGHT, "nonsense"], [1, 1, 1, 1, 0]),
        (["7+5=12\n12*3=36\n36-4=32</think><answer>32</answer>"], [1]),
        (["7", "+5", "=1", "2", "\n1", "2*3"], [1, 1, 1, 1, 1, 0]),  # the last one is all there is
        (["7", "+5", "=3", "2\n"], [1, 1, 0, 0]),
        (["7+5=12\n", "12*3=36\n", "36-4=32</think><ans", "wer>32</answer>"], [1, 1, 1, 1]),
        (["7+5=12\n", ""], [1, 1]),
        (["\n", "7+5=12\n"], [1, 1]),
        ([], []),
    ],
)  # fmt: skip
def test_a_step_is_right_if_all_up_to_its_end_is(steps, expected):
    assert right_steps(QUESTION, steps) == list(map(bool, expected))


def test_of_an_equation_too():
    assert right_steps("Solve 9*x=54", ["54/9=6\n", "<answer>6</answer>"]) == [True, True]
    assert right_steps("Solve 9*x=54", ["9/54=6\n"]) == [False]


@pytest.mark.parametrize("family", ["arithmetic", "equations"])
def test_worked_steps_are_right_and_noisy_ones_wrong_from_the_noise_on(family):
    problems = ProceduralProblems({family: [2, 3]})
    for question in (problems[i].question for i in range(200)):
        right, answer = worked_steps(question, random.Random(0))
        steps = [f"{step}\n" for step in right]
        assert all(right_steps(question, [*steps, f"</think><answer>{answer}</answer>"]))
        noisy, _ = worked_steps(question, random.Random(question), noise=0.3)
        same = [a == b for a, b in zip(noisy, right, strict=True)]
        first = same.index(False) if False in same else len(same)
        found = right_steps(question, [f"{step}\n" for step in noisy])
        assert found == [i < first for i in range(len(noisy))]


@pytest.mark.parametrize("question", ["Why?", "Compute $2^3$", "Sort 3, 1"])
def test_questions_without_a_plan_are_refused_in_one_line(question):
    with pytest.raises(ConfigError, match="cannot be checked: only those of arithmetic and"):
        right_steps(question, ["1"])
