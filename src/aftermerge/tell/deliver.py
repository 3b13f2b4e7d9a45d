"""Sends what was approved, each message once.

An attempt is written down before it is made. When its outcome is not known, by a crash or a timeout, it is looked up by
its reference, once it has had time to arrive; where a channel can't be read, it waits for a human. So a message is
never sent a second time unless it is known that it did not arrive. Blind spot: a tool that shows what it was sent only
after `SETTLES_AFTER`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from aftermerge.errors import InputError, OutsideError
from aftermerge.model.message import Message, MessageState
from aftermerge.ports import Clock, Correspondence, Delivery, Ledger, Letter
from aftermerge.tell.letters import Letters

__all__ = ["PENDING", "SETTLES_AFTER", "Delivered", "deliver"]

SETTLES_AFTER = timedelta(minutes=10)
PENDING: tuple[MessageState, ...] = ("approved", "sending", "unknown")


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a message in one run."""

    message: Message
    before: MessageState


def deliver(
    ledger: Ledger, source: str, way: Correspondence, letters: Letters, clock: Clock, *, is_quiet: bool = False
) -> Iterator[Delivered]:
    """All that is to be sent to those who spoke at a source, one after another; nothing new in quiet hours.

    Raises:
        SettingsError, OutsideError: as `way` raises; what was sent until then is written down.
    """
    sender = _Sender(ledger, way, letters, clock, is_quiet)
    pending = [m for m in ledger.messages() if m.state in PENDING and letters.source_of(m) == source]
    for message in sorted(pending, key=lambda message: (message.changed_at, message.id)):
        after = sender.take(message)
        if after is not None:
            yield Delivered(after, message.state)


@dataclass(frozen=True, slots=True)
class _Sender:
    ledger: Ledger
    way: Correspondence
    letters: Letters
    clock: Clock
    is_quiet: bool

    def take(self, message: Message) -> Message | None:
        """None where it stays as it is, or somebody else took it."""
        letter = self.letters.letter(message)
        return self._sent(message, letter) if message.state == "approved" else self._looked_up(message, letter)

    def _sent(self, message: Message, letter: Letter) -> Message | None:
        if self.is_quiet:
            return None
        barred = self.letters.barred(message)
        if barred is not None:
            return self._move(message, barred.state, barred.reason)
        begun = self._begin(message)
        return begun and self._attempt(begun, letter)

    def _begin(self, message: Message) -> Message | None:
        now = self.clock()
        begun = replace(message, state="sending", attempted_at=now, changed_at=now)
        return begun if self.ledger.replace_message(message, begun) else None

    def _attempt(self, begun: Message, letter: Letter) -> Message | None:
        try:
            delivery = self.way.send(letter)
        except (InputError, OutsideError):
            self._move(begun, "approved", "")  # by the port's word nothing was sent
            raise
        return self._settled(begun, delivery)

    def _looked_up(self, message: Message, letter: Letter) -> Message | None:
        if not self.way.can_look_up:
            return self._move(message, "unknown", _UNREADABLE) if message.state == "sending" else None
        if message.attempted_at and self.clock() - message.attempted_at < SETTLES_AFTER:
            return None
        found = self.way.find(letter)
        if found is not None:
            return self._settled(message, found)
        approved = self._move(message, "approved", "")
        return approved and (self._sent(approved, letter) or approved)

    def _settled(self, message: Message, delivery: Delivery) -> Message | None:
        now = self.clock()
        at = (message.attempted_at or now) if delivery.outcome == "sent" else None
        after = replace(message, state=delivery.outcome, sent_at=at, url=delivery.url, reason=delivery.reason)
        after = replace(after, changed_at=now)
        return after if self.ledger.replace_message(message, after) else None

    def _move(self, message: Message, state: MessageState, reason: str) -> Message | None:
        after = replace(message, state=state, reason=reason, changed_at=self.clock())
        return after if self.ledger.replace_message(message, after) else None


_UNREADABLE = "it was under way when the program ended, and what was sent there can't be looked up"
