"""Syllogisms against a second solver that reads the question and looks for a counterexample."""

import random
import re
from itertools import product

import numpy as np
import pytest

from r1gym.problems.families import FAMILIES

FAMILY = FAMILIES.get("logic-syllogisms")
FORMS = [
    (r"(?:All (\w+)s are|Every (\w+) is a) (\w+?)s?", "all"),
    (r"(?:No (\w+) is a|No (\w+)s are) (\w+?)s?", "no"),
    (r"(?:Some (\w+)s are not|At least one (\w+) is not a) (\w+?)s?", "some not"),
    (r"(?:Some (\w+)s are|At least one (\w+) is a) (\w+?)s?", "some"),
]


def statement(text):
    text = text[0].upper() + text[1:]
    for form, name in FORMS:
        if match := re.fullmatch(form, text):
            return name, match[1] or match[2], match[3]
    raise AssertionError(text)


def split(question):
    """Premises, conclusions, and whether each kind has a member."""
    _, rest = question.split(". ", 1)
    cut = re.search(r"Of each of these kinds there is at least one|There may be none at all", rest)
    premises = [statement(text) for text in rest[: cut.start()].strip(" .").split(". ")]
    after = rest[cut.end() :]
    if one := re.search(r"(?:follow that|be true that) (.*)\? Answer yes or no", after):
        conclusions = [statement(one[1])]
    else:
        conclusions = [statement(text) for text in re.findall(r"\n[A-E]\) (.*)\.", after)]
    return premises, conclusions, cut[0].startswith("Of")


def things(form, a, b, kinds):
    """The sorts of thing that a statement speaks of; a sort says of which kinds a thing is."""
    wants = form in ("all", "some not")
    return {
        sort
        for sort in product((False, True), repeat=len(kinds))
        if sort[kinds.index(a)] and sort[kinds.index(b)] != wants
    }


def by_witnesses(premises, conclusion, kinds, nobody_missing):
    """Whether no world has the premises without the conclusion: a witness for each "some" is one.

    "All" and "no" forbid sorts of things, so any witnesses that are not forbidden live together.
    """
    opposite = {"all": "some not", "some not": "all", "no": "some", "some": "no"}
    world = [*premises, (opposite[conclusion[0]], *conclusion[1:])]
    allowed = set(product((False, True), repeat=len(kinds)))
    for form, a, b in world:
        if form in ("all", "no"):
            allowed -= things(form, a, b, kinds)
    needed = [things(*said, kinds) for said in world if said[0] in ("some", "some not")]
    if nobody_missing:
        needed += [{sort for sort in allowed if sort[i]} for i in range(len(kinds))]
    return not all(allowed & sorts for sorts in needed)


def by_all_worlds(premises, conclusion, kinds, nobody_missing):
    """The same by going through every world: the set of the sorts of things that are in it."""
    sorts = list(product((False, True), repeat=len(kinds)))
    worlds = np.arange(2 ** len(sorts), dtype=np.uint32)

    def true_in(form, a, b):
        mask = sum(1 << i for i, sort in enumerate(sorts) if sort in things(form, a, b, kinds))
        return (worlds & np.uint32(mask) != 0) == (form in ("some", "some not"))

    fit = np.ones(len(worlds), bool)
    for said in premises:
        fit &= true_in(*said)
    if nobody_missing:
        for k in range(len(kinds)):
            mask = sum(1 << i for i, sort in enumerate(sorts) if sort[k])
            fit &= worlds & np.uint32(mask) != 0
    assert fit.any(), "the premises contradict each other"
    return bool(true_in(*conclusion)[fit].all())


def check(level, count, methods):
    rng = random.Random(f"{level} {count}")
    for _ in range(count):
        question, answer, metadata = FAMILY.generate(rng, level)
        premises, conclusions, nobody_missing = split(question)
        kinds = sorted({kind for said in premises for kind in said[1:]})
        assert len(kinds) == {1: 3, 2: 3, 3: 4, 4: 4, 5: 5}[level]
        assert len(premises) == len(kinds) - 1
        for method in methods:
            found = [method(premises, one, kinds, nobody_missing) for one in conclusions]
            if level <= 3:
                assert answer == ("yes" if found[0] else "no"), question
                assert metadata["logic"]["gold"] is found[0]
            else:
                right = [letter for letter, yes in zip("ABCDE", found, strict=False) if yes]
                assert right and ", ".join(right) == answer, question
                assert len(metadata["choices"]) == len(conclusions) == level


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_a_second_solver_agrees(level, count):
    check(level, count, [by_witnesses])


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_so_does_looking_at_every_world(level):
    """Five kinds would have four thousand million."""
    check(level, 150 if level < 3 else 40, [by_witnesses, by_all_worlds])


@pytest.mark.parametrize("level", [1, 2, 3])
def test_both_answers_are_about_equally_likely(level):
    rng = random.Random(1)
    answers = [FAMILY.generate(rng, level)[1] for _ in range(2000)]
    assert 850 < answers.count("yes") < 1150


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_nothing_follows_from_one_premise_alone(level):
    rng = random.Random(2)
    for _ in range(100):
        question, _, _ = FAMILY.generate(rng, level)
        premises, conclusions, nobody_missing = split(question)
        kinds = sorted({kind for said in premises for kind in said[1:]})
        for said in premises:
            for conclusion in conclusions:
                assert not by_witnesses([said], conclusion, kinds, nobody_missing), question
