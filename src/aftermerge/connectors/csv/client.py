"""The connector: one file as feedback, releases, deployments or a cleaned usage table."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from aftermerge.connectors.csv.config import TABLES, CsvConfig, read_config
from aftermerge.connectors.csv.convert import FeedbackMaker, deployment, numbered, release
from aftermerge.connectors.csv.cursor import CsvCursor, read_cursor
from aftermerge.connectors.csv.fields import FieldError, Fields, FieldsReader
from aftermerge.connectors.csv.flat import flattened
from aftermerge.connectors.csv.headers import DEPLOYMENT, FEEDBACK, RELEASE, find_columns
from aftermerge.connectors.csv.only import wanted_rows
from aftermerge.connectors.csv.opening import check_file
from aftermerge.connectors.csv.reading import open_table
from aftermerge.connectors.csv.surveys import as_survey
from aftermerge.connectors.csv.table import Broken, Row, Table
from aftermerge.connectors.csv.usage_table import UsageTableWriter
from aftermerge.connectors.files.fingerprint import fingerprint
from aftermerge.connectors.files.rejects import RejectedFile
from aftermerge.connectors.told.item import Item, batch_of
from aftermerge.errors import DataError, Place, nearest
from aftermerge.model.batch import Batch, Rejected
from aftermerge.model.change import Release
from aftermerge.outside.durable import writing
from aftermerge.ports import SourceContext

__all__ = ["CsvSource", "connect"]

_Made = TypeVar("_Made")

_READING = 2
"""Counts up when more is read in the same file than before, so that it is read again."""
_BATCH_ROWS = 1_000
_REPORTED_ROWS = 1_000
"""Rejected rows that a table's batch carries; the file under `rejected` has them all."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A run of rows: what was made of them, and how many rows of the file were read by its end."""

    items: tuple[Item, ...]
    rejected: tuple[Rejected, ...]
    rows: int
    progress: tuple[int, int]


