"""Forgetting a customer: their words, names and addresses go; what stays is counted, and names nobody.

What is left in the tables is a row a piece of feedback under another id, tombstones, and, for an index that stands
elsewhere, the ids of the feedback that is gone. The journal holds digests, here and wherever else it speaks of a
customer or of a piece of feedback.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from aftermerge.ledger.hear import curation, customers, heard, near_copies, tombstones
from aftermerge.ledger.hear.feedback import columns, read, read_of
from aftermerge.ledger.tables.hear import feedback, feedback_problem, feedback_released
from aftermerge.ledger.tables.shelf import Shelf
from aftermerge.ledger.tell import messages
from aftermerge.model.customer import Forgotten, Tombstone, digest_of
from aftermerge.model.feedback import Feedback

TOUCHED = (
    "feedback", "feedback_problem", "feedback_released", "verbatim", "customer", "near_copy", "theme_member",
    "curation", "message", "confirmation",
)  # fmt: skip
_FEEDBACK = Shelf(feedback, ("id",))
_RENAMED = (feedback_problem, feedback_released)


def forget(connection: Connection, now: datetime, customer: str) -> Forgotten | None:
    """What was removed; None where the customer was forgotten before.

    Raises:
        UnknownIdError: nobody of that id has spoken, or was forgotten.
    """
    said = read_of(connection, customer)
    if not (customers.remove(connection, customer) or said):
        if tombstones.forgotten(connection, [customer]):
            return None
        raise customers.nobody(customer)
    bury(connection, now, {customer: said})
    return Forgotten(customer, tuple(row.id for row in said))


def bury(connection: Connection, now: datetime, said_by: Mapping[str, Sequence[Feedback]]) -> None:
    """Put stand-ins in the place of what some customers said, and tombstones in theirs."""
    rows = [row for said in said_by.values() for row in said]
    new_id = {row.id: stand_in.id for row, stand_in in zip(rows, map(anonymous, rows), strict=True)}
    _FEEDBACK.insert(connection, [columns(anonymous(row)) for row in rows])
    _rename(connection, new_id)
    near_copies.lose(connection, new_id.keys())
    _FEEDBACK.delete(connection, [(identifier,) for identifier in new_id])
    heard.mark(connection, changed=new_id.values(), gone=new_id.keys())
    new_asker = {row.asker: anonymous(row).asker for row in rows}
    messages.lose(connection, new_asker, new_id)
    names = (*said_by, *new_id)
    tombstones.add(connection, [Tombstone(digest_of(name), now) for name in names])


def bury_again(connection: Connection, now: datetime) -> int:
    """Forget whoever has a tombstone and is there all the same; how many pieces of feedback that were."""
    stones = {stone.digest for stone in tombstones.read(connection)}
    if not stones:
        return 0
    customers.remove_digests(connection, stones)
    said_by: dict[str, list[Feedback]] = defaultdict(list)
    for row in read(connection):
        if {digest_of(row.asker), digest_of(row.id)} & stones:
            said_by[row.asker].append(row)
    bury(connection, now, said_by)
    return sum(map(len, said_by.values()))


def anonymous(row: Feedback) -> Feedback:
    """What stays of a piece of feedback."""
    return replace(
        row,
        external_id=tombstones.stand_in(row.id),
        author=tombstones.stand_in(row.asker),
        text="",
        url=None,
        account=None,
        account_value=None,
        thread=None,
        reply=None,
        replied_by=None,
        updated_at=None,
        may_contact=False,
        may_quote=False,
    )


def _rename(connection: Connection, new_id: Mapping[str, str]) -> None:
    """What refers to the feedback and stays; words and memberships go with the row that goes."""
    names = [{"old": old, "new": new} for old, new in new_id.items()]
    for table in _RENAMED if names else ():
        renamed = update(table).where(table.c.feedback_id == bindparam("old")).values(feedback_id=bindparam("new"))
        connection.execute(renamed, names)
    curation.rename(connection, new_id)
