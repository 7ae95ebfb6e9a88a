"""The language reward on labelled texts and on texts made to break it.

`cases/language.jsonl` is composed of parts of known language, which stand in ``parts`` with their
words, None for what is in no language. A label counts words by this convention: in languages with
spaces, what spaces divide and has at least two letters; in Chinese a word for every 1.5 characters,
in Japanese for every 2. Texts marked "dev" set the weights; those marked "held" share no sentence
with them.
"""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r1gym.core.errors import ConfigError
from r1gym.core.types import Completion, Problem, Score, Verdict
from r1gym.verifiers import VERIFIERS
from r1gym.verifiers.language import KNOWN_LANGUAGES, Language

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "cases" / "language.jsonl")
    .read_text("utf-8")
    .splitlines()
]
BAR = 0.05


def score(text, target="en", truncated=False, **options):
    completion = Completion(text, truncated=truncated)
    return Language(target=target, **options).score(Problem("p", "q", "42"), completion)


def test_the_labels_are_what_their_parts_say():
    for case in CASES:
        assert "".join(text for _, _, text in case["parts"]) == case["text"]
        total = hits = 0.0
        for language, words, text in case["parts"]:
            letters = sum(character.isalpha() for character in text)
            per_word = {"zh": 1.5, "ja": 2.0}.get(language)
            spaced = sum(sum(map(str.isalpha, word)) >= 2 for word in text.split())
            counted = 0 if language is None else letters / per_word if per_word else spaced
            assert words == pytest.approx(counted, abs=1e-3)
            total += counted
            hits += counted * (language == case["target"])
        assert case["share"] == pytest.approx(hits / total, abs=1e-3)
    assert len(CASES) >= 250
    assert min(Counter(case["target"] for case in CASES).values()) >= 3


@pytest.mark.parametrize("identifier", ["py3langid", "langdetect"])
@pytest.mark.parametrize("split", ["dev", "held"])
def test_the_error_on_labelled_texts(split, identifier):
    cases = [case for case in CASES if case["split"] == split]
    if identifier == "langdetect":
        cases = cases[::3]
    errors = [
        abs(score(case["text"], case["target"], identifier=identifier).value - case["share"])
        for case in cases
    ]
    assert mean(errors) <= BAR


@pytest.mark.parametrize(
    ("text", "target", "value"),
    [
        ("So the answer must be even.", "en", 1.0),
        ("So the answer must be even.", "de", 0.0),
        ("Die Summe ist gerade.", "de", 1.0),
        ("所以答案是四。", "zh", 1.0),
        ("所以答案是四。", "ja", 0.0),
        ("因為沒有實數根，所以這個答案不對。", "zh", 1.0),
        ("したがって答えは四です。以上。", "ja", 1.0),
        ("그러므로 답은 넷이다.", "ko", 1.0),
        ("Значит, ответ четыре.", "ru", 1.0),
        ("Άρα η απάντηση είναι τέσσερα.", "el", 1.0),
        ("إذن الجواب هو أربعة.", "ar", 1.0),
        ("לכן התשובה היא ארבע.", "he", 1.0),
        ("इसलिए उत्तर चार है।", "hi", 1.0),
        ("ดังนั้นคำตอบคือสี่", "th", 1.0),
        ("Portanto, a resposta é quatro porque não há outra.", "pt", 1.0),
        ("Dus het antwoord is vier, want er is geen andere.", "nl", 1.0),
    ],
)
def test_pure_texts(text, target, value):
    assert score(text, target).value == value


def test_a_chinese_clause_in_english_counts():
    text = "We know the sum is even, 所以其中一个数必定是偶数, and that settles it."
    assert score(text).value == pytest.approx(10 / (10 + 12 / 1.5), abs=0.01)


def test_a_german_clause_in_english_counts():
    text = "The sum is even, weil beide Zahlen ungerade sind, and that settles the question."
    assert score(text).value == pytest.approx(9 / 14)
    assert score(text, "de").value == pytest.approx(5 / 14)


def test_notation_is_no_language():
    notation = (
        "```python\nfor item in list_of_items: print(item)\n```\n$\\text{wobei } x$ \\[ \\tan{2}\\]"
        " `return` 12 <b></b> https://example.org/der/die/das n k f(x) sin DNA x_1 isPrime"
    )
    assert score(notation, "de").verdict is Verdict.UNPARSEABLE
    assert score(f"所以答案是四。{notation}", "zh").value == 1.0
    assert score(f"Die Summe ist gerade. {notation} Das war alles.", "de").value == 1.0


