"""Each kind of instruction on odd texts, and what its rule leaves open."""

import pytest

from r1gym.testing.verifiers import odd_strings
from r1gym.verifiers.instructions import KINDS, Instruction

ARGUMENTS = {
    "keywords:existence": {"keywords": ["a", "(b"]},
    "keywords:frequency": {"keyword": "the", "frequency": 2, "relation": "at least"},
    "keywords:forbidden_words": {"forbidden_words": ["[x", "answer"]},
    "keywords:letter_frequency": {
        "letter": "*",
        "let_frequency": 3,
        "let_relation": "less than",
    },
    "language:response_language": {"language": "en"},
    "length_constraints:number_sentences": {"num_sentences": 2, "relation": "less than"},
    "length_constraints:number_paragraphs": {"num_paragraphs": 1},
    "length_constraints:number_words": {"num_words": 9, "relation": "at least"},
    "length_constraints:nth_paragraph_first_word": {
        "num_paragraphs": 1,
        "nth_paragraph": 1,
        "first_word": "the",
    },
    "detectable_content:number_placeholders": {"num_placeholders": 1},
    "detectable_content:postscript": {"postscript_marker": "P.P.S"},
    "detectable_format:number_bullet_lists": {"num_bullets": 1},
    "detectable_format:number_highlighted_sections": {"num_highlights": 1},
    "detectable_format:multiple_sections": {"section_spliter": "Day", "num_sections": 1},
    "combination:repeat_prompt": {"prompt_to_repeat": "Say it"},
    "startend:end_checker": {"end_phrase": "Bye."},
    "change_case:capital_word_frequency": {
        "capital_frequency": 1,
        "capital_relation": "at least",
    },
}


@pytest.mark.parametrize("seed", range(len(KINDS)))
def test_no_odd_text_raises(seed):
    id = list(KINDS)[seed]
    one = Instruction(id, ARGUMENTS.get(id, {}))
    found = [one.follows(text) for text in odd_strings(400, seed)]
    assert set(found) <= {True, False}


@pytest.mark.parametrize(
    ("id", "arguments", "follows", "does_not"),
    [
        ("detectable_content:postscript", {"postscript_marker": "P.S."},
         ["Bye.\n\nP.S. Write!", "Bye. P. S. Write!", "**p.s.** more"],
         ["I like a P.S. in letters", "PPS"]),
        ("detectable_content:postscript", {"postscript_marker": "P.P.S"},
         ["Bye\nP.P.S. more", "Bye\nP. P. S more"], ["Bye\nP.S. more"]),
        ("startend:quotation", {}, ['"all of it"', " “all of it”\n"], ['"', '"a" b', "'a'"]),
        ("startend:end_checker", {"end_phrase": "Any more questions?"},
         ["So. Any more questions?", '"So. any more questions?"'],
         ["Any more questions? Ask!", "Any more questions"]),
        ("detectable_format:json_format", {},
         ['{"a": [1, 2]}', "```JSON\n[]\n```"], ["{'a': 1}", "NaN", "[" * 100_000, "so: {}"]),
        ("combination:two_responses", {},
         ["a******b", "******\na\n******\nb\n******"],
         ["a******a", "a******b******c", "a", "a************b"]),
        ("detectable_format:constrained_response", {},
         ["My answer is no.", "I think: My answer is maybe. So."],
         ["my answer is no.", "My answer is no"]),
        ("punctuation:no_comma", {}, ["none; here"], ["a, b", "甲，乙"]),
        ("change_case:english_capital", {}, ["HELLO, 42."], ["HELLo.", "ÇA VA TRÈS BIEN, MERCI"]),
    ],
)  # fmt: skip
def test_readings_of_a_rule(id, arguments, follows, does_not):
    one = Instruction(id, arguments)
    assert [text for text in follows if not one.follows(text)] == []
    assert [text for text in does_not if one.follows(text)] == []
