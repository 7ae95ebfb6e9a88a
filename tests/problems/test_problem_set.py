import ast
import operator
import random
from fractions import Fraction

import numpy as np
import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Problem
from r1gym.problems.families import FAMILIES
from r1gym.problems.problem_set import SPLITS, DrawnProblems, ProceduralProblems, _hash, split_of

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


def evaluate(node, x=Fraction(0)):
    """Evaluates an expression in x with exact numbers, by Python's own grammar."""
    match node:
        case ast.Expression(body):
            return evaluate(body, x)
        case ast.BinOp(left, op, right):
            return OPERATORS[type(op)](evaluate(left, x), evaluate(right, x))
        case ast.Constant(int(value)):
            return Fraction(value)
        case ast.Name("x"):
            return x
    raise AssertionError(ast.dump(node))


def solve(question):
    """Solves a question from its text alone, independently of how it was made."""
    verb, text = question.split(" ", 1)
    if verb == "Compute":
        return [evaluate(ast.parse(text, mode="eval"))]
    assert verb == "Solve"
    left, right = (ast.parse(side, mode="eval") for side in text.split("="))
    # A linear equation is settled by two points: f(x) = f(0) + (f(1) - f(0)) * x.
    at = [evaluate(left, Fraction(n)) - evaluate(right, Fraction(n)) for n in (0, 1)]
    assert at[0] != at[1], f"{question} has no single solution"
    return [-at[0] / (at[1] - at[0])]


CELLS = [("arithmetic", n) for n in range(1, 7)] + [("equations", n) for n in range(1, 4)]


@pytest.mark.parametrize(("family", "level"), CELLS)
def test_a_second_solver_agrees_with_the_gold_answers(family, level):
    problems = ProceduralProblems({family: [level]}, size=300)
    for problem in (problems[i] for i in range(300)):
        assert solve(problem.question) == [Fraction(problem.answer)], problem
        assert (problem.family, problem.level) == (family, level)


@pytest.mark.parametrize("level", range(1, 7))
def test_an_arithmetic_level_is_its_number_of_operations(level):
    problems = ProceduralProblems({"arithmetic": [level]})
    for i in range(100):
        assert sum(problems[i].question.count(op) for op in "+-*") == level


def test_an_item_is_the_same_on_every_call_and_in_every_order():
    mix = {"arithmetic": [2, 4], "equations": [1, 3]}
    first = [ProceduralProblems(mix)[i] for i in range(50)]
    again = ProceduralProblems(mix)
    assert [again[i] for i in reversed(range(50))] == first[::-1]
    assert len({problem.id for problem in first}) == 50


def test_every_family_and_level_comes_up_about_equally_often():
    problems = ProceduralProblems({"arithmetic": [2, 3], "equations": [1]})
    cells = [(problems[i].family, problems[i].level) for i in range(900)]
    for cell in (("arithmetic", 2), ("arithmetic", 3), ("equations", 1)):
        assert 230 < cells.count(cell) < 370


@pytest.mark.parametrize("split", SPLITS)
def test_without_weights_a_cell_is_drawn_as_a_whole_number(split):
    mix = {"arithmetic": [2, 3], "equations": [1]}
    cells = [("arithmetic", 2), ("arithmetic", 3), ("equations", 1)]
    problems = ProceduralProblems(mix, split, seed=5)
    same = ProceduralProblems({name: list(levels) for name, levels in mix.items()}, split, seed=5)
    for i in range(200):
        key = np.random.SeedSequence([5, SPLITS.index(split), i]).generate_state(1, np.uint64)
        cell = cells[random.Random(int(key[0])).randrange(3)]
        assert (problems[i].family, problems[i].level) == cell and problems[i] == same[i]
        assert problems.level_of(i) == problems[i].level
    assert problems.levels == (1, 2, 3)


