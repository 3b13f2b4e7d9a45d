"""What customers said, redacted, with the problem of which it speaks."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from aftermerge.ledger.hear import attribution, heard, tombstones, verbatims
from aftermerge.ledger.tables.hear import feedback, feedback_problem, feedback_revision
from aftermerge.ledger.tables.shelf import Key, Record, Shelf, difference, matching
from aftermerge.ledger.tables.storable import record, storable
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback, Heard
from aftermerge.ports import Stored

_SHELF = Shelf(feedback, ("id",))
_QUERY = select(feedback, feedback_problem.c.problem).join_from(feedback, feedback_problem, isouter=True)


def store(connection: Connection, batch: Batch) -> Stored:
    """Write what differs. An older version never replaces a newer, and what was forgotten does not come back."""
    given = _not_forgotten(connection, [storable(row) for row in batch.feedback])
    known = _SHELF.by_key(matching(connection, select(feedback), feedback.c.id, {row.id for row in given}))
    rows = _newest(given, known)
    found = difference(_SHELF.by_key(map(columns, rows)), known)
    _SHELF.insert(connection, found.new)
    _SHELF.update(connection, found.changed)
    verbatims.store(connection, rows, batch.verbatims)
    named = {row.id: row.problem for row in rows if row.problem is not None}
    new = {str(row["id"]) for row in found.new}
    changed = {str(row["id"]) for row in found.changed} | (attribution.settle(connection, named, "source") - new)
    heard.mark(connection, new | changed)
    return Stored(len(new), len(changed))


def attribute(connection: Connection, problem_of: Mapping[str, str]) -> int:
    """What bets say; how many rows now speak of another problem than before.

    Raises:
        UnknownIdError: an id names no feedback; then nothing is attributed.
    """
    attribution.refuse_unknown(connection, problem_of)
    moved = attribution.settle(connection, problem_of, "bet")
    heard.mark(connection, moved)
    return len(moved)


def read(connection: Connection, problem: str | None = None) -> Sequence[Feedback]:
    """Oldest first."""
    query = _QUERY if problem is None else _QUERY.where(feedback_problem.c.problem == problem)
    return _fetched(connection, query)


def ids(connection: Connection, sources: Collection[str] | None = None) -> Sequence[str]:
    """Of some sources, or of all."""
    query = select(feedback.c.id)
    return list(connection.scalars(query if sources is None else query.where(feedback.c.source.in_(sources))))


def read_attributed(connection: Connection) -> Sequence[Feedback]:
    """What speaks of a problem, oldest first."""
    return _fetched(connection, _QUERY.where(feedback_problem.c.problem.is_not(None)))


def read_by_id(connection: Connection, identifiers: Collection[str]) -> Sequence[Feedback]:
    """Those that are known, in the order of the ids."""
    known = {row["id"]: _feedback(row) for row in matching(connection, _QUERY, feedback.c.id, set(identifiers))}
    return [known[identifier] for identifier in identifiers if identifier in known]


def read_since(connection: Connection, revision: int) -> Heard:
    """What changed after a revision. To one who begins, at 0, nothing is gone."""
    marked = and_(feedback_revision.c.feedback_id == feedback.c.id, feedback_revision.c.revision > revision)
    rows = _fetched(connection, _QUERY.join(feedback_revision, marked))
    gone = heard.gone_since(connection, revision) if revision else ()
    return Heard(heard.latest(connection), tuple(rows), tuple(gone))


def read_of(connection: Connection, customer: str) -> Sequence[Feedback]:
    """What one customer said, by their id as `Feedback.asker` has it; oldest first."""
    return _fetched(connection, _QUERY.where(or_(*_asked_by(customer))))


def _asked_by(customer: str) -> Iterator[ColumnElement[bool]]:
    yield and_(feedback.c.id == customer, or_(feedback.c.author.is_(None), feedback.c.author == ""))
    for place, sign in enumerate(customer):
        if sign == ":" and place + 1 < len(customer):  # a colon may stand in a source's name too
            yield and_(feedback.c.source == customer[:place], feedback.c.author == customer[place + 1 :])


def _fetched(connection: Connection, query: Select[tuple[Any, ...]]) -> list[Feedback]:
    rows = connection.execute(query.order_by(feedback.c.time, feedback.c.id)).mappings()
    return [_feedback(dict(row)) for row in rows]


def _feedback(row: Record) -> Feedback:
    values: dict[str, Any] = {name: value for name, value in row.items() if name != "id"}
    return Feedback(**values)


def columns(row: Feedback) -> Record:
    return {"id": row.id, **{name: value for name, value in record(row).items() if name != "problem"}}


def _not_forgotten(connection: Connection, rows: Sequence[Feedback]) -> Sequence[Feedback]:
    buried = tombstones.forgotten(connection, {name for row in rows for name in (row.id, row.asker)})
    return [row for row in rows if row.id not in buried and row.asker not in buried] if buried else rows


def _newest(rows: Sequence[Feedback], known: Mapping[Key, Record]) -> Sequence[Feedback]:
    """One of each id: of two versions the newer, of two that are not told apart the later to come."""
    version = {key: row["updated_at"] for key, row in known.items()}
    newest: dict[Key, Feedback] = {}
    for row in rows:
        before: Any = version.get((row.id,))
        if row.updated_at is None or before is None or row.updated_at >= before:
            newest[row.id,] = row
            version[row.id,] = row.updated_at
    return list(newest.values())
