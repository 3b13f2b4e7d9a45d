"""What a human decides about a message. Nothing is sent without it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from aftermerge.errors import InputError, UnknownIdError, nearest
from aftermerge.model.message import Message, MessageState
from aftermerge.ports import Ledger

__all__ = ["approve", "message_of", "reword", "settle", "waive"]

_OPEN: tuple[MessageState, ...] = ("drafted", "approved", "refused")


def message_of(identifier: str, messages: Iterable[Message]) -> Message:
    """
    Raises:
        UnknownIdError: no message bears that id.
    """
    known = {message.id: message for message in messages}
    if identifier not in known:
        then = nearest(identifier, sorted(known)) or "`aftermerge tell draft` writes one for each who waits"
        raise UnknownIdError(f"there is no message `{identifier}`", then=then)
    return known[identifier]


def approve(ledger: Ledger, identifiers: Sequence[str], now: datetime) -> tuple[Message, ...]:
    """These very texts may be sent; all of them, or none.

    Raises:
        UnknownIdError: an id names no message.
        InputError: one was sent or waived, may be under way, or has nothing in it.
    """
    found = [message_of(identifier, ledger.messages()) for identifier in dict.fromkeys(identifiers)]
    for message in found:
        _refuse(message, ("drafted", "refused", "approved"), "approved")
        if not message.text.strip():
            raise InputError(f"`{message.id}` has no words", then=f"`aftermerge tell edit {message.id}`")
    return _moved(ledger, found, lambda message: replace(message, state="approved", reason="", changed_at=now))


def reword(ledger: Ledger, message: Message, text: str, now: datetime) -> Message:
    """Other words; whatever was approved before was not these.

    Raises:
        InputError: it was sent or waived, or may be under way.
    """
    _refuse(message, _OPEN, "changed")
    return _moved(ledger, [message], lambda m: replace(m, state="drafted", text=text, reason="", changed_at=now))[0]


def waive(ledger: Ledger, identifiers: Sequence[str], reason: str, now: datetime) -> tuple[Message, ...]:
    """These are not sent, for a reason; all of them, or none.

    Raises:
        UnknownIdError: an id names no message.
        InputError: one was sent, or may be under way; or no reason is given.
    """
    if not reason.strip():
        raise InputError("a waiver needs a reason", then="say it with --reason")
    found = [message_of(identifier, ledger.messages()) for identifier in dict.fromkeys(identifiers)]
    for message in found:
        _refuse(message, (*_OPEN, "unknown", "waived"), "waived")
    return _moved(ledger, found, lambda message: replace(message, state="waived", reason=reason, changed_at=now))


def settle(ledger: Ledger, identifier: str, now: datetime, *, arrived: bool) -> Message:
    """A human looked: a message of which nobody knew has arrived, or has not, and may be sent again.

    Raises:
        UnknownIdError: the id names no message.
        InputError: it is known what became of it.
    """
    message = message_of(identifier, ledger.messages())
    _refuse(message, ("unknown",), "settled")
    after = (
        replace(message, state="sent", sent_at=message.attempted_at, reason="", changed_at=now)
        if arrived
        else replace(message, state="approved", reason="", changed_at=now)
    )
    return _moved(ledger, [message], lambda _: after)[0]


def _refuse(message: Message, allowed: Sequence[MessageState], done: str) -> None:
    if message.state not in allowed:
        then = "`aftermerge tell send` finds out" if message.state == "sending" else None
        raise InputError(f"`{message.id}` is {_TOLD[message.state]}, so it can't be {done}", then=then)


_TOLD = {
    "drafted": "a draft",
    "approved": "approved",
    "sending": "under way",
    "sent": "sent",
    "unknown": "perhaps sent",
    "refused": "refused",
    "waived": "waived",
}


def _moved(ledger: Ledger, found: Sequence[Message], to: Callable[[Message], Message]) -> tuple[Message, ...]:
    after = [to(message) for message in found]
    for old, new in zip(found, after, strict=True):
        if not ledger.replace_message(old, new):
            then = "look at it again with `aftermerge tell due`"
            raise InputError(f"`{old.id}` was changed by somebody else meanwhile", then=then)
    return tuple(after)
