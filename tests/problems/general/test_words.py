"""The words of open requests: none twice, and each fits into the sentence it is meant for."""

import pytest

from r1gym.problems.general import words

LISTS = {name: value for name, value in vars(words).items() if name.isupper()}


@pytest.mark.parametrize("name", LISTS)
def test_no_word_stands_twice(name):
    assert len(LISTS[name]) >= 8
    assert len(set(LISTS[name])) == len(LISTS[name])


@pytest.mark.parametrize("name", [name for name in LISTS if name != "PAIRS"])
def test_words_fit_into_a_sentence(name):
    for word in LISTS[name]:
        assert word == word.strip() and word.isascii() and word[-1] not in ".,;:?!"
        assert name == "TOWNS" or word[0].islower() or word.startswith(("DNA", "Python")), word


def test_topics_are_clauses_and_lengths_are_phrases():
    assert all(topic.split()[0] in ("how", "what", "why") for topic in words.TOPICS)
    assert all(length.split()[0] in ("in", "as") for length in words.LENGTHS)
    assert all(person.split()[0] in ("a", "an", "the") for person in words.PERSONS)


def test_two_different_things_are_compared_once():
    pairs = [frozenset(pair) for pair in words.PAIRS]
    assert all(len(pair) == 2 for pair in pairs) and len(set(pairs)) == len(pairs)
