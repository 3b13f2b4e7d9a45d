"""Which sources were read, and forgetting what some of them said."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, Delete, delete, select

from aftermerge.ledger.hear import customers, heard, near_copies
from aftermerge.ledger.hear import feedback as said
from aftermerge.ledger.tables.hear import feedback
from aftermerge.ledger.tables.ship import change, link, pull_request, release
from aftermerge.ledger.tables.upkeep import source_cursor
from aftermerge.ports import Stored


def names(connection: Connection) -> Sequence[str]:
    """Those with a cursor, sorted."""
    return list(connection.scalars(select(source_cursor.c.source).order_by(source_cursor.c.source)))


def drop(connection: Connection, sources: Collection[str]) -> Stored:
    """Delete their rows and cursors.

    Words and problems go with the feedback, and contents with the releases, by reference. Who spoke there goes too,
    and is not counted: they are no part of what was said. Tombstones stay.
    """
    lost = said.ids(connection, sources)
    near_copies.lose(connection, set(lost))
    heard.mark(connection, gone=lost)
    doomed = (
        _links_of(sources),
        delete(feedback).where(feedback.c.source.in_(sources)),
        delete(change).where(change.c.source.in_(sources)),
        delete(release).where(release.c.source.in_(sources)),
        delete(pull_request).where(pull_request.c.source.in_(sources)),
    )
    gone = sum(connection.execute(statement).rowcount for statement in doomed)
    connection.execute(customers.of_sources(sources))
    connection.execute(delete(source_cursor).where(source_cursor.c.source.in_(sources)))
    return Stored(gone=gone)


def _links_of(sources: Collection[str]) -> Delete:
    """Links of changes that no other source has; those made by hand are a person's, and stay."""
    theirs = select(change.c.id).where(change.c.source.in_(sources))
    others = select(change.c.id).where(change.c.source.not_in(sources))
    return delete(link).where(link.c.rule != "hand", link.c.change.in_(theirs), link.c.change.not_in(others))
