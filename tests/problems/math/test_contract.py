"""What every family of mathematics promises, and its gold answers against the verifier."""

import random
import re

import pytest

from r1gym.core.types import Completion, Problem
from r1gym.problems.families import FAMILIES, members
from r1gym.problems.problem_set import SPLITS, ProceduralProblems
from r1gym.testing import Case, check_verifier
from r1gym.verifiers.accuracy import Accuracy
from r1gym.verifiers.math import verify

NAMES = members("math")
CELLS = [(name, level) for name in NAMES for level in range(1, FAMILIES.get(name).levels + 1)]
OLD = ("arithmetic", "equations")  # their first levels have few questions


def corrupted(gold):
    """Another answer of the same form: one more, in the first place of a pair or set."""
    return re.sub(r"^([({]?)([^,)}]+)", r"\g<1>\g<2>+1", gold)


def questions(name, level, count):
    rng, family = random.Random(level), FAMILIES.get(name)
    return [family.generate(rng, level)[:2] for _ in range(count)]


@pytest.mark.parametrize("count", [500, pytest.param(10_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("name", "level"), CELLS)
def test_a_question_fits_and_has_one_gold_answer_that_the_verifier_reads(name, level, count):
    golds, most = {}, FAMILIES.get(name).question_bytes
    for question, gold in questions(name, level, count):
        assert golds.setdefault(question, gold) == gold, question
        assert len(question.encode()) <= most, question
        assert question == question.strip() and question[-1] not in ".。" and "\n" not in question
        assert question.isascii() or name.endswith("-zh")
        assert verify(f"\\boxed{{{gold}}}", gold).value == 1.0, (question, gold)
        assert verify(f"\\boxed{{{corrupted(gold)}}}", gold).value == 0.0, (question, gold)


@pytest.mark.parametrize(("name", "level"), [cell for cell in CELLS if cell[0] not in OLD])
def test_a_level_has_thousands_of_questions_and_many_answers(name, level):
    drawn = questions(name, level, 1_000)
    # Of n equally likely questions, 1,000 draws leave about 780 different ones for n = 2,000.
    assert len({question for question, _ in drawn}) >= 780
    golds = [gold for _, gold in drawn]
    assert len(set(golds)) >= 10 and max(map(golds.count, set(golds))) < 350


@pytest.mark.parametrize(("name", "level"), CELLS)
def test_every_split_fills_and_its_items_are_the_same_on_every_call(name, level):
    for split in SPLITS:
        items = [ProceduralProblems({name: [level]}, split)[i] for i in range(5)]
        assert items == [ProceduralProblems({name: [level]}, split)[i] for i in range(5)]


@pytest.mark.parametrize("name", NAMES)
def test_the_accuracy_reward_takes_its_problems(name):
    problems = ProceduralProblems({name: list(range(1, FAMILIES.get(name).levels + 1))})
    cases = [
        Case(p, f"<answer>{p.answer}</answer>", (f"<answer>{corrupted(p.answer)}</answer>",))
        for p in (problems[i] for i in range(20))
    ]
    check_verifier("accuracy", cases, strings=50)


def test_a_corrupted_answer_earns_nothing_in_answer_tags():
    problem = Problem("p", "Find (x, y)", "(1/2, -3)")
    assert corrupted("{-1, 2}") == "{-1+1, 2}"
    completion = Completion("<answer>(1/2+1, -3)</answer>")
    assert Accuracy().score(problem, completion).value == 0.0
