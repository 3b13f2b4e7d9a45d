"""Who asked for what: worked out, and kept nowhere."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from sqlalchemy import Connection

from aftermerge.ledger.hear.feedback import read_attributed
from aftermerge.ledger.tell import messages
from aftermerge.model.customer import digest_of
from aftermerge.model.feedback import Ask, Feedback


def read(connection: Connection) -> Sequence[Ask]:
    """One for each asker and problem, oldest first. Who opted out may not be contacted, whatever a source says."""
    gathered = groupby(sorted(read_attributed(connection), key=_who_and_what), key=_who_and_what)
    asks = sorted((_ask(list(said)) for _, said in gathered), key=lambda ask: (ask.asked_at, ask.asker, ask.problem))
    unwanted = messages.opted_out(connection)
    return [replace(ask, may_contact=False) if digest_of(ask.asker) in unwanted else ask for ask in asks]


def _who_and_what(row: Feedback) -> tuple[str, str]:
    return row.asker, str(row.problem)


def _ask(said: Sequence[Feedback]) -> Ask:
    first = said[0]
    return Ask(
        asker=first.asker,
        problem=str(first.problem),
        feedback=first.id,
        channel=first.source,
        asked_at=first.time,
        answered_at=max((row.replied_at for row in said if row.replied_at), default=None),
        may_contact=any(row.may_contact for row in said),
    )
