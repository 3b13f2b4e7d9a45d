"""Windows of units by running sums, where the embedded engine hands over the events in batches."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.usage import queries, sql
from aftermerge.usage.dialects import write
from aftermerge.usage.engines.duck.batches import Column, batches
from aftermerge.usage.engines.duck.latest import of_latest_rows
from aftermerge.usage.engines.duck.swept_events import NUMBER, UNITS, SweptEvents
from aftermerge.usage.rows import Rows
from aftermerge.usage.sweep.running_sums import InexactError, RunningSums, slot_bytes, sum_bytes
from aftermerge.usage.sweep.sweep import CUT, EXPOSURES, GRIDS, SCHEMA, How, Interval, Sweep, Track, grid_name
from aftermerge.usage.sweep.timeline import Slots, Timeline, Whole

_SHOWN, _NUMBERED, _SUMMED = (sql.table(SCHEMA, name) for name in ("shown", "numbered", "summed"))
_BEGIN, _END = f"CREATE SCHEMA {SCHEMA}", f"DROP SCHEMA {SCHEMA} CASCADE"
_COLUMNS_SHOWN = f"DESCRIBE {SCHEMA}.shown"
_FORGET_SHOWN = f"DROP TABLE {SCHEMA}.shown"
_KEPT_AS: Mapping[How, str] = MappingProxyType({"count": "UINTEGER", "whole": "BIGINT", "real": "DOUBLE"})
_SORTED_BYTES, _PLACED_BYTES = 7 * 8, 4 * 8
_MORE_SUMS = f"INSERT INTO {SCHEMA}.summed BY NAME"


@dataclass(frozen=True, slots=True, eq=False)
class Swept:
    """Asks an embedded engine, and adds up at its side. The sums of one round take `most_bytes` at most.

    `files` are the Parquet files that the events stand in; none where they stand elsewhere.
    """

    connection: duckdb.DuckDBPyConnection
    ask: Callable[[str], Rows]
    files: Sequence[str]
    most_bytes: int

    def rows(self, sweep: Sweep) -> Rows | None:
        """The rows of the whole query; None where its numbers don't add up exactly, or its events can't be read."""
        with self._schema():
            try:
                self._add_up(sweep)
                return self.ask(write(sweep.statement))
            except (InexactError, MemoryError, DataError, duckdb.Error):  # where it fails, the whole query says why
                return None

    @contextmanager
    def _schema(self) -> Iterator[None]:
        self.connection.execute(_BEGIN)
        try:
            yield
        finally:
            self.connection.execute(_END)

    def _add_up(self, sweep: Sweep) -> None:
        """The relation `EXPOSURES`."""
        self._cut(sweep)
        self._create(_SHOWN, sweep.exposures)
        self._create(UNITS, _units(sweep.is_watched))
        known = self._read_later(sweep)
        self._create(_NUMBERED, _numbered(sweep, known))
        self.connection.execute(_FORGET_SHOWN)  # what is needed of it stands in the table of those that are numbered
        events, grids = SweptEvents(sweep), self._grids(sweep)
        self._create(_SUMMED, _unwatched(known, sweep.intervals))
        for first, last in self._rounds(sweep):
            self._store(_of_units(first, last, map(sql.col, known)), self._summed(sweep, events, grids, first, last))
        self._create(EXPOSURES, _exposures(sweep), kind="VIEW")

    def _cut(self, sweep: Sweep) -> None:
        cut = sweep.cut
        if sweep.time is not None and self.files:
            narrow = of_latest_rows(self.connection, self.files, sweep.cut, sweep.time)
            cut = narrow if self.connection.execute(write(narrow)).fetchone() != (None,) else cut
        self._create(CUT, cut)

    def _grids(self, sweep: Sweep) -> dict[Track, list[float]]:
        if sweep.grids is None:
            return {}
        row = self.ask(write(sweep.grids))
        real = (track for track in sweep.tracks if track.how == "real")
        numbers = range(1, GRIDS + 1)
        return {track: [float(row.floats(grid_name(track.column, n))[0]) for n in numbers] for track in real}

    def _rounds(self, sweep: Sweep) -> Iterator[tuple[int, int]]:
        """The first unit of each, and that before which it ends: one round where there is nobody."""
        units = sql.col(NUMBER)
        counted = exp.select(units, sql.named(sql.count(), "windows")).from_(_NUMBERED.copy()).where(sql.present(units))
        rows = self.ask(write(queries.ordered(queries.grouped(counted, 1), 1)))
        ends = np.cumsum(rows.counts("windows"))
        most, first = self.most_bytes // _bytes_of_window(sweep), 0
        while first < len(ends) or not first:
            taken = ends[first - 1] if first else 0
            last = max(first + 1, int(np.searchsorted(ends, taken + most, side="right")))
            yield first, last
            first = last

    def _windows(self, sweep: Sweep, first: int, last: int) -> "_Windows":
        """Those that are watched, of some units."""
        columns = [sql.named(sql.minus(sql.col(NUMBER), sql.number(first)), NUMBER), *map(sql.col, sweep.moments)]
        rows = batches(self.connection, write(_of_units(first, last, columns)))
        return _Windows.of(rows, sweep.moments, last - first)

    def _summed(
        self, sweep: Sweep, events: SweptEvents, grids: Mapping[Track, Sequence[float]], first: int, last: int
    ) -> dict[str, NDArray[Any]]:
        timeline, places = self._windows(sweep, first, last).timeline()
        sums = RunningSums.of(timeline, sweep.tracks, grids)
        for columns in batches(self.connection, write(events.of_units(first, last))):
            sums.add(events.batch(columns))
        return sums.of_windows(sweep.intervals, places)

    def _read_later(self, sweep: Sweep) -> list[str]:
        """The columns of exposures that are read after all is added up."""
        names = {column.name for column in sweep.statement.find_all(exp.Column)}
        return [name for name, *_ in self.connection.execute(_COLUMNS_SHOWN).fetchall() if name in names]

    def _store(self, windows: exp.Select, sums: dict[str, NDArray[Any]]) -> None:
        """The sums beside what is known of their windows, which come in the same order again."""
        self.connection.register("sums", sums)
        try:
            self.connection.execute(f"{_MORE_SUMS} FROM ({write(windows)}) POSITIONAL JOIN sums")
        finally:
            self.connection.unregister("sums")

    def _create(self, name: exp.Table, select: exp.Select, kind: str = "TABLE") -> None:
        self.connection.execute(write(exp.Create(this=name.copy(), kind=kind, expression=select)))


@dataclass(frozen=True, slots=True, eq=False)
class _Windows:
    """Watched rows of exposures, (windows,) each: whose it is, of so many `units` from 0, and its moments."""

    unit: NDArray[np.integer[Any]]
    moments: Mapping[str, Whole]
    units: int

    @classmethod
    def of(cls, rows: Iterator[Mapping[str, Column]], moments: Sequence[str], units: int) -> "_Windows":
        found = [{name: column.values.copy() for name, column in batch.items()} for batch in rows]
        none = np.zeros(0, dtype=np.int64)
        columns = {name: np.concatenate([none, *(each[name] for each in found)]) for name in (NUMBER, *moments)}
        return cls(columns.pop(NUMBER), columns, units)

    def timeline(self) -> tuple[Timeline, dict[str, Slots]]:
        """And where each window's moments stand in it."""
        unit = np.tile(self.unit, len(self.moments))
        timeline, places = Timeline.of(unit, np.concatenate(list(self.moments.values())), self.units)
        return timeline, dict(zip(self.moments, np.split(places, len(self.moments)), strict=True))


