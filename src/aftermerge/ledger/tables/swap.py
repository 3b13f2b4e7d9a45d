"""Compare and set: a row is written only where it stands as the writer believes."""

from sqlalchemy import Connection, and_, select

from aftermerge.ledger.tables.shelf import Record, Shelf
from aftermerge.ledger.tables.storable import Noun, record, storable


def swapped(connection: Connection, shelf: Shelf, before: Noun | None, after: Noun | None) -> bool:
    """Write `after` in place of `before`; whether `before` was what stood there. None is no row."""
    old, new = _record(before), _record(after)
    named = new or old
    if named is None:
        return True
    if _standing(connection, shelf, named) != old:
        return False
    if new is None:
        shelf.delete(connection, [shelf.key_of(named)])
    elif old is None:
        shelf.insert(connection, [new])
    else:
        shelf.update(connection, [new])
    return True


def _record(row: Noun | None) -> Record | None:
    return None if row is None else record(storable(row))


def _standing(connection: Connection, shelf: Shelf, named: Record) -> Record | None:
    where = and_(*(shelf.table.c[name] == named[name] for name in shelf.key))
    row = connection.execute(select(shelf.table).where(where)).mappings().first()
    return None if row is None else dict(row)
