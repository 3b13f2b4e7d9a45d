"""A batch, its cursor and its line in the journal: all of it or nothing."""

from sqlalchemy import Connection, select

from aftermerge.ledger.bet import claims
from aftermerge.ledger.hear import customers, feedback
from aftermerge.ledger.journal import Deed
from aftermerge.ledger.ship import changes, pull_requests
from aftermerge.ledger.tables.shelf import Shelf
from aftermerge.ledger.tables.upkeep import source_cursor
from aftermerge.model.batch import Batch
from aftermerge.ports import Stored


def store(connection: Connection, source: str, batch: Batch) -> Stored:
    """Write what differs, and how far the source has been read. Verbatims and customers are not counted."""
    stored = (
        feedback.store(connection, batch)
        + changes.store_changes(connection, source, batch.changes, whole=batch.restart)
        + changes.store_releases(connection, source, batch.releases, whole=batch.restart or "releases" in batch.whole)
        + pull_requests.store(connection, batch.pull_requests)
        + claims.store_bets(connection, source, batch.bets, whole="bets" in batch.whole)
        + claims.store_metrics(connection, source, batch.metrics, whole="metrics" in batch.whole)
    )
    customers.store(connection, batch.customers)
    _advance(connection, source, batch.cursor)
    return stored


def cursor(connection: Connection, source: str) -> str | None:
    return connection.scalar(select(source_cursor.c.cursor).where(source_cursor.c.source == source))


def deed(verb: str, subject: str, stored: Stored) -> Deed:
    """How it is written down."""
    return Deed(verb, subject, {"new": stored.new, "changed": stored.changed, "gone": stored.gone})


def _advance(connection: Connection, source: str, to: str) -> None:
    shelf, row = Shelf(source_cursor, ("source",)), {"source": source, "cursor": to}
    before = cursor(connection, source)
    if before is None:
        shelf.insert(connection, [row])
    elif before != to:
        shelf.update(connection, [row])
