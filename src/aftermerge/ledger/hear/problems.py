"""The problems that a person confirmed."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, select

from aftermerge.ledger.tables.hear import problem
from aftermerge.ledger.tables.shelf import Shelf, difference, matching
from aftermerge.ledger.tables.storable import record, storable
from aftermerge.model.problem import Problem

_SHELF = Shelf(problem, ("id",))


def read(connection: Connection) -> Sequence[Problem]:
    """By id; the merged ones too."""
    return [Problem(**row) for row in connection.execute(select(problem).order_by(problem.c.id)).mappings()]


def of(connection: Connection, identifiers: Collection[str]) -> Mapping[str, Problem]:
    """Those of these ids, by id."""
    rows = matching(connection, select(problem), problem.c.id, identifiers)
    return {found.id: found for found in (Problem(**row) for row in rows)}  # type: ignore[arg-type]


def put(connection: Connection, rows: Collection[Problem]) -> None:
    """In place of those with the same ids."""
    wanted = _SHELF.by_key(record(storable(row)) for row in rows)
    found = difference(wanted, _SHELF.by_key(map(record, of(connection, [row.id for row in rows]).values())))
    _SHELF.insert(connection, found.new)
    _SHELF.update(connection, found.changed)


def remove(connection: Connection, identifiers: Collection[str]) -> None:
    _SHELF.delete(connection, [(identifier,) for identifier in identifiers])
