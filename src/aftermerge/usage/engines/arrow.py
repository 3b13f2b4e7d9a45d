"""Arrow tables as columns of numpy, as every answer is read."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def columns_of(table: pa.Table) -> Mapping[str, NDArray[Any]]:
    """The columns, (rows,) each, nulls masked; times as datetime64[us] in UTC, days as datetime64[D].

    Decimal numbers become the nearest float64.
    """
    return {name: _column(table.column(name)) for name in table.column_names}


def _column(column: pa.ChunkedArray) -> NDArray[Any]:
    null = column.is_null().to_numpy()
    return np.ma.masked_array(_values(column), mask=null)


def _values(column: pa.ChunkedArray) -> NDArray[Any]:
    kind = column.type
    if pa.types.is_timestamp(kind):
        return _filled(column.cast(pa.timestamp("us")).cast(pa.int64())).view("datetime64[us]")
    if pa.types.is_date(kind):
        return _filled(column.cast(pa.date32()).cast(pa.int32())).astype("datetime64[D]")
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind):
        return _filled(column)
    if pa.types.is_decimal(kind):
        return np.array([0.0 if value is None else float(value) for value in column.to_pylist()], dtype=np.float64)
    if pa.types.is_null(kind):
        return np.zeros(len(column))
    return np.array(["" if value is None else value for value in column.to_pylist()], dtype=object)


def _filled(column: pa.ChunkedArray) -> NDArray[Any]:
    """Null as 0: it is masked."""
    values: NDArray[Any] = column.fill_null(False if pa.types.is_boolean(column.type) else 0).to_numpy()
    return values
