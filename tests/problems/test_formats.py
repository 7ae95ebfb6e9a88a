import importlib

import pytest

from r1gym.core.errors import UnknownNameError
from r1gym.core.types import Problem
from r1gym.problems.formats import FORMATS
from r1gym.problems.loaders import load_problems


def test_the_formats_of_code_are_there_as_well():
    assert FORMATS.get("apps").__name__ == "apps"
    with pytest.raises(UnknownNameError, match="Did you mean 'gsm8k'"):
        FORMATS.get("gsm8")


@pytest.mark.parametrize("name", FORMATS.names())
def test_a_format_is_the_function_of_its_name(name):
    format = FORMATS.get(name)
    assert format.__name__ == name and format is getattr(
        importlib.import_module(format.__module__), name
    )


def test_a_format_of_ones_own_reads_files(tmp_path):
    (tmp_path / "rows.jsonl").write_text('{"a": 1, "b": 2}')
    table = {"file": f"{tmp_path}/rows.jsonl", "format": "sums"}
    with FORMATS.scoped():

        @FORMATS.register("sums")
        def sums(row):
            return Problem("sums", f"{row['a']}+{row['b']}", str(row["a"] + row["b"]))

        assert load_problems(f"sums:{tmp_path}/rows.jsonl", "all")[0].answer == "3"
        assert load_problems(table, "all")[0].question == "1+2"
    with pytest.raises(UnknownNameError, match="no problem format 'sums'"):
        load_problems(table, "all")