@dataclass(frozen=True, slots=True)
class CsvSource:
    """One file as a source. It is read again when it, or how it is to be read, has changed."""

    name: str
    config: CsvConfig
    context: SourceContext
    batch_rows: int = _BATCH_ROWS

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """The rows after the cursor; nothing when the file has been read whole and is the same.

        Raises:
            DataError: the file is missing, damaged or unreadable, or a column that is needed is not there.
            OutsideError: the cleaned table or the list of rejected rows can't be written.
            SettingsError: `columns` names a field that we don't have.
        """
        check_file(self._file)
        now = fingerprint(self._file, f"{_READING}{self.config!r}{self.context.timezone}")
        last = read_cursor(cursor)
        start = last if last.fingerprint == now else CsvCursor(now)
        if start.complete and not self._is_missing_table:
            return
        with RejectedFile(self.context.rejected, self.name, self.config.path) as rejects:
            for batch in self._read(start, rejects):
                yield replace(batch, rejected=tuple(map(rejects.shown, batch.rejected)))

    def _read(self, start: CsvCursor, rejects: RejectedFile) -> Iterator[Batch]:
        if self.config.read_as in TABLES:
            return self._table(start, rejects)
        if self.config.read_as == "feedback":
            return self._feedback(start, rejects)
        return self._releases(start, rejects)

    @property
    def _file(self) -> Path:
        return self.context.root / self.config.path

    @property
    def _target(self) -> Path:
        return self.context.tables / f"{self.name}.parquet"

    @property
    def _is_missing_table(self) -> bool:
        with writing(self._target):
            return self.config.read_as in TABLES and not self._target.exists()

    def _table(self, start: CsvCursor, rejects: RejectedFile) -> Iterator[Batch]:
        reported: list[Rejected] = []

        def reject(rejected: Rejected) -> None:
            rejects.add(rejected)
            if len(reported) < _REPORTED_ROWS:
                reported.append(rejected)

        rows = UsageTableWriter(self._file, self.config, self.context.timezone).write(self._target, reject)
        rejects.finish()
        done = replace(start, row=rows, complete=True)
        yield Batch(str(done), rejected=tuple(reported), done=rows, total=rows)

    def _feedback(self, start: CsvCursor, rejects: RejectedFile) -> Iterator[Batch]:
        """Batches whose ends depend on the file alone; those before the cursor are passed over."""
        with self._said() as table:
            parts = self._parts(table, rejects)
            part = next(parts)
            for following in parts:
                if part.rows > start.row:
                    yield _batch(part, replace(start, row=part.rows))
                part = following
            rejects.finish()
            yield _batch(part, replace(start, row=part.rows, complete=True))

    @contextmanager
    def _said(self) -> Iterator[Table]:
        """The file as feedback: nested objects as columns, and a survey's answers under our own names."""
        with open_table(self._file, self.config.delimiter, flattened) as table:
            yield as_survey(table)

    def _parts(self, table: Table, rejects: RejectedFile) -> Iterator[_Part]:
        """At least one part. The last one is not full, or ends with the file."""
        reader = self._reader(table, FEEDBACK, ("time",), ("text", "title"))
        maker = FeedbackMaker(self.name)
        kept: list[Item] = []
        rejected: list[Rejected] = []
        rows = taken = 0
        for row in wanted_rows(table, self.config.only):
            if taken == self.batch_rows:
                yield _Part(tuple(kept), tuple(rejected), rows, table.progress())
                kept, rejected, taken = [], [], 0
            rows, taken = rows + 1, taken + 1
            made = _attempt(table, reader, row, maker.make)
            if isinstance(made, Rejected):
                rejects.add(made)
                rejected.append(made)
            elif made is not None:
                kept.append(made)
        yield _Part(tuple(kept), tuple(rejected), rows, table.progress())

    def _releases(self, start: CsvCursor, rejects: RejectedFile) -> Iterator[Batch]:
        with open_table(self._file, self.config.delimiter) as table:
            found, rejected, rows = self._read_releases(table)
        for row in rejected:
            rejects.add(row)
        rejects.finish()
        done = replace(start, row=rows, complete=True)
        yield Batch(str(done), releases=tuple(found), whole=frozenset(("releases",)), rejected=tuple(rejected))

    def _read_releases(self, table: Table) -> tuple[list[Release], list[Rejected], int]:
        deployed = self.config.read_as == "deployments"
        reader = (
            self._reader(table, DEPLOYMENT, ("time",))
            if deployed
            else self._reader(table, RELEASE, ("version",), ("time",))
        )
        make = deployment if deployed else release
        found: list[Release] = []
        rejected: list[Rejected] = []
        seen: set[str] = set()
        rows = 0
        for row in wanted_rows(table, self.config.only):
            rows += 1
            made = _attempt(table, reader, row, lambda fields: make(self.name, fields))
            if isinstance(made, Rejected):
                rejected.append(made)
            elif not deployed and made.id in seen:
                reason = f"version {made.id} stands in an earlier row; keep one of them, by `only` for instance"
                rejected.append(table.rejected(row, reason, table.header[reader.places["version"]]))
            else:
                seen.add(made.id)
                found.append(made)
        return (list(numbered(found)) if deployed else found), rejected, rows

    def _reader(self, table: Table, known: Mapping[str, Sequence[str]], *needed: tuple[str, ...]) -> FieldsReader:
        """Our fields in this table. Of each group of `needed`, one must be there."""
        places = find_columns(table.header, known, self.config.columns, table.file)
        for group in needed:
            if not set(group) & set(places):
                raise self._no_column(table, group[0], known)
        return FieldsReader(places, self.context.timezone, self.config.time_format)

    def _no_column(self, table: Table, field: str, known: Mapping[str, Sequence[str]]) -> DataError:
        what = f"no column holds the {field} of {self.config.read_as}"
        near = nearest(field, table.header)
        then = f'set `columns = {{ {field} = "…" }}` ({near})'
        return DataError(what, where=Place(str(table.file), 1), then=then)


def connect(config: Mapping[str, object], context: SourceContext, name: str) -> CsvSource:
    """The source of a `[[source]]` table of kind csv.

    Raises:
        SettingsError: a key is unknown or can't be used.
    """
    return CsvSource(name, read_config(config, name), context)


def _attempt(
    table: Table, reader: FieldsReader, row: Row | Broken, make: Callable[[Fields], _Made]
) -> _Made | Rejected:
    if isinstance(row, Broken):
        return table.rejected(row, row.reason)
    try:
        return make(reader.read(row))
    except FieldError as error:
        place = reader.places.get(error.field)
        return table.rejected(row, str(error), None if place is None else table.header[place])


def _batch(part: _Part, cursor: CsvCursor) -> Batch:
    done, total = part.progress
    return batch_of(part.items, str(cursor), rejected=part.rejected, done=done, total=total)
