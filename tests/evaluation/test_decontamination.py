"""Runs of words that training data share with evaluations."""

from r1gym.evaluation.decontamination import Grams, find_overlaps, texts_of

TEN = "one two three four five six seven eight nine ten"


def found(text, question, words=10):
    return bool(find_overlaps([text], {"q": [question]}, words)["q"].contaminated)


def test_ten_words_in_a_row_whatever_their_case_and_punctuation():
    assert found(f"So: {TEN.upper().replace(' ', ', ')}!", f"{TEN} eleven")
    assert not found(f"so {TEN.replace('five', '5')}", f"{TEN} eleven")
    assert not found(TEN.removesuffix(" ten"), f"{TEN} eleven")
    assert found(TEN.removesuffix(" ten"), f"{TEN} eleven", words=9)


def test_a_shorter_question_counts_as_a_whole():
    assert found("Now what is 2 + 3, please?", "What is 2 + 3?")
    assert not found("Now what is 2 + 4, please?", "What is 2 + 3?")
    assert not found("2 + 3", "2+3")  # two words are no evidence


def test_overlaps_are_counted_by_question_and_by_row():
    rows = [f"{TEN} eleven", "nothing", TEN]
    overlap = find_overlaps(rows, {"a": ["other", f"{TEN} eleven"], "b": ["other"]})
    assert overlap["a"].contaminated == {1: [0, 2]} and overlap["a"].questions == 2
    assert overlap["a"].shared.most_common(1) == [(TEN, 2)]
    assert overlap["b"].contaminated == {}


def test_a_row_tells_which_evaluations_it_overlaps_with():
    grams = Grams({"a": [TEN], "b": ["what is 2 + 3"]})
    assert grams.look(1, f"{TEN}. What is 2 + 3?") == {"a", "b"}
    assert grams.look(2, "") == set()


def test_every_text_of_a_row_is_read():
    row = {"messages": [{"role": "user", "content": "a"}], "n": 1, "tests": ["b", None], "c": b"x"}
    assert list(texts_of(row)) == ["user", "a", "b"]
