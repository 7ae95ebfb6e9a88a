import re

from r1gym.report.theme import SCRIPT, STYLE, stepped, wrap
from tests.report.test_page import Outline


def test_a_page_needs_nothing_but_itself():
    page = wrap("a <b>", "<p>c</p>")
    Outline(page)
    assert "<title>a &lt;b&gt;</title>" in page and page.count("<script>") == 1
    assert not re.search(r"https?:|//|url\(|@import", STYLE + SCRIPT)


def test_every_colour_is_another_in_the_dark():
    light, dark = STYLE.split("@media (prefers-color-scheme: dark)")
    names = set(re.findall(r"(--[\w]+):", light))
    assert names == set(re.findall(r"(--[\w]+):", dark.partition("} }")[0]))
    rest = STYLE.partition("} }")[2]
    assert set(re.findall(r"var\((--\w+)\)", rest)) <= names
    assert re.findall(r"#[0-9a-f]{3,6}\b", rest) == []  # but for the mark, which is see-through


def test_one_part_has_no_buttons_and_several_have():
    assert stepped(["<p>a</p>"]) == '<article class="step"><p>a</p></article>'
    text = stepped(["a", "b"], first=1)
    Outline(text)
    assert text.count("<button") == 2 and 'data-first="1"' in text
