"""What customers said, and of which problem it speaks."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, select

from aftermerge.errors import UnknownIdError
from aftermerge.ledger.schema import feedback, feedback_problem
from aftermerge.ledger.shelf import Difference, Key, Record, Shelf, difference, matching
from aftermerge.ledger.storable import record, storable
from aftermerge.model.feedback import Ask, Feedback
from aftermerge.ports import Stored

_SHELF = Shelf(feedback, ("id",))
_PROBLEMS = Shelf(feedback_problem, ("feedback_id",))
_QUERY = select(feedback, feedback_problem.c.problem).join_from(feedback, feedback_problem, isouter=True)


def store(connection: Connection, rows: Sequence[Feedback]) -> Stored:
    """Rows that name no problem keep the one that they had."""
    wanted = _SHELF.by_key({"id": row.id, **record(row)} for row in map(storable, rows))
    known = _SHELF.by_key(matching(connection, _QUERY, feedback.c.id, (key[0] for key in wanted)))
    kept = {key: _keeping_problem(new, known.get(key)) for key, new in wanted.items()}
    found = difference(kept, known)
    _SHELF.insert(connection, found.new)
    _SHELF.update(connection, found.changed)
    _store_problems(connection, found, known)
    return found.stored


def attribute(connection: Connection, problem_of: Mapping[str, str]) -> int:
    """How many rows now speak of another problem than before.

    Raises:
        UnknownIdError: an id names no feedback; then nothing is attributed.
    """
    known = _SHELF.by_key(matching(connection, _QUERY, feedback.c.id, problem_of))
    for identifier in problem_of:
        if (identifier,) not in known:
            raise UnknownIdError(f"`{identifier}` names no feedback", then="`aftermerge hear search` lists the ids")
    found = difference({key: {**row, "problem": problem_of[str(row["id"])]} for key, row in known.items()}, known)
    _store_problems(connection, found, known)
    return len(found.changed)


def read(connection: Connection, problem: str | None = None) -> Sequence[Feedback]:
    """Oldest first."""
    query = _QUERY.order_by(feedback.c.time, feedback.c.id)
    if problem is not None:
        query = query.where(feedback_problem.c.problem == problem)
    return _fetched(connection, query)


def asks(connection: Connection) -> Sequence[Ask]:
    """One for each asker and problem, oldest first."""
    query = _QUERY.where(feedback_problem.c.problem.is_not(None)).order_by(feedback.c.time, feedback.c.id)
    gathered = groupby(sorted(_fetched(connection, query), key=_who_and_what), key=_who_and_what)
    return sorted((_ask(list(said)) for _, said in gathered), key=lambda ask: (ask.asked_at, ask.asker, ask.problem))


def _fetched(connection: Connection, query: Select[tuple[Any, ...]]) -> list[Feedback]:
    rows = (dict(row) for row in connection.execute(query).mappings())
    return [Feedback(**{name: value for name, value in row.items() if name != "id"}) for row in rows]


def _who_and_what(row: Feedback) -> tuple[str, str]:
    return row.asker, str(row.problem)


def _ask(said: Sequence[Feedback]) -> Ask:
    first = said[0]
    return Ask(
        asker=first.asker,
        problem=str(first.problem),
        feedback=first.id,
        channel=first.source,
        asked_at=first.time,
        answered_at=max((row.replied_at for row in said if row.replied_at), default=None),
        may_contact=any(row.may_contact for row in said),
    )


def _keeping_problem(new: Record, known: Record | None) -> Record:
    return {**new, "problem": known["problem"]} if known and new["problem"] is None else new


def _store_problems(connection: Connection, found: Difference, known: Mapping[Key, Record]) -> None:
    spoken = [row for row in (*found.new, *found.changed) if row["problem"] is not None]
    before = {row["id"]: row["problem"] for row in known.values()}
    _PROBLEMS.insert(connection, _attributions(row for row in spoken if before.get(row["id"]) is None))
    _PROBLEMS.update(connection, _attributions(row for row in spoken if before.get(row["id"]) is not None))


def _attributions(rows: Iterable[Record]) -> list[Record]:
    return [{"feedback_id": row["id"], "problem": row["problem"]} for row in rows]
