"""Feedback that says what earlier feedback said already."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from aftermerge.ledger.tables.hear import feedback, near_copy
from aftermerge.ledger.tables.shelf import Shelf, matching

_SHELF = Shelf(near_copy, ("feedback_id",))


def read(connection: Connection) -> dict[str, str]:
    """By id, the earlier one's id; the copies oldest first."""
    query = select(near_copy).join(feedback, feedback.c.id == near_copy.c.feedback_id)
    rows = connection.execute(query.order_by(feedback.c.time, feedback.c.id))
    return {row.feedback_id: row.copy_of for row in rows}


def mark(connection: Connection, of: Mapping[str, str]) -> int:
    """Add those that are not known yet; how many. What is no longer there is left out."""
    named = {*of, *of.values()}
    there = {row["id"] for row in matching(connection, select(feedback.c.id), feedback.c.id, named)}
    known = {row["feedback_id"] for row in matching(connection, select(near_copy), near_copy.c.feedback_id, of)}
    new = [
        {"feedback_id": copy, "copy_of": original}
        for copy, original in of.items()
        if copy not in known and copy != original and copy in there and original in there
    ]
    _SHELF.insert(connection, new)
    return len(new)


def lose(connection: Connection, lost: Collection[str]) -> None:
    """Some feedback is about to go: what was a copy of it becomes a copy of what is left."""
    before = read(connection)
    after = without(before, lost)
    _SHELF.delete(connection, [(copy,) for copy in before if copy not in after])
    moved = [copy for copy, original in after.items() if before[copy] != original]
    _SHELF.update(connection, [{"feedback_id": copy, "copy_of": after[copy]} for copy in moved])


def without(of: Mapping[str, str], lost: Collection[str]) -> dict[str, str]:
    """Who is whose copy once some are gone: the first copy of what is lost is what the others are copies of."""
    heir: dict[str, str] = {}
    kept: dict[str, str] = {}
    for copy in of:
        original = _surviving(copy, of, lost)
        if copy in lost:
            continue
        if original in lost and heir.setdefault(original, copy) == copy:
            continue
        kept[copy] = heir.get(original, original)
    return kept


def _surviving(copy: str, of: Mapping[str, str], lost: Collection[str]) -> str:
    """The nearest original that stays; the furthest where none does."""
    seen, original = {copy}, of[copy]
    while original in lost and original in of and original not in seen:
        seen.add(original)
        original = of[original]
    return original
