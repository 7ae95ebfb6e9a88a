"""Every science family: gold against a second solver, sizes, splits, and what the reward pays."""

import importlib.util
import random
import re
from fractions import Fraction
from pathlib import Path

import pytest

from r1gym.core.types import Completion, Problem
from r1gym.problems.families import FAMILIES, members
from r1gym.problems.problem_set import SPLITS, ProceduralProblems
from r1gym.testing import Case, check_verifier
from r1gym.verifiers.auto import Auto


def _load(name):
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"{name}_of_science", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


second, chemistry = _load("second"), _load("second_chemistry")

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


CELLS = [
    (name, level)
    for name in members("science")
    for level in range(1, FAMILIES.get(name).levels + 1)
]
AUTO = Auto()


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


@pytest.mark.parametrize(("name", "level"), CELLS)
def test_a_second_solver_agrees_with_the_gold_answers(name, level):
    check(name, level, 300)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "level"), CELLS)
def test_a_second_solver_agrees_with_ten_thousand_gold_answers(name, level):
    check(name, level, 10_000)


@pytest.mark.parametrize(("name", "level"), CELLS)
def test_the_reward_pays_for_the_gold_answer_and_not_for_another(name, level):
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


def test_the_conformance_suite_finds_nothing():
    cases = []
    for name, level in CELLS:
        (problem,) = draw(name, level, 1)
        cases.append(Case(problem, f"<answer>{problem.answer}</answer>", ("<answer>-7</answer>",)))
    check_verifier("auto", cases, strings=200)


@pytest.mark.parametrize(("name", "level"), CELLS)
def test_there_are_thousands_of_questions_and_all_splits_fill(name, level):
    questions = {problem.question for problem in draw(name, level, 1200)}
    assert len(questions) > 900
    for split in SPLITS:
        problems = ProceduralProblems({name: [level]}, split, seed=1, size=30)
        assert len({problem.question for problem in problems}) >= 25


def test_the_right_option_is_in_every_place_about_equally_often():
    letters = [problem.answer for problem in draw("science-choice", 1, 2000)]
    assert all(400 < letters.count(letter) < 600 for letter in "ABCD")


def test_the_right_option_is_not_the_middle_or_an_end_of_the_values():
    """Nobody should earn much by a rule that reads no question."""
    ranks = []
    for problem in draw("science-choice", 2, 2000):
        values = [Fraction(option.split(" ")[0]) for option in problem.metadata["choices"]]
        ranks.append(sorted(values).index(values["ABCDE".index(problem.answer)]))
    assert max(ranks.count(rank) for rank in range(4)) < 0.5 * len(ranks)


@pytest.mark.parametrize(
    ("formula", "atoms"),
    [
        ("Al2(SO4)3", {"Al": 2, "S": 3, "O": 12}),
        ("CuSO4*5H2O", {"Cu": 1, "S": 1, "O": 9, "H": 10}),
        ("Ca(OH)2", {"Ca": 1, "O": 2, "H": 2}),
    ],
)
def test_atoms_are_counted(formula, atoms):
    from r1gym.problems.science.formulas import count_atoms

    assert count_atoms(formula) == chemistry.atoms(formula) == atoms


def test_a_reaction_without_a_single_balance_is_none():
    from r1gym.problems.science.formulas import balance

    assert balance(["H2", "O2"], ["H2O"]) == [2, 1, 2]
    assert balance(["H2", "O2"], ["CO2"]) is None
    assert balance(["C", "O2"], ["CO", "CO2"]) is None  # any mixture of two reactions
