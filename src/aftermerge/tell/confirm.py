"""Did it help? What those say who were told, beside those of whom nothing is heard."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aftermerge.errors import InputError, UnknownIdError, nearest
from aftermerge.model.feedback import Feedback
from aftermerge.model.message import Confirmation, Helped, Message
from aftermerge.ports import Ledger, Tells

__all__ = ["Heard", "answers", "confirm_by_link", "confirm_in_thread", "sent_with", "stop_by_link"]


@dataclass(frozen=True, slots=True)
class Heard:
    """Somebody who was told: whether they were asked, what they said, and what they last wrote in their thread."""

    answer: Message
    question: Message | None
    confirmation: Confirmation | None
    wrote: Feedback | None = None


def answers(ledger: Ledger) -> tuple[Heard, ...]:
    """By bet; the latest told first."""
    messages = ledger.messages()
    questions = {(row.bet, row.asker): row for row in messages if row.kind == "question"}
    said = {(row.bet, row.asker): row for row in ledger.confirmations()}
    told = [row for row in messages if row.kind == "answer" and row.sent_at is not None]
    ordered = sorted(sorted(told, key=_told_at, reverse=True), key=lambda row: row.bet)
    wrote = _written_since(told, ledger)
    return tuple(
        Heard(row, questions.get((row.bet, row.asker)), said.get((row.bet, row.asker)), wrote.get(row.id))
        for row in ordered
    )


def _written_since(told: Sequence[Message], ledger: Ledger) -> Mapping[str, Feedback]:
    """By message what its receiver last wrote in the same thread after it: for a human to read, not to be counted."""
    thread = {row.id: (row.asker, row.thread) for row in ledger.feedback_by_id({row.feedback for row in told})}
    spoken: dict[tuple[str, str | None], list[Feedback]] = defaultdict(list)
    for row in ledger.feedback() if told else ():
        if row.thread is not None:
            spoken[row.asker, row.thread].append(row)
    later = {
        row.id: [at for at in spoken[thread[row.feedback]] if at.time > _told_at(row)]
        for row in told
        if row.feedback in thread
    }
    return {name: rows[-1] for name, rows in later.items() if rows}


def _told_at(message: Message) -> datetime:
    return message.sent_at or message.changed_at


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
