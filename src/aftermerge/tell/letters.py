"""From a message to the letter that a channel sends; and whether it may be sent at all."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from aftermerge.model.customer import digest_of
from aftermerge.model.feedback import Feedback
from aftermerge.model.message import Message, MessageState
from aftermerge.ports import Ledger, Letter
from aftermerge.tell.due import due
from aftermerge.tell.links import Links

__all__ = ["Barred", "Letters", "letters_of"]


@dataclass(frozen=True, slots=True)
class Barred:
    """Why a message is not sent though it was approved, and what becomes of it."""

    state: MessageState
    reason: str


@dataclass(frozen=True, slots=True)
class Letters:
    """`due` has the bet and the asker of each answer that is due now, `opted_out` the digests of who wants none."""

    ledger: Ledger
    said: Mapping[str, Feedback]
    due: Collection[tuple[str, str]]
    opted_out: Collection[str]
    timezone: tzinfo
    links: Links | None

    def source_of(self, message: Message) -> str | None:
        """Where they asked; None where what they said is no longer known."""
        feedback = self.said.get(message.feedback)
        return feedback.source if feedback else None

    def letter(self, message: Message) -> Letter:
        feedback = self.said[message.feedback]
        return Letter(
            reference=message.reference,
            subject=f"What you wrote on {feedback.time.astimezone(self.timezone):%-d %B %Y}",
            text=message.text,
            thread=feedback.thread,
            url=feedback.url,
            address=self.ledger.address(message.asker),
            unsubscribe=self.links.stop(message.reference) if self.links else None,
        )

    def barred(self, message: Message) -> Barred | None:
        """An opt-out always wins; and what is no longer true, or was said by others meanwhile, is read again first."""
        feedback = self.said[message.feedback]
        if digest_of(message.asker) in self.opted_out:
            return Barred("waived", "they do not want to be written to")
        if message.kind == "answer" and (message.bet, message.asker) not in self.due:
            return Barred("drafted", "no longer due: it was taken back, or they were answered meanwhile; read it again")
        if message.kind == "question" and not feedback.may_contact:
            return Barred("waived", "they may not be written to")
        return None


def letters_of(ledger: Ledger, timezone: tzinfo, links: Links | None) -> Letters:
    """As the ledger stands now."""
    ids = {message.feedback for message in ledger.messages()}
    said = {row.id: row for row in ledger.feedback_by_id(ids)}
    is_due = frozenset((item.bet.slug, item.ask.asker) for item in due(ledger, unknown_waits=True))
    return Letters(ledger, said, is_due, ledger.opted_out(), timezone, links)
