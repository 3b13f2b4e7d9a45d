"""Parquet files, read through DuckDB as rows of texts."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aftermerge.connectors.csv.opening import opened
from aftermerge.connectors.csv.table import Broken, Row, Table
from aftermerge.errors import DataError, Place

if TYPE_CHECKING:
    import duckdb

__all__ = ["identifier", "literal", "read_parquet"]

_FETCHED_ROWS = 10_000


@contextmanager
def read_parquet(file: Path) -> Iterator[Table]:
    """The table in a Parquet file, plain or packed by gzip.

    Raises:
        DataError: it is no Parquet file.
    """
    import duckdb  # loaded only where it is needed

    with _unpacked(file) as plain, duckdb.connect() as connection:
        relation = f"read_parquet({literal(str(plain))})"
        try:
            columns = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()  # noqa: S608
            total = connection.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0]  # noqa: S608
        except duckdb.Error as error:
            raise DataError("this is no Parquet file", where=Place(str(file)), then="export it again") from error
        wanted = ", ".join(_as_text(name, kind) for name, kind, *_ in columns)
        connection.execute(f"SELECT {wanted} FROM {relation}")  # noqa: S608
        counter = _Counter()
        header = tuple(name for name, *_ in columns)
        yield Table(file, header, _rows(connection, counter), lambda: (counter.rows, total))


def identifier(name: str) -> str:
    """A column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


class _Counter:
    """How many rows have been fetched."""

    rows = 0


def _rows(connection: "duckdb.DuckDBPyConnection", counter: _Counter) -> Iterator[Row | Broken]:
    while fetched := connection.fetchmany(_FETCHED_ROWS):
        for cells in fetched:
            counter.rows += 1
            yield Row(counter.rows, ["" if cell is None else cell for cell in cells])


def _as_text(name: str, kind: str) -> str:
    column = identifier(name)
    if kind == "TIMESTAMP WITH TIME ZONE":
        # Python would need pytz to receive it, and a plain cast would go by the session's zone.
        return f"strftime(make_timestamp(epoch_us({column})), '%Y-%m-%dT%H:%M:%S.%fZ')"
    return f"CAST({column} AS VARCHAR)"


@contextmanager
def _unpacked(file: Path) -> Iterator[Path]:
    if file.suffix != ".gz":
        yield file
        return
    with tempfile.TemporaryDirectory() as folder, opened(file) as packed:
        plain = Path(folder) / "table.parquet"
        with plain.open("wb") as target:
            shutil.copyfileobj(packed.stream, target)
        yield plain
