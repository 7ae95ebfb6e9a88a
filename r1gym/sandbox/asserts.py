"""Python asserts to call tests: ``assert f(1, 2) == 3`` is a call of f that must return 3.

The text comes from a benchmark's file. It is parsed, and its constants are folded here; nothing of
it is run. Read are equality with a constant on either side, ``not f(...)``, ``f(...)`` alone,
``is``, and tolerances (``abs(f(x) - y) < tol``, ``math.isclose``); ``list``, ``tuple``, ``set`` and
``sorted`` around the call and the constant; and names that were assigned a constant before. What
is to be true must be True: results are compared by type.

Left out: loops, keyword arguments, random inputs, and asserts that need the reference solution.
They are dropped.
"""

from __future__ import annotations

import ast
import json
import math
import operator
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

# The name of the function that `CALLER` defines.
LITERAL_CALL = "r1gym_call"
# For arguments that JSON cannot carry, tuples and sets: they go down as Python literals. What JSON
# cannot carry up, sets, comes back as a list.
CALLER = """
def r1gym_call(arguments):
    import ast
    def plain(value):
        if isinstance(value, (set, frozenset, list, tuple)):
            return [plain(item) for item in value]
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        return value
    return plain(FUNCTION(*ast.literal_eval(arguments)))
"""

_MOST_ITEMS = 100_000  # of a folded sequence, and of the digits of a folded number
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
_WRAPPERS: dict[str, Callable[[Any], Any]] = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "sorted": sorted,
    "float": float,
    "int": int,
    "str": str,
}
_ORDERLESS = frozenset({"set", "sorted"})
_Names = Mapping[str, Any]


class _NotConstant(Exception):
    """An expression that is no constant, or too large a one."""


# What reading an assert that cannot be a test may raise.
_UNFIT = (_NotConstant, TypeError, ValueError, ArithmeticError, LookupError, RecursionError)


