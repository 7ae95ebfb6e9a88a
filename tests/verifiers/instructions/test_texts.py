"""What is counted in a text, with neighbours that are not."""

import time

import pytest

from r1gym.verifiers.instructions import texts


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It's a well-known fact.", 4),
        ("one  two\nthree", 3),
        ("3.5 and 10%", 4),
        ("— … !", 0),
        ("Grüße aus Köln", 3),
    ],
)
def test_words(text, count):
    assert len(texts.words(text)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3),
        ("No end", 1),
        ("Dr. Smith met Mrs. Jones.", 1),
        ("It costs 3.50 dollars. Fine.", 2),
        ("J. K. Rowling wrote it.", 1),
        ("So did I. Then we left.", 2),
        ("Wait... what? Yes.", 2),
        ("Really?! Yes.", 2),
        ('"Stop!" he said. She ran.', 2),
        ('She said "No." He left.', 2),
        ("small letters. and more. all small!", 3),
        ("1. Add salt.\n2. Stir.", 2),
        ("It was 1999. Then came 2000.", 2),
        ("At 5 p.m. we met. At 6 p.m. We left.", 3),
        ("Bring tea, e.g. Assam.", 1),
        ("See fig. 3 and no. 4. No. 5 is missing.", 2),
        ("今天天气好。我们去公园！", 2),
        ("...", 0),
        ("", 0),
        ("**Bold.** Next.", 2),
        ("(Really.) Yes.", 2),
    ],
)
def test_sentences(text, count):
    assert len(texts.sentences(text)) == count, texts.sentences(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a\n***\nb", ["a", "b"]),
        ("a * * * b", ["a", "b"]),
        ("***\na\n***", ["a"]),
        ("a\n***\n***\nb", None),
        ("***very*** bold", ["***very*** bold"]),
        ("a\n******\nb", ["a\n******\nb"]),
        ("", []),
    ],
)
def test_dividers_part_paragraphs(text, parts):
    assert texts.divided(text) == parts


def test_blank_lines_part_paragraphs():
    assert texts.paragraphs("a\nb\n\nc\n \t\n\nd\n") == ["a\nb", "c", "d"]


def test_occurrences_of_whole_words_or_of_letters():
    assert texts.occurrences("Tea, teapot and TEA", "tea") == 2
    assert texts.occurrences("Tea, teapot and TEA", "tea", whole=False) == 3
    assert texts.occurrences("C++ beats c++?", "C++") == 2
    assert texts.occurrences("a.b", "a.b") == 1 and texts.occurrences("axb", "a.b") == 0


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("*one* and **two** and ***three***", 3),
        ("2 * 3 * 4", 0),
        ("* a bullet with *one*", 1),
        ("** no **", 0),
        ("*not\nclosed*", 0),
        ("****", 0),
    ],
)
def test_highlighted(text, count):
    assert texts.highlighted(text) == count


def test_bullets_are_lines_of_markdown():
    assert texts.bullets("* a\n- b\n  * c\nno * d\n-5 degrees\n**bold**\n* * *\n---\n- - -") == 3


def test_placeholders_and_titles_hold_something():
    assert texts.placeholders("[name], [home address] [] [ ] [a\nb] [x [y]]") == 3
    assert texts.has_title("<<A poem>>\n...") and texts.has_title("see << x >>")
    assert not any(map(texts.has_title, ("<<>>", "<< >>", "<a>", "<<a\nb>>")))


def test_sections_are_counted_by_number():
    assert texts.sections("SECTION 1\na\nSECTION 2\nas in SECTION 1", "SECTION") == 2
    assert texts.sections("SUBSECTION 1, SECTION x, SECTION", "SECTION") == 0


def test_a_fence_around_everything_is_taken_off():
    assert texts.unfenced('```json\n{"a": 1}\n```') == '{"a": 1}'
    assert texts.unfenced("```\n[]\n``` ") == "[]"
    assert texts.unfenced("so ```[]```") == "so ```[]```"


def test_capital_words():
    assert texts.in_capitals("NASA's and I saw COVID-19, Well-KNOWN, 42") == 3


@pytest.mark.parametrize(
    "piece", ["<<", "[", "*a", "* ", "***", "```json", "a. ", ".", "\n\n", "-"]
)
def test_time_is_bounded(piece):
    text = piece * (100_000 // len(piece))
    started = time.process_time()
    for count in (texts.sentences, texts.divided, texts.highlighted, texts.bullets):
        count(text)
    for count in (texts.placeholders, texts.has_title, texts.unfenced, texts.paragraphs):
        count(text)
    assert time.process_time() - started < 2
