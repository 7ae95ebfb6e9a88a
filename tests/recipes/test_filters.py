import re

import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.types import Completion, Problem
from r1gym.recipes.filters import FILTERS, Filters
from tests.contracts.outside import package_of, run_with

ENGLISH = Problem("p/1", "What is seven plus five, please?", "12")
CHINESE = Problem("p/2", "请问七加五是多少？", "12")
EN = "first we take the seven and then we add five, so that is twelve"
ZH = "先取七，再加五，所以是十二"
SHORT = "1+1=2"


def fault(spec, text, problem=ENGLISH, opening=""):
    """Returns why a response with this text is dropped by one filter."""
    found = Filters({"it": spec}).fault(problem, Completion(text, opening=opening), "before")
    assert found is None or found[0] == "it"
    return found and found[1]


def thought(thinking, rest="<answer>12</answer>"):
    return f"<think>{thinking}</think>{rest}"


LOOP = " ".join(["and so we add the five to it again"] * 20)
LONG = " ".join(["word"] * 30)
CASES = [
    ({"type": "repetition"}, thought(EN), None),
    ({"type": "repetition"}, thought(LOOP), "8-grams are distinct"),
    ({"type": "repetition", "least": 0.0}, thought(LOOP), None),
    ({"type": "repetition"}, "", "empty"),
    ({"type": "mixing"}, thought(EN), None),
    ({"type": "mixing"}, thought(ZH), None),
    ({"type": "mixing"}, thought(f"{EN}\n{ZH}"), "words are en"),
    ({"type": "mixing", "least": 0.5}, thought(f"{EN}\n{ZH}"), None),
    ({"type": "mixing"}, thought(SHORT), None),
    ({"type": "mixing", "language": "question"}, thought(EN), None),
    ({"type": "mixing", "language": "question"}, thought(ZH), "0% of 7 words are en"),
    ({"type": "mixing", "language": "zh"}, thought(EN), "0% of .* words are zh"),
    ({"type": "mixing", "language": "zh"}, thought(ZH), None),
    ({"type": "long_paragraphs", "most": 20}, thought(LONG), "a paragraph has 30"),
    ({"type": "long_paragraphs", "most": 20}, thought("\n".join(LONG.split())), None),
    ({"type": "long_paragraphs", "most": 20}, thought("short", LONG), None),
    ({"type": "code_blocks"}, thought("```python\nprint(1)\n```"), "holds 1 blocks of code"),
    ({"type": "code_blocks"}, thought("~~~\n1\n~~~\n```\n2\n```"), "holds 2 blocks"),
    ({"type": "code_blocks"}, thought("I use `x`.", "```python\nprint(1)\n```"), None),
    ({"type": "format"}, thought(EN), None),
    ({"type": "format"}, thought(EN, "The answer is 12."), None),
    ({"type": "format", "tags": True}, thought(EN, "The answer is 12."), "<answer> stands 0 times"),
    ({"type": "format"}, thought("", "12"), "there is no thinking"),
    ({"type": "format", "thinking": False}, thought("", "12"), None),
    ({"type": "format"}, thought(EN, " \n"), "nothing follows"),
    ({"type": "format"}, f"So: {thought(EN)}", "does not begin with <think>"),
    ({"type": "format"}, f"<think>{EN}", "</think> stands 0 times"),
    ({"type": "format"}, thought(EN) * 2, "<think> stands 2 times"),
    ({"type": "length", "most": 5}, "one two three four five six", "has 6 words"),
    ({"type": "length", "least": 3}, "one two", "fewer than 3"),
    ({"type": "length", "least": 2, "most": 2}, "one two", None),
    ({"type": "length", "most": 2}, thought("one"), None),
]


@pytest.mark.parametrize(("spec", "text", "why"), CASES)
def test_a_filter_says_why_it_drops(spec, text, why):
    found = fault(spec, text)
    if why is None:
        assert found is None
    else:
        assert found is not None
        assert re.search(why, found), found


def test_the_language_of_the_question_decides():
    spec = {"type": "mixing", "language": "question"}
    assert fault(spec, thought(ZH), CHINESE) is None
    assert "words are zh" in fault(spec, thought(EN), CHINESE)
    assert "words are en" in fault(spec, thought(ZH), Problem("p/3", "7+5", "12"))


def test_what_the_prompt_opened_is_part_of_the_response():
    assert fault({"type": "format", "tags": True}, thought(EN), opening="<think>") is None
    twice = fault({"type": "format", "tags": True}, "<think>" + thought(EN), opening="<think>")
    assert "comes again" in twice


def test_filters_are_asked_in_order_before_after_or_at_both():
    filters = Filters(
        {
            "first": {"type": "length", "most": 3, "when": "after"},
            "second": {"type": "length", "most": 2, "when": "before"},
            "third": {"type": "length", "most": 4},
        }
    )

    def name(text, when):
        found = filters.fault(ENGLISH, Completion(text), when)
        return found and found[0]

    assert [name("a b c", when) for when in ("before", "after")] == ["second", None]
    assert [name("a b c d", when) for when in ("before", "after")] == ["second", "first"]
    assert Filters({}).fault(ENGLISH, Completion("a"), "after") is None


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"lenght": {}}, "no filter 'lenght'. Did you mean 'length'"),
        ({"length": {"max": 3}}, "The filter 'length' has no option 'max'"),
        ({"length": {"most": 0}}, "most must be a whole number of at least 1"),
        ({"length": {"most": 2, "least": 3}}, "must not be below"),
        ({"repetition": {"least": 2}}, "least must be"),
        ({"mixing": {"language": "klingon"}}, "language must be one of any, question"),
        ({"format": {"tags": 1}}, "tags must be true or false"),
        ({"format": {"when": "never"}}, "'when' of the filter 'format' must be one of before"),
        ({"format": None}, "takes a mapping"),
    ],
)
def test_a_wrong_option_is_one_line(spec, message):
    with pytest.raises((ConfigError, UnknownNameError), match=message) as caught:
        Filters(spec)
    assert "\n" not in str(caught.value)


def test_a_filter_of_another_package():
    FILTERS.register("shouting")(lambda: lambda problem, response: response.text.isupper() or None)
    filters = Filters({"shouting": {}})
    assert filters.fault(ENGLISH, Completion("A"), "before") == ("shouting", "True")
    assert filters.fault(ENGLISH, Completion("a"), "before") is None
    FILTERS.register("broken")(lambda: lambda problem, response: 1 / 0)
    with pytest.raises(
        ConfigError, match="The filter 'broken' failed on .* p/1 .ZeroDivisionError"
    ):
        Filters({"broken": {}}).fault(ENGLISH, Completion("a"), "before")


def test_the_filter_of_the_page(tmp_path):
    package_of("cold-start", tmp_path)
    code = (
        "from r1gym.core.types import Completion as C; from r1gym.recipes.filters import Filters\n"
    )
    code += "filters = Filters({'kind': {'type': 'polite', 'words': ['thanks']}})\n"
    code += "print([filters.fault(None, C(text), 'after') for text in ('Thanks!', 'No.')])"
    assert run_with(tmp_path, code) == "[None, ('kind', 'there is no kind word in it')]\n"
