"""What was heard, in SQL: the part of `SqlLedger` that knows of customers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from aftermerge.ledger import forgetting, journal, store
from aftermerge.ledger.database import Database
from aftermerge.ledger.hear import (
    attribution,
    curation,
    customers,
    feedback,
    near_copies,
    problems,
    themes,
    tombstones,
    verbatims,
)
from aftermerge.ledger.journal import Deed
from aftermerge.ledger.tables.storable import storable_text
from aftermerge.ledger.tell import asks
from aftermerge.model.customer import Forgotten, Holdings, Tombstone, digest_of
from aftermerge.model.feedback import Ask, Feedback, Heard, Verbatim
from aftermerge.model.problem import Attribution, Curation, Problem, Theme, Undone
from aftermerge.ports import Clock, Stored


class SqlHear:
    """`actor` is who the journal names.

    The journal outlives those of whom it speaks, so it names customers and their feedback by digest
    (`digest_of`): who knows an id finds its entries, and after forgetting nobody reads one there.
    """

    def __init__(self, database: Database, clock: Clock, actor: str) -> None:
        self.database = database
        self._clock = clock
        self._actor = actor

    def feedback(self, problem: str | None = None) -> Sequence[Feedback]:
        with self.database.reading() as connection:
            return feedback.read(connection, problem)

    def attribute(self, problem_of: dict[str, str]) -> int:
        with self.database.writing() as connection:
            changed = feedback.attribute(connection, problem_of)
            if changed:
                self.note(connection, store.deed("attribute", "feedback", Stored(changed=changed)))
            return changed

    def feedback_by_id(self, ids: Collection[str]) -> Sequence[Feedback]:
        with self.database.reading() as connection:
            return feedback.read_by_id(connection, ids)

    def heard_since(self, revision: int) -> Heard:
        with self.database.reading() as connection:
            return feedback.read_since(connection, revision)

    def verbatim(self, feedback: str, why: str) -> Verbatim:
        with self.database.writing() as connection:
            found = verbatims.read_one(connection, feedback)
            self.note(connection, Deed("read words", digest_of(feedback), {"why": why}))
            return found

    def near_copies(self) -> Mapping[str, str]:
        with self.database.reading() as connection:
            return near_copies.read(connection)

    def mark_near_copies(self, of: Mapping[str, str]) -> int:
        with self.database.writing() as connection:
            return near_copies.mark(connection, of)

    def problems(self) -> Sequence[Problem]:
        with self.database.reading() as connection:
            return problems.read(connection)

    def attributions(self, problem: str | None = None) -> Sequence[Attribution]:
        with self.database.reading() as connection:
            return attribution.read(connection, problem)

    def curate(self, curation: Curation) -> int:
        with self.database.writing() as connection:
            return self._curate(connection, curation)

    def undo_curation(self) -> Undone | None:
        with self.database.writing() as connection:
            undone = curation.undo(connection)
            if undone:
                subject = self._nameless(connection, undone.subject)
                self.note(connection, Deed("undo", subject, {"verb": undone.verb}))
            return undone

    def themes(self) -> Sequence[Theme]:
        with self.database.reading() as connection:
            return themes.read(connection)

    def theme_ids(self) -> Collection[str]:
        with self.database.reading() as connection:
            return themes.ids(connection)

    def replace_themes(self, themes_: Sequence[Theme]) -> None:
        with self.database.writing() as connection:
            themes.replace_themes(connection, themes_)

    def holdings(self, customer: str) -> Holdings:
        with self.database.writing() as connection:
            found = customers.holdings(connection, customer)
            self.note(connection, Deed("hand out", digest_of(customer), {"feedback": len(found.feedback)}))
            return found

    def address(self, customer: str) -> str | None:
        with self.database.reading() as connection:
            known = customers.read(connection, customer)
            return known.email if known else None

    def forget(self, customer: str) -> Forgotten:
        """SQLite's file is written anew and its log emptied: no byte of the words is left in its files.

        PostgreSQL's rows are vacuumed away; its write-ahead log, replicas and dumps keep them for as long as their
        keeper says. Forgetting twice cleans the files again, in case that failed the first time. Words of a theme are
        those of many, and stay until the next run.
        """
        with self.database.writing() as connection:
            forgotten = forgetting.forget(connection, self._clock(), customer)
            if forgotten:
                detail = {"feedback": len(forgotten.feedback)}
                self.note(connection, Deed("forget", digest_of(customer), detail))
        self.database.leave_no_trace(forgetting.TOUCHED)
        return forgotten or Forgotten(customer, ())

    def tombstones(self) -> Sequence[Tombstone]:
        with self.database.reading() as connection:
            return tombstones.read(connection)

    def asks(self) -> Sequence[Ask]:
        with self.database.reading() as connection:
            return asks.read(connection)

    def now(self) -> datetime:
        """By the ledger's clock."""
        return self._clock()

    def note(self, connection: Connection, deed: Deed) -> None:
        """Write into the journal, in the transaction that does it."""
        journal.append(connection, self._clock(), self._actor, deed)

    def _curate(self, connection: Connection, decided: Curation) -> int:
        moved = curation.curate(connection, self._clock(), self._actor, decided)
        if moved or decided.verb != "attract":
            subject = self._nameless(connection, storable_text(decided.subject))
            self.note(connection, Deed(decided.verb, subject, {"moved": moved}))
        return moved

    def _nameless(self, connection: Connection, subject: str) -> str:
        """A subject as the journal may bear it."""
        return digest_of(subject) if attribution.there(connection, [subject]) else subject
