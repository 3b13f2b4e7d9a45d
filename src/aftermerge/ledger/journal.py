"""Who did what when. Entries are only ever added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from aftermerge.ledger.tables.upkeep import journal


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One thing done: `verb` to `subject` by `actor`, at an aware time (UTC). `seq` counts from 1 without gaps."""

    seq: int
    at: datetime
    actor: str
    verb: str
    subject: str
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Deed:
    """What is about to be written down."""

    verb: str
    subject: str
    detail: Mapping[str, object]


def append(connection: Connection, at: datetime, actor: str, deed: Deed) -> None:
    """Write it down, in the transaction that does it."""
    last = connection.scalar(select(func.max(journal.c.seq))) or 0
    connection.execute(
        insert(journal).values(
            seq=last + 1, at=at, actor=actor, verb=deed.verb, subject=deed.subject, detail=deed.detail
        )
    )


def entries(connection: Connection) -> Sequence[JournalEntry]:
    """All of it, oldest first."""
    return [JournalEntry(**row) for row in connection.execute(select(journal).order_by(journal.c.seq)).mappings()]
