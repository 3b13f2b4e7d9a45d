"""The mails of a mailbox by what they answer, from their heads alone."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from aftermerge.connectors.mbox.words import decoded
from aftermerge.connectors.told.people import reference_of

__all__ = ["Head", "head", "threads"]

_IDS = re.compile(r"<([^<>\s]{1,500})>")
_AUTOMATIC = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)\b", re.IGNORECASE)
_UNWANTED = frozenset({"spam", "trash", "drafts"})


@dataclass(frozen=True, slots=True)
class Head:
    """A mail without its text. `place` is where it stands in the mailbox; `answers` are ids, the oldest first."""

    place: int
    id: str
    answers: tuple[str, ...]
    time: datetime
    name: str
    address: str
    is_automatic: bool
    is_unwanted: bool


def head(message: Message, place: int) -> Head | str:
    """Of a mail; why it can't be used where it has no sender or no time."""
    name, address = _sender(message)
    if not address:
        return "there is no sender"
    time = _moment(message)
    if time is None:
        return "there is no time"
    own = _IDS.search(decoded(message["Message-ID"]))
    identifier = own[1] if own else reference_of(f"{address} {time.isoformat()} {decoded(message['Subject'])}")
    labels = {label.strip().casefold() for label in decoded(message["X-Gmail-Labels"]).split(",")}
    return Head(
        place=place,
        id=identifier,
        answers=_answers(message),
        time=time,
        name=name,
        address=address,
        is_automatic=_is_automatic(message, address),
        is_unwanted=bool(labels & _UNWANTED),
    )


def threads(heads: Iterable[Head]) -> Iterator[tuple[str, list[Head]]]:
    """Each thread's root and its mails, oldest first; threads in the order of their first mails in the mailbox."""
    kept = list(heads)
    above = {mail.id: mail.answers[0] for mail in kept if mail.answers}
    found: dict[str, dict[str, Head]] = {}
    for mail in kept:
        found.setdefault(_root(mail.id, above), {}).setdefault(mail.id, mail)  # a mail may lie in two folders
    for root, mails in found.items():
        yield root, sorted(mails.values(), key=lambda mail: (mail.time, mail.place))


def _root(identifier: str, above: Mapping[str, str]) -> str:
    seen = {identifier}
    while (parent := above.get(identifier)) is not None and parent not in seen:
        seen.add(parent)
        identifier = parent
    return identifier


def _answers(message: Message) -> tuple[str, ...]:
    gmail = decoded(message["X-GM-THRID"])
    if gmail.isdigit():
        return (f"gmail-{gmail}",)
    ids = _IDS.findall(decoded(message["References"])) or _IDS.findall(decoded(message["In-Reply-To"]))
    return tuple(ids)


def _sender(message: Message) -> tuple[str, str]:
    try:
        pairs = getaddresses([str(message["From"] or "")])
    except (ValueError, IndexError, TypeError):
        return "", ""
    name, address = next(((name, address) for name, address in pairs if "@" in address), ("", ""))
    return decoded(name), address.strip().casefold()


def _moment(message: Message) -> datetime | None:
    try:
        time = parsedate_to_datetime(str(message["Date"]))
        aware = (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return aware if 1970 <= aware.year <= 2100 else None


def _is_automatic(message: Message, address: str) -> bool:
    submitted = decoded(message["Auto-Submitted"]).casefold()
    bulk = decoded(message["Precedence"]).casefold() in ("bulk", "junk", "auto_reply")
    return bulk or submitted not in ("", "no") or bool(_AUTOMATIC.match(address))
