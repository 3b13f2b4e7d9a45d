"""One letter, one attempt: what came of it, and how it is found again where it may have arrived."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, TypeVar

from aftermerge.channels.answers import Sent, is_done, is_final, read_json
from aftermerge.channels.wording import Wording
from aftermerge.errors import InputError
from aftermerge.outside.http import Raw
from aftermerge.ports import Bulletin, Delivery, Letter
from aftermerge.render.untrusted import one_line

__all__ = ["Letters", "Place", "checked", "deliver", "undecided"]

_REFERENCE = re.compile(r"[A-Za-z0-9._~-]{8,200}", re.ASCII)
_UNDECIDED = frozenset({408, 409, 425})
"""A service that says so has not done it, or does not know; looking it up does."""

_Said = TypeVar("_Said", Letter, Bulletin)


class Place(Protocol):
    """Where something is to stand at a service, and what. `name` is “ticket 12”."""

    @property
    def name(self) -> str: ...

    def put(self) -> Sent:
        """One attempt."""
        ...

    def address(self, created: object) -> str | None:
        """Where it stands that the service says it made; None where it does not say."""
        ...

    def refusal(self, answer: Raw) -> str:
        """Why this place alone takes nothing (more); empty where the answer does not say that."""
        ...

    def find(self) -> Delivery | None:
        """What stands there with the reference; None where nothing does."""
        ...


class Letters:
    """Fits `ports.Correspondence`. `place_of` finds where a letter goes; None where its thread is none of theirs."""

    def __init__(self, wording: Wording, noun: str, place_of: Callable[[Letter], Place | None]) -> None:
        self._wording = wording
        self._noun = noun
        self._place_of = place_of

    @property
    def can_look_up(self) -> bool:
        return True

    def send(self, letter: Letter) -> Delivery:
        place = self._place_of(checked(letter))
        if place is None:
            return Delivery("refused", reason=f"it names no {self._noun} at {self._wording.service} to answer in")
        return _located(deliver(place, self._wording), letter)

    def find(self, letter: Letter) -> Delivery | None:
        place = self._place_of(checked(letter))
        found = place.find() if place else None
        return _located(found, letter) if found else None


def deliver(place: Place, wording: Wording) -> Delivery:
    """What came of one attempt.

    Raises:
        SettingsError, OutsideError: nothing was sent, and nothing else would be taken either.
    """
    sent = place.put()
    if is_done(sent) and isinstance(sent, Raw):
        return Delivery("sent", place.address(read_json(sent)))
    if not isinstance(sent, Raw) or not is_final(sent) or sent.status in _UNDECIDED:
        return undecided(sent, wording)
    reason = place.refusal(sent)
    if reason:
        return Delivery("refused", reason=one_line(wording.token.hidden(reason), 300))
    refused = wording.refused(place.name, sent, is_locked=False)
    if refused is None:
        raise wording.unwritten(f"write in {place.name}", sent)
    return Delivery("refused", reason=refused.reason)


def undecided(sent: Sent, wording: Wording) -> Delivery:
    """It may have arrived."""
    how = f"it answered {sent.status}" if isinstance(sent, Raw) else one_line(wording.token.hidden(sent.reason))
    return Delivery("unknown", reason=f"{wording.service} does not say whether it took it: {how}")


def checked(said: _Said) -> _Said:
    """
    Raises:
        InputError: its reference has signs that not every place keeps.
    """
    if _REFERENCE.fullmatch(said.reference):
        return said
    what = "the reference of a message is not of 8 to 200 letters, digits and . _ ~ -"
    raise InputError(what, then="draft the message again, which makes a new one")


def _located(delivery: Delivery, letter: Letter) -> Delivery:
    """The conversation's address is as near as we get where the message has none of its own."""
    return replace(delivery, url=delivery.url or letter.url) if delivery.outcome == "sent" else delivery
