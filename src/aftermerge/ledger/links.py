"""Which change serves which bet, and the rule that found it."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from aftermerge.ledger.schema import link
from aftermerge.ledger.shelf import Shelf, difference
from aftermerge.ledger.storable import record, storable
from aftermerge.model.change import Link
from aftermerge.ports import Stored

_SHELF = Shelf(link, ("change", "bet"))


def replace_links(connection: Connection, links: Sequence[Link]) -> Stored:
    """Of two rules for one change and bet the first stays; one made by hand outlives them all."""
    known = _SHELF.by_key(dict(row) for row in connection.execute(select(link)).mappings())
    by_hand = {key for key, row in known.items() if row["rule"] == "hand"}
    wanted = _SHELF.by_key(record(storable(row)) for row in reversed(links))
    found = difference({key: row for key, row in wanted.items() if key not in by_hand}, known)
    gone = [key for key in known if key not in wanted and key not in by_hand]
    _SHELF.delete(connection, gone)
    _SHELF.insert(connection, found.new)
    _SHELF.update(connection, found.changed)
    return found.stored + Stored(gone=len(gone))


def read_links(connection: Connection) -> Sequence[Link]:
    """By change, then bet."""
    query = select(link).order_by(link.c.change, link.c.bet)
    return [Link(**row) for row in connection.execute(query).mappings()]
