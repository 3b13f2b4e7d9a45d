"""Claims as they stood before they met users: written once, never changed."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from aftermerge.ledger.tables.bet import frozen_claim
from aftermerge.ledger.tables.shelf import Shelf, difference
from aftermerge.ledger.tables.storable import record, storable
from aftermerge.model.frozen import FrozenClaim

_SHELF = Shelf(frozen_claim, ("bet",))


def read(connection: Connection) -> Sequence[FrozenClaim]:
    """By bet."""
    query = select(frozen_claim).order_by(frozen_claim.c.bet)
    return [FrozenClaim(**row) for row in connection.execute(query).mappings()]


def freeze(connection: Connection, claims: Sequence[FrozenClaim]) -> int:
    """Of two claims of one bet the earlier in the list stays."""
    known = _SHELF.by_key(record(row) for row in read(connection))
    found = difference(_SHELF.by_key(record(storable(row)) for row in reversed(claims)), known)
    _SHELF.insert(connection, found.new)
    return len(found.new)