def test_weights_are_the_shares_of_families():
    mix = {"arithmetic": {"levels": [2, 3], "weight": 3}, "equations": {"levels": [1], "weight": 1}}
    problems = ProceduralProblems(mix)
    cells = [(problems[i].family, problems[i].level) for i in range(2000)]
    assert cells.count(("equations", 1)) == pytest.approx(500, abs=80)
    assert cells.count(("arithmetic", 2)) == pytest.approx(750, abs=90)
    assert [problems.level_of(i) for i in range(100)] == [level for _, level in cells[:100]]


def test_a_list_beside_a_weight_has_weight_1_for_each_level():
    mix = {"arithmetic": [1, 2, 3], "equations": {"levels": [1, 2], "weight": 1.0}}
    problems = ProceduralProblems(mix)
    assert sum(problems[i].family == "equations" for i in range(2000)) == pytest.approx(500, abs=80)
    plain = ProceduralProblems({"arithmetic": [1, 2], "equations": {"levels": [1, 2]}})
    found = [plain[i].family for i in range(2000)]
    assert found.count("equations") == pytest.approx(1000, abs=100)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"levels": [1], "weight": -1}, "must be a number above 0, not -1"),
        ({"levels": [1], "weight": 0}, "must be a number above 0, not 0"),
        ({"levels": [1], "weight": float("nan")}, "must be a finite number above 0, not nan"),
        ({"levels": [1], "weight": float("inf")}, "must be a finite number above 0, not inf"),
        ({"levels": [1], "weight": True}, "must be a number above 0, not True"),
        ({"levels": [1], "weight": "1"}, "must be a number above 0, not '1'"),
        ({"levels": [1], "wieght": 1}, "no setting 'wieght' in problems: levels or weight"),
        ({"weight": 1}, "needs levels"),
        ({"levels": [], "weight": 1}, "needs levels"),
        ({"levels": 3, "weight": 1}, "must be a list"),
        ({"levels": [9], "weight": 1}, "from 1 to 6, not 9"),
    ],
)
def test_weights_that_are_none(given, message):
    with pytest.raises(ConfigError, match=message):
        ProceduralProblems({"arithmetic": given})


def test_no_question_stands_in_two_splits():
    mix = {"arithmetic": [1, 2], "equations": [1, 2, 3]}
    questions = {}
    for split in SPLITS:
        for seed in (0, 1):
            problems = ProceduralProblems(mix, split, seed)
            questions.setdefault(split, set()).update(problems[i].question for i in range(500))
    assert not questions["train"] & questions["validation"]
    assert not questions["train"] & questions["test"]
    assert not questions["validation"] & questions["test"]
    assert all(split_of(q) == split for split in SPLITS for q in questions[split])


def test_splits_have_their_shares():
    counts = [split_of(f"question {i}") for i in range(5000)]
    assert 0.77 < counts.count("train") / 5000 < 0.83
    assert 0.08 < counts.count("validation") / 5000 < 0.12
    assert 0.08 < counts.count("test") / 5000 < 0.12


def test_neighbouring_seeds_and_items_hold_other_questions():
    def questions(seed, start=0):
        problems = ProceduralProblems({"arithmetic": [5]}, seed=seed)
        return [problems[i].question for i in range(start, start + 300)]

    base = questions(0)
    assert len(set(base)) > 295
    assert len(set(base) & set(questions(1))) < 5
    assert len(set(base) & set(questions(0, start=300))) < 5
    assert sum(a == b for a, b in zip(base, questions(1), strict=True)) == 0