@pytest.mark.parametrize(
    "text", ["OK", "Let Alice = 3, Bob = 4.", "Hmm. Wait. Okay, good.", "Euler"]
)
def test_short_english_does_not_flip(text):
    assert score(text).value in (0.0, 1.0)
    assert score(text + " So we get it from the first equation.").value == 1.0


def test_a_name_takes_the_language_of_its_sentence():
    assert score("我们用 Python 写一个程序，根据 Isaac Newton 的定律计算。", "zh").value == 1.0
    assert score("Мы применяем Python для расчёта.", "ru").value == 1.0
    assert score("我们用 binary search 解决。", "zh").value < 1.0


@pytest.mark.parametrize(
    "text",
    [
        "<think>所以答案是四。</think>The answer is four.",
        "所以答案是四。</think>The answer is four.",
        "I will think. <think>所以答案是四。</think><answer>The answer is four.</answer>",
        "<think>所以答案是四。",
        "所以答案是四。",
    ],
)
def test_only_the_chain_of_thought_counts(text):
    assert score(text, "zh").value == 1.0


@pytest.mark.parametrize("text", ["", " ", "<think></think>The answer is four.", "$x = 4$", "42"])
def test_no_words_earn_nothing(text):
    assert score(text).value == 0.0
    assert score(text).verdict is Verdict.UNPARSEABLE
    assert score(text, truncated=True).verdict is Verdict.TRUNCATED


def test_the_reason_names_the_languages():
    assert score("Die Summe ist gerade.") == Score(0.0, Verdict.WRONG, "of 4 words, 100% de")


def test_options_that_are_not_known(monkeypatch):
    with pytest.raises(ConfigError, match="'eng' is not known. Did you mean 'en'.*Known: ar, de"):
        Language(target="eng")
    with pytest.raises(ConfigError, match="Known: ar"):
        Language(target=["en"])
    with pytest.raises(ConfigError, match="identifier must be one of py3langid, langdetect"):
        Language(identifier="fasttext")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="pip install langdetect"):
        Language(identifier="langdetect")
    assert VERIFIERS.get("language") is Language
    assert {"en", "zh", "ja", "ko", "ru", "de", "fr", "es", "it", "pt"} <= set(KNOWN_LANGUAGES)


@settings(max_examples=150, deadline=None)
@given(
    st.text() | st.text(alphabet="the dieaß中的あ。, $`\\[]<>/{}\n1_"),
    st.sampled_from(["en", "zh"]),
)
def test_any_text_has_a_score_in_0_to_1(text, target):
    assert 0.0 <= score(text, target).value <= 1.0
    assert score(text, target) == score(text, target)


@pytest.mark.parametrize(
    "unit",
    ["ab ", "abc,", "ab中", "中，", "あ中", "So the sum is even, und das ist gut. ", "a", "éà ",
     "$a", "\\[", "```", "\\begin{a}", "<a", "a@", "\ud800", "é" * 50 + " "],
)  # fmt: skip
def test_long_texts_are_scored_in_time(unit):
    text = unit * (100_000 // len(unit))
    score("warm up the identifier")
    start = thread_time()  # of the processor, whatever else it does
    score(text)
    assert thread_time() - start < 1  # 0.25 on a quiet machine


def test_a_long_text_is_judged_by_a_sample():
    english, german = "The sum is even, so we are done. ", "Die Summe ist gerade, also fertig. "
    assert score((english * 3 + german) * 1500).value == pytest.approx(24 / 30, abs=0.03)


@pytest.mark.parametrize("identifier", ["py3langid", "langdetect"])
def test_threads_agree(identifier):
    texts = [(case["text"], case["target"]) for case in CASES[:40]]
    expected = [score(*text, identifier=identifier) for text in texts]
    with ThreadPoolExecutor(16) as pool:
        again = list(pool.map(lambda text: score(*text, identifier=identifier), texts))
    assert again == expected


@pytest.mark.parametrize(
    ("question", "thinking", "share"),
    [
        ("计算7+5*3", "先7加5得12\n再12乘3得36", 1.0),
        ("计算7+5*3", "first 7 plus 5 is 12\nthen 12 times 3 is 36", 0.0),
        ("Compute 7+5*3", "first 7 plus 5 is 12\nthen 12 times 3 is 36", 1.0),
        ("Compute 7+5*3", "先7加5得12\n再12乘3得36", 0.0),
    ],
)
def test_the_target_may_be_the_language_of_the_question(question, thinking, share):
    problem = Problem("p", question, "36")
    text = f"<think>{thinking}</think><answer>36</answer>"
    assert Language(target="question").score(problem, Completion(text)).value == share
