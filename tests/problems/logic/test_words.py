"""Names, nonsense and lists in prose."""

import random

from r1gym.problems.logic.words import NAMES, capitalised, listed, nonsense


def test_names_differ_in_more_than_case():
    assert len({name.lower() for name in NAMES}) == len(NAMES) >= 40
    assert all(name.istitle() and name.isalpha() for name in NAMES)


def test_nonsense_takes_a_plural_s_and_the_article_a():
    drawn = nonsense(random.Random(0), 200)
    assert len(set(drawn)) == 200
    assert not any(word[0] in "aeiou" or word[-1] in "sxz" for word in drawn)


def test_lists_have_their_last_word():
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "c"], "or") == "a, b or c"


def test_only_the_first_letter_is_raised():
    assert capitalised("the owner of Xe") == "The owner of Xe"
    assert capitalised("") == ""
