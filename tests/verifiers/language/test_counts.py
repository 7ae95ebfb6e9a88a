import pytest

from r1gym.verifiers.language.counts import KNOWN_LANGUAGES, count_by_language


def test_words_are_counted_by_language():
    counts = count_by_language("So the sum is even. 所以答案是四。 Значит, всё верно.")
    assert counts == {"en": 5.0, "zh": pytest.approx(6 / 1.5), "ru": 3.0}
    assert set(counts) <= set(KNOWN_LANGUAGES)
    assert count_by_language("") == {}


def test_an_unknown_script_counts_as_another_language():
    assert count_by_language("ამიტომ პასუხი") == {"other": 2.0}


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        ("我们用 Python 计算。", 0),
        ("Python 很慢。", 0),
        ("根据 Isaac Newton 的定律。", 0),
        ("这是 problem 一。", 1),  # a lower-case word is a word
        ("这是。 Python. 好的。", 1),  # in a sentence of its own
        ("他说 The End 了。", 2),  # with a function word it is no name
        ("一 One Two Three Four 二", 4),  # too long for a name
    ],
)
def test_names_within_another_script_are_in_no_language(text, latin):
    counts = count_by_language(text)
    assert sum(n for language, n in counts.items() if language != "zh") == latin


@pytest.mark.parametrize("text", ["Hmm. 5*3=15. So 15.", "Plus 4", "Area = 12 cm", "Total: 7 km"])
def test_too_little_text_is_in_no_language(text):
    assert count_by_language(text) == {}


def test_a_few_words_that_only_one_language_has_are_in_it():
    assert set(count_by_language("which of them")) == {"en"}
    assert set(count_by_language("六乘以七")) == {"zh"}