@pytest.mark.parametrize("index", [0, 17, 2**32 - 1, 2**32, 2**40 + 5])
@pytest.mark.parametrize("seed", [0, 3, 2**33])
def test_an_item_comes_from_its_seed_sequence(seed, index):
    key = np.random.SeedSequence([seed, 2, index]).generate_state(1, np.uint64)
    rng = random.Random(int(key[0]))
    rng.randrange(1)
    questions = (FAMILIES.get("arithmetic").generate(rng, 3)[0] for _ in range(1000))
    problems = ProceduralProblems({"arithmetic": [3]}, "test", seed, size=2**50)
    fitting = (q for q in questions if split_of(q) == "test" and _hash(q) // 10 % 2 == seed % 2)
    assert problems[index].question == next(fitting)


def test_neighbouring_seeds_share_no_question():
    seen = [
        {
            p.question
            for p in ProceduralProblems({"arithmetic": [1], "equations": [1]}, "train", s, 500)
        }
        for s in (7, 8)
    ]
    assert not seen[0] & seen[1] and min(map(len, seen)) > 50


def test_indexing_out_of_range():
    problems = ProceduralProblems({"arithmetic": [1]}, size=3)
    assert len(problems) == len(list(problems)) == 3
    for index in (-1, 3):
        with pytest.raises(IndexError, match="the set has 3"):
            problems[index]


@pytest.mark.parametrize(
    ("families", "kwargs", "error", "message"),
    [
        ({"arithmetics": [1]}, {}, UnknownNameError, "Did you mean 'arithmetic'"),
        ({"arithmetic": [1]}, {"split": "tset"}, UnknownNameError, "Did you mean 'test'"),
        ({"arithmetic": [7]}, {}, ConfigError, "from 1 to 6, not 7"),
        ({"arithmetic": [0]}, {}, ConfigError, "from 1 to 6, not 0"),
        ({"arithmetic": ["1"]}, {}, ConfigError, "from 1 to 6, not '1'"),
        ({"arithmetic": [True]}, {}, ConfigError, "from 1 to 6, not True"),
        ({"arithmetic": [2.0]}, {}, ConfigError, "from 1 to 6, not 2.0"),
        (
            {"arithmetic": [1]},
            {"size": 0},
            ConfigError,
            "size must be a whole number of at least 1",
        ),
        ({"arithmetic": 1}, {}, ConfigError, "levels of 'arithmetic' must be a list such as"),
        ({"arithmetic": [1]}, {"seed": True}, ConfigError, "at least 0, not True"),
        ({"arithmetic": 2}, {}, ConfigError, "must be a list"),
        ({"arithmetic": []}, {}, ConfigError, "at least one level"),
        ({}, {}, ConfigError, "at least one family"),
        ({"arithmetic": [1]}, {"seed": -1}, ConfigError, "at least 0, not -1"),
    ],
)
def test_what_does_not_exist_is_refused(families, kwargs, error, message):
    with pytest.raises(error, match=message):
        ProceduralProblems(families, **kwargs)


def test_a_family_that_cannot_fill_a_split_says_so():
    from r1gym import register_family

    register_family("one", levels=1)(lambda rng, level: ("the only question", "1"))
    split = next(s for s in SPLITS if s != split_of("the only question"))
    with pytest.raises(ConfigError, match="too few questions at level 1"):
        ProceduralProblems({"one": [1]}, split)[0]


def test_draws_are_their_own_order_whatever_the_size():
    problems = ProceduralProblems({"arithmetic": [1]}, size=2**50)
    for epoch, seed in ((0, 0), (3, 7)):
        order = problems.order(epoch, seed)
        assert len(order) == 2**50 and [order[0], order[2**40], order[-1]] == [0, 2**40, 2**50 - 1]
    assert problems.stored() == () and problems.check(None) is None


def test_the_longest_prompt_is_promised_or_tried():
    problems = ProceduralProblems({"arithmetic": [1]})
    assert problems.longest(lambda question: f"<{question}>") == 2 + problems.question_bytes
    tried = problems.longest(lambda question: f"<{question}>", tried=256)
    spread = [len(problems[i * len(problems) // 256].question) for i in range(256)]
    assert tried == 2 + max(spread) < 20
    few = ProceduralProblems({"arithmetic": [1]}, size=3)
    assert few.longest(str, tried=256) == max(len(few[i].question) for i in range(3))


def test_a_set_of_draws_of_ones_own_brings_the_problems_only():
    class Counted(DrawnProblems):
        question_bytes = 3

        def __len__(self):
            return 100

        def __getitem__(self, index):
            return Problem(str(index), str(index), "1")

    assert Counted().longest(list) == 3 and Counted().longest(list, tried=50) == 2
    assert list(Counted().order(1, 1)) == list(range(100))
