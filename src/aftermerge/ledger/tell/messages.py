"""What customers are told, and what they answered."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, case, select, update

from aftermerge.ledger.tables.shelf import Shelf
from aftermerge.ledger.tables.storable import storable
from aftermerge.ledger.tables.swap import swapped
from aftermerge.ledger.tables.tell import confirmation, message, opt_out
from aftermerge.model.customer import digest_of
from aftermerge.model.message import Confirmation, Message

_MESSAGES = Shelf(message, ("kind", "bet", "asker"))
_CONFIRMATIONS = Shelf(confirmation, ("bet", "asker"))
_OPT_OUTS = Shelf(opt_out, ("digest",))


def read(connection: Connection) -> Sequence[Message]:
    """By bet, asker and kind."""
    query = select(message).order_by(message.c.bet, message.c.asker, message.c.kind)
    return [Message(**row) for row in connection.execute(query).mappings()]


def swap(connection: Connection, before: Message | None, after: Message) -> bool:
    """Write a message where it stands as `before`; whether it did."""
    return swapped(connection, _MESSAGES, before, after)


def confirmations(connection: Connection) -> Sequence[Confirmation]:
    """By bet and asker."""
    query = select(confirmation).order_by(confirmation.c.bet, confirmation.c.asker)
    return [Confirmation(**row) for row in connection.execute(query).mappings()]


def confirm(connection: Connection, said: Confirmation) -> bool:
    """In place of what they said before; whether that differs."""
    given = storable(said)
    known = next((row for row in confirmations(connection) if (row.bet, row.asker) == (given.bet, given.asker)), None)
    if known is not None and known.helped == given.helped:
        return False
    return swapped(connection, _CONFIRMATIONS, known, given)


def opt(connection: Connection, customer: str) -> bool:
    """Whether it is new."""
    digest = digest_of(customer)
    if digest in opted_out(connection):
        return False
    _OPT_OUTS.insert(connection, [{"digest": digest}])
    return True


def opted_out(connection: Connection) -> Collection[str]:
    return set(connection.scalars(select(opt_out.c.digest)))


def lose(connection: Connection, new_asker: Mapping[str, str], new_feedback: Mapping[str, str]) -> None:
    """Whom messages and answers concern goes, by old ids: that something was told stays, and what was not is not."""
    sent = message.c.state == "sent"
    blank = {"text": "", "reference": "", "url": None, "reason": case((sent, ""), else_="forgotten")}
    gone = {message: blank | {"state": case((sent, "sent"), else_="waived")}, confirmation: {}}
    for table, values in gone.items():
        for old, new in new_asker.items():
            connection.execute(update(table).where(table.c.asker == old).values(asker=new, **values))
        for old, new in new_feedback.items():
            connection.execute(update(table).where(table.c.feedback == old).values(feedback=new))
