"""A table of usage data, cleaned and kept as Parquet."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from aftermerge.connectors.csv.clean import is_blank
from aftermerge.connectors.csv.columns import SQL_TYPES, Column, convert
from aftermerge.connectors.csv.config import CsvConfig
from aftermerge.connectors.csv.kinds import Kind, Tally
from aftermerge.connectors.csv.only import wanted_rows
from aftermerge.connectors.csv.parquet import identifier, literal
from aftermerge.connectors.csv.reading import open_table
from aftermerge.connectors.csv.table import Broken, Row, Table, is_damaged
from aftermerge.errors import DataError, Place
from aftermerge.model.batch import Rejected
from aftermerge.outside.durable import cannot_write, replace_durably, writing

if TYPE_CHECKING:
    import duckdb

__all__ = ["UsageTableWriter"]

_CHUNK_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class UsageTableWriter:
    """Reads a file twice: once to see what its columns hold, once to convert them."""

    file: Path
    config: CsvConfig
    zone: tzinfo

    def write(self, target: Path, reject: Callable[[Rejected], None]) -> int:
        """Write the cleaned table; how many rows it has. Times in it are UTC, without a zone.

        Raises:
            DataError: the file can't be read, or has not the columns that are needed.
            OutsideError: the table can't be written.
        """
        kinds = self._kinds()
        draft = target.with_name(f".{target.name}.tmp")
        with writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                rows = self._write_draft(draft, kinds, reject)
                replace_durably(draft, target)
            finally:
                draft.unlink(missing_ok=True)
        return rows

    def _write_draft(self, draft: Path, kinds: Sequence[Kind], reject: Callable[[Rejected], None]) -> int:
        import duckdb  # loaded only where it is needed

        try:
            with duckdb.connect() as connection, open_table(self.file, self.config.delimiter) as table:
                _create(connection, table, kinds)
                rows = sum(self._insert(connection, table, kinds, chunk, reject) for chunk in self._chunks(table))
                connection.execute(f"COPY cleaned TO {literal(str(draft))} (FORMAT parquet)")
        except duckdb.Error as error:
            raise cannot_write(draft, str(error).strip().splitlines()[0]) from error
        return rows

    def _kinds(self) -> tuple[Kind, ...]:
        with open_table(self.file, self.config.delimiter) as table:
            _refuse_alike(table)
            tallies = [Tally(self.zone, self.config.time_format) for _ in table.header]
            for chunk in self._chunks(table):
                rows = [row.cells for row in chunk if isinstance(row, Row)]
                for tally, values in zip(tallies, zip(*rows, strict=True), strict=False):
                    tally.add(values)
            times = {table.place(column) for column in self.config.times}
            return tuple("time" if place in times else tally.kind() for place, tally in enumerate(tallies))

    def _chunks(self, table: Table) -> Iterator[list[Row | Broken]]:
        rows = wanted_rows(table, self.config.only)
        while chunk := list(islice(rows, _CHUNK_ROWS)):
            yield chunk

    def _insert(
        self,
        connection: "duckdb.DuckDBPyConnection",
        table: Table,
        kinds: Sequence[Kind],
        chunk: list[Row | Broken],
        reject: Callable[[Rejected], None],
    ) -> int:
        """Convert a chunk and add its good rows; how many they are."""
        rows = self._whole_rows(table, chunk, reject)
        if not rows:
            return 0
        texts = zip(*(row.cells for row in rows), strict=True)
        columns = [
            convert(values, kind, self.zone, self.config.time_format) for values, kind in zip(texts, kinds, strict=True)
        ]
        bad = _misfits(table, columns)
        for place, (column, reason) in sorted(bad.items()):
            reject(table.rejected(rows[place], reason, column))
        good = [place for place in range(len(rows)) if place not in bad] if bad else slice(None)
        _append(connection, columns, good)
        return len(rows) - len(bad)

    def _whole_rows(self, table: Table, chunk: list[Row | Broken], reject: Callable[[Rejected], None]) -> list[Row]:
        """The rows of a chunk in which everything required is there."""
        required = [(column, table.place(column)) for column in self.config.required]
        rows = []
        for row in chunk:
            problem = (row.reason, None) if isinstance(row, Broken) else _missing(row, required)
            if isinstance(row, Row) and problem is None:
                rows.append(row)
            elif problem is not None:
                reject(table.rejected(row, problem[0], problem[1]))
        return rows


def _missing(row: Row, required: Sequence[tuple[str, int]]) -> tuple[str, str] | None:
    for column, place in required:
        if is_blank(row.cells[place]):
            return "blank", column
        if is_damaged(row.cells[place]):
            return "bytes that are not UTF-8; save the file as UTF-8", column
    return None


def _misfits(table: Table, columns: Sequence[Column]) -> dict[int, tuple[str, str]]:
    """The first misfit of each bad row: its column and the reason."""
    found: dict[int, tuple[str, str]] = {}
    for name, column in zip(table.header, columns, strict=True):
        for place, reason in column.misfits.items():
            found.setdefault(place, (name, reason))
    return found


def _create(connection: "duckdb.DuckDBPyConnection", table: Table, kinds: Sequence[Kind]) -> None:
    columns = zip(table.header, kinds, strict=True)
    described = ", ".join(f"{identifier(name)} {SQL_TYPES[kind]}" for name, kind in columns)
    connection.execute(f"CREATE TABLE cleaned ({described})")


def _append(connection: "duckdb.DuckDBPyConnection", columns: Sequence[Column], good: list[int] | slice) -> None:
    arrays: dict[str, NDArray[Any]] = {}
    for place, column in enumerate(columns):
        arrays |= {f"value{place}": column.values[good], f"there{place}": column.there[good]}
    wanted = ", ".join(f"CASE WHEN there{place} THEN value{place} END" for place in range(len(columns)))
    connection.register("chunk", arrays)
    connection.execute(f"INSERT INTO cleaned SELECT {wanted} FROM chunk")  # noqa: S608
    connection.unregister("chunk")


def _refuse_alike(table: Table) -> None:
    seen: dict[str, str] = {}
    for name in table.header:
        if name.lower() in seen:
            what = f"the columns `{seen[name.lower()]}` and `{name}` differ by capitals only"
            raise DataError(what, where=Place(str(table.file), 1, name), then="rename one of the two")
        seen[name.lower()] = name
