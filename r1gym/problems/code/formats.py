"""Rows of public code benchmarks to problems: LiveCodeBench, APPS, TACO, HumanEval and MBPP.

Each function takes a row as the benchmark publishes it and returns a `Problem` whose metadata the
code reward reads: ``language``, ``tests``, ``limits``, and where the tests need them ``prefix`` and
``suffix``. The answer is a reference solution, or empty where the benchmark has none. What a row
lacks is a ProblemFileError that names the field. A row is untrusted data: JSON at most, and
LiveCodeBench's pickled tests are read without unpickling.

Left out: downloading; the benchmarks' own custom checkers, which are not in the rows; HumanEval in
other languages.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1gym.core.errors import ConfigError, ProblemFileError
from r1gym.core.types import Problem
from r1gym.problems.code.packed import unpack
from r1gym.problems.formats import Row, published
from r1gym.sandbox import asserts, cases
from r1gym.sandbox.forms import has_float, joined, program_test

_LIMITS = {"cpu_s": 6.0, "memory_mb": 512}  # what LiveCodeBench's and APPS's own graders allow
_PROGRAM = "Write a Python program that reads standard input and writes to standard output."
_LEVELS = {
    "easy": 1, "medium": 2, "hard": 3,
    "introductory": 1, "interview": 2, "competition": 3,
}  # fmt: skip
_TACO_LEVELS = {"EASY": 1, "MEDIUM": 2, "MEDIUM_HARD": 3, "HARD": 4, "VERY_HARD": 5}
_CALLABLE = (ast.FunctionDef, ast.ClassDef)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@published("question_content", "public_test_cases")
def livecodebench(row: Row) -> Problem:
    """Returns the problem of a LiveCodeBench row (``code_generation`` and its lite version).

    Public tests come first. Private ones may be packed as the benchmark does: base64, zlib, pickle.

    Raises:
        ProblemFileError: If the row does not have the benchmark's form.
    """
    question = _text(row, "question_content")
    raw = [
        *_listed(_json(row, "public_test_cases"), "public_test_cases"),
        *_listed(unpack(row.get("private_test_cases") or "[]"), "private_test_cases"),
    ]
    about = _json(row, "metadata") if row.get("metadata") else {}
    function = about.get("func_name") if isinstance(about, dict) else None
    tests = [_lcb_test(case, function) for case in raw]
    _require(tests, "public_test_cases", "at least one test")
    starter = row.get("starter_code") or ""
    level = _LEVELS.get(str(row.get("difficulty", "")).lower(), 0)
    name = str(row.get("question_id") or row.get("question_title") or "")
    asked = _asked(question, function, starter)
    date = str(row.get("contest_date") or "")[:10]
    return _problem(
        "livecodebench", name, asked, "", level, tests, prelude="livecodebench", date=date
    )


def _lcb_test(case: Any, function: Any) -> dict[str, Any]:
    fields = case if isinstance(case, dict) else {}
    given, wanted = fields.get("input"), fields.get("output")
    if not isinstance(given, str) or not isinstance(wanted, str):
        raise _fault("public_test_cases", "tests with the texts input and output", case)
    if fields.get("testtype") != "functional":
        return program_test(given, wanted)
    if not isinstance(function, str):
        raise _fault("metadata", 'the "func_name" that functional tests call', function)
    try:
        arguments = [json.loads(line) for line in given.split("\n") if line.strip()]
        expected = json.loads(wanted)
    except (ValueError, RecursionError):
        raise _fault("public_test_cases", "functional tests whose lines are JSON", given) from None
    return _call_test(function, arguments, expected)


@published("question", "input_output")
def apps(row: Row) -> Problem:
    """Returns the problem of an APPS row.

    ``input_output`` holds ``inputs`` and ``outputs``, and ``fn_name`` if a function is called. As
    in the benchmark's own grader, blanks and line ends only part the words of an output, and a
    list of one around every expected result is taken off.

    Raises:
        ProblemFileError: If the row does not have the benchmark's form, or has no test.
    """
    return _apps_like("apps", row, _LEVELS.get(str(row.get("difficulty")), 0), {})


@published("question", "input_output")
def taco(row: Row) -> Problem:
    """Returns the problem of a TACO row: an APPS row with limits of its own.

    Raises:
        ProblemFileError: If the row does not have the benchmark's form, or has no test.
    """
    limits = {}
    seconds = _NUMBER.search(str(row.get("time_limit") or ""))
    if seconds and float(seconds[0]) > 0:
        limits["cpu_s"] = max(_LIMITS["cpu_s"], float(seconds[0]))  # written for C++, mostly
    level = _TACO_LEVELS.get(str(row.get("difficulty")), 0)
    return _apps_like("taco", row, level, limits)


def _apps_like(family: str, row: Row, level: int, limits: Mapping[str, float]) -> Problem:
    question = _text(row, "question")
    table = _json(row, "input_output")
    if not isinstance(table, dict):
        raise _fault("input_output", "an object with inputs and outputs", table)
    inputs = _listed(table.get("inputs"), "input_output.inputs")
    outputs = _listed(table.get("outputs"), "input_output.outputs")
    if len(inputs) != len(outputs):
        raise _fault("input_output", "as many outputs as inputs", len(outputs))
    _require(inputs, "input_output", "at least one test")
    function = table.get("fn_name")
    if function is None:
        tests = [
            {**program_test(joined(given), joined(wanted)), "compare": "tokens"}
            for given, wanted in zip(inputs, outputs, strict=True)
        ]
    else:
        if all(isinstance(wanted, list) and len(wanted) == 1 for wanted in outputs):
            outputs = [wanted[0] for wanted in outputs]
        tests = [
            _call_test(function, _listed(given, "input_output.inputs"), wanted)
            for given, wanted in zip(inputs, outputs, strict=True)
        ]
    asked = _asked(question, function, row.get("starter_code") or "")
    name = str(row.get("problem_id") or row.get("id") or row.get("name") or "")
    solution = _first_solution(row)
    return _problem(family, name, asked, solution, level, tests, limits=limits, prelude=family)


@published("prompt", "entry_point", "test")
def humaneval(row: Row) -> Problem:
    """Returns the problem of a HumanEval row.

    Asserts of ``test`` that are calls with constants become tests; the others are dropped (see
    `r1gym.sandbox.asserts`). What the prompt defines before the function is put before a
    submission.

    Raises:
        ProblemFileError: If the row does not have the benchmark's form, or no assert can be used.
    """
    prompt, function = _text(row, "prompt"), _identifier(row, "entry_point")
    tests = _assert_tests("test", _text(row, "test"), "candidate", function)
    question = f"Complete this Python function.\n\n{prompt.strip()}"
    answer = prompt + str(row.get("canonical_solution") or "")
    return _problem(
        "humaneval",
        str(row.get("task_id") or ""),
        question,
        answer,
        0,
        tests,
        prefix=prompt.partition(f"def {function}(")[0].strip(),
        suffix=_caller(tests, function),
    )


@published("text|prompt", "code", "test_list")
def mbpp(row: Row) -> Problem:
    """Returns the problem of an MBPP row, full or sanitized.

    The function's name stands only in the asserts, so the first of them is shown in the question.

    Raises:
        ProblemFileError: If the row does not have the benchmark's form, or no assert can be used.
    """
    question = _text(row, "text" if "text" in row else "prompt")
    code = _text(row, "code")
    listed = [*_listed(row.get("test_list"), "test_list"), *(row.get("challenge_test_list") or ())]
    if not listed or not all(isinstance(one, str) for one in listed):
        raise _fault("test_list", "a list of asserts", row.get("test_list"))
    source = "\n".join(listed)
    try:
        defined = {node.name for node in asserts.parse(code).body if isinstance(node, _CALLABLE)}
        called = [name for name in asserts.called_functions(source) if name in defined]
    except ValueError as error:
        raise ProblemFileError(f'"code" and "test_list" must be Python: {error}') from None
    if not called:
        raise _fault("test_list", 'asserts that call a function of "code"', listed[0])
    tests = _assert_tests("test_list", source, called[0], called[0])
    setup = [*(row.get("test_imports") or ()), row.get("test_setup_code") or ""]
    return _problem(
        "mbpp",
        str(row.get("task_id") or ""),
        f"{question.strip()}\n\nWrite a Python function. It must satisfy:\n{listed[0].strip()}",
        code.replace("\r\n", "\n"),
        0,
        tests,
        prefix="\n".join(line for line in setup if line).strip(),
        suffix=_caller(tests, called[0]),
    )


def _problem(
    family: str,
    name: str,
    question: str,
    answer: str,
    level: int,
    tests: list[dict[str, Any]],
    *,
    limits: Mapping[str, float] | None = None,
    **around: str,
) -> Problem:
    try:
        cases.parse(tests, "python")
    except ConfigError as error:
        raise ProblemFileError(f"the tests cannot be judged: {error}") from None
    metadata = {
        "verifier": "code",
        "language": "python",
        "tests": tests,
        "limits": {**_LIMITS, **(limits or {})},
    }
    metadata |= {key: text for key, text in around.items() if text}
    return Problem(
        f"{family}/{name}" if name else family, question, answer, family, level, metadata
    )


def _asked(question: str, function: Any, starter: str) -> str:
    """Returns a question that says what kind of program is wanted."""
    how = _PROGRAM if function is None else f"Write the Python function `{function}`."
    start = f"\n\nStart from this code:\n{starter.strip()}" if starter.strip() else ""
    return f"{question.strip()}\n\n{how}{start}"


def _call_test(function: Any, arguments: list[Any], expected: Any) -> dict[str, Any]:
    if not isinstance(function, str) or not function.isidentifier():
        raise _fault("input_output", "an fn_name that is a function's name", function)
    test = {"type": "call", "fn": function, "args": arguments, "expected": expected}
    return {**test, "float_tol": 1e-6} if has_float(expected) else test


def _assert_tests(field: str, source: str, called: str, function: str) -> list[dict[str, Any]]:
    try:
        tests = asserts.call_tests(source, called, function)
    except ValueError as error:
        raise ProblemFileError(f'"{field}" must be Python asserts: {error}') from None
    _require(tests, field, f"an assert of {called} with constant arguments and result")
    return tests


def _caller(tests: Sequence[Mapping[str, Any]], function: str) -> str:
    return asserts.caller(function) if tests[0]["fn"] == asserts.LITERAL_CALL else ""


def _first_solution(row: Row) -> str:
    """Returns the first of a row's solutions, a list that may be written as JSON."""
    solutions = row.get("solutions")
    if isinstance(solutions, str):
        try:
            solutions = json.loads(solutions)
        except (ValueError, RecursionError):
            return ""
    if not isinstance(solutions, Sequence) or isinstance(solutions, str) or not solutions:
        return ""
    return solutions[0] if isinstance(solutions[0], str) else ""


def _text(row: Row, field: str) -> str:
    value = row.get(field)
    if not isinstance(value, str) or not value.strip():
        raise _fault(field, "text that is not empty", value)
    return value


def _identifier(row: Row, field: str) -> str:
    value = _text(row, field)
    if not value.isidentifier():
        raise _fault(field, "the name of a function", value)
    return value


def _json(row: Row, field: str) -> Any:
    """Returns a field that is JSON in a text, or plain data already."""
    value = row.get(field)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise _fault(field, "JSON", value) from None


def _listed(value: Any, field: str) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise _fault(field, "a list", value)
    return list(value)


def _require(tests: Sequence[Any], field: str, what: str) -> None:
    if not tests:
        raise ProblemFileError(f'"{field}" must hold {what}')


def _fault(field: str, wanted: str, value: object) -> ProblemFileError:
    text = repr(value)
    shown = text if len(text) <= 40 else f"{text[:37]}..."
    return ProblemFileError(f'"{field}" must be {wanted}, not {shown}')
