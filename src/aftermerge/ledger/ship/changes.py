"""What was merged, and the releases that carried it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from aftermerge.ledger.tables.shelf import Key, Record, Shelf, difference, matching
from aftermerge.ledger.tables.ship import change, release, release_change
from aftermerge.ledger.tables.storable import record, storable
from aftermerge.model.change import Change, Release
from aftermerge.ports import Stored

_CHANGES = Shelf(change, ("source", "id"))
_RELEASES = Shelf(release, ("source", "id"))


def store_changes(connection: Connection, source: str, rows: Sequence[Change], *, whole: bool) -> Stored:
    """`whole`: changes of this source that are not among the rows are gone."""
    wanted = _CHANGES.by_key(record(storable(row)) for row in rows)
    known = _CHANGES.by_key(matching(connection, select(change), change.c.id, (row["id"] for row in wanted.values())))
    found = difference(wanted, known)
    gone = _left_out(connection, source, wanted) if whole else []
    _CHANGES.delete(connection, gone)
    _CHANGES.insert(connection, found.new)
    _CHANGES.update(connection, found.changed)
    return found.stored + Stored(gone=len(gone))


def read_changes(connection: Connection) -> Sequence[Change]:
    """In the order in which they were merged."""
    query = select(change).order_by(change.c.merged_at, change.c.source, change.c.id)
    return [Change(**row) for row in connection.execute(query).mappings()]


def store_releases(connection: Connection, source: str, rows: Sequence[Release], *, whole: bool) -> Stored:
    """`whole`: releases of this source that are not among the rows are gone."""
    wanted = _RELEASES.by_key(record(storable(row)) for row in rows)
    known = _RELEASES.by_key(_release_records(connection, select(release)))
    found = difference(wanted, known)
    gone = [key for key in known if whole and key[0] == source and key not in wanted]
    _drop_contents(connection, [_RELEASES.key_of(row) for row in found.changed])
    _RELEASES.delete(connection, gone)
    _RELEASES.insert(connection, found.new)
    _RELEASES.update(connection, found.changed)
    _insert_contents(connection, (*found.new, *found.changed))
    return found.stored + Stored(gone=len(gone))


def read_releases(connection: Connection) -> Sequence[Release]:
    """In the order in which they reached users."""
    query = select(release).order_by(release.c.released_at, release.c.source, release.c.id)
    return [Release(**row) for row in _release_records(connection, query)]


def _left_out(connection: Connection, source: str, wanted: Collection[Key]) -> list[Key]:
    known = connection.scalars(select(change.c.id).where(change.c.source == source))
    return [key for key in ((source, identifier) for identifier in known) if key not in wanted]


def _release_records(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    contents: dict[Key, list[str]] = defaultdict(list)
    in_order = select(release_change).order_by(release_change.c.position)
    for row in connection.execute(in_order):
        contents[row.source, row.release].append(row.change)
    rows = connection.execute(query).mappings()
    return [{**row, "changes": tuple(contents[row["source"], row["id"]])} for row in rows]


def _drop_contents(connection: Connection, keys: Collection[Key]) -> None:
    Shelf(release_change, ("source", "release")).delete(connection, keys)


def _insert_contents(connection: Connection, rows: Sequence[Record]) -> None:
    parts = [
        {"source": row["source"], "release": row["id"], "position": position, "change": identifier}
        for row in rows
        for position, identifier in enumerate(_changes_of(row))
    ]
    if parts:
        connection.execute(insert(release_change), parts)


def _changes_of(row: Record) -> tuple[str, ...]:
    changes = row["changes"]
    return changes if isinstance(changes, tuple) else ()
