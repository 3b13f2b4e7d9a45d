"""The log of what changed in what was heard: each transaction that changes it makes one revision more."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, func, select, text

from aftermerge.ledger.tables.hear import feedback_revision

# Both databases read this alike, and some of the rows may be there.
_MARK = text(
    "INSERT INTO feedback_revision (feedback_id, revision, gone) VALUES (:feedback_id, :revision, :gone) "
    "ON CONFLICT (feedback_id) DO UPDATE SET revision = excluded.revision, gone = excluded.gone"
)


def latest(connection: Connection) -> int:
    """The last revision; 0 when nothing was heard yet."""
    return connection.scalar(select(func.max(feedback_revision.c.revision))) or 0


def mark(connection: Connection, changed: Iterable[str] = (), gone: Iterable[str] = ()) -> None:
    """Make the next revision of what changed and what is gone, by id. To be called once in a transaction."""
    mark_as(connection, latest(connection) + 1, changed, gone)


def mark_as(connection: Connection, revision: int, changed: Iterable[str] = (), gone: Iterable[str] = ()) -> None:
    """`mark`, under a revision that is known."""
    lost = [{"feedback_id": identifier, "revision": revision, "gone": True} for identifier in gone]
    rows = lost + [{"feedback_id": identifier, "revision": revision, "gone": False} for identifier in changed]
    if rows:
        connection.execute(_MARK, rows)


def gone_since(connection: Connection, revision: int) -> Sequence[str]:
    """The ids that are gone since, sorted."""
    query = select(feedback_revision.c.feedback_id).where(
        feedback_revision.c.revision > revision, feedback_revision.c.gone
    )
    return list(connection.scalars(query.order_by(feedback_revision.c.feedback_id)))


def logged(connection: Connection) -> set[str]:
    """The ids of all that was ever heard, gone or not."""
    return set(connection.scalars(select(feedback_revision.c.feedback_id)))
