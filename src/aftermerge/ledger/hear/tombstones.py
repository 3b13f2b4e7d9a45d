"""Who was forgotten: digests of ids, and the ids that stand in their place."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, select

from aftermerge.ledger.tables.hear import tombstone
from aftermerge.ledger.tables.shelf import Shelf, matching
from aftermerge.model.customer import Tombstone, digest_of

_SHELF = Shelf(tombstone, ("digest",))
_SHOWN = 16


def stand_in(identifier: str) -> str:
    """What stands where a forgotten id stood: the same for the same id."""
    return f"forgotten-{digest_of(identifier)[:_SHOWN]}"


def read(connection: Connection) -> Sequence[Tombstone]:
    """In the order in which they were forgotten."""
    query = select(tombstone).order_by(tombstone.c.forgotten_at, tombstone.c.digest)
    return [Tombstone(**row) for row in connection.execute(query).mappings()]


def forgotten(connection: Connection, identifiers: Iterable[str]) -> set[str]:
    """Those of the ids that have a tombstone."""
    if connection.execute(select(tombstone.c.digest).limit(1)).first() is None:
        return set()
    id_of = {digest_of(identifier): identifier for identifier in identifiers}
    found = matching(connection, select(tombstone.c.digest), tombstone.c.digest, id_of)
    return {id_of[str(row["digest"])] for row in found}


def add(connection: Connection, tombstones: Collection[Tombstone]) -> None:
    """Those that are there already stay as they are."""
    digests = [row.digest for row in tombstones]
    known = {row["digest"] for row in matching(connection, select(tombstone), tombstone.c.digest, digests)}
    new = {row.digest: row.forgotten_at for row in tombstones if row.digest not in known}
    _SHELF.insert(connection, [{"digest": name, "forgotten_at": at} for name, at in new.items()])
