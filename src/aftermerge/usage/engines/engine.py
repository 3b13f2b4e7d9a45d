"""What every engine can do, and what the team's own engines have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, runtime_checkable

from numpy.typing import NDArray
from sqlglot import exp
from sqlglot.errors import SqlglotError

from aftermerge.errors import DataError
from aftermerge.model.table import EventsTable, UsageTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Source
from aftermerge.usage.columns import Columns
from aftermerge.usage.dialects import write
from aftermerge.usage.engines.in_steps import View, in_steps
from aftermerge.usage.rows import Rows

MOST_ROWS = 1_000_000
"""An answer is added up already: one that is longer is a mistake, and is not fetched to its end."""
MOST_LISTED = 10_000


class Engine(Protocol):
    """Opens tables and runs queries. Nothing is ever written to the team's data."""

    @property
    def dialect(self) -> str: ...

    def open(self, table: UsageTable) -> Source:
        """
        Raises:
            DataError: there is no such table, or it can't be read.
        """
        ...

    def rows(self, text: str) -> Rows:
        """
        Raises:
            DataError: the engine refused it.
            OutsideError: it can't be reached.
        """
        ...

    def close(self) -> None: ...


class Client(Protocol):
    """A connection to one of the team's engines, by its driver; it may read and nothing else."""

    @property
    def dialect(self) -> str: ...

    def types(self, table: str) -> Mapping[str, str]:
        """The columns of a table, as the settings name it, and what each holds, by DuckDB's names of types.

        Raises:
            DataError: there is no such table, or it may not be read.
        """
        ...

    def fetch(self, text: str, most: int) -> Mapping[str, NDArray[Any]]:
        """The columns of an answer, (rows,) each, nulls masked; times in UTC as datetime64[us], days as datetime64.

        Raises:
            DataError: the engine refused it, or answers with more than `most` rows.
            OutsideError: it can't be reached.
        """
        ...

    def cost(self, text: str) -> str:
        """What a query would read (rows, parts, bytes), as far as the engine can say before it runs; in a line."""
        ...

    def close(self) -> None: ...


@runtime_checkable
class KeepsSteps(Protocol):
    """A client whose engine would work out a step of a query anew each time that it is read."""

    def fetch_in_steps(self, views: Sequence[View], last: exp.Select, most: int) -> Mapping[str, NDArray[Any]]:
        """As `Client.fetch`, over views that are there until then, each of which may read those before it."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class RemoteEngine:
    """An engine of the team's, behind a driver. `address` tells it from others, and holds no secret."""

    address: str
    client: Client
    timezone: str

    @property
    def dialect(self) -> str:
        return self.client.dialect

    def open(self, table: UsageTable) -> Source:
        """A table's columns.

        Raises:
            DataError: there is no such table, or it can't be read.
        """
        relation = relation_of(table.table)
        aliases = table.columns if isinstance(table, EventsTable) else {}
        columns = Columns(table.name, self.client.types(table.table), aliases, json=isinstance(table, EventsTable))
        return Source(
            self.address,
            columns,
            relation,
            relation,
            self.timezone,
            partial(distinct, self, relation, table.name),
            partial(learn, self),
        )

    def rows(self, text: str) -> Rows:
        """The rows of a query.

        Raises:
            DataError: the engine refused it, or answers with too many rows.
            OutsideError: it can't be reached.
        """
        return Rows(self.client.fetch(text, MOST_ROWS))

    def rows_of(self, statement: exp.Select, text: str) -> Rows:
        """The rows of a query of ours, of which the text is given.

        Raises:
            DataError: the engine refused it, or answers with too many rows.
            OutsideError: it can't be reached.
        """
        if not isinstance(self.client, KeepsSteps):
            return self.rows(text)
        views, last = in_steps(statement)
        if not any(view.is_kept for view in views):
            return self.rows(text)
        return Rows(self.client.fetch_in_steps(views, last, MOST_ROWS))

    def close(self) -> None:
        self.client.close()


def relation_of(table: str) -> exp.Table:
    """A table as the settings name it: dots part a schema from a name, unless they stand in double quotes.

    Raises:
        DataError: it is no name.
    """
    try:
        relation = exp.to_table(table, dialect="postgres")
    except SqlglotError as error:
        then = 'write `schema.name`, with double quotes around what holds other signs, as in `"my-schema".events`'
        raise DataError(f"`{table}` is no table's name", then=then) from error
    for part in relation.parts:
        part.set("quoted", True)
    return relation


def learn(engine: Engine, select: exp.Select) -> tuple[float | None, ...] | None:
    """The first row of a small query; None where the engine refuses."""
    try:
        rows = engine.rows(write(select, engine.dialect))
    except DataError:
        return None
    values = (rows.unguarded(name)[:1].tolist() for name in rows.columns)
    return tuple(None if not value or value[0] != value[0] else value[0] for value in values)


def distinct(engine: Engine, relation: exp.Table, name: str, expression: exp.Expr) -> tuple[str, ...]:
    """The values of an expression, most frequent first.

    Raises:
        DataError: the engine refuses.
    """
    select = exp.select(sql.named(expression, "word"), sql.named(sql.count(), "rows_seen"))
    select = queries.grouped(select.from_(relation.copy()).where(sql.present(expression)), 1)
    ranked = select.order_by(exp.Ordered(this=sql.number(2), desc=True), sql.number(1)).limit(MOST_LISTED)
    try:
        rows = engine.rows(write(ranked, engine.dialect))
    except DataError as error:
        raise DataError(f"`{name}` can't be asked: {error.what}", then=error.then) from error
    return tuple(word for word in rows.texts("word") if word is not None)
