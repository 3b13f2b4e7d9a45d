"""The words as they were written, apart from what is searched."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, select

from aftermerge.errors import UnknownIdError
from aftermerge.ledger.tables.hear import verbatim
from aftermerge.ledger.tables.shelf import Key, Record, Shelf, difference, matching
from aftermerge.ledger.tables.storable import storable
from aftermerge.model.feedback import Feedback, Verbatim

_SHELF = Shelf(verbatim, ("feedback_id",))


def store(connection: Connection, feedback: Collection[Feedback], given: Iterable[Verbatim]) -> None:
    """Those of this feedback. Where a batch brought none, the feedback's own words are all that was written."""
    written = {row.feedback: row for row in map(storable, given)}
    rows = [written.get(row.id) or Verbatim(row.id, row.text, row.reply) for row in feedback]
    wanted = _SHELF.by_key({"feedback_id": row.feedback, "text": row.text, "reply": row.reply} for row in rows)
    found = difference(wanted, _known(connection, wanted))
    _SHELF.insert(connection, found.new)
    _SHELF.update(connection, found.changed)


def read(connection: Connection, identifiers: Collection[str]) -> Sequence[Verbatim]:
    """In the order of the ids; those that have none are left out."""
    known = _known(connection, [(identifier,) for identifier in identifiers])
    return [_verbatim(known[identifier,]) for identifier in identifiers if (identifier,) in known]


def read_one(connection: Connection, identifier: str) -> Verbatim:
    """
    Raises:
        UnknownIdError: the id names no feedback, or feedback whose words were forgotten.
    """
    found = read(connection, [identifier])
    if not found:
        what = f"`{identifier}` names no feedback, or its words were forgotten"
        raise UnknownIdError(what, then="`aftermerge hear search` lists the ids")
    return found[0]


def _known(connection: Connection, keys: Collection[Key]) -> dict[Key, Record]:
    return _SHELF.by_key(matching(connection, select(verbatim), verbatim.c.feedback_id, (key[0] for key in keys)))


def _verbatim(row: Record) -> Verbatim:
    reply = row["reply"]
    return Verbatim(str(row["feedback_id"]), str(row["text"]), None if reply is None else str(reply))