def called_functions(source: str) -> list[str]:
    """Returns the names that the asserts of `source` call, in order, once each."""
    calls = [
        node.func.id
        for statement in _asserts(parse(source))
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    return list(dict.fromkeys(calls))


def call_tests(source: str, called: str, function: str) -> list[dict[str, Any]]:
    """Returns a call test for each assert that can be one.

    Args:
        source: Python statements, or a function ``check`` that holds them.
        called: The name that the asserts call, for example ``candidate``.
        function: The name of the function that a submission defines.

    Returns:
        Tests for `r1gym.sandbox.run_tests`. If any has arguments that JSON cannot carry, all call
        ``r1gym_call``, which the text `caller` returns defines.

    Raises:
        ValueError: If the source is no Python.
    """
    names: dict[str, Any] = {}
    found = []
    for statement in _statements(parse(source)):
        if isinstance(statement, ast.Assign):
            _assign(statement, names)
        elif isinstance(statement, ast.Assert):
            try:
                found.append(_read(statement.test, called, names))
            except _UNFIT:
                continue
    literal = any(not _is_json(test["args"]) for test in found)
    for test in found:
        test["fn"] = LITERAL_CALL if literal else function
        test["args"] = [repr(tuple(test["args"]))] if literal else test["args"]
    return [{"type": "call", **test} for test in found]


def caller(function: str) -> str:
    """Returns the source that the tests of `call_tests` expect behind a submission."""
    return CALLER.replace("FUNCTION", function)


def parse(source: str) -> ast.Module:
    """Returns the syntax tree of a benchmark's source.

    Raises:
        ValueError: If it is no Python.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes such as "\\d"
            return ast.parse(source)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"no Python ({error})") from None


def _statements(tree: ast.Module) -> Sequence[ast.stmt]:
    checks = [s for s in tree.body if isinstance(s, ast.FunctionDef) and s.name == "check"]
    return [*(checks[-1].body if checks else tree.body)]


def _asserts(tree: ast.Module) -> Sequence[ast.stmt]:
    return [s for s in _statements(tree) if isinstance(s, ast.Assert)]


def _assign(statement: ast.Assign, names: dict[str, Any]) -> None:
    targets = [t.id for t in statement.targets if isinstance(t, ast.Name)]
    try:
        value = fold(statement.value, names)
    except _UNFIT:
        for target in targets:
            names.pop(target, None)
        return
    names.update(dict.fromkeys(targets, value))


def _read(test: ast.expr, called: str, names: _Names) -> dict[str, Any]:
    """Returns the arguments and the expected result of an assert, and how they are compared."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _test(test.operand, False, called, names)
    if isinstance(test, ast.Call):
        if _name(test.func) == "isclose":
            tolerances = {k.arg: fold(k.value, names) for k in test.keywords}
            absolute, relative = tolerances.get("abs_tol", 0.0), tolerances.get("rel_tol", 1e-9)
            return _near(test.args[0], test.args[1], absolute, relative, called, names)
        return _test(test, True, called, names)
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        raise _NotConstant
    left, right, how = test.left, test.comparators[0], test.ops[0]
    if isinstance(how, ast.Lt | ast.LtE):
        if not isinstance(left, ast.Call) or _name(left.func) not in ("abs", "fabs"):
            raise _NotConstant
        difference = left.args[0]
        if not isinstance(difference, ast.BinOp) or not isinstance(difference.op, ast.Sub):
            raise _NotConstant
        return _near(difference.left, difference.right, fold(right, names), 0.0, called, names)
    if not isinstance(how, ast.Eq | ast.Is):
        raise _NotConstant
    if not _calls(left, called):
        left, right = right, left
    orderless = isinstance(left, ast.Call) and _name(left.func) in _ORDERLESS
    return _test(left, fold(right, names), called, names, orderless)


def _near(
    left: ast.expr,
    right: ast.expr,
    absolute: float,
    relative: float,
    called: str,
    names: _Names,
) -> dict[str, Any]:
    if not _calls(left, called):
        left, right = right, left
    expected = fold(right, names)
    if not isinstance(expected, int | float):
        raise _NotConstant
    # The tests' tolerance is relative from 1 up.
    tolerance = max(relative, absolute / max(1.0, abs(expected)))
    return {**_test(left, expected, called, names), "float_tol": tolerance}


def _test(
    call: ast.expr, expected: Any, called: str, names: _Names, orderless: bool = False
) -> dict[str, Any]:
    while isinstance(call, ast.Call) and _name(call.func) in ("list", "tuple", *_ORDERLESS):
        orderless = orderless or _name(call.func) in _ORDERLESS
        call = call.args[0]
    if not isinstance(call, ast.Call) or _name(call.func) != called or call.keywords:
        raise _NotConstant
    arguments = [fold(argument, names) for argument in call.args]
    if not _is_finite(arguments):
        raise _NotConstant  # neither JSON nor a literal
    orderless = orderless or isinstance(expected, set)
    result = json.loads(json.dumps(_plain(expected), allow_nan=False))
    test: dict[str, Any] = {"args": arguments, "expected": result}
    if orderless:
        test["compare"] = "unordered"
    elif _has_fraction(expected):
        test["float_tol"] = 1e-9  # another order of the same sums
    return test


def fold(node: ast.expr, names: _Names) -> Any:
    """Returns the value of a constant expression, without running anything.

    Raises:
        _NotConstant: If it is none, or too large.
        TypeError, ValueError, ArithmeticError: If the expression itself would raise.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name) and node.id in names:
        return names[node.id]
    value = _fold(node, names)
    if _size(value) > _MOST_ITEMS:
        raise _NotConstant
    return value


def _fold(node: ast.expr, names: _Names) -> Any:
    if isinstance(node, ast.List):
        return [fold(item, names) for item in node.elts]
    if isinstance(node, ast.Tuple):
        return tuple(fold(item, names) for item in node.elts)
    if isinstance(node, ast.Set):
        return {fold(item, names) for item in node.elts}
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {_key(key, names): fold(value, names) for key, value in pairs}
    if isinstance(node, ast.UnaryOp) and type(node.op) in _UNARY:
        return _UNARY[type(node.op)](fold(node.operand, names))
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        left, right = fold(node.left, names), fold(node.right, names)
        _check_growth(node.op, left, right)
        return _BINARY[type(node.op)](left, right)
    if isinstance(node, ast.Call) and _name(node.func) in _WRAPPERS and not node.keywords:
        return _WRAPPERS[_name(node.func)](*(fold(argument, names) for argument in node.args))
    raise _NotConstant


def _key(key: ast.expr | None, names: _Names) -> Any:
    if key is None:
        raise _NotConstant
    return fold(key, names)


def _check_growth(how: ast.operator, left: Any, right: Any) -> None:
    """Refuses what would fill the memory before it could be measured."""
    size = 0
    if isinstance(how, ast.Mult):
        numbers = [value for value in (left, right) if isinstance(value, int)]
        size = (_size(left) + _size(right)) * (min(numbers) if len(numbers) == 1 else 1)
    elif isinstance(how, ast.Pow) and isinstance(left, int) and isinstance(right, int):
        size = right * left.bit_length()
    elif isinstance(how, ast.Mod) and isinstance(left, str | bytes):
        raise _NotConstant  # "%1000000000d"
    if size > _MOST_ITEMS:
        raise _NotConstant


def _size(value: Any) -> int:
    """Returns how many items, characters and bits a value has; stops counting at the limit."""
    total, waiting = 0, [value]
    while waiting and total <= _MOST_ITEMS:
        one = waiting.pop()
        if isinstance(one, int):
            total += 1 + one.bit_length() // 64
        elif isinstance(one, str | bytes):
            total += 1 + len(one)
        else:
            total += 1
        if isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list | tuple | set | frozenset):
            waiting += one
    return total


def _plain(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return [_plain(item) for item in sorted(value, key=repr)]
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _is_json(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_json, value))
    if isinstance(value, dict):
        return all(isinstance(k, str) and _is_json(v) for k, v in value.items())
    return value is None or isinstance(value, bool | int | float | str)


def _is_finite(value: Any) -> bool:
    if isinstance(value, dict):
        return _is_finite([*value, *value.values()])
    if isinstance(value, list | tuple | set):
        return all(map(_is_finite, value))
    return not isinstance(value, float) or math.isfinite(value)


def _has_fraction(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_has_fraction, value))
    return isinstance(value, float)


def _calls(node: ast.expr, called: str) -> bool:
    return any(isinstance(n, ast.Call) and _name(n.func) == called for n in ast.walk(node))


def _name(node: ast.expr) -> str:
    """Returns the name of what is called, without its module."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
