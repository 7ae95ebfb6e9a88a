import json
import sys

import pytest

from r1gym.core.errors import ConfigError, ProblemFileError, UnknownNameError
from r1gym.problems.files import JsonlProblems, read_problems
from r1gym.problems.loaders import load_problems
from r1gym.problems.problem_set import SPLITS, split_of
from r1gym.verifiers.math import answers_match


@pytest.fixture
def write(tmp_path):
    def write(*lines):
        path = tmp_path / "maths.jsonl"
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        path.write_text("\n".join(texts), encoding="utf-8")
        return path

    return write


def row(question="1+1", answer="2", **fields):
    return {"problem": question, "answer": answer, **fields}


def test_lines_become_problems(write):
    path = write(row(level=3, source="me"), "", "  ", row("½ + ½", 1), row("0.5+0.25", 0.75))
    problems = JsonlProblems(path)
    assert [(p.id, p.question, p.answer, p.level, p.family) for p in problems] == [
        ("maths.jsonl:1", "1+1", "2", 3, "maths"),
        ("maths.jsonl:4", "½ + ½", "1", 0, "maths"),
        ("maths.jsonl:5", "0.5+0.25", "0.75", 0, "maths"),
    ]
    assert problems[0].metadata == {"source": "me"}
    with pytest.raises(IndexError):
        problems[3]
    with pytest.raises(IndexError):
        problems[-1]


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("0.00001", "0.00001"),
        ("0.50", "0.50"),
        ("-1.0", "-1.0"),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("1e-05", "0.00001"),
        ("-2.5E3", "-2500"),
        ("1e308", "1" + "0" * 308),
    ],
)
def test_a_number_is_kept_as_the_file_writes_it(write, number, answer):
    path = write(f'{{"problem": "p", "answer": {number}, "tolerance": {number}}}')
    problem = JsonlProblems(path)[0]
    assert problem.answer == answer
    assert answers_match(answer, number)
    assert problem.metadata == {"tolerance": json.loads(number)}
    assert type(problem.metadata["tolerance"]) in (int, float)


def test_the_same_number_written_twice_is_no_contradiction(write):
    path = write('{"problem": "p", "answer": 0.50}', '{"problem": "p", "answer": 0.5}')
    assert [p.answer for p in JsonlProblems(path)] == ["0.50", "0.5"]


def test_windows_files_are_read(tmp_path):
    path = tmp_path / "maths.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + b'{"problem": "1+1", "answer": "2"}\r\n\r\n')
    assert [p.question for p in JsonlProblems(path)] == ["1+1"]


def test_splits_share_out_the_lines(write):
    path = write(*(row(f"{n}+1", n + 1) for n in range(200)))
    parts = {split: [p.question for p in JsonlProblems(path, split)] for split in SPLITS}
    assert sorted(q for part in parts.values() for q in part) == sorted(
        f"{n}+1" for n in range(200)
    )
    assert all(split_of(q) == split for split in SPLITS for q in parts[split])
    assert len(JsonlProblems(path, "all")) == 200
    assert len(JsonlProblems(path, "test").questions) == 200


