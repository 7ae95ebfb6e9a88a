"""Files of rows, whatever the rows mean."""

import pytest

from r1gym.core.errors import ProblemFileError
from r1gym.problems.tables import BadLine, json_lines, parse_line, table_rows


@pytest.fixture
def file(tmp_path):
    def write(text, name="rows.jsonl"):
        (tmp_path / name).write_bytes(text)
        return tmp_path / name

    return write


def test_json_lines_keep_their_numbers(file):
    path = file(b"\xef\xbb\xbf{}\n\n[1]\n")
    assert list(json_lines(path)) == [(1, b"{}"), (3, b"[1]")]
    assert list(table_rows(path)) == [(1, b"{}"), (3, b"[1]")]
    assert [parse_line(line) for _, line in json_lines(path)] == [{}, [1]]


def test_a_json_list_holds_a_row_each(file):
    assert list(table_rows(file(b'[{"a": 1}, {"a": 2}]'))) == [(1, {"a": 1}), (2, {"a": 2})]


def test_parquet_holds_a_row_each(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.table({"a": [1, 2]}), tmp_path / "rows.parquet")
    assert list(table_rows(tmp_path / "rows.parquet")) == [(1, {"a": 1}), (2, {"a": 2})]


@pytest.mark.parametrize(
    ("line", "message"), [(b"{", "is not JSON"), (b"\xff", "is not UTF-8"), (b"[" * 10**5, "JSON")]
)
def test_a_bad_line_says_what_is_wrong(line, message):
    with pytest.raises(BadLine, match=message):
        parse_line(line)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ProblemFileError, match="cannot be read"):
        table_rows(tmp_path / "none.jsonl")
