import pytest

from r1gym.problems.families import FAMILIES
from r1gym.problems.plans import apply, plan_of
from r1gym.problems.problem_set import ProceduralProblems


def solved(question):
    results = []
    for operator, left, right in plan_of(question):
        a, b = (results[-n] if is_result else n for is_result, n in (left, right))
        results.append(apply(operator, a, b))
    return str(results[-1])


@pytest.mark.parametrize("family", ["arithmetic", "equations"])
def test_a_plan_leads_to_the_answer(family):
    problems = ProceduralProblems({family: range(1, FAMILIES.get(family).levels + 1)})
    for problem in (problems[i] for i in range(500)):
        assert solved(problem.question) == problem.answer, problem


@pytest.mark.parametrize(
    "question",
    [
        r"Compute $\dfrac{1}{2}+3$",  # of MATH
        "Compute 2+3*4",  # not from left to right
        "Compute (2+3)*4)",
        "Compute 12+3",
        "Compute 7",
        "Compute ",
        "Solve x^2=4",
        "Why?",
    ],
)
def test_other_questions_are_refused(question):
    with pytest.raises(ValueError, match="not a question of the"):
        plan_of(question)