def test_an_empty_split_says_what_to_do(write):
    path = write(row("1+1"))
    empty = next(split for split in SPLITS if split != split_of("1+1"))
    with pytest.raises(ConfigError, match="split='all', or in training --eval-problems"):
        JsonlProblems(path, empty)
    with pytest.raises(UnknownNameError, match="Did you mean 'test'"):
        JsonlProblems(path, "tests")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: is not JSON"),
        ("[" * 100_000, "line 2: is not JSON"),
        ("[1]", "line 2: must be an object such as"),
        ({"answer": "2"}, 'line 2: the field "problem" is missing'),
        ({"problem": "2+2"}, 'line 2: the field "answer" is missing'),
        (row(question=7), 'line 2: "problem" must be text that is not empty, not 7'),
        (row(question=" "), 'line 2: "problem" must be text that is not empty'),
        (row("2+2", None), 'line 2: "answer" must be text or a number, not null'),
        (row("2+2", True), "line 2: a gold must be a text, a number or a list of them, not True"),
        (row("2+2", ""), "line 2: an empty text is no gold"),
        ('{"problem": "2+2", "answer": NaN}', 'line 2: "answer" must be text or a number'),
        ('{"problem": "2+2", "answer": 1e999}', "line 2: the gold has too large an exponent"),
        ('{"problem": "2+2", "answer": 0e-999999999}', "line 2: the gold has too large an"),
        (f'{{"problem": "2+2", "answer": 1e{"9" * 50}}}', "line 2: the gold has too large an"),
        (row("2+2", level=-1), 'line 2: "level" must be a whole number from 0, not -1'),
        (row("2+2", level=True), 'line 2: "level" must be a whole number from 0, not true'),
        (row("2+2", level="high"), 'line 2: "level" must be a whole number from 0, not "high"'),
        (row("1+1", "3"), 'line 2: "answer" differs from line 1'),
    ],
)
def test_a_bad_line_is_named_with_its_field_and_what_is_expected(write, line, message):
    with pytest.raises(ProblemFileError) as caught:
        JsonlProblems(write(row(), line))
    assert "maths.jsonl has 1 bad line: " + message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_five_bad_lines_are_listed_and_all_are_counted(write):
    with pytest.raises(ProblemFileError) as caught:
        JsonlProblems(write(row(), *["?"] * 8))
    message = str(caught.value)
    assert "has 8 bad lines: lines 2, 3, 4, 5, 6 and 3 more: is not JSON" in message
    assert message.count("is not JSON") == 1


def test_bytes_that_are_not_utf8_are_a_bad_line(tmp_path):
    path = tmp_path / "maths.jsonl"
    path.write_bytes(b'{"problem": "1+1", "answer": "2"}\n{"problem": "\xff", "answer": "2"}\n')
    with pytest.raises(ProblemFileError, match="line 2: is not UTF-8 text"):
        JsonlProblems(path)


def test_files_that_cannot_be_used(tmp_path):
    with pytest.raises(ProblemFileError, match="cannot be read: No such file"):
        JsonlProblems(tmp_path / "none.jsonl")
    with pytest.raises(ProblemFileError, match="cannot be read: Is a directory"):
        JsonlProblems(tmp_path)
    (tmp_path / "empty.jsonl").write_text("\n\n")
    with pytest.raises(ProblemFileError, match="holds no problem"):
        JsonlProblems(tmp_path / "empty.jsonl")


APPS = {
    "question": "Add.",
    "input_output": '{"inputs": ["1 2"], "outputs": ["3"]}',
    "solutions": '["print(sum(map(int, input().split())))"]',
    "difficulty": "interview",
}


@pytest.fixture
def apps(tmp_path):
    def write(text, name="apps.jsonl"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return f"apps:{tmp_path / name}"

    return write


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(APPS),
        f"\ufeff\n{json.dumps(APPS)}\r\n\n",
        json.dumps([APPS]),
        json.dumps([APPS], indent=2),
    ],
)
def test_a_benchmarks_file_is_json_lines_or_a_json_list(apps, text):
    problems = load_problems(apps(text), "all")
    assert len(problems) == 1
    assert problems[0].question.startswith("Add.") and problems[0].level == 2
    assert problems[0].metadata["tests"][0]["output"] == "3"
    assert problems.questions == (problems[0].question,)


