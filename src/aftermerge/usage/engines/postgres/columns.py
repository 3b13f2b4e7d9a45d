"""From the rows of the driver to columns. Days and times come as text, since some of theirs are beyond Python's."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

_BOOL, _DATE, _TIMESTAMP, _TIMESTAMPTZ = 16, 1082, 1114, 1184
_WHOLE = (20, 21, 23)
_REAL = (700, 701, 1700)
"""The numbers (OIDs) by which PostgreSQL knows its own types: they are the same in every database."""


def columns_of(cursor: "psycopg.Cursor[tuple[Any, ...]]") -> dict[str, NDArray[Any]]:
    """The columns of an answer by name, nulls masked; a name that comes again is told apart by its place."""
    description = cursor.description or ()
    rows = cursor.fetchall()
    columns: dict[str, NDArray[Any]] = {}
    for place, column in enumerate(description):
        name = column.name if column.name not in columns else f"{column.name}:{place}"
        columns[name] = _column([row[place] for row in rows], column.type_code)
    return columns


def _column(values: Sequence[Any], kind: int) -> NDArray[Any]:
    if kind in (_DATE, _TIMESTAMP, _TIMESTAMPTZ):
        values = [_within_reach(value) for value in values]
    is_null = np.array([value is None for value in values], dtype=np.bool_)
    if kind == _BOOL:
        return np.ma.masked_array(np.array([bool(value) for value in values], dtype=np.bool_), is_null)
    if kind in _WHOLE:
        return np.ma.masked_array(np.array([value or 0 for value in values], dtype=np.int64), is_null)
    if kind in _REAL:
        return np.ma.masked_array(np.array([value or 0.0 for value in values], dtype=np.float64), is_null)
    if kind in (_DATE, _TIMESTAMP, _TIMESTAMPTZ):
        unit = "datetime64[D]" if kind == _DATE else "datetime64[us]"
        return np.ma.masked_array(np.array([value or "1970-01-01" for value in values], dtype=unit), is_null)
    texts = np.empty(len(values), dtype=object)
    texts[:] = ["" if value is None else str(value) for value in values]
    return np.ma.masked_array(texts, is_null)


def _within_reach(value: str | None) -> str | None:
    """A time without its zone, which is UTC; null for `infinity`, and before our era."""
    if value is None or "infinity" in value or value.endswith("BC"):
        return None
    return value.removesuffix("+00")
