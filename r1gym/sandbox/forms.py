"""Tests in the forms that data sets publish them in, read as `r1gym.sandbox.run_tests` takes them.

Read are, as Python values, as NumPy arrays or as JSON in a text:

    {"type": "stdin", "input": "1 2", "output": "3"}          ours, in a list
    {"type": "call", "fn": "f", "args": [1], "expected": 2}   ours, in a list
    {"input": "1 2", "output": "3"}                           in a list, or alone
    {"inputs": ["1 2"], "outputs": ["3"], "fn_name": None}    APPS, TACO
    {"input": ["1 2"], "output": ["3"]}                       a list of tests, stored by columns
    "assert f(1) == 2"                                        MBPP, in a list or lines of a text

Fields that are None are dropped: Arrow fills them in where tests of two types share a column. A
test without a type compares outputs by words and fractions within 1e-6, as those benchmarks do.
An assert that is no call with constants is left out, as long as another one remains.

Left out: unit tests in a framework (pytest), which are programs and no data.
"""

from __future__ import annotations

import ast
import builtins
import json
import re
from collections.abc import Mapping, Sequence, Sized
from typing import Any, NamedTuple

from r1gym.core.errors import ConfigError
from r1gym.core.plain import is_missing, plain, present
from r1gym.sandbox import asserts

_KINDS = {
    **dict.fromkeys(("stdin", "stdin_stdout", "stdio", "standard_io"), "stdin"),
    **dict.fromkeys(("call", "functional", "function_call", "function"), "call"),
}
_FUNCTION = ("fn", "fn_name", "func_name", "function", "entry_point")
_PAIR = ("input", "output")
_EMPTY = ("", "[]", "{}", "null", "None")
_IDLE = ("testtype", "explanation", "metadata", "id", "name", "is_public", "hidden")
_FRACTION = re.compile(r"(?<![\w.])[-+]?\d*\.\d+(?![\w.])")
_ASSERT = re.compile(r"^\s*assert\b", re.MULTILINE)
_BUILT_IN = frozenset(dir(builtins)) | {"isclose", "fabs"}


class Tests(NamedTuple):
    """Tests as the sandbox takes them.

    Attributes:
        cases: A dict each.
        suffix: Source that they expect behind a submission.
    """

    cases: list[dict[str, Any]]
    suffix: str = ""


def read_tests(value: object, function: str | None = None) -> Tests | None:
    """Returns the tests that a column of a data set holds, or None if it is empty.

    Args:
        value: The cell, in one of the forms at the head of this module.
        function: The function that is called, if the row says so beside its tests.

    Raises:
        ConfigError: If there is something, but no tests that can be run.

    Example:
        >>> read_tests('{"inputs": ["1 2"], "outputs": ["3"]}').cases[0]["output"]
        '3'
        >>> read_tests(["assert f(1) == 2"]).cases
        [{'type': 'call', 'args': [1], 'expected': 2, 'fn': 'f'}]
    """
    if not has_tests(value):
        return None
    found = plain(value)
    if isinstance(found, str):
        found = _of_text(found)
    if isinstance(found, str):
        return _of_asserts([found], function)
    if isinstance(found, Mapping):
        return _of_table(found, function)
    if not isinstance(found, list):
        raise ConfigError(f"tests must be a list of tests, not {_brief(found)}.")
    texts = [one for one in found if isinstance(one, str)]
    if len(texts) == len(found) and _ASSERT.search("\n".join(texts)):
        return _of_asserts(texts, function)
    return _of_rows([_of_text(one) if isinstance(one, str) else one for one in found], function)


def has_tests(value: object) -> bool:
    """Returns whether a cell holds tests, without reading them."""
    if is_missing(value):
        return False
    if isinstance(value, str):
        return value.strip() not in _EMPTY
    return bool(len(value)) if isinstance(value, Sized) else True


def are_tests(value: object) -> bool:
    """Returns whether a cell that may hold something else holds tests, as far as its form tells."""
    found = plain(value)
    if isinstance(found, str):
        text = found.strip()
        return bool(re.match(r"assert\b", text)) or (
            text[:1] in ("{", "[") and all(re.search(rf"\"{name}s?\"", text) for name in _PAIR)
        )
    if isinstance(found, list):
        return bool(found) and all(map(are_tests, found))
    return isinstance(found, Mapping) and all(
        has_tests(found.get(name)) or has_tests(found.get(f"{name}s")) for name in _PAIR
    )


