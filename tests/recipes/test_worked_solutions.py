import random

import pytest

from r1gym.problems.families import FAMILIES
from r1gym.problems.problem_set import ProceduralProblems
from r1gym.recipes.worked_solutions import worked_steps

CELLS = [
    (name, level)
    for name in ("arithmetic", "equations")  # what the embedded base model is pretrained on
    for level in range(1, FAMILIES.get(name).levels + 1)
]


@pytest.mark.parametrize(("family", "level"), CELLS)
def test_without_noise_every_solution_is_right(family, level):
    problems = ProceduralProblems({family: [level]})
    for problem in (problems[i] for i in range(300)):
        steps, answer = worked_steps(problem.question, random.Random(0))
        assert answer == problem.answer, problem
        assert steps[-1].endswith(f"={answer}")
        for step in steps:  # each line is true by itself
            left, right = step.split("=")
            assert eval(left, {"__builtins__": {}}) == int(right), (problem, step)


@pytest.mark.parametrize(("family", "steps"), [("arithmetic", 4), ("equations", 3)])
def test_a_hard_question_takes_as_many_steps_as_its_level_has(family, steps):
    levels = {"arithmetic": 4, "equations": 3}
    problem = ProceduralProblems({family: [levels[family]]})[0]
    assert len(worked_steps(problem.question, random.Random(0))[0]) == steps


@pytest.mark.parametrize("noise", [0.1, 0.5])
def test_steps_are_wrong_as_often_as_asked(noise):
    problems = ProceduralProblems({"arithmetic": [4]})
    rng = random.Random(0)
    steps = wrong = 0
    for i in range(1000):
        for step in worked_steps(problems[i].question, rng, noise)[0]:
            left, right = step.split("=")
            steps += 1
            # A result that noise would push below 0 stays 0, so a few noisy steps are right.
            wrong += eval(left, {"__builtins__": {}}) != int(right)
    assert steps == 4000
    assert noise - 0.03 < wrong / steps < noise + 0.03


def test_later_steps_build_on_a_wrong_one():
    steps, answer = worked_steps("Compute 2+3+4", random.Random(1), noise=1.0)
    first, second = (step.split("=") for step in steps)
    assert second[0] == f"{first[1]}+4" and answer == second[1]


def test_other_questions_are_refused():
    with pytest.raises(ValueError, match="not a question of the equations family: 'Why"):
        worked_steps("Why?", random.Random(0))