def _of_units(first: int, last: int, columns: Iterable[exp.Expr]) -> exp.Select:
    """The windows of some units; each time in the same order, which the engine keeps unless told otherwise."""
    chosen = sql.at_least(sql.col(NUMBER), sql.number(first)), sql.less(sql.col(NUMBER), sql.number(last))
    return exp.select(*columns).from_(_NUMBERED.copy()).where(*chosen)


def _unwatched(columns: Iterable[str], intervals: Sequence[Interval]) -> exp.Select:
    """The windows that nothing is added up of, and room for the sums of the others."""
    sums = [sql.named(sql.cast(exp.Null(), _KEPT_AS[each.track.how]), each.name) for each in intervals]
    return exp.select(*map(sql.col, columns), *sums).from_(_NUMBERED.copy()).where(sql.absent(sql.col(NUMBER)))


def _exposures(sweep: Sweep) -> exp.Select:
    """What was counted is kept in as few bytes as hold it, and read as a query counts."""
    counted = [each.name for each in sweep.intervals if each.track.how == "count"]
    casts = [sql.named(sql.cast(sql.col(name), "BIGINT"), name) for name in counted]
    return exp.select(exp.Star(replace=casts)).from_(_SUMMED.copy())


def _bytes_of_window(sweep: Sweep) -> int:
    """What one more takes: its moments, while they are sorted or while events are put into their slots, and its sums,
    which are handed over."""
    sums = sum(sum_bytes(interval.track) for interval in sweep.intervals)
    return len(sweep.moments) * max(_SORTED_BYTES, slot_bytes(sweep.tracks) + _PLACED_BYTES) + 2 * sums


def _units(is_watched: exp.Expr) -> exp.Select:
    """Units of any window, numbered from 0: near ones lie near one another in sorted files."""
    watched = exp.select(sql.col("unit")).distinct().from_(_SHOWN.copy()).where(is_watched)
    number = sql.minus(sql.rank(sql.col("unit")), sql.number(1))
    return exp.select(sql.col("unit"), sql.named(sql.cast(number, "INTEGER"), NUMBER)).from_(
        watched.subquery("watched")
    )


def _numbered(sweep: Sweep, known: Iterable[str]) -> exp.Select:
    """What is needed of exposures and, where they are watched, their unit's number; by it and then by time."""
    number = sql.named(sql.when(sweep.is_watched, sql.col(NUMBER, "units")), NUMBER)
    own = sql.same(sql.col("unit", "shown"), sql.col("unit", "units"))
    columns = [sql.col(name, "shown") for name in sorted({*known, *sweep.moments})]
    select = exp.select(*columns, number).from_(_SHOWN.copy()).join(UNITS.copy(), on=own, join_type="left")
    return select.order_by(sql.col(NUMBER), sql.col(sweep.moments[0]))
