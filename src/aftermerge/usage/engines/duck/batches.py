"""What the embedded engine hands over, some rows at a time, as arrays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import duckdb
import nanoarrow
import numpy as np
from numpy.typing import NDArray

from aftermerge.errors import DataError


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """(rows,) values as they lie in memory, times as microseconds; what a null's value is means nothing."""

    values: NDArray[Any]
    present: NDArray[np.bool_]

    @classmethod
    def of(cls, view: Any) -> Self:
        chosen = slice(view.offset, view.offset + len(view))
        bits = np.asarray(view.buffer(0))
        if view.null_count == 0 or not len(bits):
            return cls(np.asarray(view.buffer(1))[chosen], np.ones(len(view), dtype=np.bool_))
        present = np.unpackbits(bits.view(np.uint8), count=chosen.stop, bitorder="little")[chosen]
        return cls(np.asarray(view.buffer(1))[chosen], present.view(np.bool_))


def batches(connection: duckdb.DuckDBPyConnection, text: str) -> Iterator[Mapping[str, Column]]:
    """The rows of a query of numbers and times, by column; each batch lies in memory until the next is asked for.

    Raises:
        DataError: the engine refused it, or failed half way.
    """
    try:
        with nanoarrow.c_array_stream(connection.sql(text)) as stream:
            names = [child.name for child in stream.get_schema().children]
            for view in _views(stream):
                yield {name: Column.of(view.child(n)) for n, name in enumerate(names)}
    except duckdb.Error as error:
        raise DataError(str(error)) from error


def _views(stream: Any) -> Iterator[Any]:
    arrays = iter(stream)
    while True:
        try:
            array = next(arrays, None)
        except RuntimeError as error:  # what the engine says half way, as the library passes it on
            raise DataError(str(error)) from error
        if array is None:
            return
        yield array.view()
