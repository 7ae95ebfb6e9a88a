"""Syllogisms: what follows from statements about kinds of things that do not exist.

A region says for each kind whether a thing is of it; with k kinds there are 2**k of them, as in
a Venn diagram. A model is the set of regions that hold something. "All A are B" and "No A is B"
say that some regions are empty, "Some A ..." that some regions together are not. The models of
given premises are therefore closed under union, and the largest one fills every region that no
premise empties: one look at it decides whether a universal statement follows. A particular one
follows if it does from a single "Some" premise: else the largest model without its regions is
a counterexample.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_uppercase
from typing import Any

from r1gym.problems.families import family
from r1gym.problems.logic.formulas import columns, every_row
from r1gym.problems.logic.words import nonsense

_FORMS = ("all", "no", "some", "some not")
_TERMS = {1: 3, 2: 3, 3: 4, 4: 4, 5: 5}
_LISTED = {4: 4, 5: 5}  # how many conclusions are offered
_MOST_DRAWS = 40

_Statement = tuple[str, int, int]  # form, first kind, second kind
_Item = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True)
class _Premises:
    """What premises say: the regions that may hold something, and which sets of them must."""

    possible: int
    filled: tuple[int, ...]

    @property
    def consistent(self) -> bool:
        return all(self.possible & regions for regions in self.filled)

    def entail(self, statement: _Statement, terms: int) -> bool:
        """Returns whether a statement is true in every model."""
        regions = _regions(statement, terms)
        if statement[0] in ("all", "no"):
            return not self.possible & regions
        return any(not self.possible & filled & ~regions for filled in self.filled)


@family("logic-syllogisms", levels=5, question_bytes=640)
def syllogisms(rng: random.Random, level: int) -> _Item:
    """Does a conclusion follow from the premises?

    Level 1: three kinds, two premises with "all" and "no". Level 2: with "some" and "some ...
    not". Level 3: four kinds, three premises. Level 4: which of four conclusions follow. Level 5:
    five kinds, four premises, five conclusions. The question says whether kinds may be empty.
    """
    terms = _TERMS[level]
    nobody_missing = rng.random() < 0.5
    wanted = rng.randrange(2) == 1
    # The form is drawn before the premises, so that it does not betray the answer. Only universal
    # statements follow from universal ones, unless something is known to exist.
    form = rng.choice(_FORMS if level > 1 or nobody_missing else _FORMS[:2])
    for _ in range(_MOST_DRAWS):
        premises = _draw_premises(rng, level, terms)
        following, others = _conclusions(premises, terms, nobody_missing)
        fit = [one for one in (following if wanted else others) if one[0] == form]
        enough = following if level in _LISTED else fit
        if enough:
            break
    else:  # Barbara, with something that follows and something that does not
        premises = [("all", i, i + 1) for i in range(terms - 1)]
        following, others = _conclusions(premises, terms, nobody_missing)
        fit = following if wanted else others
    words = nonsense(rng, terms)
    rng.shuffle(premises)
    told = [_sentence(rng, premise, words) for premise in premises]
    background = (
        "Of each of these kinds there is at least one."
        if nobody_missing
        else "There may be none at all of a kind."
    )
    intro = rng.choice(("Suppose that all of this is true.", "Take these statements as true."))
    if level in _LISTED:
        return _which(rng, level, [intro, *told, background], (following, others), words)
    conclusion = _sentence(rng, rng.choice(fit), words)
    ask = rng.choice(("Does it follow that", "Must it then be true that"))
    text = conclusion[:1].lower() + conclusion[1:-1]
    question = " ".join([intro, *told, background, f"{ask} {text}? Answer yes or no"])
    metadata = {"verifier": "logic", "logic": {"kind": "truth", "gold": wanted}}
    return question, "yes" if wanted else "no", metadata


def _which(
    rng: random.Random,
    level: int,
    told: list[str],
    conclusions: tuple[list[_Statement], list[_Statement]],
    words: Sequence[str],
) -> _Item:
    """Returns a question with listed conclusions, of which one or more follow."""
    following, others = conclusions
    count = _LISTED[level]
    right = rng.randint(1, min(count - 1, len(following)))
    right = max(right, count - len(others))
    drawn = rng.sample(following, right) + rng.sample(others, count - right)
    rng.shuffle(drawn)
    letters = ascii_uppercase[:count]
    choices = [_sentence(rng, statement, words) for statement in drawn]
    lines = [f"{letter}) {text}" for letter, text in zip(letters, choices, strict=True)]
    right_letters = [letter for letter, one in zip(letters, drawn, strict=True) if one in following]
    question = "\n".join(
        [
            " ".join([*told, "Which of these conclusions follow?"]),
            *lines,
            "Answer with the letter of each that follows, separated by commas; at least one does",
        ]
    )
    metadata = {"verifier": "choice", "choices": choices}
    return question, ", ".join(right_letters), metadata


def _draw_premises(rng: random.Random, level: int, terms: int) -> list[_Statement]:
    """Returns one premise for each link of a chain through all kinds, in either direction."""
    chain = rng.sample(range(terms), terms)
    drawn = []
    for a, b in pairwise(chain):
        form = rng.choice(("all", "all", "no") if level == 1 else ("all", "all", "all", *_FORMS))
        drawn.append((form, a, b) if rng.random() < 0.6 else (form, b, a))
    return drawn


def _conclusions(
    premises: Sequence[_Statement], terms: int, nobody_missing: bool
) -> tuple[list[_Statement], list[_Statement]]:
    """Returns the statements about unlinked kinds that follow, and those that do not.

    Nothing follows from premises that contradict each other.
    """
    universal = [_regions(one, terms) for one in premises if one[0] in ("all", "no")]
    particular = [_regions(one, terms) for one in premises if one[0] in ("some", "some not")]
    if nobody_missing:
        particular += columns(terms)
    possible = every_row(terms)
    for regions in universal:
        possible &= ~regions
    known = _Premises(possible, tuple(particular))
    if not known.consistent:
        return [], []
    linked = {frozenset(one[1:]) for one in premises}
    found: tuple[list[_Statement], list[_Statement]] = ([], [])
    for form in _FORMS:
        for a in range(terms):
            for b in range(terms):
                # "No A is B" says what "No B is A" does, and "Some A is B" what "Some B is A".
                if a == b or (form in ("no", "some") and a > b) or frozenset((a, b)) in linked:
                    continue
                statement = (form, a, b)
                found[not known.entail(statement, terms)].append(statement)
    return found


def _regions(statement: _Statement, terms: int) -> int:
    """Returns the regions that a statement empties, or of which it fills one at least."""
    form, a, b = statement
    column = columns(terms)
    return column[a] & ~column[b] if form in ("all", "some not") else column[a] & column[b]


def _sentence(rng: random.Random, statement: _Statement, words: Sequence[str]) -> str:
    form, a, b = statement
    first, second = words[a], words[b]
    return rng.choice(
        {
            "all": (f"All {first}s are {second}s.", f"Every {first} is a {second}."),
            "no": (f"No {first} is a {second}.", f"No {first}s are {second}s."),
            "some": (f"Some {first}s are {second}s.", f"At least one {first} is a {second}."),
            "some not": (
                f"Some {first}s are not {second}s.",
                f"At least one {first} is not a {second}.",
            ),
        }[form]
    )
