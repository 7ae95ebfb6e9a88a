import json

import pytest

from r1gym.core.errors import ProblemFileError
from r1gym.inspection.audit import read_rates
from r1gym.inspection.audit.labels import Rate


def line(label, ours, theirs, drawn="disagreements"):
    graders = {
        name: {"says": says, "reason": ""} for name, says in (("r1gym", ours), ("x", theirs))
    }
    return {"label": label, "graders": graders, "drawn": drawn}


@pytest.fixture
def labelled(tmp_path):
    def write(*rows):
        path = tmp_path / "labelled.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        return path

    return write


def test_rates_are_of_the_right_and_of_the_wrong_rows(labelled):
    rates = read_rates(
        labelled(
            *[line("right", "right", "wrong")] * 6,
            *[line("Wrong", "right", "wrong")] * 1,
            *[line("wrong", "wrong", "right")] * 3,
            line(True, "failed", "none"),
            line("unsure", "right", "wrong"),
            line("", "right", "wrong"),
        )
    )
    assert (rates.right, rates.wrong, rates.unlabelled) == (7, 4, 2)
    assert (rates.false_positive["r1gym"].wrong, rates.false_positive["r1gym"].of) == (1, 4)
    assert (rates.false_negative["r1gym"].wrong, rates.false_negative["r1gym"].of) == (0, 6)
    assert (rates.false_positive["x"].wrong, rates.false_negative["x"].wrong) == (3, 6)
    assert rates.silent == {"r1gym": 1, "x": 1}
    low, high = rates.false_positive["x"].interval
    assert 0 < low < 0.75 < high < 1


def test_without_right_rows_nothing_is_known_of_false_negatives(labelled):
    rates = read_rates(labelled(line("wrong", "right", "wrong", "sample")))
    assert rates.false_negative["x"] == Rate(0, 0, (0.0, 1.0))
    assert rates.drawn == "sample"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([line("", "right", "wrong")], "has no label"),
        (
            [line("maybe", "right", "wrong")],
            'a label is "right", "wrong" or "unsure", not \'maybe\'',
        ),
        ([{"response": "1", "gold": "1"}], "line 1 is no row of an audit"),
        ([line("right", "right", "wrong"), line("right", "wrong", "right", "sample")], "mixes"),
        ([], "has no label"),
    ],
)
def test_other_files_are_refused_in_one_line(labelled, rows, message):
    with pytest.raises(ProblemFileError) as caught:
        read_rates(labelled(*rows))
    assert message in str(caught.value)
