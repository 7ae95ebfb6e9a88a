"""Labelled cases, loose versions, arguments, levels."""

import json
from pathlib import Path

import numpy as np
import pytest

from r1gym.core.errors import ConfigError, R1GymError, UnknownNameError
from r1gym.verifiers.instructions import KINDS, Instruction, levels, loose_versions
from r1gym.verifiers.instructions.check import read_instructions

FILE = Path(__file__).parent / "cases.jsonl"
CASES = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
AGREEMENT = 0.99


def followed(case, loose):
    return [
        one.follows(case["response"], loose)
        for one in read_instructions(case["ids"], case["kwargs"])
    ]


def test_labelled_cases_are_judged_as_people_did():
    wrong, count = [], 0
    for number, case in enumerate(CASES, start=1):
        found = followed(case, loose=False) + followed(case, loose=True)
        kinds = case["ids"] * 2
        for id, one, wanted in zip(kinds, found, case["strict"] + case["loose"], strict=True):
            count += 1
            if one != wanted:
                wrong.append((number, id, wanted, case["note"]))
        half = len(case["ids"])  # whoever follows strictly follows loosely
        assert all(loose >= strict for strict, loose in zip(found, found[half:], strict=False))
    assert len(CASES) >= 200 and {id for case in CASES for id in case["ids"]} == KINDS.keys()
    assert 1 - len(wrong) / count >= AGREEMENT, wrong


def test_loose_versions_leave_out_lines_and_asterisks():
    assert loose_versions("Sure:\n*tea*\nBye") == [
        "Sure:\n*tea*\nBye",
        "*tea*\nBye",
        "Sure:\n*tea*",
        "*tea*",
        "Sure:\ntea\nBye",
        "tea\nBye",
        "Sure:\ntea",
        "tea",
    ]
    assert loose_versions("tea") == ["tea", ""]


def test_empty_versions_follow_nothing():
    no_comma = Instruction("punctuation:no_comma", {})
    assert not no_comma.follows("") and not no_comma.follows(" \n", loose=True)
    assert not no_comma.follows("a, b", loose=True)  # without its only line nothing is left
    assert no_comma.follows("Well, here:\nno comma", loose=True)


def test_arguments_that_are_null_are_left_out_and_whole_floats_are_whole():
    row = {"num_words": 2.0, "relation": "at least", "keyword": None, "letter": float("nan")}
    [one] = read_instructions(("length_constraints:number_words",), np.array([row]))
    assert one.arguments == {"num_words": 2, "relation": "at least"}
    assert type(one.arguments["num_words"]) is int
    assert one.follows("two words") and not one.follows("one")


@pytest.mark.parametrize(
    ("id", "arguments", "message"),
    [
        ("punctuation:no_coma", {}, "Did you mean 'punctuation:no_comma'"),
        ("keywords:existence", {}, "needs the argument 'keywords'"),
        ("keywords:existence", {"keywords": "tea"}, "must be a list"),
        ("keywords:existence", {"keywords": []}, "at least one"),
        ("keywords:existence", {"keywords": ["tea", " "]}, "must not be empty"),
        ("keywords:existence", {"keyword": "tea"}, "Did you mean 'keywords'"),
        ("punctuation:no_comma", {"keyword": "tea"}, "no argument of punctuation:no_comma"),
        ("length_constraints:number_words", {"num_words": 2, "relation": "over"}, "at least"),
        ("length_constraints:number_words", {"num_words": 2.5, "relation": "at least"}, "whole"),
        ("length_constraints:number_words", {"num_words": -1, "relation": "at least"}, "least 0"),
        ("language:response_language", {"language": "English"}, "language 'English'"),
        (
            "keywords:letter_frequency",
            {"letter": "ab", "let_frequency": 1, "let_relation": "at least"},
            "one character",
        ),
    ],
)
def test_what_is_no_instruction_is_refused_in_one_line(id, arguments, message):
    with pytest.raises(R1GymError, match=message) as caught:
        Instruction(id, arguments)
    assert "\n" not in str(caught.value)


def test_rows_need_arguments_for_each_instruction():
    with pytest.raises(ConfigError, match="has 1 and kwargs 2 entries"):
        read_instructions(["punctuation:no_comma"], [{}, {}])
    with pytest.raises(ConfigError, match="has 0 and kwargs 0"):
        read_instructions([], [])
    with pytest.raises(ConfigError, match="must be a list"):
        read_instructions(None, None)
    with pytest.raises(ConfigError, match="must be a mapping"):
        read_instructions(["punctuation:no_comma"], ["x"])
    with pytest.raises(UnknownNameError, match="None"):
        read_instructions([None], [{}])
    assert len(read_instructions(["punctuation:no_comma"], [None])) == 1


def test_levels_count_prompts_and_instructions():
    found = levels([((True, False), (True, True)), ((True,), (True,)), ((False,), (False,))])
    assert (found.prompt_strict, found.instruction_strict) == (1 / 3, 2 / 4)
    assert (found.prompt_loose, found.instruction_loose) == (2 / 3, 3 / 4)
    for nothing in ([], [((), ())], [((True,), ())]):
        with pytest.raises(ValueError, match="levels need"):
            levels(nothing)
