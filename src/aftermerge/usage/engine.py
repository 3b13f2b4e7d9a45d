"""DuckDB, in memory over the team's files: opens tables, runs queries."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from glob import escape
from pathlib import Path, PurePosixPath

import duckdb
from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.feedback import Feedback
from aftermerge.model.metric import FEEDBACK
from aftermerge.model.table import EventsTable, UnitsTable, UsageTable
from aftermerge.usage import feedback as written
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import HINTS, SCHEMA, Asked, Source
from aftermerge.usage.columns import Columns
from aftermerge.usage.rows import Rows

_READERS = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), "READ_CSV"),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), "READ_JSON"),
}
_PARQUET = "READ_PARQUET"
_LISTED = 10_000


@dataclass(frozen=True, slots=True)
class Places:
    """Where the tables stand: `stored` files by table name take the place of a table's own path under `root`."""

    tables: tuple[UsageTable, ...]
    root: Path
    timezone: str
    feedback: Callable[[], Iterable[Feedback]]
    stored: Mapping[str, Path]

    def path(self, table: UsageTable) -> str:
        """A path or glob that the engine can read."""
        if table.name in self.stored:
            return escape(str(self.stored[table.name]))
        remote_or_absolute = "://" in table.table or Path(table.table).is_absolute()
        return table.table if remote_or_absolute else f"{escape(str(self.root))}/{table.table}"


@contextmanager
def opened(places: Places) -> "Iterator[Engine]":
    """An engine for one run; it is closed at the end.

    Raises:
        DataError: a question's table can't be read, or a query fails.
    """
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for schema in (SCHEMA, HINTS, written.SCHEMA):
            connection.execute(f"CREATE SCHEMA {schema}")
        yield Engine(places, connection)


@dataclass(frozen=True, slots=True, eq=False)
class Engine:
    """One connection. A table is opened when it is first asked for, feedback when it is first counted."""

    places: Places
    connection: duckdb.DuckDBPyConnection
    known: dict[str, Source] = field(default_factory=dict)

    @property
    def tables(self) -> Sequence[UsageTable]:
        return self.places.tables

    def open(self, table: UsageTable) -> Source:
        """A table's columns.

        Raises:
            DataError: there is no such file, or it can't be read.
        """
        if table.name not in self.known:
            self.known[table.name] = self._source(table)
        return self.known[table.name]

    def feedback(self) -> Source:
        columns = Columns(FEEDBACK, written.TYPES)
        return Source(
            columns, self.places.timezone, partial(self._distinct, sql.table(written.SCHEMA, FEEDBACK)), self._learn
        )

    def run(self, asked: Asked, text: str) -> Rows:
        """The rows of a query, of which the text is given: to write it takes as long as to run a small one.

        Raises:
            DataError: the engine refused it.
        """
        if asked.source == FEEDBACK:
            self._load_feedback()
        try:
            return Rows(self.connection.execute(text).fetchnumpy())
        except duckdb.Error as error:
            raise DataError(f"`{asked.source}` can't be asked: {_first_line(error)}") from error

    def _source(self, table: UsageTable) -> Source:
        if table.engine != "duckdb":
            engine = table.engine.split(":")[0]
            raise DataError(f"engine {engine} is not built yet", then="export the table to Parquet, and name the file")
        relation = sql.table(SCHEMA, table.name)
        try:
            self._create_view(relation, exp.select("*").from_(_reader(self.places.path(table))))
            if isinstance(table, UnitsTable):
                hints = exp.select("*").from_(_reader(self.places.path(table), believes=True))
                self._create_view(sql.table(HINTS, table.name), hints)
            types = {name: kind for name, kind, *_ in self.connection.execute(_describe(relation)).fetchall()}
        except duckdb.Error as error:
            raise _unreadable(table, error) from error
        columns = Columns(table.name, types, _aliases(table), json=isinstance(table, EventsTable))
        return Source(columns, self.places.timezone, partial(self._distinct, relation), self._learn)

    def _load_feedback(self) -> None:
        if FEEDBACK in self.known:
            return
        rows = written.feedback_columns(self.places.feedback(), self.places.timezone)
        self.connection.register("feedback_rows", rows)
        typed = [sql.named(sql.cast(sql.col(name), kind), name) for name, kind in written.TYPES.items()]
        self._create_view(sql.table(written.SCHEMA, FEEDBACK), exp.select(*typed).from_("feedback_rows"))
        self.known[FEEDBACK] = self.feedback()

    def _create_view(self, name: exp.Table, select: exp.Select) -> None:
        view = exp.Create(this=name.copy(), kind="VIEW", expression=select)
        self.connection.execute(view.sql(dialect="duckdb"))

    def _learn(self, select: exp.Select) -> tuple[float | None, ...] | None:
        try:
            return self.connection.execute(select.sql(dialect="duckdb")).fetchone()
        except duckdb.Error:
            return None

    def _distinct(self, relation: exp.Table, expression: exp.Expr) -> tuple[str, ...]:
        select = exp.select(sql.named(expression, "word"), sql.named(sql.count(), "rows_seen"))
        select = queries.grouped(select.from_(relation.copy()).where(sql.present(expression)), 1)
        ranked = select.order_by(exp.Ordered(this=sql.number(2), desc=True), sql.number(1)).limit(_LISTED)
        try:
            rows = self.connection.execute(ranked.sql(dialect="duckdb")).fetchall()
        except duckdb.Error as error:
            raise DataError(f"`{relation.name}` can't be asked: {_first_line(error)}") from error
        return tuple(str(word) for word, _ in rows)


def _reader(path: str, *, believes: bool = False) -> exp.Expr:
    """`believes` is whether the reach that a Parquet file names for a column holds for what is no number too."""
    suffixes = [suffix.lower() for suffix in PurePosixPath(path).suffixes]
    kind = next((suffix for suffix in reversed(suffixes) if suffix not in (".gz", ".zst")), ".parquet")
    reader = _READERS.get(kind, _PARQUET)
    options = ["union_by_name"] + (["can_have_nan"] if reader == _PARQUET and not believes else [])
    chosen = [exp.Kwarg(this=exp.Var(this=option), expression=exp.true()) for option in options]
    return exp.Anonymous(this=reader, expressions=[sql.text(path), *chosen])


def _describe(relation: exp.Table) -> str:
    return exp.Describe(this=relation.copy()).sql(dialect="duckdb")


def _aliases(table: UsageTable) -> Mapping[str, str]:
    return table.columns if isinstance(table, EventsTable) else {}


def _unreadable(table: UsageTable, error: duckdb.Error) -> DataError:
    if "No files found" in str(error):
        then = "run `aftermerge sync`, or correct `table` in aftermerge.toml"
        return DataError(f"`{table.name}`: there is no file `{table.table}`", then=then)
    return DataError(f"`{table.name}` can't be read from `{table.table}`: {_first_line(error)}")


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
