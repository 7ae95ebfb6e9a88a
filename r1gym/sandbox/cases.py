"""The tests of a submission: what goes down to the sandbox, and what must come back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from r1gym.core.checks import check_list, check_number, check_one_of
from r1gym.core.errors import ConfigError
from r1gym.sandbox import compare
from r1gym.sandbox.runner.languages import LANGUAGES

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_KEYS = {
    "stdin": {"type", "input", "output", "float_tol", "compare", "checker"},
    "call": {"type", "fn", "args", "expected", "float_tol", "compare", "checker"},
}
_CALLING = tuple(name for name, made in LANGUAGES.items() if made.calls)


@dataclass(frozen=True)
class Case:
    """One test.

    Attributes:
        function: The function to call, None for a program that reads stdin.
        data: What goes down: stdin, or the arguments as JSON.
        expected: The expected stdout as bytes, or the expected result.
        compare: One of `compare.COMPARISONS`.
        float_tol: How far numbers may be off.
        checker: Python source with ``check(input, expected, answer)``, run in a sandbox of its own
            instead of a comparison; what it returns must be True.
    """

    function: str | None
    data: bytes
    expected: Any
    compare: str = "exact"
    float_tol: float | None = None
    checker: str | None = None

    def accepts(self, stdout: bytes, result: bytes) -> bool:
        """Tells whether the output is the expected one, by comparison."""
        if self.function is None:
            return compare.same_text(stdout, self.expected, self.compare, self.float_tol)
        try:
            value = compare.parse(result)
        except compare.NotJson:
            return False
        return compare.same_value(value, self.expected, self.compare, self.float_tol)

    def checking(self, stdout: bytes, result: bytes) -> Case | None:
        """Returns the call of the checker that decides on this output; None if no JSON came."""
        if self.function is None:
            given: Any = self.data.decode("utf-8", "replace")
            expected: Any = self.expected.decode("utf-8", "replace")
            answer: Any = stdout.decode("utf-8", "replace")
        else:
            try:
                answer = compare.parse(result)
            except compare.NotJson:
                return None
            given, expected = json.loads(self.data), self.expected
        return Case("check", json.dumps([given, expected, answer]).encode(), True)


def parse(tests: Sequence[Mapping[str, Any]], language: str) -> list[Case]:
    """Returns the cases that `tests` describe.

    Raises:
        ConfigError: If one of them is not as documented at `r1gym.sandbox.run_tests`.
    """
    if isinstance(tests, Mapping | str):
        raise ConfigError("tests must be a list of tests, each a dict.")
    if not tests:
        raise ConfigError("tests must hold at least one test: nothing would be tested.")
    return [_case(test, language, f"tests[{i}]") for i, test in enumerate(tests)]


def _case(test: Mapping[str, Any], language: str, where: str) -> Case:
    if not isinstance(test, Mapping):
        raise ConfigError(f"{where} must be a dict, not {type(test).__name__}.")
    kind = test.get("type")
    if not isinstance(kind, str) or kind not in _KEYS:
        raise ConfigError(f"{where}: type must be 'stdin' or 'call', not {kind!r}.")
    unknown = sorted(set(test) - _KEYS[kind])
    if unknown:
        raise ConfigError(f"{where}: unknown {unknown[0]!r}. Known: {sorted(_KEYS[kind])}.")
    how = test.get("compare", "exact")
    check_one_of(f"{where}: compare", how, compare.COMPARISONS)
    tolerance = test.get("float_tol")
    if tolerance is not None:
        check_number(f"{where}: float_tol", tolerance, least=0)
    checker = test.get("checker")
    if checker is not None and not isinstance(checker, str):
        raise ConfigError(f"{where}: checker must be Python source, not {type(checker).__name__}.")
    common = (how, tolerance, checker)
    if kind == "stdin":
        given, wanted = test.get("input", ""), test.get("output", "")
        if not isinstance(given, str) or not isinstance(wanted, str):
            raise ConfigError(f"{where}: input and output must be text.")
        return Case(None, _bytes(given), _bytes(wanted), *common)
    function = test.get("fn")
    if language not in _CALLING:
        raise ConfigError(f"{where}: call tests are for {_CALLING}, not {language}.")
    if not isinstance(function, str) or not _NAME.fullmatch(function):
        raise ConfigError(f"{where}: fn must be the name of a function, not {function!r}.")
    arguments = test.get("args", [])
    check_list(f"{where}: args", arguments)
    try:
        data = json.dumps(list(arguments), allow_nan=False).encode()
        expected = json.loads(json.dumps(test.get("expected"), allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigError(f"{where}: args and expected must be JSON values: {error}.") from None
    return Case(function, data, expected, *common)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
