"""A column's texts become an array of its kind, with what did not fit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftermerge.connectors.csv.clean import UnreadableError, is_blank, moment, number, whole
from aftermerge.connectors.csv.kinds import ALL_DECIMAL, ALL_NAIVE, ALL_UTC, ALL_WHOLE, TRUTHS, Kind, joined
from aftermerge.connectors.csv.table import printable

__all__ = ["SQL_TYPES", "Column", "convert"]

SQL_TYPES: Mapping[Kind, str] = {
    "whole": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "time": "TIMESTAMP",
    "text": "VARCHAR",
}

_ARRAYS: Mapping[Kind, tuple[str, object]] = {
    "whole": ("int64", 0),
    "number": ("float64", 0.0),
    "boolean": ("bool", False),
    "time": ("datetime64[us]", "1970-01-01"),
    "text": ("object", ""),
}


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """Values `(rows,)`, whether each is there `(rows,)`, and the reasons of those that did not fit, by row."""

    values: NDArray[Any]
    there: NDArray[np.bool_]
    misfits: Mapping[int, str]


def convert(values: Sequence[str], kind: Kind, zone: tzinfo, time_format: str | None) -> Column:
    """Read each value as `kind`. Times become UTC."""
    dtype, filler = _ARRAYS[kind]
    if _is_plain(values, kind):
        return _all(np.array(values, dtype=dtype))
    if kind == "time" and time_format is None and (times := _plain_times(values, zone)) is not None:
        return _all(times)
    read = _reader(kind, zone, time_format)
    known = {value: _attempt(read, value) for value in set(values)}
    found = [known[value] for value in values]
    there = np.array([not (item is None or isinstance(item, _Misfit)) for item in found], dtype=bool)
    kept = [item if present else filler for item, present in zip(found, there, strict=True)]
    misfits = {row: item.reason for row, item in enumerate(found) if isinstance(item, _Misfit)}
    return Column(np.array(kept, dtype=dtype), there, misfits)


def _all(values: NDArray[Any]) -> Column:
    return Column(values, np.ones(len(values), dtype=bool), {})


def _plain_times(values: Sequence[str], zone: tzinfo) -> NDArray[np.datetime64] | None:
    """ISO times that are all in UTC, by numpy; None where one is not."""
    lines = joined(values)
    if ALL_UTC.fullmatch(lines):
        values = [value[:-1] for value in values]
    elif zone.utcoffset(None) or zone.utcoffset(None) is None or not ALL_NAIVE.fullmatch(lines):
        return None
    try:
        return np.array(values, dtype="datetime64[us]")
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Misfit:
    reason: str


def _is_plain(values: Sequence[str], kind: Kind) -> bool:
    if kind not in ("whole", "number"):
        return False
    pattern = ALL_WHOLE if kind == "whole" else ALL_DECIMAL
    return pattern.fullmatch(joined(values)) is not None


def _attempt(read: Callable[[str], object], value: str) -> object:
    """The value, None where it is blank, or why it does not fit."""
    if is_blank(value):
        return None
    try:
        return read(value)
    except UnreadableError as error:
        return _Misfit(str(error))


def _reader(kind: Kind, zone: tzinfo, time_format: str | None) -> Callable[[str], object]:
    if kind == "time":
        return lambda text: moment(text, zone, time_format).replace(tzinfo=None)
    readers: dict[Kind, Callable[[str], object]] = {
        "whole": _whole,
        "number": number,
        "boolean": _truth,
        "text": printable,
    }
    return readers[kind]


def _whole(text: str) -> int:
    value = whole(text.strip())
    if value is None or not -(2**63) <= value < 2**63:
        raise UnreadableError(f"`{text}` is not a whole number")
    return value


def _truth(text: str) -> bool:
    value = TRUTHS.get(text.strip().lower())
    if value is None:
        raise UnreadableError(f"`{text}` is neither true nor false")
    return value