def _of_text(text: str) -> Any:
    """Returns what a text of JSON, or of a Python literal, stands for; asserts stay a text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        if _ASSERT.search(text):
            return text
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            raise ConfigError(
                f"tests must be JSON or Python asserts, not {_brief(text)} ({error})."
            ) from None


def _of_asserts(texts: Sequence[str], function: str | None) -> Tests:
    source = "\n".join(texts)
    try:
        called = asserts.called_functions(source)
        names = [function] if function in called else [n for n in called if n not in _BUILT_IN]
        if function is not None and "candidate" in called:
            names = ["candidate"]
        read = [asserts.call_tests(source, name, _defined(name, function)) for name in names]
    except ValueError as error:
        raise ConfigError(f"tests must be Python asserts: {error}.") from None
    cases = max(read, key=len, default=[])
    if not cases:
        raise ConfigError(
            "tests hold no assert that can be run, such as assert f(1) == 2: a call with constant "
            f"arguments and result, not {_brief(source)}."
        )
    literal = cases[0]["fn"] == asserts.LITERAL_CALL
    name = _defined(names[read.index(cases)], function)
    return Tests(cases, asserts.caller(name) if literal else "")


def _defined(called: str, function: str | None) -> str:
    return function if called == "candidate" and function is not None else called


def _of_table(table: Mapping[str, Any], function: str | None) -> Tests | None:
    """Returns the tests of one mapping: several by columns, or a single one."""
    fields = present(table)
    for name in ("input", "output"):
        if f"{name}s" in fields:
            fields[name] = fields.pop(f"{name}s")
    if {"output", "expected", "args"}.isdisjoint(fields):
        raise ConfigError(f"tests must hold inputs and outputs, not {_brief(table)}.")
    named = (fields.pop(key) for key in _FUNCTION if isinstance(fields.get(key), str))
    called: str | None = next(named, None)
    if "args" in fields or not all(isinstance(column, list) for column in fields.values()):
        return _of_rows([{**fields, **({"fn": called} if called else {})}], function)
    if len({len(column) for column in fields.values()}) > 1:
        sizes = ", ".join(f"{len(column)} {name}" for name, column in fields.items())
        raise ConfigError(f"tests must have as many outputs as inputs, not {sizes}.")
    rows = [dict(zip(fields, row, strict=True)) for row in zip(*fields.values(), strict=True)]
    return _of_rows(rows, called or function)


def _of_rows(rows: Sequence[Any], function: str | None) -> Tests | None:
    read = [_case(row, function, f"tests[{i}]") for i, row in enumerate(rows)]
    foreign = [case for case, is_foreign in read if is_foreign]
    # APPS and its heirs put a list of one around every expected result.
    is_wrapped = all(_is_list_of_one(case["expected"]) for case in foreign)
    for case in foreign:
        case["expected"] = case["expected"][0] if is_wrapped else case["expected"]
        if has_float(case["expected"]):
            case.setdefault("float_tol", 1e-6)
    return Tests([case for case, _ in read]) if read else None


def _is_list_of_one(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 1


def _case(row: Any, function: str | None, where: str) -> tuple[dict[str, Any], bool]:
    """Returns one test, and whether it is a call in another form than ours."""
    if not isinstance(row, Mapping):
        raise ConfigError(f"{where} must be a dict or an assert, not {_brief(row)}.")
    fields = present(row)
    said = fields.get("type", fields.get("testtype"))
    kind = _KINDS.get(said, said) if isinstance(said, str) else said
    about = fields.get("metadata")
    places = (fields, about if isinstance(about, Mapping) else {})
    named = (place[key] for place in places for key in _FUNCTION if isinstance(place.get(key), str))
    name = next(named, function)
    if kind is None:
        calls = name is not None or not {"fn", "args", "expected"}.isdisjoint(fields)
        kind = "call" if calls else "stdin" if "output" in fields else None
    rest = {key: fields[key] for key in fields if key not in (*_IDLE, *_FUNCTION, "type")}
    if kind == "stdin":
        return _program(rest, said is None, fields.get("type") == "stdin"), False
    if kind == "call" and not {"input", "output"}.isdisjoint(rest):
        return _call(rest, name, where), True
    return {"type": kind, **({"fn": name} if name is not None else {}), **rest}, False


def _program(fields: dict[str, Any], by_words: bool, is_ours: bool) -> dict[str, Any]:
    if is_ours and all(isinstance(fields.get(name, ""), str) for name in ("input", "output")):
        return {"type": "stdin", **fields}
    given, wanted = joined(fields.pop("input", "")), joined(fields.pop("output", ""))
    test = {**program_test(given, wanted), **fields}
    return {"compare": "tokens", **test} if by_words else test


def _call(fields: dict[str, Any], name: str | None, where: str) -> dict[str, Any]:
    given, wanted = fields.pop("input", []), fields.pop("output", None)
    try:
        if isinstance(given, str):  # an argument a line, as LiveCodeBench has them
            given = [json.loads(line) for line in given.split("\n") if line.strip()]
            wanted = json.loads(wanted) if isinstance(wanted, str) else wanted
    except (ValueError, RecursionError):
        raise ConfigError(f"{where}: input and output must be JSON, line by line.") from None
    if not isinstance(given, list):
        given = [given]
    return {"type": "call", "fn": name, "args": given, "expected": wanted, **fields}


def program_test(given: str, wanted: str) -> dict[str, Any]:
    """Returns the test of a program; fractions among its output may differ by 1e-6."""
    test: dict[str, Any] = {"type": "stdin", "input": given, "output": wanted}
    return {**test, "float_tol": 1e-6} if _FRACTION.search(wanted) else test


def joined(value: Any) -> str:
    """Returns a program's input or output, which may be listed by lines."""
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)


def has_float(value: Any) -> bool:
    """Returns whether a result is a fraction, or a list that holds one."""
    if isinstance(value, list):
        return any(map(has_float, value))
    return isinstance(value, float)


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
