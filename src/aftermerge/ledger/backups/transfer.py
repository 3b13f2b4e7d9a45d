"""Rows between a database and plain JSON values, by the tables as they stand there, of whatever revision."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, Date, DateTime, MetaData, Table, delete, insert, select

from aftermerge.ledger.backups.archive import Line
from aftermerge.ledger.tables import schema
from aftermerge.ledger.tables.columns import utc_text
from aftermerge.ledger.tables.shelf import CHUNK


def tables_there(connection: Connection) -> tuple[Table, ...]:
    """The ledger's tables, those referred to first. Leases are left out: they belong to running jobs."""
    known = set(schema.metadata.tables) - {schema.upkeep.lease.name}
    there = MetaData()
    there.reflect(connection, only=lambda name, _: name in known)
    return tuple(there.sorted_tables)


def rows(connection: Connection, table: Table) -> Iterator[Line]:
    """In the order of the primary key."""
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=CHUNK)
    for row in connection.execute(query).mappings():
        yield {name: _plain(value) for name, value in row.items()}


def fill(connection: Connection, table: Table, given: Iterable[Line]) -> None:
    """Insert rows as `rows` gives them."""
    read = {column.name: _reader(column) for column in table.c}
    remaining = (_read(line, read) for line in given)
    while chunk := list(islice(remaining, CHUNK)):
        connection.execute(insert(table), chunk)


def clear(connection: Connection, tables: Iterable[Table]) -> None:
    """Delete every row, those that refer to others first."""
    for table in reversed(tuple(tables)):
        connection.execute(delete(table))


def is_empty(connection: Connection, tables: Iterable[Table]) -> bool:
    return all(connection.execute(select(table).limit(1)).first() is None for table in tables)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return utc_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _reader(column: Column[Any]) -> Callable[[Any], object]:
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat
    return date.fromisoformat if isinstance(column.type, Date) else _as_it_is


def _as_it_is(value: object) -> object:
    return value


def _read(line: Line, read: Mapping[str, Callable[[Any], object]]) -> Mapping[str, object]:
    return {name: None if value is None else read[name](value) for name, value in line.items()}
