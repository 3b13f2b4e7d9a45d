"""Thanks: suggested from facts, given with evidence, public when the receiver says so."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from aftermerge.errors import InputError, UnknownIdError, nearest
from aftermerge.model.person import Person, as_git_knows
from aftermerge.model.thanks import Habit, ShownHabit, Thanks
from aftermerge.ports import Ledger

_LONGEST_TEXT = 1_000
_AGAIN = "it was changed while you spoke: look at `aftermerge learn thank inbox`, then again"


def suggestions(
    person: Person, shown: Sequence[ShownHabit], ledger: Ledger, since: date, until: date
) -> tuple[ShownHabit, ...]:
    """What the facts of these days show of others, without what this person has thanked for; as `shown` is ordered."""
    own = [row for row in ledger.thanks(person.email) if row.giver == person.email]
    given = {(row.habit, id_) for row in own for id_ in row.evidence}
    period = [item for item in shown if since <= item.on <= until]
    return tuple(i for i in period if (i.habit, i.about) not in given and not any(map(person.is_called, i.whose)))


def give(
    giver: Person, receiver: str, habit: Habit, evidence: Sequence[str], text: str, ledger: Ledger, now: datetime
) -> Thanks:
    """Give a thank-you; it is for its receiver alone until they publish it.

    Raises:
        InputError: it has no words or no evidence, or is for nobody else.
    """
    said = " ".join(text.split())
    if not said or len(said) > _LONGEST_TEXT:
        raise InputError("a thank-you says why, in at most 1,000 characters", then="give it with `--text`")
    if not evidence:
        raise InputError(
            "a thank-you points at what shows it", then="name a bet, a change or feedback: `--evidence ID`"
        )
    if "@" not in receiver.strip().strip("@") or giver.is_called(receiver):
        then = "give their address, as git knows it: maya@harbor.example"
        what = "a thank-you is for somebody else" if giver.is_called(receiver) else f"`{receiver}` is no address"
        raise InputError(what, then=then)
    row = Thanks("", now, giver.email, as_git_knows(receiver), habit, said, tuple(evidence))
    row = replace(row, id=_id(row))
    if not ledger.replace_thanks(None, row):
        raise InputError("exactly this was said already", then="`aftermerge learn thank inbox` shows it")
    return row


def inbox(person: Person, ledger: Ledger) -> tuple[Thanks, ...]:
    """Those that they gave or received, newest first."""
    return tuple(row for row in ledger.thanks(person.email) if person.email in (row.giver, row.receiver))


def publish(person: Person, id_: str, ledger: Ledger, now: datetime) -> Thanks:
    """Let everybody read it. Only its receiver can.

    Raises:
        UnknownIdError: they neither gave nor received such a one.
        InputError: it is not theirs to publish.
    """
    row = _received(person, id_, ledger)
    return row if row.published_at else _swapped(row, replace(row, published_at=now), ledger)


def unpublish(person: Person, id_: str, ledger: Ledger) -> Thanks:
    """Keep it for giver and receiver again.

    Raises:
        UnknownIdError: they neither gave nor received such a one.
        InputError: it is not theirs to publish.
    """
    row = _received(person, id_, ledger)
    return _swapped(row, replace(row, published_at=None), ledger) if row.published_at else row


def remove(person: Person, id_: str, ledger: Ledger) -> Thanks:
    """Take it away with its text, for good. Its giver and its receiver can.

    Raises:
        UnknownIdError: they neither gave nor received such a one.
    """
    row = _own(person, id_, ledger)
    if not ledger.replace_thanks(row, None):
        raise InputError("it could not be removed", then=_AGAIN)
    return row


def _own(person: Person, id_: str, ledger: Ledger) -> Thanks:
    known = {row.id: row for row in inbox(person, ledger)}
    if id_ not in known:
        what = f"you neither gave nor received a thank-you `{id_}`"
        raise UnknownIdError(what, then=nearest(id_, sorted(known)))
    return known[id_]


def _received(person: Person, id_: str, ledger: Ledger) -> Thanks:
    row = _own(person, id_, ledger)
    if row.receiver != person.email:
        raise InputError("only its receiver says whether it is public", then="you can still remove it")
    return row


def _swapped(before: Thanks, after: Thanks, ledger: Ledger) -> Thanks:
    if not ledger.replace_thanks(before, after):
        raise InputError("it could not be changed", then=_AGAIN)
    return after


def _id(row: Thanks) -> str:
    """A short id that the same words from the same giver at the same moment always bear."""
    said = "\n".join((row.given_at.isoformat(), row.giver, row.receiver, row.habit, row.text))
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:8]
