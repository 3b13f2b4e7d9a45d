"""A table and the columns that name a row in it: what is there, what is new, what differs."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, delete, insert, update

from aftermerge.ports import Stored

Record = Mapping[str, object]
Key = tuple[object, ...]

CHUNK = 5_000
"""Rows or parameters in one statement; SQLite takes 32,766 parameters and PostgreSQL 65,535."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Records wanted, sorted by what they mean for those that are there."""

    new: tuple[Record, ...]
    changed: tuple[Record, ...]

    @property
    def stored(self) -> Stored:
        return Stored(len(self.new), len(self.changed))


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where one noun is kept."""

    table: Table
    key: tuple[str, ...]

    def by_key(self, records: Iterable[Record]) -> dict[Key, Record]:
        """Of two records with one key the later stays."""
        return {self.key_of(record): record for record in records}

    def key_of(self, record: Record) -> Key:
        return tuple(record[name] for name in self.key)

    def insert(self, connection: Connection, records: Collection[Record]) -> None:
        if records:
            connection.execute(insert(self.table), [self._columns(record) for record in records])

    def update(self, connection: Connection, records: Collection[Record]) -> None:
        if records:
            parameters = [self._columns(record) | self._key_parameters(self.key_of(record)) for record in records]
            connection.execute(update(self.table).where(*self._named()), parameters)

    def delete(self, connection: Connection, keys: Collection[Key]) -> None:
        if keys:
            parameters = [self._key_parameters(key) for key in keys]
            connection.execute(delete(self.table).where(*self._named()), parameters)

    def _columns(self, record: Record) -> dict[str, object]:
        return {name: value for name, value in record.items() if name in self.table.c}

    def _key_parameters(self, key: Key) -> dict[str, object]:
        return {f"key_{name}": value for name, value in zip(self.key, key, strict=True)}

    def _named(self) -> list[ColumnElement[bool]]:
        return [self.table.c[name] == bindparam(f"key_{name}") for name in self.key]


def difference(wanted: Mapping[Key, Record], known: Mapping[Key, Record]) -> Difference:
    """What must be written so that what is known becomes what is wanted."""
    new = tuple(record for key, record in wanted.items() if key not in known)
    changed = tuple(record for key, record in wanted.items() if key in known and known[key] != record)
    return Difference(new, changed)


def matching(
    connection: Connection, query: Select[tuple[Any, ...]], column: ColumnElement[str], values: Iterable[object]
) -> Iterator[Record]:
    """The rows whose `column` is one of `values`, asked in chunks."""
    remaining = iter(values)
    while chunk := list(islice(remaining, CHUNK)):
        for row in connection.execute(query.where(column.in_(chunk))).mappings():
            yield dict(row)
