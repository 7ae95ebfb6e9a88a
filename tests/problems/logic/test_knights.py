"""Knights and knaves against a second solver that reads what they say and tries every world."""

import random
import re
from itertools import product

import pytest

from r1gym.problems.families import FAMILIES

FAMILY = FAMILIES.get("logic-knights-knaves")
NUMBERS = ["none", "exactly one", "exactly two", "exactly three", "exactly four", "exactly five"]


def meaning(text, speaker, knight):
    """A statement as a function of a world, which says for each name whether it is a knight."""

    def person(name):
        return speaker if name in ("I", "me") else name

    def kind(word):
        return word.removesuffix("s") == knight

    if match := re.fullmatch(r"[Ii]f (.*), then (.*)", text):
        a, b = (meaning(part, speaker, knight) for part in match.groups())
        return lambda world: b(world) if a(world) else True
    if match := re.fullmatch(r"(.*) or (.*), or both", text):
        a, b = (meaning(part, speaker, knight) for part in match.groups())
        return lambda world: a(world) or b(world)
    if match := re.fullmatch(r"(.*), and (.*)", text):
        a, b = (meaning(part, speaker, knight) for part in match.groups())
        return lambda world: a(world) and b(world)
    if match := re.fullmatch(r"(\w+) (?:is|am) a ([\w-]+)", text):
        return lambda world: world[person(match[1])] == kind(match[2])
    if match := re.fullmatch(r"(\w+) and (\w+) are of (the same kind|different kinds)", text):
        same = match[3] == "the same kind"
        return lambda world: (world[person(match[1])] == world[person(match[2])]) == same
    if match := re.fullmatch(r"(Exactly|At least) one of (\w+) and (\w+) is a ([\w-]+)", text):

        def few(world):
            count = sum(world[person(match[i])] == kind(match[4]) for i in (2, 3))
            return count == 1 if match[1] == "Exactly" else count >= 1

        return few
    match = re.fullmatch(r"(.*) of the (\d) of us (?:is a|are) ([\w-]+)", text)
    number = NUMBERS.index(match[1].lower())

    def counted(world):
        assert len(world) == int(match[2])
        return sum(value == kind(match[3]) for value in world.values()) == number

    return counted


def read(question):
    names, knight, knave = (
        re.search(r"(?:meet|Each of|false things\.) ((?:[A-Z]\w+(?:, | and |))+)", question)[1],
        *re.search(r"name: ([\w-]+) or name: ([\w-]+)$", question).groups(),
    )
    names = re.findall(r"\w+", names.replace(" and ", " "))
    said = re.findall(r'(\w+) (?:also )?(?:says|claims): "(.*?)\."', question)
    return names, knight, knave, said


def solve(question):
    names, knight, knave, said = read(question)
    claims = [(speaker, meaning(text, speaker, knight)) for speaker, text in said]
    fit = []
    for row in product((True, False), repeat=len(names)):
        world = dict(zip(names, row, strict=True))
        if all(world[speaker] == bool(claim(world)) for speaker, claim in claims):
            fit.append(world)
    assert len(fit) == 1, f"{len(fit)} solutions of {question}"
    return {name: knight if value else knave for name, value in fit[0].items()}


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_a_second_solver_finds_the_gold_and_nothing_else(level, count):
    rng = random.Random(f"{level} {count}")
    for _ in range(count):
        question, answer, metadata = FAMILY.generate(rng, level)
        gold = solve(question)
        assert gold == metadata["logic"]["gold"], question
        assert answer == ", ".join(f"{name}: {kind}" for name, kind in gold.items())


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_everybody_speaks_and_nothing_is_said_twice(level):
    rng, people = random.Random(1), set()
    for _ in range(300):
        names, _, _, said = read(FAMILY.generate(rng, level)[0])
        people.add(len(names))
        assert {speaker for speaker, _ in said} == set(names)
        assert len(set(said)) == len(said)
    assert people == {6, 7} if level == 5 else people == {level + 1}


def test_every_form_of_statement_is_used():
    rng = random.Random(2)
    text = " ".join(FAMILY.generate(rng, 5)[0] for _ in range(300))
    for part in ("f ", "or both", ", and I am", "same kind", "different kinds", "xactly one of",
                 "At least one", "None of the", "Exactly five of the"):  # fmt: skip
        assert part in text
