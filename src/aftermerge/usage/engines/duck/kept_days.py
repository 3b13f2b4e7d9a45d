"""Rows of days from the kept cube, where an events table of the embedded engine is Parquet files on this machine."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from glob import escape
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
from sqlglot import exp

from aftermerge.model.table import EventsTable
from aftermerge.usage import sql
from aftermerge.usage.asked import DayRows, Source
from aftermerge.usage.cube.cube import Cube
from aftermerge.usage.cube.days import KnownDay, days_of, known_days
from aftermerge.usage.cube.files import EventsFile, FileState, remembered, states_of
from aftermerge.usage.cube.shelf import Shelf
from aftermerge.usage.dialects import write
from aftermerge.usage.engines.duck.engine import Duck
from aftermerge.usage.engines.duck.files import read_parquet
from aftermerge.usage.rows import Rows

SCHEMA = "of_days"
"""Where a table that holds some days only stands, under its own name."""

_TIMES = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE")
_PARTITION = re.compile(r"[^/]=[^/]*/")
"""A folder that names a column and its value: of which type it is depends on all folders together."""
_MICROSECOND = timedelta(microseconds=1)
_NEAR = datetime(1970, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001 - UTC, without a zone
"""Times beyond stand for "never" or "for ever"; the days up to there are no days of events."""


@dataclass(frozen=True, slots=True, eq=False)
class KeptDays:
    """Asks the embedded engine for the days that the cube in `folder` lacks."""

    duck: Duck
    folder: Path

    def rows(self, wanted: DayRows) -> Rows | None:
        """The rows; None where no days of that table can be kept."""
        source = wanted.source
        states = self._states(wanted.table)
        files = self._files(source, wanted.table, states) if states is not None else None
        if files is None:
            return None
        days = known_days(files, ZoneInfo(source.timezone))
        definitions = {name: f"{duckdb.__version__}\n{text}" for name, text in wanted.definitions().items()}
        ask = partial(self._asked, wanted)
        return Cube(Shelf(self.folder)).rows(definitions, days, ask, lambda: self._states(wanted.table) == states)

    def _asked(self, wanted: DayRows, names: frozenset[str], run: Sequence[KnownDay]) -> Rows:
        source = wanted.source
        paths = dict.fromkeys(file.state.path for day in run for file in day.files)
        days = days_of(run[0].day, run[-1].day, ZoneInfo(source.timezone))
        part = wanted.part(names, self._some(source, list(paths)), days)
        rows = self.duck.rows(write(part.statement()))
        finer = part.fitting(rows)
        return part.finished(rows) if finer is None else finer.finished(self.duck.rows(write(finer.statement())))

    def _states(self, table: EventsTable) -> tuple[FileState, ...] | None:
        paths = self.duck.parquet_files(table)
        return states_of(paths) if paths and not any(_PARTITION.search(path) for path in paths) else None

    def _files(
        self, source: Source, table: EventsTable, states: tuple[FileState, ...]
    ) -> tuple[EventsFile, ...] | None:
        """Each file with its reach, which its own statistics name; None where they do not."""
        time = source.columns.read(table.time)
        if source.columns.type_of(table.time) not in _TIMES or not isinstance(time, exp.Column):
            return None
        name = sha256(repr((duckdb.__version__, table.name, time.name)).encode()).hexdigest()
        return remembered(self.folder / f"{name}.files", states, partial(self._looked_at, time.name))

    def _looked_at(self, time: str, states: Sequence[FileState]) -> list[EventsFile] | None:
        paths = [escape(str(state.path)) for state in states]
        try:
            found = self.duck.connection.execute(_FOOTERS, [paths, time]).fetchall()
        except duckdb.Error:
            return None
        reaches = {path: reach for path, *reach in found}
        if any(at is not None and not _NEAR[0] <= at < _NEAR[1] for _, _, *ends in reaches.values() for at in ends):
            return None
        files = [_file(state, *reaches.get(state.path, (0, True, None, None))) for state in states]
        return None if None in files else [file for file in files if file is not None]

    def _some(self, source: Source, paths: list[str]) -> exp.Table:
        """The same table, of some of its files: columns that they lack are there, and empty."""
        reader, connection, table = read_parquet(paths), self.duck.connection, source.relation.name
        described = connection.execute(write(exp.Describe(this=exp.select("*").from_(reader)))).fetchall()
        there = {name.casefold(): name for name, *_ in described}
        columns = [_typed(there.get(name.casefold()), name, kind) for name, kind in self.duck.types[table].items()]
        relation, select = sql.table(SCHEMA, table), exp.select(*columns).from_(reader.copy())
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        connection.execute(write(exp.Create(this=relation.copy(), kind="VIEW", replace=True, expression=select)))
        return relation


_FOOTERS = """
SELECT file_name, sum(num_values), bool_and(stats_min_value IS NOT NULL OR stats_null_count = num_values),
    min(CAST(stats_min_value AS TIMESTAMPTZ))::TIMESTAMP, max(CAST(stats_max_value AS TIMESTAMPTZ))::TIMESTAMP
FROM parquet_metadata(?) WHERE lower(path_in_schema) = lower(?) GROUP BY file_name
"""


def _file(
    state: FileState, rows: int, is_told: bool, first_at: datetime | None, last_at: datetime | None
) -> EventsFile | None:
    """None where the file does not tell its reach. Times finer than a microsecond are rounded."""
    if not is_told:
        return None
    if first_at is None or last_at is None:
        return EventsFile(state, int(rows), None, None)
    return EventsFile(state, int(rows), first_at - _MICROSECOND, last_at + _MICROSECOND)


def _typed(there: str | None, name: str, kind: str) -> exp.Expr:
    value: exp.Expr = exp.Null() if there is None else sql.col(there)
    return sql.named(sql.cast(value, kind), name)
