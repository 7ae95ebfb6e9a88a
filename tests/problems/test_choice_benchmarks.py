import pytest

from r1gym.core.errors import ProblemFileError
from r1gym.problems.choice_benchmarks import c_eval, cluewsc, gpqa, mmlu, mmlu_pro, mmlu_redux
from tests.evaluation.published_rows import ROWS


def test_options_stand_under_their_letters_in_their_order():
    problem = mmlu(ROWS["mmlu"][2])
    assert problem.question == "Which metal is number 2?\nA) iron\nB) tin\nC) lead\nD) zinc"
    assert (problem.answer, problem.metadata["domain"]) == ("C", "metallurgy")
    assert mmlu_pro(ROWS["mmlu_pro"][0]).answer == "J"
    assert c_eval(ROWS["c_eval"][0]).answer == "C"
    assert {gpqa(row).answer for row in ROWS["gpqa_diamond"]} > {"A"}


def test_what_reviewers_corrected_counts_as_corrected():
    assert [mmlu_redux(ROWS["mmlu_redux"][n]).answer for n in (0, 1, 3)] == ["A", "D", "C"]
    lettered = ROWS["mmlu_redux"][1] | {"correct_answer": "(B)"}
    assert mmlu_redux(lettered).answer == "B"
    with pytest.raises(ProblemFileError, match="bad_question_clarity"):
        mmlu_redux(ROWS["mmlu_redux"][2])
    with pytest.raises(ProblemFileError, match='"correct_answer" must be'):
        mmlu_redux(lettered | {"correct_answer": "the sea"})


def test_a_pronoun_is_asked_about():
    yes, no, _ = map(cluewsc, ROWS["cluewsc"])
    assert (yes.answer, no.answer) == ("A", "B")
    assert "“他”指的是“小李”吗" in yes.question and yes.metadata["choices"] == ["是", "不是"]


@pytest.mark.parametrize(
    ("read", "row", "line"),
    [
        (mmlu, ROWS["mmlu"][0] | {"answer": 4}, "one of the 4 choices, not 4"),
        (mmlu, ROWS["mmlu"][0] | {"answer": "A"}, "the number of a choice"),
        (mmlu, ROWS["mmlu"][0] | {"choices": ["one"]}, "at least 2 texts"),
        (c_eval, ROWS["c_eval"][0] | {"answer": ""}, "as in the split val"),
        (cluewsc, ROWS["cluewsc"][0] | {"label": "?"}, "0, 1, true or false"),
        (cluewsc, ROWS["cluewsc"][0] | {"target": {}}, "span1_text and span2_text"),
        (gpqa, ROWS["gpqa_diamond"][0] | {"Incorrect Answer 1": "gas 0"}, "differ"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(read, row, line):
    with pytest.raises(ProblemFileError, match=line):
        read(row)
