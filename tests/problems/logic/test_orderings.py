"""Orderings against a second solver that reads the clues and tries every arrangement."""

import random
import re
from itertools import permutations

import pytest

from r1gym.problems.families import FAMILIES

FAMILY = FAMILIES.get("logic-orderings")
ORDINALS = "first second third fourth fifth sixth seventh".split()  # noqa: SIM905
WHERE = r" (?:in the queue|in the order of arrival|in the ranking|in the row|on the shelf)"
BEFORE = (
    "somewhere ahead of|arrived before|is younger than|is shorter than|somewhere to the left of"
)
AFTER = "somewhere behind|arrived after|is older than|is taller than|somewhere to the right of"
JUST_BEFORE = "directly ahead of|arrived just before|is directly before|directly to the left of"
JUST_AFTER = "directly behind|arrived just after|is directly after|directly to the right of"
VERB = r"(?: stands| is)? "

FORMS = [
    (rf"A{VERB}(?:{BEFORE}) B(?:{WHERE})?", lambda p, q: p < q),
    (rf"A{VERB}(?:{AFTER}) B(?:{WHERE})?", lambda p, q: p > q),
    (rf"A{VERB}(?:{JUST_BEFORE}) B(?:{WHERE})?", lambda p, q: p + 1 == q),
    (rf"A{VERB}(?:{JUST_AFTER}) B(?:{WHERE})?", lambda p, q: p == q + 1),
    (rf"A (?:and B are neighbours|is next to B){WHERE}", lambda p, q: abs(p - q) == 1),
    (rf"A (?:and B are not neighbours|is not next to B){WHERE}", lambda p, q: abs(p - q) != 1),
    (rf"(?:there is e|e)xactly one (?:place|other is) between A and B{WHERE}",
     lambda p, q: abs(p - q) == 2),
    (rf"(?:there are e|e)xactly two (?:places|others are) between A and B{WHERE}",
     lambda p, q: abs(p - q) == 3),
]  # fmt: skip


def constraint(clue, things):
    """A clue as a function of the places of all things, in the order of `things`."""
    clue = clue[0].lower() + clue[1:] if clue.split()[0] not in things else clue
    named = [word for word in re.findall(r"\w+", clue) if word in things]
    a, b = named if len(named) == 2 else (named[0], None)
    i, j = things.index(a), things.index(b or a)
    text = " ".join({a: "A", b: "B"}.get(word, word) for word in clue.split())
    text = re.sub("the ([AB]) book", r"\1", text)
    if b is None:
        form = r"A (?:is|was)( not)? (\w+) (?:in|to arrive|from).*"
        no, ordinal = re.fullmatch(form, text).groups()
        place = ORDINALS.index(ordinal)
        return lambda places: (places[i] == place) != bool(no)
    (holds,) = [holds for form, holds in FORMS if re.fullmatch(form, text)]
    return lambda places: holds(places[i], places[j])


def solve(question):
    intro, *clues, _ = question.split(". ")
    if clues[0].startswith("They are"):
        del clues[0]
    listed = re.search(r"((?:\w+, )+\w+ and \w+)", intro)[1]
    listed = listed.removeprefix("No two of ")
    things = re.findall(r"\w+", listed.replace(" and ", " "))
    left = list(permutations(range(len(things))))
    for clue in clues:
        holds = constraint(clue, things)
        left = [places for places in left if holds(places)]
    assert len(left) == 1, f"{len(left)} solutions of {question}"
    return [things[left[0].index(place)] for place in range(len(things))]


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_a_second_solver_finds_the_gold_and_nothing_else(level, count):
    rng = random.Random(f"{level} {count}")
    for _ in range(count):
        question, answer, metadata = FAMILY.generate(rng, level)
        order = solve(question)
        assert order == metadata["logic"]["gold"] == answer.split(", "), question
        assert len(order) == level + 2


def test_no_clue_is_superfluous():
    rng = random.Random(3)
    for level in (2, 3, 4):
        for _ in range(20):
            question = FAMILY.generate(rng, level)[0]
            sentences = question.split(". ")
            first = 2 if sentences[1].startswith("They are") else 1
            for i in range(first, len(sentences) - 1):
                with pytest.raises(AssertionError, match="solutions"):
                    solve(". ".join(sentences[:i] + sentences[i + 1 :]))
