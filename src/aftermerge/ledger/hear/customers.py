"""Who spoke, as far as a source says, and all that is held about one of them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Delete, and_, delete, or_, select

from aftermerge.errors import UnknownIdError
from aftermerge.ledger.hear import feedback, tombstones, verbatims
from aftermerge.ledger.tables.hear import customer
from aftermerge.ledger.tables.shelf import Key, Record, Shelf, difference, matching
from aftermerge.ledger.tables.storable import record, storable
from aftermerge.model.customer import Customer, Holdings, digest_of

_SHELF = Shelf(customer, ("source", "ref"))


def store(connection: Connection, rows: Iterable[Customer]) -> None:
    """A name or address that a batch leaves out stays. Who was forgotten does not come back."""
    given = [storable(row) for row in rows]
    buried = tombstones.forgotten(connection, {row.id for row in given})
    known = _SHELF.by_key(matching(connection, select(customer), customer.c.ref, {row.ref for row in given}))
    wanted: dict[Key, Record] = {}
    for row in given:
        if row.id not in buried:
            key = (row.source, row.ref)
            wanted[key] = _completed(record(row), wanted.get(key) or known.get(key))
    found = difference(wanted, known)
    _SHELF.insert(connection, found.new)
    _SHELF.update(connection, found.changed)


def read(connection: Connection, identifier: str) -> Customer | None:
    """By their id, as `Feedback.asker` has it."""
    row = connection.execute(select(customer).where(_called(identifier))).mappings().first()
    return Customer(**row) if row else None


def holdings(connection: Connection, identifier: str) -> Holdings:
    """
    Raises:
        UnknownIdError: nobody of that id has spoken.
    """
    known, said = read(connection, identifier), feedback.read_of(connection, identifier)
    if not known and not said:
        raise nobody(identifier)
    words = verbatims.read(connection, [row.id for row in said])
    return Holdings(identifier, known, tuple(said), tuple(words))


def remove(connection: Connection, identifier: str) -> bool:
    """Whether there was one of that id."""
    return connection.execute(delete(customer).where(_called(identifier))).rowcount > 0


def remove_digests(connection: Connection, digests: Collection[str]) -> None:
    """Remove those whose id has one of these digests."""
    rows = [Customer(**row) for row in connection.execute(select(customer)).mappings()]
    lost = [(row.source, row.ref) for row in rows if digest_of(row.id) in digests]
    _SHELF.delete(connection, lost)


def of_sources(sources: Iterable[str]) -> Delete:
    """What removes the customers of some sources."""
    return delete(customer).where(customer.c.source.in_(list(sources)))


def nobody(identifier: str) -> UnknownIdError:
    what = f"nobody called `{identifier}` has spoken"
    return UnknownIdError(what, then="`aftermerge hear search` lists what was said, and by whom")


def _completed(new: Record, known: Mapping[str, Any] | None) -> Record:
    return {name: (known or {}).get(name) if value is None else value for name, value in new.items()}


def _called(identifier: str) -> ColumnElement[bool]:
    return or_(*_splits(identifier))


def _splits(identifier: str) -> Iterator[ColumnElement[bool]]:
    """A colon may stand in a source's name, so each is tried."""
    for place, sign in enumerate(identifier):
        if sign == ":":
            yield and_(customer.c.source == identifier[:place], customer.c.ref == identifier[place + 1 :])
