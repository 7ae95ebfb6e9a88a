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
    ("line", "message"),
    [
        (b"{", "is not JSON"),
        (b"\xff", "is not UTF-8"),
        (b"[" * 10**5, "JSON"),
        (b'{"a": 1},', "there is more behind its end, ','"),
        (b'{} {"a": 1}', "its end, '{.a.: 1}'"),
    ],
)
def test_a_bad_line_says_what_is_wrong(line, message):
    with pytest.raises(BadLine, match=message):
        parse_line(line)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ProblemFileError, match="cannot be read"):
        table_rows(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jsonl", "{}".encode("utf-16"), "is UTF-16 text: save it as UTF-8."),
        ("a.jsonl.gz", b"\x1f\x8b\x08", "is no text: unpack it first."),
        ("a.xlsx", b"PK\x03\x04", "is no text: save it as CSV or unpack it first."),
    ],
)
def test_what_is_no_text_says_what_to_do(name, content, said, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ProblemFileError, match=said):
        table_rows(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("a;b\r\n1,5;2\r\n", {"a": "1,5", "b": "2"}),
        ("a,b;c\n1,2\n", {"a": "1", "b;c": "2"}),
        ('a\n"1;2"\n', {"a": "1;2"}),
    ],
)
def test_semicolons_part_cells_where_the_header_has_no_comma(text, row, tmp_path):
    (tmp_path / "a.csv").write_text(text, newline="")
    assert list(table_rows(tmp_path / "a.csv")) == [(2, row)]
