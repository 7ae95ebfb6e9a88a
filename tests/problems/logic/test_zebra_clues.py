"""The words of zebra puzzles: each value is one thing's, each sentence says what was meant."""

import random

import pytest

from r1gym.problems.logic.zebra_clues import (
    _PAIRS,
    NAME,
    OTHERS,
    draw_attributes,
    tell_pair,
    tell_place,
)

DRINKS = next(attribute for attribute in OTHERS if attribute.plural == "drinks")
PETS = next(attribute for attribute in OTHERS if attribute.plural == "pets")


def told(relation, first, second):
    return {tell_pair(random.Random(seed), relation, first, second) for seed in range(40)}


def test_no_value_belongs_to_two_attributes():
    values = [value for attribute in (NAME, *OTHERS) for value in attribute.values]
    assert len(set(values)) == len(values)
    assert all(value.isalpha() for value in values)


@pytest.mark.parametrize("attribute", [NAME, *OTHERS], ids=lambda attribute: attribute.plural)
def test_every_sentence_has_one_place_to_fill(attribute):
    for text in (attribute.person, attribute.has, attribute.has_not, attribute.ask):
        assert text.count("{}") == 1
    assert "not" in attribute.has_not and "not" not in attribute.has


def test_the_name_comes_first_and_nothing_twice():
    for seed in range(20):
        drawn = draw_attributes(random.Random(seed), 5)
        assert drawn[0] is NAME and len({a.plural for a in drawn}) == len(drawn) == 5


def test_a_name_is_who_is_spoken_of():
    ann, tea, cat = (NAME, "Ann"), (DRINKS, "tea"), (PETS, "cat")
    assert told("same", ann, tea) == told("same", tea, ann) == {"Ann drinks tea"}
    assert told("not same", tea, ann) == {"Ann does not drink tea"}
    assert told("same", tea, cat) == {
        "the tea drinker keeps the cat",
        "the owner of the cat drinks tea",
    }


def test_order_is_kept_and_neighbours_have_none():
    ann, tea = (NAME, "Ann"), (DRINKS, "tea")
    assert told("just before", ann, tea) == {
        "Ann lives directly to the left of the tea drinker",
        "the tea drinker lives directly to the right of Ann",
    }
    assert len(told("next", ann, tea)) == 4
    assert all(("left" in text) == (text.startswith("Ann")) for text in told("before", ann, tea))
    assert {len(texts) for texts in _PAIRS.values()} == {2}


def test_places_are_told_from_the_left():
    assert tell_place("Ann", 4, 0b1001) == "Ann lives at one end of the row"
    assert tell_place("Ann", 4, 0b0010) == "Ann lives in house 2"
    assert tell_place("Ann", 4, 0b1011) == "Ann does not live in house 3"
