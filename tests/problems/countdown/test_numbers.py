"""Countdown against a second solver that tries every expression."""

import ast
import random
import re
from fractions import Fraction
from itertools import combinations

import pytest

from r1gym.core.types import Completion, Problem
from r1gym.problems.families import FAMILIES
from r1gym.verifiers.countdown import Countdown

FAMILY = FAMILIES.get("countdown-numbers")
OPERATORS = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}


def value_of(text):
    """The value of an expression and its numbers, by Python's own parser."""

    def walk(node):
        if isinstance(node, ast.Constant):
            return Fraction(node.value), [node.value]
        (a, left), (b, right) = walk(node.left), walk(node.right)
        return OPERATORS[type(node.op)](a, b), left + right

    value, used = walk(ast.parse(text, mode="eval").body)
    return value, sorted(used)


def read(question):
    target = int(re.search(r"(?:Make|make|value|result is) (\d+)", question)[1])
    listed = re.search(r"numbers ((?:\d+, )+\d+)", question)[1]
    return [int(number) for number in listed.split(", ")], target


def solution(parts, target):
    """Some expression of all parts, which are (value, text), or None if there is none."""
    if len(parts) == 1:
        return parts[0][1] if parts[0][0] == target else None
    tried = set()
    for i, j in combinations(range(len(parts)), 2):
        (a, x), (b, y) = parts[i], parts[j]
        if (a, b) in tried:
            continue
        tried.add((a, b))
        rest = [part for k, part in enumerate(parts) if k not in (i, j)]
        joined = {a + b: f"({x}+{y})", a - b: f"({x}-{y})", b - a: f"({y}-{x})"}
        joined[a * b] = f"({x}*{y})"
        if b:
            joined[a / b] = f"({x}/{y})"
        if a:
            joined[b / a] = f"({y}/{x})"
        for value, text in joined.items():
            found = solution([*rest, (value, text)], target)
            if found:
                return found
    return None


def paid(question, metadata, answer):
    problem = Problem("p", question, "", metadata=metadata)
    return Countdown().score(problem, Completion(f"<answer>{answer}</answer>")).value


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_the_gold_is_a_solution(level, count):
    rng = random.Random(f"{level} {count}")
    for _ in range(count):
        question, answer, metadata = FAMILY.generate(rng, level)
        numbers, target = read(question)
        assert metadata["countdown"] == {"numbers": numbers, "target": target}
        assert value_of(answer) == (target, sorted(numbers)), question
        assert target not in numbers and len(numbers) == level + 2 and target > 0
        assert paid(question, metadata, answer) == 1.0


@pytest.mark.parametrize(
    ("level", "count"),
    [
        (1, 300),
        (2, 100),
        (3, 4),
        pytest.param(2, 700, marks=pytest.mark.slow),
        pytest.param(3, 60, marks=pytest.mark.slow),
    ],
)
def test_another_solution_is_paid_as_well(level, count):  # fmt: skip
    rng = random.Random(f"{level} {count}")
    for _ in range(count):
        question, _, metadata = FAMILY.generate(rng, level)
        numbers, target = read(question)
        found = solution([(Fraction(number), str(number)) for number in numbers], target)
        assert found, question
        assert paid(question, metadata, found) == 1.0
        assert paid(question, metadata, f"{found}+1") == 0.0


def test_targets_grow_and_are_seldom_a_mere_sum():
    rng, means = random.Random(1), []
    for level in (1, 2, 3, 4):
        drawn = [FAMILY.generate(rng, level) for _ in range(500)]
        targets = [metadata["countdown"]["target"] for *_, metadata in drawn]
        means.append(sum(targets) / len(targets))
        sums = sum(not re.search("[-*/]", answer) for _, answer, _ in drawn)
        assert sums < 100
    assert means == sorted(means) and means[-1] > 200
