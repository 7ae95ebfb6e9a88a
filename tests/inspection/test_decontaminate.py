"""Training files against files of problems and suites."""

import json

import pytest

from r1gym.core.errors import ConfigError, ProblemFileError
from r1gym.inspection.decontaminate import decontaminate, questions_of

QUESTION = "If a train leaves at noon and travels 60 miles an hour, how far is it at two?"


@pytest.fixture
def files(tmp_path):
    test = tmp_path / "test.jsonl"
    test.write_text(json.dumps({"problem": QUESTION, "answer": "120"}), "utf-8")
    train = tmp_path / "train.jsonl"
    rows = [
        {
            "messages": [
                {"role": "user", "content": QUESTION.upper()},
                {"role": "x", "content": "!"},
            ]
        },
        {"messages": [{"role": "user", "content": "Grüße"}], "n": 0.5},
    ]
    train.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return train, str(test), rows


def test_rows_that_overlap_are_found_and_left_out(files, tmp_path):
    train, test, rows = files
    found = decontaminate(train, [test], kept=tmp_path / "out" / "clean.jsonl")
    assert (found.rows, found.overlapping) == (2, (1,))
    assert found.overlaps[test].contaminated == {0: [1]}
    kept = found.kept.read_text("utf-8").splitlines()
    assert [json.loads(line) for line in kept] == rows[1:]


def test_a_file_that_is_there_is_not_written_over(files, tmp_path):
    train, test, _ = files
    with pytest.raises(ConfigError, match="is there already"):
        decontaminate(train, [test], kept=train)


def test_wrong_inputs_are_one_line(files, tmp_path):
    train, test, _ = files
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"a": 1}\n{', "utf-8")
    empty = tmp_path / "empty.jsonl"
    empty.write_text("", "utf-8")
    for file, against, words, message in (
        (train, [], 10, "--against"),
        (train, [test], 0, "words must be"),
        (tmp_path / "none.jsonl", [test], 10, "cannot be read"),
        (broken, [test], 10, "line 2"),
        (empty, [test], 10, "holds no row"),
    ):
        with pytest.raises((ConfigError, ProblemFileError), match=message):
            decontaminate(file, against, words)


def test_questions_of_suites_and_of_families():
    assert len(questions_of("arithmetic:1-2")) == 2_000
    assert questions_of("logic")
