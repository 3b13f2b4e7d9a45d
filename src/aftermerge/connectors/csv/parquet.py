"""Parquet files, read through DuckDB as rows of texts."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aftermerge.connectors.csv.opening import is_packed, opened, reading
from aftermerge.connectors.csv.table import Broken, Row, Table
from aftermerge.errors import DataError, Place

if TYPE_CHECKING:
    import duckdb

__all__ = ["identifier", "literal", "read_parquet"]

_FETCHED_ROWS = 10_000


@contextmanager
def read_parquet(file: Path) -> Iterator[Table]:
    """The table in a Parquet file, plain or packed by gzip. Damage inside it may show only as `rows` are gone through.

    Raises:
        DataError: it is no Parquet file, or a damaged one.
    """
    import duckdb  # loaded only where it is needed

    with _unpacked(file) as plain, duckdb.connect() as connection:
        yield _asked(connection, file, plain)


def identifier(name: str) -> str:
    """A column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _asked(connection: "duckdb.DuckDBPyConnection", file: Path, plain: Path) -> Table:
    relation = f"read_parquet({literal(str(plain))})"
    with _undamaged(file):
        columns = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()  # noqa: S608
        total = connection.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0]  # noqa: S608
        wanted = ", ".join(_as_text(name, kind) for name, kind, *_ in columns)
        connection.execute(f"SELECT {wanted} FROM {relation}")  # noqa: S608
    counter = _Counter()
    header = tuple(name for name, *_ in columns)
    return Table(file, header, _rows(connection, counter, file), lambda: (counter.rows, total))


@contextmanager
def _undamaged(file: Path) -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        what = f"this is no Parquet file, or it is damaged: {str(error).strip().splitlines()[0]}"
        raise DataError(what, where=Place(str(file)), then="copy or export it again") from error


class _Counter:
    """How many rows have been fetched."""

    rows = 0


def _rows(connection: "duckdb.DuckDBPyConnection", counter: _Counter, file: Path) -> Iterator[Row | Broken]:
    with _undamaged(file):
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
    if not is_packed(file):
        yield file
        return
    with tempfile.TemporaryDirectory() as folder, opened(file) as packed:
        plain = Path(folder) / "table.parquet"
        with reading(file), plain.open("wb") as target:
            shutil.copyfileobj(packed.stream, target)
        yield plain
