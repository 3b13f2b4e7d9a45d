"""DuckDB, in memory over the team's files: opens tables, runs queries."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.metric import FEEDBACK
from aftermerge.model.table import EventsTable, UnitsTable, UsageTable
from aftermerge.usage import embedded, sql
from aftermerge.usage.asked import LENT, Source
from aftermerge.usage.columns import Columns
from aftermerge.usage.days import feedback as written
from aftermerge.usage.dialects import DUCKDB, write
from aftermerge.usage.engines.duck.files import is_true, read_parquet
from aftermerge.usage.engines.engine import distinct, learn
from aftermerge.usage.engines.places import Places
from aftermerge.usage.rows import Rows
from aftermerge.usage.store.reading import KeptFiles

_SCHEMA = "usage"
_HINTS = "hints"
_READERS = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), "READ_CSV"),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), "READ_JSON"),
}
_PARQUET = "READ_PARQUET"


@contextmanager
def duck(places: Places) -> "Iterator[Duck]":
    """The embedded engine for one run; it is closed at the end."""
    with embedded.connect(places.memory, places.spill) as connection:
        for schema in (_SCHEMA, _HINTS, LENT, written.SCHEMA):
            connection.execute(f"CREATE SCHEMA {schema}")
        yield Duck(places, connection)


@dataclass(frozen=True, slots=True, eq=False)
class Duck:
    """One connection. Feedback is loaded when it is first counted.

    Of tables that were opened, by name: `types` of all columns, and the files of those that are `listed` elsewhere.
    """

    places: Places
    connection: duckdb.DuckDBPyConnection
    lent: dict[str, Rows] = field(default_factory=dict)
    types: dict[str, Mapping[str, str]] = field(default_factory=dict)
    listed: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def dialect(self) -> str:
        return DUCKDB

    def open(self, table: UsageTable) -> Source:
        """A table's columns.

        Raises:
            DataError: there is no such file, or it can't be read.
        """
        relation, hints = sql.table(_SCHEMA, table.name), sql.table(_HINTS, table.name)
        kept = self.places.kept[table.name]() if table.name in self.places.kept else None
        self.types[table.name] = types = self._view(table, relation, hints, kept)
        if kept is not None:
            self.listed[table.name] = tuple(map(str, kept.paths))
        codes = kept.codes if kept else {}
        own = {name: kind for name, kind in types.items() if name not in codes.values()}
        columns = Columns(table.name, own, _aliases(table), json=isinstance(table, EventsTable), codes=codes)
        return self._source(columns, relation, hints)

    def feedback(self) -> Source:
        relation = sql.table(written.SCHEMA, FEEDBACK)
        return self._source(Columns(FEEDBACK, written.TYPES), relation, relation)

    def parquet_files(self, table: UsageTable) -> tuple[str, ...]:
        """The Parquet files of a table that was opened, as they are listed at the moment; none where it is of others.

        Raises:
            DataError: they can't be listed.
        """
        if table.name in self.listed:
            return self.listed[table.name]
        path = self.places.path(table)
        if _reader(path).this != _PARQUET:
            return ()
        listing = exp.select("file").from_(exp.Anonymous(this="GLOB", expressions=[sql.text(path)]))
        return tuple(file for file in self.rows(write(listing)).texts("file") if file is not None)

    def rows(self, text: str) -> Rows:
        """The rows of a query.

        Raises:
            DataError: the engine refused it.
        """
        try:
            return Rows(self.connection.execute(text).fetchnumpy())
        except duckdb.Error as error:
            raise DataError(_first_line(error)) from error

    def lend(self, name: str, rows: Rows) -> None:
        """What another engine answered, as a table of that name."""
        self.lent[name] = rows
        self.connection.register(f"{LENT}_{name}", {each: _lendable(column) for each, column in rows.columns.items()})
        typed = [
            sql.named(sql.cast(sql.col(each), "DATE") if _is_days(column) else sql.col(each), each)
            for each, column in rows.columns.items()
        ]
        select = exp.select(*typed).from_(f"{LENT}_{name}")
        replaced = exp.Create(this=sql.table(LENT, name), kind="VIEW", replace=True, expression=select)
        self.connection.execute(write(replaced))

    def load_feedback(self) -> None:
        """All of it, once."""
        if FEEDBACK in self.lent:
            return
        rows = written.feedback_columns(self.places.feedback(), self.places.timezone)
        self.lent[FEEDBACK] = Rows(rows)
        self.connection.register("feedback_rows", rows)
        typed = [sql.named(sql.cast(sql.col(name), kind), name) for name, kind in written.TYPES.items()]
        self._create_view(sql.table(written.SCHEMA, FEEDBACK), exp.select(*typed).from_("feedback_rows"))

    def close(self) -> None:
        self.connection.close()

    def _source(self, columns: Columns, relation: exp.Table, hints: exp.Table) -> Source:
        values = partial(distinct, self, relation, columns.table)
        return Source(DUCKDB, columns, relation, hints, self.places.timezone, values, partial(learn, self))

    def _view(
        self, table: UsageTable, relation: exp.Table, hints: exp.Table, kept: KeptFiles | None
    ) -> Mapping[str, str]:
        """What each column holds."""
        if kept is not None and not kept.paths:
            raise DataError(f"`{table.name}` has no events yet", then="run `aftermerge sync`, which takes them in")
        try:
            rows = _all_of(kept) if kept else exp.select("*").from_(_reader(self.places.path(table)))
            self._create_view(relation, rows)
            if isinstance(table, UnitsTable):
                believed = exp.select("*").from_(_reader(self.places.path(table), believes=True))
                self._create_view(hints, believed)
            return {name: kind for name, kind, *_ in self.connection.execute(_describe(relation)).fetchall()}
        except duckdb.Error as error:
            raise _unreadable(table, error) from error

    def _create_view(self, name: exp.Table, select: exp.Select) -> None:
        view = exp.Create(this=name.copy(), kind="VIEW", expression=select)
        self.connection.execute(write(view))


def _reader(path: str, *, believes: bool = False) -> exp.Expr:
    """`believes` is whether the reach that a Parquet file names for a column holds for what is no number too."""
    suffixes = [suffix.lower() for suffix in PurePosixPath(path).suffixes]
    kind = next((suffix for suffix in reversed(suffixes) if suffix not in (".gz", ".zst")), ".parquet")
    reader = _READERS.get(kind, _PARQUET)
    options = ["union_by_name"] + (["can_have_nan"] if reader == _PARQUET and not believes else [])
    return exp.Anonymous(this=reader, expressions=[sql.text(path), *map(is_true, options)])


def _is_days(column: NDArray[Any]) -> bool:
    return column.dtype == np.dtype("datetime64[D]")


def _lendable(column: NDArray[Any]) -> NDArray[Any]:
    """A column as the engine reads it in: it knows no mask, and no days."""
    data, null = np.ma.getdata(column), np.ma.getmaskarray(column)
    if data.dtype.kind == "M":
        return np.where(null, np.datetime64("NaT"), data.astype("datetime64[us]"))
    if not null.any():
        return data
    held = data.astype(object)
    held[null] = None
    return held


def _all_of(kept: KeptFiles) -> exp.Select:
    """All rows of exactly these files."""
    hidden = [sql.col(name).this for name in kept.hidden]
    return exp.select(exp.Star(except_=hidden)).from_(read_parquet(kept.paths))


def _describe(relation: exp.Table) -> str:
    return write(exp.Describe(this=relation.copy()))


def _aliases(table: UsageTable) -> Mapping[str, str]:
    return table.columns if isinstance(table, EventsTable) else {}


def _unreadable(table: UsageTable, error: duckdb.Error) -> DataError:
    if "No files found" in str(error):
        then = "run `aftermerge sync`, or correct `table` in aftermerge.toml"
        return DataError(f"`{table.name}`: there is no file `{table.table}`", then=then)
    return DataError(f"`{table.name}` can't be read from `{table.table}`: {_first_line(error)}")


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
