"""What every science family is held to: a second solver, sizes, splits, and what is paid."""

import random
import re
from fractions import Fraction

from r1gym.core.types import Completion, Problem
from r1gym.problems.families import FAMILIES
from r1gym.problems.problem_set import SPLITS, ProceduralProblems
from r1gym.testing import Case, check_verifier
from r1gym.verifiers.auto import Auto
from tests.problems.science import second
from tests.problems.science import second_chemistry as chemistry

SOLVERS = {
    "science-units": second.solve_units,
    "science-mechanics": second.solve_mechanics,
    "science-circuits": second.solve_circuits,
    "science-chemistry": chemistry.solve_chemistry,
    "science-balancing": chemistry.solve_balancing,
    "science-acidity": chemistry.solve_acidity,
    "science-genetics": second.solve_genetics,
}


def solve(family, question):
    """Returns the answer of a question of a family, a fraction or a tuple of whole numbers."""
    if family != "science-choice":
        return SOLVERS[family](question)
    if " lie across " in question or "In a circuit" in question:
        return second.solve_circuits(question)
    if re.search(r"\bp(?:OH|H) of the solution", question):
        return chemistry.solve_acidity(question)
    if "dominant" in question:
        return second.solve_genetics(f"{question}, as")
    if re.search(r"\([A-Z][a-z]? = ", question):
        return chemistry.solve_chemistry(question)
    if re.match(r"Convert|Express|Give the value|Write|A (pump|belt|heater) ", question):
        return second.solve_units(question)
    return second.solve_mechanics(question)


AUTO = Auto()


def cells_of(*names):
    """Each of the families at each of its levels."""
    return [(name, level) for name in names for level in range(1, FAMILIES.get(name).levels + 1)]


def draw(name, level, count, seed=0):
    rng = random.Random(f"{name} {level} {seed}")
    for _ in range(count):
        question, answer, metadata = FAMILIES.get(name).generate(rng, level)
        yield Problem("p", question, answer, name, level, metadata)


def value_of(text):
    """Returns a gold answer as a number or a tuple of numbers."""
    if text.startswith("("):
        return tuple(map(int, text.strip("()").split(", ")))
    return Fraction(text)


def check(name, level, count):
    """A second solver agrees with the gold answers of that many questions."""
    limit = FAMILIES.get(name).question_bytes
    for problem in draw(name, level, count, seed=count):
        assert len(problem.question.encode()) <= limit and problem.question.isascii()
        assert not problem.question.endswith((".", "?", " ")), problem.question
        question, *options = re.split(r"\n[A-Z]\) ", problem.question)
        solved = solve(name, question)
        if not options:
            assert solved == value_of(problem.answer), problem
            continue
        assert options == problem.metadata["choices"] and len(options) in (4, 5), problem
        values = [Fraction(option.split(" ")[0]) for option in options]
        assert [value == solved for value in values].count(True) == 1, problem
        assert values["ABCDE".index(problem.answer)] == solved, problem


def check_pay(name, level):
    """The reward pays for the gold answer and not for another."""
    for problem in draw(name, level, 40):
        if problem.answer.isalpha():
            wrong = "ABCDE".replace(problem.answer, "")[0]
        elif problem.answer.startswith("("):
            counts = value_of(problem.answer)
            wrong = str((counts[0] + 1, *counts[1:]))
        else:
            wrong = str(value_of(problem.answer) * Fraction(11, 10) + 1)
        for answer, value in ((problem.answer, 1.0), (wrong, 0.0)):
            score = AUTO.score(problem, Completion(f"<think>.</think><answer>{answer}</answer>"))
            assert score.value == value, (problem, answer, score)


def check_conformance(cells):
    """The verifier of the families has no fault on them."""
    cases = []
    for name, level in cells:
        (problem,) = draw(name, level, 1)
        cases.append(Case(problem, f"<answer>{problem.answer}</answer>", ("<answer>-7</answer>",)))
    check_verifier("auto", cases, strings=200)


def check_splits(name, level):
    """There are thousands of questions, and all splits fill."""
    questions = {problem.question for problem in draw(name, level, 1200)}
    assert len(questions) > 900
    for split in SPLITS:
        problems = ProceduralProblems({name: [level]}, split, seed=1, size=30)
        assert len({problem.question for problem in problems}) >= 25
