import json

import pytest

from r1gym.core.errors import ProblemFileError
from r1gym.problems.text_benchmarks import (
    alpaca_eval,
    arena_hard,
    drop,
    frames,
    ifeval,
    simpleqa,
)
from tests.evaluation.published_rows import ROWS


def test_drop_in_both_its_forms():
    number, name, spans = map(drop, ROWS["drop"])
    assert (number.golds, name.golds) == (("40",), ("Mira",))
    assert spans.golds == ("Bergen; Voss", "Voss; Bergen")
    assert number.question.startswith("Passage: The fair") and number.metadata == {"verifier": "f1"}
    dated = {"day": "3", "month": "May", "year": "1810"}
    row = {"passage": "p", "question": "q", "answer": {"number": "", "date": dated, "spans": []}}
    assert drop(row).golds == ("3 May 1810",)
    listed = row | {"validated_answers": [{"number": "7", "date": {}, "spans": []}]}
    assert drop(listed).golds == ("3 May 1810", "7")
    with pytest.raises(ProblemFileError, match="a number, a date or spans"):
        drop(row | {"answer": {}})
    with pytest.raises(ProblemFileError, match='"answers_spans" must be an object'):
        drop({"passage": "p", "question": "q", "answers_spans": "40"})


def test_facts_are_judged_against_their_gold():
    for problem in (simpleqa(ROWS["simpleqa"][0]), frames(ROWS["frames"][0])):
        assert problem.metadata["verifier"] == {"type": "judge", "rubric": "correctness"}
    assert simpleqa(ROWS["simpleqa"][0]).answer == "Ada Brown"
    assert frames(ROWS["frames"][1]).id == "frames/1"


def test_instructions_keep_the_arguments_that_are_set():
    first, second = map(ifeval, ROWS["ifeval"])
    assert first.metadata["instruction_id_list"] == ["punctuation:no_comma"]
    assert second.metadata["kwargs"] == [{}]
    packed = ROWS["ifeval"][0] | {"kwargs": json.dumps([{"n": 3}])}
    assert ifeval(packed).metadata["kwargs"] == [{"n": 3}]
    with pytest.raises(ProblemFileError, match="a list of 1 objects"):
        ifeval(ROWS["ifeval"][0] | {"kwargs": []})


def test_open_questions_bring_what_they_are_compared_with():
    one, other = alpaca_eval(ROWS["alpaca_eval"][0]), arena_hard(ROWS["arena_hard"][1])
    assert one.metadata["reference"] == "Hill 0 is green and steep."
    assert (other.question, other.metadata["domain"]) == ("Plan bed 1.", "Gardening")
    flat = {"uid": "u", "category": "c", "subcategory": "s", "prompt": "Plan.", "reference": "R"}
    assert arena_hard(flat).metadata["reference"] == "R"
