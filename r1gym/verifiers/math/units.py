"""Units behind numbers: what they measure and how they convert.

A unit is exact: its dimension as powers of base names, and its factor to them. A word that is no
unit counts as a thing that is counted, so ``5 apples`` is 5 of something and not ``5 oranges``.
Left out: temperatures with another zero, which do not convert by a factor.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from r1gym.verifiers.math.fold import Rational, simplest


class Unit(NamedTuple):
    """A dimension, as sorted (base name, power) pairs, and the exact factor to its base units."""

    dimension: tuple[tuple[str, int], ...]
    factor: Rational


_TABLE: Final = """
m meter metre 米 = 1 m; km kilometer kilometre 千米 公里 = 1000 m
cm centimeter centimetre 厘米 = 1/100 m; mm millimeter millimetre 毫米 = 1/1000 m
dm decimeter 分米 = 1/10 m; in inch inches = 127/5000 m; ft foot feet = 381/1250 m
yd yard = 1143/1250 m; mi mile = 1609344/1000 m
nm nanometer = 1/1000000000 m; um micrometer = 1/1000000 m
g gm gram 克 = 1 g; kg kilogram 千克 公斤 = 1000 g; mg milligram 毫克 = 1/1000 g
t ton tonne 吨 = 1000000 g; lb pound lbs 磅 = 45359237/100000 g; oz ounce = 45359237/1600000 g
s sec second 秒 = 1 s; min minute 分钟 = 60 s; h hr hour 小时 = 3600 s; day 天 = 86400 s
week 周 = 604800 s; ms millisecond = 1/1000 s; month 月 个月 = 1 month; year yr 年 = 12 month
l liter litre 升 = 1/1000 m^3; ml milliliter millilitre 毫升 = 1/1000000 m^3
gal gallon = 1 gallon; cup = 1/16 gallon; pint = 1/8 gallon; quart = 1/4 gallon
mph = 1397/3125 m s^-1; kph kmh = 5/18 m s^-1; ha hectare = 10000 m^2; acre = 1 acre
n newton = 1000 g m s^-2; j joule = 1000 g m^2 s^-2; kj = 1000000 g m^2 s^-2
w watt = 1000 g m^2 s^-3; kw = 1000000 g m^2 s^-3; pa pascal = 1000 g m^-1 s^-2
kpa = 1000000 g m^-1 s^-2; hz hertz = 1 s^-1; v volt = 1 volt; amp ampere = 1 ampere
ohm = 1 ohm; mol mole = 1 mole; k kelvin = 1 kelvin; deg degree 度 = 1 degree; rad radian = 1 radian
dollar usd 美元 = 1 dollar; cent 美分 = 1/100 dollar; euro eur 欧元 = 1 euro
gbp sterling = 1 sterling; yuan rmb cny 元 = 1 yuan; yen jpy = 1 yen; rupee = 1 rupee
peso = 1 peso; celsius = 1 celsius; fahrenheit = 1 fahrenheit; bit = 1 bit; byte = 8 bit
unit = 1 unit; ordinal = 1 ordinal
"""
_UNITS: Final[dict[str, tuple[Fraction, dict[str, int]]]] = {}
for _entry in re.split(r"[;\n]", _TABLE.strip()):
    _names, _, _meaning = _entry.partition("=")
    _factor, *_bases = _meaning.split()
    _powers = {b.partition("^")[0]: int(b.partition("^")[2] or 1) for b in _bases}
    for _name in _names.split():
        _UNITS[_name] = (Fraction(_factor), _powers)
_CASED: Final = {
    "C": "celsius", "F": "fahrenheit", "L": "liter", "A": "ampere", "N": "newton", "J": "joule",
    "W": "watt", "V": "volt", "K": "kelvin",
}  # fmt: skip
_SMALL: Final = frozenset("msghlt")
_NO_THINGS: Final = """
or and not no nor but if is are be to than plus minus times over equals equal of a about around
maybe perhaps approximately roughly almost nearly under below above between from least most
either neither except without wrong incorrect false true hundred thousand million billion trillion
dozen percent half where when mod pi x y z only answer print return def inverse negative opposite
hundreds thousands millions billions trillions dozens tens ones scores gross lakhs crores halves
thirds quarters fifths factorials squares cubes roots minuses percents others this always yes as
has was does us his its versus plusses perhaps sometimes times upwards
"""
_NOT_A_THING: Final = frozenset(_NO_THINGS.split())
_FACTOR: Final = re.compile(
    r"\s*(?P<divide>/|\bper\b|每)?\s*(?P<multiply>[*·.-]|\bof\b)?\s*"
    r"(?:(?P<adjective>square|sq(?![a-z])\.?|cubic|cu(?![a-z])\.?|平方|立方)\s*)?"
    r"(?P<name>[^\W\d_]+)\.?\s*(?:\^?\s*\{?\s*(?P<power>-?\d)\s*\}?(?!\s*[^\W\d_]))?",
    re.IGNORECASE,
)
_OF_NOTHING: Final = (("ratio", 1),)  # hours per day: a number, but no length
_SCALES: Final = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9,
           "trillion": 10**12, "dozen": 12, "万": 10**4, "亿": 10**8}  # fmt: skip


def is_unit_name(name: str) -> bool:
    """Returns whether a run of letters is the name of a unit."""
    return _look_up(name) is not None


# What is counted in Chinese takes a measure word before it, and nothing that changes the number.
_MEASURED: Final = re.compile(
    r"[个只人岁支本条张件位名头棵朵辆块片颗次种组对双套间户家枚根杯盒箱][^不非错和或千百万亿十半倍分之平方以上下的]{0,4}"
)
_IRREGULAR: Final = frozenset(
    ["people", "men", "women", "children", "sheep", "fish", "feet", "mice", "dice"]
)


def _is_thing(word: str, last: bool, one: bool) -> bool:
    """Returns whether a word behind a number says what is counted, and does not change it."""
    if not word.isascii():
        return _MEASURED.fullmatch(word) is not None
    if (
        word in _NOT_A_THING
        or len(word) < 3
        or word.endswith(("ths", "th", "ly", "illion", "ed", "ous"))
    ):
        return False
    if not last or one:
        return True
    return word in _IRREGULAR or (word.endswith("s") and not word.endswith("ss"))


@lru_cache(maxsize=2048)
def read_unit(text: str, one: bool = False) -> tuple[int, Unit | None] | None:
    """Returns the scale and the unit that stand behind a number, or None if it is something else.

    Args:
        text: For example ``"cm^2"``, ``"km/h"``, ``"square feet"``, ``"million dollars"``.
        one: Whether the number is 1, and things that are counted need no plural.
    """
    scale = 1
    words = text.strip().strip(".").strip()
    head = words.partition(" ")[0]
    if head.lower() in _SCALES or words[:1] in _SCALES:
        short = head.lower() if head.lower() in _SCALES else words[:1]
        scale, words = _SCALES[short], words[len(short) :].strip()
        words = words.removeprefix("of ")
    if not words:
        return scale, None
    if len(words) > 60:
        return None
    factor, powers = Fraction(1), dict[str, int]()
    at, divided, things = 0, False, 0
    while at < len(words):
        found = _FACTOR.match(words, at)
        if found is None:
            return None
        known = _look_up(found["name"])
        divided = divided or bool(found["divide"])  # a/b c is read as a/(b c)
        power = int(found["power"] or 1)
        adjective = (found["adjective"] or "").lower()
        power *= 2 if adjective[:2] in ("sq", "平方") else 3 if adjective else 1
        if known is None:
            thing = found["name"].lower()
            if found["power"] or not _is_thing(thing, found.end() == len(words), one):
                return None
            things += 1
            known = (Fraction(1), {_singular(thing): 1})
        power = -power if divided else power
        factor *= known[0] ** power
        for base, exponent in known[1].items():
            powers[base] = powers.get(base, 0) + exponent * power
        at = found.end()
    if things > 3:
        return None
    dimension = tuple(sorted((base, power) for base, power in powers.items() if power))
    return scale, Unit(dimension or _OF_NOTHING, simplest(factor))


def _look_up(name: str) -> tuple[Fraction, dict[str, int]] | None:
    if len(name) == 1 and name.isascii() and name not in _SMALL:
        name = _CASED.get(name, "")
    name = name.lower()
    return _UNITS.get(name) or (_UNITS.get(_singular(name)) if len(name) > 2 else None)


def _singular(name: str) -> str:
    if name.endswith("ies") and len(name) > 4:
        return name[:-3] + "y"
    if name.endswith(("ches", "shes", "xes", "sses")):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith("ss") and len(name) > 2 else name
