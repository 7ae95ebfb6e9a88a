"""What every family of logic problems and of countdown keeps, whatever it asks."""

import json
import random
import re

import pytest

from r1gym.core.types import Completion, Problem
from r1gym.problems.families import FAMILIES, members
from r1gym.problems.problem_set import SPLITS, ProceduralProblems, split_of
from r1gym.verifiers import VERIFIERS

NAMES = [*members("logic"), *members("countdown")]
CELLS = [(name, level) for name in NAMES for level in range(1, FAMILIES.get(name).levels + 1)]
SMALL = {("logic-grid-worlds", 1), ("countdown-numbers", 1)}


def paid(problem, answer):
    verifier = VERIFIERS.get(problem.metadata["verifier"])()
    return verifier.score(problem, Completion(f"<think>.</think><answer>{answer}</answer>")).value


def corrupted(answer):
    """Another answer of the same form."""
    for old, new in (("yes", "no"), ("no", "yes"), ("true", "false"), ("false", "true")):
        if re.search(rf"\b{old}\b", answer):
            return re.sub(rf"\b{old}\b", new, answer, count=1)
    for old, new in (("knight", "knave"), ("truth-teller", "liar"), ("saint", "sinner")):
        for one, other in ((old, new), (new, old)):
            if one in answer:
                return answer.replace(one, other, 1)
    if re.fullmatch("[UDLR]+", answer):
        return answer[:-1] + {"U": "D", "D": "U", "L": "R", "R": "L"}[answer[-1]]
    if re.fullmatch("[A-E](, [A-E])*", answer):
        return "B" if answer == "A" else "A, B" if answer == "B" else "A"
    if number := re.search(r"\d+", answer):
        return answer.replace(number[0], str(int(number[0]) + 1), 1)
    return ", ".join(answer.split(", ")[::-1]) if "," in answer else answer + "s"


def test_the_groups_are_whole():
    assert len(members("logic")) == 6 and len(members("countdown")) == 1
    assert {FAMILIES.get(name).name for name in NAMES} == set(NAMES)
    assert all(3 <= FAMILIES.get(name).levels <= 5 for name in NAMES)


@pytest.mark.parametrize(("name", "level"), CELLS)
def test_an_item_is_sound(name, level):
    slow = name == "logic-zebra"
    problems = ProceduralProblems({name: [level]}, "train" if slow else "validation")
    for i in range(8 if slow else 25):
        problem = problems[i]
        assert problem == problems[i]
        assert json.loads(json.dumps(problem.metadata)) == problem.metadata
        assert problem.question.isascii()
        assert problem.question[-1] not in ".?! \n"
        assert not re.search(r"  | [,;]|\{|None(?! of)|\ba [aeiou]", problem.question), (
            problem.question
        )
        assert len(problem.question.encode()) <= problems.question_bytes
        assert paid(problem, problem.answer) == 1.0, problem
        assert paid(problem, corrupted(problem.answer)) == 0.0, problem
        assert paid(problem, "") == 0.0


@pytest.mark.parametrize(("name", "level"), CELLS)
def test_there_are_many_questions_and_every_split_fills(name, level):
    rng, generate = random.Random(0), FAMILIES.get(name).generate
    count = 150 if name == "logic-zebra" else 400
    questions = {generate(rng, level)[0] for _ in range(count)}
    assert len(questions) > (0.95 if (name, level) not in SMALL else 0.85) * count
    assert {split_of(question) for question in questions} == set(SPLITS)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "level"), CELLS)
def test_no_question_is_longer_than_promised(name, level):
    family, rng = FAMILIES.get(name), random.Random(1)
    count = 500 if name == "logic-zebra" else 5_000
    longest = max(len(family.generate(rng, level)[0].encode()) for _ in range(count))
    assert longest <= family.question_bytes


def test_names_may_be_any_case_and_a_wrong_kind_of_answer_is_wrong():
    problem = Problem("p", "q", "Ann", metadata={"logic": {"kind": "set", "gold": ["Ann"]},
                                                 "verifier": "logic"})  # fmt: skip
    assert paid(problem, "ann") == 1.0
    assert paid(problem, "Ann or Bob") == paid(problem, "Ann, Bob") == 0.0
