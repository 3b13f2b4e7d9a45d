"""Tells the team something once: by name, however many jobs there are, and whenever one of them dies.

An attempt is written down before it is made. One whose outcome is not known is looked up by its reference, once it has
had time to arrive; where a board can't be read, it waits for a human. Blind spot: a board that shows what it was sent
only after `SETTLES_AFTER`.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Literal

from aftermerge.errors import AftermergeError, InputError, OutsideError
from aftermerge.model.destination import Board, Destination
from aftermerge.model.notice import Notice
from aftermerge.ports import Bulletin, Clock, Delivery, Ledger, Noticeboard

__all__ = ["SETTLES_AFTER", "Announced", "Announcement", "OpenBoard", "announce", "reference_of"]

LEASE_SECONDS = 120.0
"""One term of the lease under which this is called. It is renewed while the job lives."""
SETTLES_AFTER = timedelta(minutes=10)

OpenBoard = Callable[[], AbstractContextManager[Noticeboard]]
Became = Literal["posted", "already", "under_way", "unknown", "refused"]


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is to be told, and where. `bulletin` makes it, once it is known that it has to be told."""

    name: str
    destination: Destination
    bulletin: Callable[[], Bulletin]


@dataclass(frozen=True, slots=True)
class Announced:
    """What became of it. `under_way`: it was begun shortly before, and is looked up later."""

    name: str
    destination: Destination
    became: Became
    url: str | None = None
    reason: str = ""


def reference_of(workspace: str, name: str) -> str:
    """The same for the same thing, and another in each workspace."""
    return f"aftermerge-{sha256(f'{workspace}|{name}'.encode()).hexdigest()[:32]}"


def announce(
    given: Iterable[Announcement],
    ledger: Ledger,
    boards: Mapping[Board, OpenBoard],
    clock: Clock,
    *,
    again: bool = False,
) -> tuple[tuple[Announced, ...], tuple[AftermergeError, ...]]:
    """Each is told, unless it was; an error at one board leaves the others their turn. To be called under a lease.

    `again`: on a human's word, whatever became of it before.
    """
    known = {notice.name: notice for notice in ledger.notices()}
    told: list[Announced] = []
    errors: list[AftermergeError] = []
    for one in given:
        before = None if again else _settled(one, known.get(one.name))
        if before:
            told.append(before)
            continue
        try:
            with boards[one.destination.board]() as board:
                told.append(_Teller(ledger, board, clock).take(one, known.get(one.name), again=again))
        except (InputError, OutsideError) as error:
            errors.append(error)
    return tuple(told), tuple(errors)


def _settled(one: Announcement, notice: Notice | None) -> Announced | None:
    """Where nothing is to be done by itself any more."""
    if notice is None or notice.state in ("sending", "refused"):
        return None
    return Announced(one.name, one.destination, "already" if notice.state == "sent" else "unknown", notice.url)


@dataclass(frozen=True, slots=True)
class _Teller:
    ledger: Ledger
    board: Noticeboard
    clock: Clock

    def take(self, one: Announcement, notice: Notice | None, *, again: bool) -> Announced:
        if notice is not None and notice.state == "sending" and not again:
            return self._looked_up(one, notice)
        return self._posted(one, notice)

    def _posted(self, one: Announcement, notice: Notice | None) -> Announced:
        bulletin = one.bulletin()
        begun = Notice(one.name, "sending", self.clock())
        if not self.ledger.replace_notice(notice, begun):
            return Announced(one.name, one.destination, "under_way")  # another was quicker
        try:
            delivery = self.board.post(bulletin)
        except (InputError, OutsideError):
            self.ledger.replace_notice(begun, replace(begun, state="refused"))  # by the port's word nothing was sent
            raise
        return self._written(one, begun, delivery)

    def _looked_up(self, one: Announcement, notice: Notice) -> Announced:
        if not self.board.can_look_up:
            return self._written(one, notice, Delivery("unknown", reason=_UNREADABLE))
        if self.clock() - notice.at < SETTLES_AFTER:
            return Announced(one.name, one.destination, "under_way")
        found = self.board.find(one.bulletin())
        return self._written(one, notice, found) if found else self._posted(one, notice)

    def _written(self, one: Announcement, begun: Notice, delivery: Delivery) -> Announced:
        self.ledger.replace_notice(begun, replace(begun, state=delivery.outcome, url=delivery.url))
        became: Became = "posted" if delivery.outcome == "sent" else delivery.outcome
        return Announced(one.name, one.destination, became, delivery.url, delivery.reason)


_UNREADABLE = "it was under way when the program ended, and whether it arrived can't be looked up"
