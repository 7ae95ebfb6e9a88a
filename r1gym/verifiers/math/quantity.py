"""A value with what stands around it: a currency before, a percent sign or a unit behind."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from r1gym.verifiers.math import fold
from r1gym.verifiers.math.answers import Answer, Value
from r1gym.verifiers.math.fold import Unreadable
from r1gym.verifiers.math.functions import is_whole
from r1gym.verifiers.math.lexer import closing
from r1gym.verifiers.math.names import CONSTANTS, FUNCTIONS, GREEK
from r1gym.verifiers.math.parser import DEGREE, parse_expression
from r1gym.verifiers.math.units import Unit, is_unit_name, read_unit

_CURRENCIES: Final = {
    "\\$": "dollar",
    "\\euro": "euro",
    "\\pound": "sterling",
    "\\yen": "yen",
    "\\pounds": "sterling",
}
_DEGREE_ENDS: Final = (
    ["^", "{", "\\circ", "}"],
    ["^", "\\circ"],
    ["\\degree"],
    ["^", "{", "o", "}"],
)
_MARKS: Final = frozenset({*_CURRENCIES, "\\circ", "\\degree", "%", "_"})
_BACKSLASH: Final = "\\"
_ALSO_FUNCTIONS: Final = frozenset({"\\sec", "\\min", "\\deg", "sec", "min", "deg"})
_DIGITS: Final = frozenset("0123456789ABCDEF")
_DEGREES: Final = Unit((("degree", 1),), 1)
_NO_WORDS: Final = frozenset((*GREEK, *FUNCTIONS, *filter(str.isalpha, CONSTANTS)))
_KNOWN_SIGNS: Final = frozenset(
    "+-*/^_(){}[],=!|<>0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
) | {"\\frac", "\\sqrt", "\\pi", "\\infty", "10", "sqrt", "pi"}


def read_quantity(tokens: list[str]) -> Value:
    """Returns the value that `tokens` make, with its unit.

    Raises:
        Unreadable: If there is no number or expression, or what stands around it is no unit.
    """
    if not tokens:
        raise Unreadable("a value is missing")
    if tokens[-1] in _ALSO_FUNCTIONS:
        tokens = _with_units(tokens)
    if _MARKS.isdisjoint(tokens) and not _has_unit_word(tokens):
        return Value(parse_expression(tokens))
    tokens = _with_units(tokens)
    if len(tokens) in (4, 6) and _are_parts(tokens):  # 3 feet 6 inches
        parts = [_measured(tokens[i : i + 2]) for i in range(0, len(tokens), 2)]
        measured = total(parts)
        if measured is not None:
            return measured
    prefix = None
    for i in (0, 1):
        if len(tokens) > i + 1 and tokens[i] in _CURRENCIES and (i == 0 or tokens[0] in "+-"):
            prefix = _CURRENCIES[tokens[i]]
            tokens = tokens[:i] + tokens[i + 1 :]
            break
    if len(tokens) > 1 and tokens[-1] in _CURRENCIES and prefix is None:
        prefix, tokens = _CURRENCIES[tokens[-1]], tokens[:-1]
    if tokens[0] == "(" and tokens[2:4] == [")", "_"]:  # (101)_2
        tokens = [tokens[1], *tokens[3:]]
    if len(tokens) > 2 and tokens[1] == "_" and _is_in_base(tokens):
        base = tokens[2] if tokens[2] != "{" else "".join(tokens[3:-1])
        return Value(parse_expression(tokens), in_base(base))
    if tokens[-1] == "%":
        return Value(parse_expression(tokens), percent=True)
    if len(tokens) > 3 and tokens[-1] in ("C", "F"):
        degrees = _without_degrees(tokens[:-1])
        if degrees is not None:
            name = "celsius" if tokens[-1] == "C" else "fahrenheit"
            return Value(_number(degrees), _unit_named(name))
    start = _unit_start(tokens)
    if start is None:
        degrees = _without_degrees(tokens)
        if degrees is not None:
            return Value(_number(degrees), _DEGREES)
        node = parse_expression(tokens)
        if prefix is None:
            return Value(node)
        return Value(_constant(node), _unit_named(prefix))
    words = " ".join(token.strip("\x01\x02") for token in tokens[start:]).replace(" .", ".")
    number = tokens[:start]
    degrees = _without_degrees(number)
    if degrees is not None:
        if words not in ("C", "F", "c", "f"):
            raise Unreadable("degrees of what")
        return Value(_number(degrees), _unit_named("celsius" if words in "Cc" else "fahrenheit"))
    if words.lower() in ("percent", "per cent", "percentage points"):
        return Value(fold.divide(_number(number), 100), percent=True)
    if words.startswith(("per ", "/")) and prefix is not None:
        words, prefix = f"{prefix} {words}", None  # $18 per day
    found = read_unit(words, one=number == ["1"])
    if found is None:
        if prefix is None and not any(token[0] == "\x01" for token in tokens):
            return Value(parse_expression(tokens))  # \pi hr^2 + ...
        raise Unreadable(f"{words[:40]!r} is no unit")
    scale, unit = found
    if prefix is not None:
        if unit is not None and unit != _unit_named(prefix):
            raise Unreadable("two units")
        unit = _unit_named(prefix)
    node = _number(number)
    return Value(node if scale == 1 else fold.multiply(scale, node), unit)


def total(parts: Sequence[Answer]) -> Value | None:
    """Returns 3 feet and 6 inches as 3.5 feet, or None for what is no sum of smaller units."""
    first = parts[0]
    node: fold.Node = 0
    smallest: fold.Rational | None = None
    if not isinstance(first, Value) or first.unit is None:
        return None
    for part in parts:
        if not isinstance(part, Value) or part.unit is None:
            return None
        if part.unit.dimension != first.unit.dimension:
            return None
        if smallest is not None and part.unit.factor >= smallest:
            return None
        smallest = part.unit.factor
        node = fold.add(node, fold.multiply(part.node, Fraction(smallest) / first.unit.factor))
    return Value(node, first.unit)


def is_said_with_and(value: Value) -> bool:
    """Returns whether a time or a sum of money: 3 m and 20 cm may be two lengths."""
    return value.unit is not None and value.unit.dimension[0][0] in ("s", "month", "dollar")


def _are_parts(tokens: list[str]) -> bool:
    """Returns whether numbers and units alternate."""
    return all(map(is_whole, tokens[::2])) and all(
        is_unit_name(token.strip("\x01\x02 ")) for token in tokens[1::2]
    )


def _measured(tokens: list[str]) -> Value:
    found = read_unit(tokens[1].strip("\x01\x02 "))
    return Value(int(tokens[0]), None if found is None else found[1])


def _is_in_base(tokens: list[str]) -> bool:
    """Returns whether digits with a base are all there is: ``1A3_{16}``, but not ``C_1 + C_2``."""
    digits = tokens[0]
    if not digits.isalnum() or digits[0] not in _DIGITS:
        return False
    if digits.isalpha() and (len(digits) == 1 or digits != digits.upper()):
        return False
    return len(tokens) == 3 or (tokens[2] == "{" and tokens[-1] == "}" and "}" not in tokens[:-1])


def _with_units(tokens: list[str]) -> list[str]:
    r"""Returns ``\frac{km}{h}`` as ``km / h``, and ``\min`` of nothing as minutes."""
    if not _ALSO_FUNCTIONS.isdisjoint(tokens):
        tokens = [
            f"\x01{token.strip(_BACKSLASH)}\x02"
            if i and token in _ALSO_FUNCTIONS and tokens[i + 1 : i + 2] in ([], ["/"], ["^"])
            else token
            for i, token in enumerate(tokens)
        ]
    if "\\frac" not in tokens or not any(token[0] == "\x01" for token in tokens):
        return tokens
    at = len(tokens) - 1 - tokens[::-1].index("\\frac")
    if tokens[at + 1 : at + 2] != ["{"]:
        return tokens
    middle = closing(tokens, at + 1)
    if tokens[middle + 1 : middle + 2] != ["{"] or closing(tokens, middle + 1) != len(tokens) - 1:
        return tokens
    above, below = tokens[at + 2 : middle], tokens[middle + 2 : -1]
    if above and below and _is_unit_word(below[0]) and any(map(_is_unit_word, above)):
        return [*tokens[:at], *above, "/", *below]
    return tokens


def in_base(base: str) -> Unit:
    """Returns what tells digits in a base from those in another one."""
    return Unit((("base " + base, 1),), 1)


def is_base(unit: Unit | None) -> bool:
    """Returns whether a number was written in a base of its own."""
    return unit is not None and unit.dimension[0][0].startswith("base ")


def _unit_named(name: str) -> Unit | None:
    found = read_unit(name)
    return None if found is None else found[1]


def _number(tokens: list[str]) -> fold.Node:
    return _constant(parse_expression(tokens))


def _constant(node: fold.Node) -> fold.Node:
    if fold.symbols(node):
        raise Unreadable("a unit behind an expression with variables")
    return node


def _without_degrees(tokens: list[str]) -> list[str] | None:
    """Returns what stands before a degree sign at the end, or None if there is none."""
    if any(token.lstrip("\\") in _NO_WORDS for token in tokens if len(token) > 2):
        return None  # \\sin 30^\\circ
    for end in _DEGREE_ENDS:
        if tokens[-len(end) :] == end and len(tokens) > len(end):
            number = tokens[: -len(end)]
            return None if any(e[0] in number for e in (["\\circ"], ["\\degree"])) else number
    return None


def _unit_start(tokens: list[str]) -> int | None:
    """Returns where the words behind a number begin."""
    depth = 0
    for i, token in enumerate(tokens):
        if token in ("{", "(", "[", "\\{"):
            depth += 1
        elif token in ("}", ")", "]", "\\}"):
            depth -= 1
        elif i and depth == 0 and _is_unit_word(token):
            return i
    return None


def _has_unit_word(tokens: list[str]) -> bool:
    for token in tokens:  # in a loop, since this runs for every value
        if token not in _KNOWN_SIGNS and not token.isdecimal() and _is_unit_word(token):
            return True
    return False


def _is_unit_word(token: str) -> bool:
    if token in _KNOWN_SIGNS:
        return False
    if token[0] == "\x01":
        return True
    if not token.isalpha() or len(token) < 2:
        return bool(token) and ord(token[0]) > 0x2E80 and token.isalpha()
    if not token.isascii():
        return True
    return token.lower() not in _NO_WORDS and (
        is_unit_name(token) or len(token) > 3 or token in ("sq", "cu", "per")
    )


def in_degrees(value: Value) -> fold.Node | None:
    """Returns an angle in degrees as a number of radians, or None for other values."""
    return fold.multiply(value.node, DEGREE) if value.unit == _DEGREES else None
