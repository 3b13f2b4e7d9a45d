"""Did it help? What those say who were told, beside those of whom nothing is heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aftermerge.errors import InputError, UnknownIdError, nearest
from aftermerge.model.message import Confirmation, Helped, Message
from aftermerge.ports import Tells

__all__ = ["Heard", "answers", "confirm_by_link", "confirm_in_thread", "sent_with", "stop_by_link"]


@dataclass(frozen=True, slots=True)
class Heard:
    """Somebody who was told; whether they were asked, and what they said."""

    answer: Message
    question: Message | None
    confirmation: Confirmation | None


def answers(ledger: Tells) -> tuple[Heard, ...]:
    """By bet; the latest told first."""
    messages = ledger.messages()
    questions = {(row.bet, row.asker): row for row in messages if row.kind == "question"}
    said = {(row.bet, row.asker): row for row in ledger.confirmations()}
    told = [row for row in messages if row.kind == "answer" and row.sent_at is not None]
    ordered = sorted(sorted(told, key=lambda row: row.sent_at or row.changed_at, reverse=True), key=lambda row: row.bet)
    return tuple(Heard(row, questions.get((row.bet, row.asker)), said.get((row.bet, row.asker))) for row in ordered)


def confirm_by_link(ledger: Tells, reference: str, helped: Helped, now: datetime) -> bool:
    """What one said by the link that they were sent; False where nothing is known of it any more."""
    message = sent_with(reference, ledger.messages())
    if message is None:
        return False
    ledger.confirm(Confirmation(message.bet, message.asker, message.feedback, helped, now, "link"))
    return True


def stop_by_link(ledger: Tells, reference: str) -> bool:
    """Never write again to the one who was sent this; False where nothing is known of it any more."""
    message = sent_with(reference, ledger.messages())
    if message is None:
        return False
    ledger.opt_out(message.asker)
    return True


def confirm_in_thread(ledger: Tells, identifier: str, helped: Helped, now: datetime) -> Confirmation:
    """What one said in their thread, as a human read it there. `identifier` is that of the answer.

    Raises:
        UnknownIdError: there is no such message.
        InputError: they have not been told yet.
    """
    told = {row.id: row for row in ledger.messages() if row.kind == "answer"}
    if identifier not in told:
        raise UnknownIdError(f"there is no message `{identifier}`", then=nearest(identifier, sorted(told)))
    message = told[identifier]
    if message.state not in ("sent", "unknown"):
        raise InputError(f"`{identifier}` was not sent, so that it can't be said whether it helped")
    said = Confirmation(message.bet, message.asker, message.feedback, helped, now, "thread")
    ledger.confirm(said)
    return said


def sent_with(reference: str, messages: Sequence[Message]) -> Message | None:
    """The message that bore a reference; None where nothing is known of it any more."""
    return next((row for row in messages if reference and row.reference == reference), None)
