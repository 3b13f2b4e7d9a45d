"""Which change serves which bet, and the rule that found it."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, insert, select

from aftermerge.errors import UnknownIdError
from aftermerge.ledger.tables.bet import bet
from aftermerge.ledger.tables.shelf import Key, Record, Shelf, difference
from aftermerge.ledger.tables.ship import change, link, linked_by_hand
from aftermerge.ledger.tables.storable import record, storable
from aftermerge.model.change import Link
from aftermerge.ports import Stored

_SHELF = Shelf(link, ("change", "bet"))


def replace_links(connection: Connection, links: Sequence[Link]) -> Stored:
    """Of two rules for one change and bet the first stays; what a person said of a change outlives them all."""
    known, said = _known(connection), set(connection.scalars(select(linked_by_hand.c.change)))
    by_hand = {key for key, row in known.items() if row["rule"] == "hand"}
    wanted = _SHELF.by_key(record(storable(row)) for row in reversed(links) if row.change not in said)
    found = difference({key: row for key, row in wanted.items() if key not in by_hand}, known)
    gone = [key for key in known if key not in wanted and key not in by_hand]
    _SHELF.delete(connection, gone)
    _SHELF.insert(connection, found.new)
    _SHELF.update(connection, found.changed)
    return found.stored + Stored(gone=len(gone))


def link_by_hand(connection: Connection, change_id: str, bets: Sequence[str]) -> Stored:
    """The bets that a change serves, in place of all that was said or found of it before.

    Raises:
        UnknownIdError: no change or bet bears that id.
    """
    _refuse_unknown(connection, change.c.id, (change_id,))
    _refuse_unknown(connection, bet.c.slug, bets)
    if connection.scalar(select(linked_by_hand.c.change).where(linked_by_hand.c.change == change_id)) is None:
        connection.execute(insert(linked_by_hand).values(change=change_id))
    known = {key: row for key, row in _known(connection).items() if key[0] == change_id}
    wanted = _SHELF.by_key(record(Link(change_id, slug, "hand")) for slug in bets)
    found, gone = difference(wanted, known), [key for key in known if key not in wanted]
    _SHELF.delete(connection, gone)
    _SHELF.insert(connection, found.new)
    _SHELF.update(connection, found.changed)
    return found.stored + Stored(gone=len(gone))


def _known(connection: Connection) -> dict[Key, Record]:
    return _SHELF.by_key(dict(row) for row in connection.execute(select(link)).mappings())


def _refuse_unknown(connection: Connection, column: ColumnElement[str], ids: Sequence[str]) -> None:
    known = set(connection.scalars(select(column).where(column.in_(ids))))
    for identifier in ids:
        if identifier not in known:
            raise UnknownIdError(f"`{identifier}` names no change or bet", then="`aftermerge ship log` lists them")


def read_links(connection: Connection) -> Sequence[Link]:
    """By change, then bet."""
    query = select(link).order_by(link.c.change, link.c.bet)
    return [Link(**row) for row in connection.execute(query).mappings()]
