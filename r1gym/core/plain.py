"""Values as data libraries hand them over (NumPy, pandas, Arrow, OmegaConf), as plain Python.

None of those libraries is imported: what they have in common is asked for by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

_MISSING_TYPES = ("NAType", "NaTType")  # pandas' own words for "no value"
_PLAIN = (str, bytes, int, float, bool)


class Written(float):
    """A number as a file wrote it, whose digits are kept: ``Written("0.50").text``."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __reduce__(self) -> tuple[type[Written], tuple[str]]:
        return Written, (self.text,)


def is_missing(value: object) -> bool:
    """Returns whether a cell is empty: None, NaN, or pandas' NA and NaT."""
    if value is None or type(value).__name__ in _MISSING_TYPES:
        return True
    if hasattr(value, "dtype") and getattr(value, "ndim", None) == 0:
        value = value.item()  # type: ignore[attr-defined]  # of NumPy's scalars and 0-d arrays
        return value is None or (isinstance(value, float) and value != value)
    return isinstance(value, float | Decimal) and value != value


def plain(value: Any) -> Any:
    """Returns a value with arrays, tuples and containers of other libraries as lists and dicts.

    A number of NumPy's keeps the digits that it prints: ``np.float32(0.1)`` becomes 0.1.
    """
    if value is None or type(value) in _PLAIN:
        return value
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if hasattr(value, "as_py"):  # Arrow
        return plain(value.as_py())
    if hasattr(value, "tolist"):
        return _of_array(value)
    if isinstance(value, Written):
        return float(value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [plain(item) for item in value]
    return value


def _of_array(value: Any) -> Any:
    """Returns an array or scalar of NumPy's, or a tensor, without widening its numbers' digits."""
    if getattr(value, "ndim", 1):
        return [plain(item) for item in value]
    item = value.item() if hasattr(value, "item") else value.tolist()
    if isinstance(item, float) and item == item and "float" in str(getattr(value, "dtype", "")):
        try:
            return float(str(value))
        except ValueError:  # a tensor prints its type as well
            return item
    return plain(item)


def present(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the fields of a row that are not empty: Arrow fills missing columns with None."""
    return {name: value for name, value in fields.items() if not is_missing(value)}