def test_a_benchmarks_file_is_parquet(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "apps.parquet"
    parquet.write_table(arrow.Table.from_pylist([APPS, APPS]), path)
    assert len(load_problems(f"apps:{path}", "all")) == 2
    path.write_bytes(b"no parquet")
    with pytest.raises(ProblemFileError, match="apps.parquet cannot be read: "):
        load_problems(f"apps:{path}", "all")
    with pytest.raises(ProblemFileError, match="none.parquet cannot be read: "):
        load_problems(f"apps:{tmp_path}/none.parquet", "all")


def test_a_missing_reader_of_parquet_is_named(apps, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ConfigError, match="pip install pyarrow"):
        load_problems(apps("", "apps.parquet"), "all")


def test_bad_rows_of_a_benchmark_are_listed_if_no_other_is_left(apps):
    rows = [{**APPS, "input_output": ""}, {**APPS, "question": 5}]
    with pytest.raises(ProblemFileError) as error:
        load_problems(apps("\n".join(map(json.dumps, rows))), "all")
    assert str(error.value).endswith(
        "apps.jsonl has 2 bad lines: line 1: \"input_output\" must be JSON, not ''; "
        'line 2: "question" must be text that is not empty, not 5.'
    )


def test_rows_that_cannot_be_used_are_left_out_with_one_warning(apps):
    rows = [APPS, {**APPS, "input_output": ""}, {**APPS, "question": 5}]
    with pytest.warns(UserWarning, match="apps.jsonl: 2 of 3 rows") as said:
        problems = load_problems(apps("\n".join(map(json.dumps, rows))), "all")
    assert [problem.id for problem in problems] == ["apps.jsonl:1:apps"]
    assert len(said) == 1
    assert "the first: line 2: \"input_output\" must be JSON, not ''." in str(said[0].message)


def test_a_benchmarks_file_that_is_broken_is_an_error(apps):
    lines = [json.dumps(APPS), "[1]", "{"]
    with pytest.raises(ProblemFileError) as error:
        load_problems(apps("\n".join(lines)), "all")
    assert str(error.value).endswith(
        "apps.jsonl has 2 bad lines: line 2: must be an object with the benchmark's fields; "
        "line 3: is not JSON (Expecting property name enclosed in double quotes)."
    )


@pytest.mark.parametrize(("text", "message"), [("", "holds no row"), ("[{]", "is not JSON")])
def test_a_benchmarks_file_without_rows(apps, text, message):
    with pytest.raises(ProblemFileError, match=message):
        load_problems(apps(text), "all")


def test_splits_share_out_the_rows_of_a_benchmark(apps):
    where = apps("\n".join(json.dumps({**APPS, "question": f"Add {n}."}) for n in range(100)))
    assert sum(len(load_problems(where, split)) for split in SPLITS) == 100


def test_a_format_is_known_and_a_plain_path_with_a_colon_stays_one(apps, tmp_path):
    with pytest.raises(UnknownNameError, match="Did you mean 'apps'"):
        load_problems("app:train.jsonl")
    (tmp_path / "a:b.jsonl").write_text(json.dumps(row()))
    for path in (f"{tmp_path}/a:b.jsonl", tmp_path / "a:b.jsonl"):
        assert load_problems(path, "all")[0].question == "1+1"


def test_a_plain_file_may_bring_tests(write):
    tests = [{"type": "stdin", "input": "", "output": "1"}]
    path = write(row("p", "print(1)", tests=tests), row("p", "print(2 - 1)", tests=tests))
    assert JsonlProblems(path)[1].metadata == {"tests": tests}


def test_a_file_says_which_levels_it_has(write):
    problems = JsonlProblems(write(row(level=3), row("2+2", 4, level=1), row("3+3", 6)))
    assert problems.levels == (0, 1, 3)
    assert [problems.level_of(i) for i in range(3)] == [3, 1, 0]


@pytest.mark.parametrize("verifier", ["acuracy", {"type": "acuracy"}])
def test_a_verifier_that_does_not_exist_is_named_with_its_line(write, verifier):
    fine = row("2+2", "B", verifier="choice")
    with pytest.raises(ProblemFileError, match="maths.jsonl:2.*Did you mean 'accuracy'"):
        JsonlProblems(write(fine, row(verifier=verifier)))
    assert JsonlProblems(write(fine))[0].metadata == {"verifier": "choice"}


def test_a_text_names_a_file_with_its_format_or_its_columns(write, apps):
    columns = write(row(), '{"Q": "1+1", "A": "2"}').with_name("c.jsonl")
    columns.write_text('{"Q": "1+1", "A": "2"}')
    assert read_problems(f"{columns}:problem=Q,answer=A")[0].answer == "2"
    where = apps(json.dumps(APPS))
    assert read_problems(where)[0].level == 2
    with pytest.raises(ConfigError, match="a format knows its columns: leave out one"):
        read_problems(f"{where}:problem=Q")
    with pytest.raises(UnknownNameError, match="no problem format 'app'. Did you mean 'apps'"):
        read_problems(where.replace("apps:", "app:"))
